"""Who goes on, with what float: the next person types a PIN, and the shift changes hands."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import ZERO, Money
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.sign_in.pad import PadWords, PeopleAndPad
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.shift.closing.presenter import ClosingState, NextPerson


class NextPanel(QWidget):
    """Signals: float_typed(Money or None)."""

    float_typed = Signal(object)

    def __init__(self, next_person: NextPerson) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        row = QHBoxLayout()
        row.setSpacing(wearing.px(16))
        words = QVBoxLayout()
        words.addWidget(Words(_("Float that stays for the next shift, yuan"), "strong", wrap=True))
        self._rest = Words("", "quiet", name="next_rest", wrap=True)
        words.addWidget(self._rest)
        row.addLayout(words, 2)
        self.field = DecimalEdit("next_float")
        self.field.textChanged.connect(lambda _text: self._typed())
        row.addWidget(self.field, 1)
        for yuan in (200, 500):
            button = BusyButton(f"￥{yuan}", f"next_float_{yuan}")
            button.clicked.connect(lambda _checked=False, fen=yuan * 100: self.field.show_money(Money(fen)))
            row.addWidget(button)
        column.addLayout(row)
        pad = PadWords(
            _("Who goes on?"),
            _("Hand over"),
            _("Nobody here may run a shift. A manager gives this right at the manager's desk."),
        )
        self.pad = PeopleAndPad(next_person, "next", pad, wearing.px(44), narrow=True)
        column.addWidget(self.pad, 1)
        self._trouble = Words("", "strong", Tone.RED, name="next_trouble_words", wrap=True)
        column.addWidget(self._trouble)
        self._state = ClosingState()
        self._next_person = next_person

    def begin(self, state: ClosingState) -> None:
        """With the float of before as a suggestion."""
        if state.next_float is not None:
            self.field.show_money(state.next_float)

    def show_state(self, state: ClosingState) -> None:
        """Paint what is left for the safe, and trouble."""
        self._state = state
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)
        self.field.setEnabled(not state.busy)
        self.pad.setEnabled(state.next_float is not None and not state.busy)
        self._show_rest()

    def _typed(self) -> None:
        self.float_typed.emit(self.field.money())

    def _show_rest(self) -> None:
        left = self.field.money()
        if left is None:
            self._rest.say(_("Type the float first; 0 for none."), Tone.AMBER)
            return
        rest = self._state.count.cash - left
        if rest < ZERO:
            words = _("{amount} more than was counted: put it in.").format(amount=formats.money(-rest))
            self._rest.say(words, Tone.AMBER)
        else:
            self._rest.say(_("{amount} goes into the safe.").format(amount=formats.money(rest)))
