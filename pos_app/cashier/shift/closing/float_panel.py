"""What stays in the drawer for the next shift; the rest goes into the safe."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import ZERO, Money
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.shift.closing.presenter import ClosingState
from pos_app.cashier.shift.pieces import Walk

_USUAL_YUAN = (200, 300, 500)


class FloatPanel(QWidget):
    """Signals: given(Money)."""

    given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self._counted = ZERO
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(12))
        row = QHBoxLayout()
        row.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        left.addWidget(Words(_("Float that stays for the next shift, yuan"), "quiet", wrap=True))
        self.field = DecimalEdit("next_float")
        self.field.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.field)
        usual = QGridLayout()
        usual.setSpacing(wearing.px(8))
        for place, yuan in enumerate(_USUAL_YUAN):
            button = BusyButton(f"￥{yuan}", f"next_float_{yuan}")
            button.clicked.connect(lambda _checked=False, fen=yuan * 100: self.field.show_money(Money(fen)))
            usual.addWidget(button, 0, place)
        left.addLayout(usual)
        self._rest = Words("", "title", name="next_rest", wrap=True)
        left.addWidget(self._rest)
        left.addStretch(1)
        row.addLayout(left, 1)
        keypad = Keypad("next_float_key", MONEY_KEYS, self.field, wearing.px(56))
        row.addWidget(keypad, 1)
        column.addLayout(row)
        self._walk = Walk([self.field], keypad, self)
        self._go = BusyButton(_("Go on"), "next_float_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        column.addWidget(self._go)

    def begin(self, state: ClosingState) -> None:
        """With the float of before as a suggestion."""
        self._counted = state.count.cash
        if state.next_float is not None:
            self.field.show_money(state.next_float)
        self._settle()

    def _settle(self) -> None:
        left = self.field.money()
        self._go.set_reason("" if left is not None else _("Type the float first; 0 for none."))
        if left is None:
            self._rest.say("")
        elif left > self._counted:
            words = _("{amount} more than was counted: put it in.")
            self._rest.say(words.format(amount=formats.money(left - self._counted)), Tone.AMBER)
        else:
            words = _("{amount} goes into the safe.")
            self._rest.say(words.format(amount=formats.money(self._counted - left)))

    def _give(self) -> None:
        left = self.field.money()
        if left is not None:
            self.given.emit(left)
