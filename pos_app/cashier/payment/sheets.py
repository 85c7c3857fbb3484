"""Which payment sheet lies over the counter, and what a scan means while one does."""

from core.domain.scan import CodeKind, what_is
from core.qt.widgets.layers import Layers, Sheet
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.cash_sheet import CashSheet
from pos_app.cashier.payment.code_sheet import CodeSheet
from pos_app.cashier.payment.done_sheet import DoneSheet
from pos_app.cashier.payment.presenter import PaymentPresenter, Step
from pos_app.cashier.receipts.presenter import ReceiptsPresenter


class PaymentSheets:
    """Cash, code and done: at most one shows, as the payment's step says."""

    def __init__(
        self,
        payment: PaymentPresenter,
        counter: CounterPresenter,
        receipts: ReceiptsPresenter,
        layers: Layers,
    ) -> None:
        self._payment = payment
        self._counter = counter
        self._receipts = receipts
        self._layers = layers
        self.cash = CashSheet()
        self.code = CodeSheet()
        self.done = DoneSheet()
        self._by_step: dict[Step, Sheet] = {
            Step.CASH: self.cash,
            Step.CODE: self.code,
            Step.WAITING: self.code,
            Step.DONE: self.done,
        }
        self.cash.given.connect(payment.take_cash)
        self.cash.left.connect(payment.leave)
        self.code.given.connect(payment.code_given)
        self.code.ask_again.connect(payment.ask_again)
        self.code.cancel.connect(payment.cancel)
        self.code.leave_for_later.connect(payment.leave_for_later)
        self.code.left.connect(payment.leave)
        self.done.next_customer.connect(self.next_customer)
        self.done.left.connect(self.next_customer)
        self.done.reprint.connect(receipts.reprint)
        payment.changed.connect(self._show)
        receipts.changed.connect(self._show_paper)

    def next_customer(self) -> None:
        """Away with what is done, an empty bill."""
        self._payment.leave()
        self._counter.next_customer()

    def scanned(self, code: str) -> bool:
        """Whether this scan was for a payment sheet."""
        step = self._payment.state.step
        if step is Step.WAITING:
            return True
        if step is Step.DONE:
            self.next_customer()
            return False
        if step is Step.CODE or (step is Step.CASH and what_is(code) in (CodeKind.WECHAT, CodeKind.ALIPAY)):
            self._payment.code_given(code)
            return True
        if step is Step.CASH:
            self._payment.leave()
        return False

    def _show(self) -> None:
        state = self._payment.state
        wanted = self._by_step.get(state.step)
        for sheet in (self.cash, self.code, self.done):
            if sheet is not wanted:
                self._layers.close_sheet(sheet)
        if wanted is None:
            return
        fresh = not self._layers.is_open(wanted)
        if wanted is self.cash:
            if fresh:
                self.cash.begin(state.due)
            self.cash.show_state(state)
        elif wanted is self.code:
            self.code.show_state(state)
        elif state.sale is not None:
            self.done.begin(state.sale)
            self._show_paper()
        if fresh:
            self._layers.open(wanted, {Step.CASH: self.cash.field, Step.CODE: self.code.box}.get(state.step))

    def _show_paper(self) -> None:
        if self._payment.state.step is Step.DONE:
            self.done.show_paper(self._receipts.state)
