"""The three pages of the customer's screen: nobody there, a bill, thanks."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.labels import CENTRE, LEFT, RIGHT
from core.wording import formats
from core.wording.catalogue import _
from pos_app.customer_display.pieces import CodePicture, LinesList, Shown
from pos_app.customer_display.showing import Showing, Stage

_MOST_PRICES = 8


class Card(QWidget):
    """A calm ground with round corners."""

    def __init__(self, colour: str = "surface") -> None:
        super().__init__()
        self._colour = colour
        self._radius = 16.0

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().colour(self._colour))
        painter.drawRoundedRect(self.rect(), self._radius, self._radius)
        painter.end()


class IdlePage(QWidget):
    """The station's name, the clock, the prices of the day."""

    def __init__(self, station: str) -> None:
        super().__init__()
        self._name = Shown("customer_station", 52, bold=True, align=CENTRE)
        self._name.say(station)
        self.clock = Shown("customer_clock", 120, bold=True, align=CENTRE)
        self.day = Shown("customer_day", 30, colour="quiet", align=CENTRE)
        self._title = Shown("customer_prices_title", 26, colour="quiet", align=CENTRE)
        self._prices = QGridLayout()
        self._cards: list[tuple[Card, Shown, Shown]] = []
        self._column = QVBoxLayout(self)
        self._column.addStretch(3)
        self._column.addWidget(self._name)
        self._column.addWidget(self.clock)
        self._column.addWidget(self.day)
        self._column.addStretch(2)
        self._column.addWidget(self._title)
        self._column.addLayout(self._prices)
        self._column.addStretch(2)

    def show_state(self, state: Showing) -> None:
        """Paint the prices."""
        prices = state.prices[:_MOST_PRICES]
        self._title.say(_("Today's prices, yuan a litre") if prices else "")
        while len(self._cards) < len(prices):
            number = len(self._cards)
            card, grade = Card(), Shown(f"customer_grade_{number}", 28, colour="quiet", align=CENTRE)
            price = Shown(f"customer_price_{number}", 54, bold=True, align=CENTRE)
            column = QVBoxLayout(card)
            column.addWidget(grade)
            column.addWidget(price)
            self._cards.append((card, grade, price))
            self._prices.addWidget(card, number // 4, number % 4)
        for number, (card, grade, price) in enumerate(self._cards):
            card.setVisible(number < len(prices))
            if number < len(prices):
                grade.say(prices[number][0])
                price.say(prices[number][1])

    def set_scale(self, scale: float) -> None:
        """As large as the screen allows."""
        margin = round(48 * scale)
        self._column.setContentsMargins(margin, margin // 2, margin, margin // 2)
        self._column.setSpacing(round(8 * scale))
        self._prices.setSpacing(round(16 * scale))
        for card, _grade, _price in self._cards:
            card.setMaximumWidth(round(340 * scale))
        _scale_all(self, scale)


class BillPage(QWidget):
    """What is bought at the left; at the right what is due, and what the customer is to do."""

    def __init__(self, station: str) -> None:
        super().__init__()
        self._greeting = Shown("customer_greeting", 28, bold=True)
        self._name = Shown("customer_station_small", 24, colour="quiet")
        self._name.say(station)
        self.lines = LinesList()
        self._card = Card()
        self._title = Shown("customer_due_title", 30, colour="quiet", align=CENTRE)
        self._due = Shown("customer_due", 108, bold=True, align=CENTRE)
        self._before = Shown("customer_before", 28, colour="quiet", align=CENTRE)
        self._saved = Shown("customer_paid", 32, colour="green", align=CENTRE)
        self.code = CodePicture()
        self._words = Shown("customer_words", 34, bold=True, colour="blue", align=CENTRE)
        self._left = Shown("customer_left", 26, colour="quiet", align=CENTRE)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self._name)
        left.addWidget(self._greeting)
        left.addWidget(self.lines, 1)
        right = QVBoxLayout(self._card)
        right.addStretch(1)
        for widget in (self._title, self._due, self._before, self._saved):
            right.addWidget(widget)
        right.addStretch(1)
        right.addWidget(self.code, 100)
        right.addWidget(self._words)
        right.addWidget(self._left)
        right.addStretch(1)
        self._card_column = right
        self._row = QHBoxLayout(self)
        self._row.addLayout(left, 54)
        self._row.addWidget(self._card, 46)
        self._card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def show_state(self, state: Showing) -> None:
        """Paint the bill."""
        self._greeting.say(state.greeting)
        self.lines.show_lines(state.lines, state.taken_off)
        self._title.say(_("To pay"))
        self._due.say(state.due)
        self._before.say(_("Before discounts {amount}").format(amount=state.before) if state.before else "")
        self._saved.say(_("Paid so far {amount}").format(amount=state.paid) if state.paid else "")
        has_code = state.stage is Stage.CODE
        self.code.show_content(state.qr if has_code else "")
        self.code.setVisible(has_code)
        if has_code:  # all the room there is belongs to the code
            self._before.say("")
        self._words.say(state.words)
        left = "" if state.left is None else formats.waiting_time(state.left)
        self._left.say(_("Valid for {time} more").format(time=left) if left else "")

    def set_scale(self, scale: float) -> None:
        """As large as the screen allows."""
        margin = round(28 * scale)
        self._row.setContentsMargins(margin, margin, margin, margin)
        self._row.setSpacing(margin)
        self._card_column.setContentsMargins(margin, margin, margin, margin)
        self._card_column.setSpacing(round(10 * scale))
        self.lines.set_scale(scale)
        _scale_all(self, scale)


class ThanksPage(QWidget):
    """Thanks, and above all what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self._words = Shown("customer_thanks", 64, bold=True, align=CENTRE)
        self._greeting = Shown("customer_thanks_greeting", 30, colour="quiet", align=CENTRE)
        self._change_title = Shown("customer_change_title", 36, colour="quiet", align=CENTRE)
        self._change = Shown("customer_change", 136, bold=True, colour="green", align=CENTRE)
        self._total = self._pair("customer_total")
        self._received = self._pair("customer_received")
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        for widget in (self._words, self._greeting):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        for widget in (self._change_title, self._change):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        for pair in (self._total, self._received):
            row = QHBoxLayout()
            row.setSpacing(24)
            for widget in pair:
                row.addWidget(widget)
            self._column.addLayout(row)
        self._column.addStretch(2)

    @staticmethod
    def _pair(name: str) -> tuple[Shown, Shown]:
        return (
            Shown(f"{name}_title", 34, colour="quiet", align=RIGHT),
            Shown(name, 34, bold=True, align=LEFT),
        )

    def show_state(self, state: Showing) -> None:
        """Paint the end."""
        self._words.say(state.words)
        self._greeting.say(state.greeting)
        self._change_title.say(_("Your change") if state.change else "")
        self._change.say(state.change)
        for (title, amount), words, value in (
            (self._total, _("Total"), state.due),
            (self._received, _("Received"), state.paid),
        ):
            title.say(words)
            amount.say(value)

    def set_scale(self, scale: float) -> None:
        """As large as the screen allows."""
        margin = round(48 * scale)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(round(12 * scale))
        _scale_all(self, scale)


def _scale_all(page: QWidget, scale: float) -> None:
    for words in page.findChildren(Shown):
        words.set_scale(scale)
    layout: QLayout | None = page.layout()
    if layout is not None:
        layout.invalidate()
