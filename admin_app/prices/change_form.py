"""Grade, price, moment: what a grade is to cost and from when."""

from datetime import timedelta

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from admin_app.prices import words
from admin_app.prices.presenter import Lack, Moment, PricesState
from admin_app.prices.typed_moment import PATTERN as MOMENT_PATTERN
from admin_app.prices.typed_price import PATTERN
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _, mark

_MOMENTS = {
    Moment.NOW: (mark("At once"), "price_due_now"),
    Moment.MIDNIGHT: (mark("Tonight 24:00"), "price_due_midnight"),
    Moment.LATER: (mark("Later"), "price_due_later"),
}
_BROAD, _NARROW = 4, 3
_WRONG = (Lack.RANGE, Lack.SAME, Lack.MOMENT, Lack.PAST, Lack.TWICE)


class ChangeForm(QFrame):
    """Tells as one types what is wrong and how far the new price is from the present one.

    Signals: price_typed(str); moment_chosen(Moment); later_typed(str); postponed(timedelta); also_wanted; also_dropped;
    wanted.
    """

    price_typed = Signal(str)
    moment_chosen = Signal(object)
    later_typed = Signal(str)
    postponed = Signal(object)
    also_wanted = Signal()
    also_dropped = Signal()
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self._title = ElidedWords("", "title", name="price_form_title")
        self._price = CodeEdit("price_new", "0.00")
        self._price.setValidator(QRegularExpressionValidator(QRegularExpression(PATTERN), self._price))
        self._price.setProperty("type", "figure")
        self._price.setAlignment(RIGHT)
        self._price.textEdited.connect(self.price_typed)
        self._price.textChanged.connect(self._cleared)
        self._price.returnPressed.connect(self.wanted)
        self._difference = Words("", "strong", name="price_difference", wrap=True)
        self._moments = {moment: self._button(moment) for moment in Moment}
        self._later = CodeEdit("price_due_at")
        self._later.setValidator(QRegularExpressionValidator(QRegularExpression(MOMENT_PATTERN), self._later))
        self._later.textEdited.connect(self.later_typed)
        self._later.returnPressed.connect(self.wanted)
        self._steps = (
            self._step(_("+1 day"), "price_due_day_more", timedelta(days=1)),
            self._step(_("+1 hour"), "price_due_hour_more", timedelta(hours=1)),
        )
        self._told = Words("", name="price_told", wrap=True)
        self._also = BusyButton(_("Another grade too"), "price_also", role="small")
        self._also.clicked.connect(self.also_wanted)
        self._also_told = ElidedWords("", "strong", name="price_also_told")
        self._alone = BusyButton(_("Remove"), "price_also_drop", role="small-red")
        self._alone.clicked.connect(self.also_dropped)
        self._go = BusyButton(_("Change the price"), "price_schedule_go", role="primary")
        self._go.clicked.connect(self.wanted)
        self._lay_out()

    def show_state(self, state: PricesState) -> None:
        """Paint everything."""
        chosen = state.grade is not None
        self._title.setText(
            _("New price for {grade}").format(grade=names.grade(state.grade))
            if state.grade
            else _("New price")
        )
        self._price.setEnabled(chosen and not state.planning)
        if self._price.text() != state.typed:
            self._price.setText(state.typed)
        self._show_difference(state)
        also = words.also(state)
        self._also_told.setText(f"+ {also}" if also else "")
        self._also_told.setVisible(bool(also))
        self._alone.setVisible(bool(also))
        self._also.set_reason(
            "" if state.grade and state.price else _("Type the new price in yuan per litre.")
        )
        for moment, button in self._moments.items():
            button.setChecked(moment is state.moment)
        for widget in (self._later, *self._steps):
            widget.setEnabled(state.moment is Moment.LATER)
        if self._later.text() != state.later_typed:
            self._later.setText(state.later_typed)
        wrong = state.lack in _WRONG
        theme.paint_as(self._price, tone="red" if state.lack is Lack.RANGE else None)
        lack = words.lack(state)
        above = words.above_guide(state)
        tone = Tone.RED if wrong else Tone.AMBER if above and not lack else None
        self._told.say(lack or above or words.what_will_happen(state), tone)
        self._go.set_reason(lack)
        self._go.set_busy(state.planning, _("Writing it down…"))

    def focus_price(self) -> None:
        """Ready to type."""
        self._price.setFocus()
        self._price.selectAll()

    # --- within ------------------------------------------------------------------------------------------------------

    def _show_difference(self, state: PricesState) -> None:
        now, between = state.price_now, state.difference
        if now is None:
            self._difference.say("")
        elif between is None:
            self._difference.say(_("now {price}").format(price=formats.unit_price(now)))
        else:
            large = _("a large step, check it") if between.is_large else ""
            told = _("now {price}, {yuan} yuan, {percent}").format(
                price=formats.unit_price_without_unit(now), yuan=between.yuan, percent=between.percent
            )
            self._difference.say(f"{told}  {large}".rstrip(), Tone.AMBER if between.is_large else None)

    def _button(self, moment: Moment) -> QPushButton:
        said, name = _MOMENTS[moment]
        button = QPushButton(_(said))
        button.setObjectName(name)
        button.setCheckable(True)
        button.setProperty("role", "choice")
        button.clicked.connect(lambda: self._chosen(moment))
        return button

    def _step(self, said: str, name: str, by: timedelta) -> QPushButton:
        button = QPushButton(said)
        button.setObjectName(name)
        button.setProperty("role", "choice")
        button.clicked.connect(lambda: self.postponed.emit(by))
        return button

    def _chosen(self, moment: Moment) -> None:
        self.moment_chosen.emit(moment)
        if moment is Moment.LATER:
            self._later.setFocus()

    def _cleared(self, text: str) -> None:
        if not text:
            self.price_typed.emit(text)  # also when the field was emptied by another hand than the keyboard

    def _lay_out(self) -> None:
        wearing = theme.current()
        column = QVBoxLayout(self)
        margin = wearing.px(16)
        column.setContentsMargins(margin, wearing.px(10), margin, wearing.px(12))
        column.setSpacing(wearing.px(6))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._also_told, 1)
        head.addWidget(self._alone)
        column.addLayout(head)
        row = QHBoxLayout()
        row.addWidget(self._price, 1)
        row.addWidget(Words(_("yuan/L"), "quiet"))
        column.addLayout(row)
        beside = QHBoxLayout()
        beside.addWidget(self._difference, 1)
        beside.addWidget(self._also)
        column.addLayout(beside)
        group = QButtonGroup(self)
        moments = QHBoxLayout()
        moments.setSpacing(wearing.px(8))
        for button in self._moments.values():
            group.addButton(button)
            moments.addWidget(button, _BROAD if button is self._moments[Moment.MIDNIGHT] else _NARROW)
        column.addLayout(moments)
        later = QHBoxLayout()
        later.setSpacing(wearing.px(8))
        later.addWidget(self._later, 1)
        for button in self._steps:
            later.addWidget(button)
        column.addLayout(later)
        self._told.setMinimumHeight(wearing.px(48))
        column.addWidget(self._told)
        column.addStretch(1)
        column.addWidget(self._go)
