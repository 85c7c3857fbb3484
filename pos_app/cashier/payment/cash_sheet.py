"""Cash: what is due, what was handed over, what goes back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from core.domain.money import ZERO, Money
from core.qt import theme
from core.qt.notices import Tone, told
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.payment.legs_strip import LegsStrip
from pos_app.cashier.payment.presenter import PaymentViewState

_NOTES = (1, 5, 10, 50, 100)
_HUNDREDS = 100


def quick_amounts(due: Money) -> tuple[Money, ...]:
    """What customers hand over for this: the exact sum, then the next round sums, at most six, smallest first."""
    sums = {due.fen}
    for note in _NOTES:
        step = note * 100
        sums.add(-(-due.fen // step) * step)
    highest = -(-due.fen // (_HUNDREDS * 100)) * _HUNDREDS * 100
    sums.add(highest + _HUNDREDS * 100)
    return tuple(Money(fen) for fen in sorted(sums) if fen > 0)[:6]


class CashSheet(Sheet):
    """Signals: given(Money), less than what is due being a part of it; leg_back(Payment)."""

    given = Signal(object)
    leg_back = Signal(object)

    def __init__(self) -> None:
        super().__init__(_("Cash"), "cash_sheet", width=880)
        wearing = theme.current()
        self._due = ZERO
        self._legs = LegsStrip("cash_leg")
        self._legs.back.connect(self.leg_back)
        self.body.addWidget(self._legs)
        columns = QHBoxLayout()
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(4))
        left.addWidget(Words(_("Due"), "quiet"))
        self._due_label = AmountLabel("due", "cash_due")
        left.addWidget(self._due_label)
        left.addWidget(Words(_("Given"), "quiet"))
        self.field = DecimalEdit("cash_given")
        self.field.textChanged.connect(lambda _text: self._settle())
        left.addWidget(self.field)
        self._quick = QGridLayout()
        self._quick.setSpacing(wearing.px(8))
        self._quick_buttons = [self._quick_button(place) for place in range(6)]
        left.addSpacing(wearing.px(8))
        left.addLayout(self._quick)
        left.addStretch(1)
        self._change_word = Words(_("Change"), "quiet")
        self._change = AmountLabel("figure", "cash_change")
        left.addWidget(self._change_word)
        left.addWidget(self._change)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("cash_key", MONEY_KEYS, self.field, wearing.px(56)), 1)
        self.body.addLayout(columns)
        self._trouble = Words("", "strong", Tone.RED, name="cash_trouble", wrap=True)
        self.body.addWidget(self._trouble)
        self._go = BusyButton(_("Take cash"), "cash_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        self.body.addWidget(self._go)

    def begin(self, state: PaymentViewState) -> None:
        """Open for what is due; Enter alone means that the exact sum was given."""
        due = self._due = state.due
        self._due_label.show_amount(due)
        amounts = quick_amounts(due)
        for place, button in enumerate(self._quick_buttons):
            theme.keep_room(button, place < len(amounts))
            if place < len(amounts):
                button.setObjectName(f"cash_quick_{amounts[place].fen}")
                button.set_words(_("Exact") if amounts[place] == due else formats.money(amounts[place]))
                button.setProperty("fen", amounts[place].fen)
        self.field.show_money(due)

    def show_state(self, state: PaymentViewState) -> None:
        """Paint waiting and trouble."""
        busy = state.busy == "cash"
        self._legs.show_legs(state.legs, busy=bool(state.busy))
        self._go.set_busy(busy, _("Taking the cash…"))
        self.field.setEnabled(not busy)
        self.allow_leaving(not busy)
        self._trouble.setText(told(state.trouble) if state.trouble is not None else "")
        self._trouble.setVisible(state.trouble is not None)

    def _quick_button(self, place: int) -> BusyButton:
        # F4 and on, one for each place: what a customer mostly hands over is one key.
        button = BusyButton("", f"cash_quick_{place}", key=f"F{place + 4}", role="small", stacked=True)
        button.clicked.connect(lambda: self.field.show_money(Money(int(button.property("fen")))))
        self._quick.addWidget(button, place // 3, place % 3)
        return button

    def _settle(self) -> None:
        self._trouble.setVisible(False)
        given = self.field.money()
        enough = given is not None and given >= self._due
        back = (given or ZERO) - self._due
        self._change_word.setText(_("Change") if enough else _("Still missing"))
        self._change.show_amount(back if enough else -back)
        theme.paint_as(self._change, tone=None if enough else Tone.AMBER.value)
        # Less than what is due is a part of it: the rest is paid another way.
        part = given is not None and not enough
        self._go.set_words(
            _("Take {amount}, the rest another way").format(amount=formats.money(given or ZERO))
            if part
            else _("Take cash")
        )
        self._go.set_reason("" if given else _("Say how much was handed over."))

    def _give(self) -> None:
        given = self.field.money()
        if given is not None:
            self.given.emit(given)
