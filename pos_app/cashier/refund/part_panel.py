"""How much money of one line goes back while the goods or the fuel stay with the customer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.domain.money import ZERO, Money
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.wording import formats
from core.wording.catalogue import _
from pos_app.cashier.refund.line_row import title
from pos_app.cashier.refund.presenter import RefundViewState


class PartPanel(QWidget):
    """Signals: given(Money); 0 takes it back."""

    given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self._most = ZERO
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(12))
        self._what = Words("", "title", name="refund_part_of", wrap=True)
        self._left = Words("", "quiet", name="refund_part_left", wrap=True)
        self.amount = DecimalEdit("refund_part_amount")
        self.amount.textChanged.connect(lambda _text: self._settle())
        self._go = BusyButton(_("Give this much back"), "refund_part_go", key="Return", role="primary")
        self._go.clicked.connect(self._give)
        for widget in (self._what, self._left, self.amount):
            left.addWidget(widget)
        left.addStretch(1)
        left.addWidget(self._go)
        columns.addLayout(left, 1)
        columns.addWidget(Keypad("refund_part_key", MONEY_KEYS, self.amount, wearing.px(56)), 1)

    def begin(self, state: RefundViewState) -> None:
        """For this line, with what was typed for it before."""
        bill, line = state.bill, state.part_of
        if bill is None or line is None:
            return
        self._most = bill.left[line].amount
        self._what.setText(title(bill.sale.line(line)))
        words = _("At most {amount} of it can go back. The goods or the fuel stay with the customer.")
        self._left.setText(words.format(amount=formats.money(self._most)))
        self.amount.show_money(state.parts.get(line, ZERO))
        self.amount.selectAll()
        self._settle()

    def _settle(self) -> None:
        amount = self.amount.money()
        if amount is None:
            missing = _("Type an amount first.")
        elif amount > self._most:
            missing = _("Only {amount} can go back.").format(amount=formats.money(self._most))
        else:
            missing = ""
        self._go.set_reason(missing)

    def _give(self) -> None:
        amount: Money | None = self.amount.money()
        if amount is not None:
            self.given.emit(amount)
