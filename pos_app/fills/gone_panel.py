"""A customer who has gone without paying: a promise with name, phone and day, or a drive-off with what was seen."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.domain.debt import DebtKind, Debtor
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.labels import Words
from core.qt.widgets.letters import LettersButton
from core.wording import formats
from core.wording.catalogue import _, ngettext
from pos_app.fills.presenter import FillsState

_DAYS = (1, 3, 7, 30)


class GonePanel(QWidget):
    """Signals: gone(DebtKind, Debtor, day or None). `today` gives the station's day."""

    gone = Signal(str, object, object)

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self._kind = DebtKind.PROMISE
        self._days = 3
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        self._what = Words("", "title", wrap=True)
        column.addWidget(self._what)
        column.addLayout(
            self._choices(
                [
                    (_("Promise to pay"), "gone_promise", "F2", lambda: self._choose(DebtKind.PROMISE)),
                    (_("Drive-off"), "gone_drive_off", "F3", lambda: self._choose(DebtKind.DRIVE_OFF)),
                ]
            )
        )
        # An input method is wanted here: names and plates are Chinese.
        self.person, self.plate, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.phone = CodeEdit("gone_phone", _("Mobile number"))
        for edit, name, hint, most in (
            (self.person, "gone_person", _("Name"), 40),
            (self.plate, "gone_plate", _("Plate, if somebody saw it"), 12),
            (self.note, "gone_note", _("Note: car, colour, what was said"), 200),
        ):
            edit.setObjectName(name)
            edit.setPlaceholderText(hint)
            edit.setMaxLength(most)
        self.phone.setMaxLength(11)
        for edit in (self.person, self.phone):
            edit.textChanged.connect(lambda _text: self._settle())
        fields = QGridLayout()
        fields.setSpacing(wearing.px(8))
        fields.addWidget(self.person, 0, 0)
        fields.addWidget(self.phone, 0, 1)
        car = QHBoxLayout()
        car.addWidget(self.plate, 1)
        car.addWidget(LettersButton(self.plate))
        fields.addLayout(car, 1, 0)
        fields.addWidget(self.note, 1, 1)
        column.addLayout(fields)
        self._due = QWidget()
        days = self._choices(
            [
                (
                    ngettext("In {count} day", "In {count} days", count).format(count=count),
                    f"gone_days_{count}",
                    f"Alt+{place}",
                    partial(self._choose_days, count),
                )
                for place, count in enumerate(_DAYS, 1)
            ]
        )
        days.setContentsMargins(0, 0, 0, 0)
        self._due.setLayout(days)
        column.addWidget(self._due)
        self._until = Words("", "strong")
        column.addWidget(self._until)
        self._go = BusyButton("", "gone_go", key="Return", role="primary")
        self._go.set_height(wearing.size("target"))
        self._go.clicked.connect(self._emit)
        column.addWidget(self._go)

    def begin(self) -> None:
        """Nothing known yet."""
        for edit in (self.person, self.phone, self.plate, self.note):
            edit.clear()
        self._choose(DebtKind.PROMISE)
        self._choose_days(3)

    def show_state(self, state: FillsState) -> None:
        """Paint how much it is."""
        if state.chosen is not None:
            words = _("{amount} of pump {pump} stay unpaid. They can be collected in any shift.")
            amount = formats.money(state.chosen.amount)
            self._what.setText(words.format(amount=amount, pump=state.chosen.pump))
        self._go.set_busy(state.busy == "gone", _("Writing it down…"))

    def _choices(self, choices: list[tuple[str, str, str, Callable[[], object]]]) -> QHBoxLayout:
        wearing = theme.current()
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        group = QButtonGroup(self)
        for words, name, key, call in choices:
            button = BusyButton(words, name, key=key)
            button.setCheckable(True)
            button.set_height(wearing.size("target"))
            button.clicked.connect(lambda _checked=False, chosen=call: chosen())
            group.addButton(button)
            row.addWidget(button, 1)
        return row

    def _choose(self, kind: DebtKind) -> None:
        self._kind = kind
        promise = kind is DebtKind.PROMISE
        self._check("gone_promise" if promise else "gone_drive_off")
        for widget in (self.person, self.phone, self._due, self._until):
            widget.setVisible(promise)
        self._go.set_words(_("Print the ticket to sign") if promise else _("Write it down"))
        self._settle()

    def _choose_days(self, days: int) -> None:
        self._days = days
        self._check(f"gone_days_{days}")
        due = self._today() + timedelta(days=days)
        self._until.setText(_("To be paid by {day}").format(day=formats.day(due)))

    def _check(self, name: str) -> None:
        button = self.findChild(BusyButton, name)
        if isinstance(button, BusyButton):
            button.setChecked(True)

    def _settle(self) -> None:
        complete = bool(self.person.text().strip() and self.phone.text().strip())
        missing = self._kind is DebtKind.PROMISE and not complete
        self._go.set_reason(_("Type the name and the mobile number first.") if missing else "")

    def _emit(self) -> None:
        promise = self._kind is DebtKind.PROMISE
        who = Debtor(
            self.person.text() if promise else "",
            self.plate.text(),
            self.phone.text() if promise else "",
            self.note.text(),
        )
        due = self._today() + timedelta(days=self._days) if promise else None
        self.gone.emit(self._kind, who, due)
