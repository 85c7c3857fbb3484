"""Why the bill comes to what it does: each step in its order, what it took off or why it did not."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.domain.money import Money
from core.domain.offer import StepKind
from core.domain.sale import Sale
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import RIGHT, ElidedWords, Words, line
from core.qt.widgets.layers import Sheet
from core.qt.widgets.put_away import put_away
from core.wording import formats, offers
from core.wording.catalogue import _
from pos_app.cashier.words import line_title

_WIDTH = 720
_MOST_HEIGHT = 480


class WhySheet(Sheet):
    """Only to read."""

    def __init__(self) -> None:
        super().__init__(_("How this total comes about"), "why_sheet", width=_WIDTH)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, theme.current().px(8), 0)
        self._rows.setSpacing(theme.current().px(8))
        # A station with many offers has many steps: they are scrolled, by the arrows too.
        self.steps = QScrollArea()
        self.steps.setObjectName("why_steps")
        self.steps.setWidget(inside)
        self.steps.setWidgetResizable(True)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.steps)
        # What it all comes to stays in sight below them.
        self.body.addWidget(line())
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, theme.current().px(8), 0)
        below.addWidget(Words(_("Due"), "title"), 1)
        self._due = Words("", "title", name="why_due", align=RIGHT)
        below.addWidget(self._due)
        self.body.addLayout(below)
        self._shown: list[QWidget] = []

    def show_sale(self, sale: Sale) -> None:
        """Paint the bill's steps."""
        for row in self._shown:
            self._rows.removeWidget(row)
            put_away(row)
        self._shown = []
        self._add(_("Before discounts"), sale.gross, plain=True)
        for number, step in enumerate(sale.steps, 1):
            kind, title = offers.kind(step.kind), offers.title(step)
            why = offers.why(step)
            if step.kind is StepKind.MANUAL and step.parts:
                by_hand = sale.line(step.parts[0][0])
                title, why = line_title(by_hand), "  ".join(said for said in (by_hand.reason, why) if said)
            name = title if title == kind else f"{kind}: {title}"
            self._add(f"{number}  {name}", -step.amount, why, applied=step.applied)
        for each in sale.lines:
            if each.listed_price is not None:
                words = _("{title}: price changed by hand from {listed}").format(
                    title=each.title, listed=formats.money(each.listed_price)
                )
                self._add(words, None, each.reason)
        self._due.setText(formats.money(sale.total))
        wearing = theme.current()
        width = wearing.px(_WIDTH - 56)  # without the panel's margins and the list's own
        wanted = max(self._rows.totalHeightForWidth(width), self._rows.sizeHint().height())
        self.steps.setFixedHeight(min(wanted, wearing.px(_MOST_HEIGHT)))
        self.place()

    def _add(
        self, words: str, amount: Money | None, why: str = "", *, plain: bool = False, applied: bool = True
    ) -> None:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.addWidget(ElidedWords(words, "strong" if plain or applied else "quiet"), 1)
        if amount is not None:
            said = formats.money(amount) if plain or applied else _("not taken")
            tone = Tone.GREEN if applied and not plain else None
            top.addWidget(Words(said, "strong" if plain or applied else "quiet", tone, align=RIGHT))
        column.addLayout(top)
        if why:
            column.addWidget(Words(why, "caption", wrap=True))
        self._rows.addWidget(row)
        self._shown.append(row)
