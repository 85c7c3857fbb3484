"""Taking the money: cash with its change, a payer's code with its waiting, and a bill that a discount made free."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.ids import StaffId
from core.domain.money import ZERO, Money
from core.domain.payment import Payment, PaymentState
from core.domain.sale import Sale, SaleState
from core.domain.scan import CodeKind, what_is
from core.ports.clock import Clock
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.payments.desk import PaymentDesk


class Step(StrEnum):
    """Where the payment is."""

    NONE = "none"
    CASH = "cash"
    CODE = "code"
    WAITING = "waiting"  # a code was charged and there is no clear answer yet
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PaymentViewState:
    """What the payment sheets show. `trouble` is what was raised last; `refused` is why a code was declined."""

    step: Step = Step.NONE
    sale: Sale | None = None
    busy: str = ""  # "cash", "code", "check", "cancel", "free"
    trouble: Exception | None = None
    refused: str = ""
    waited: timedelta = timedelta()

    @property
    def due(self) -> Money:
        """What is to be paid now."""
        return self.sale.due if self.sale else ZERO

    @property
    def pending(self) -> Payment | None:
        """The payment with no clear answer yet."""
        return self.sale.unclear_payment if self.sale else None


class PaymentPresenter(QObject):
    """Signals: changed; sale_seen(Sale), whatever a payment made of the bill; left_for_later."""

    changed = Signal()
    sale_seen = Signal(object)
    left_for_later = Signal()

    def __init__(
        self,
        payments: "PaymentDesk",
        background: Runs,
        notices: Notices,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._payments = payments
        self._background = background
        self._notices = notices
        self._clock = clock
        self._by = StaffId("")
        self._waiting_since: datetime | None = None
        self.state = PaymentViewState()

    def serve(self, person: StaffId) -> None:
        """This cashier takes the money from now on."""
        self._by = person
        self._show(PaymentViewState())

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    @property
    def is_on_its_way(self) -> bool:
        """Whether money may be moving just now."""
        return self.state.step is Step.WAITING or bool(self.state.busy)

    # --- cash -------------------------------------------------------------------------------------------------------

    def begin_cash(self, sale: Sale) -> None:
        """The customer pays cash."""
        self._show(PaymentViewState(Step.CASH, sale))

    def take_cash(self, given: Money) -> None:
        """So much was handed over."""
        sale, by = self.state.sale, self._by
        if sale is None or self.state.busy:
            return
        self._show(replace(self.state, busy="cash", trouble=None))
        self._background.run(lambda: self._payments.take_cash(sale.id, given, by), self._took, self._failed)

    def finish_free(self, sale: Sale) -> None:
        """Nothing is due: complete the bill."""
        by = self._by
        if self.state.busy:
            return
        self._show(PaymentViewState(Step.NONE, sale, busy="free"))
        self._background.run(lambda: self._payments.finish_free(sale.id, by), self._took, self._free_failed)

    # --- a payer's code ---------------------------------------------------------------------------------------------

    def begin_code(self, sale: Sale) -> None:
        """The customer pays with a code; one whose answer is still awaited comes up again."""
        if sale.unclear_payment is not None:
            self._wait(sale)
        else:
            self._show(PaymentViewState(Step.CODE, sale))

    def code_given(self, text: str) -> None:
        """A code was scanned or typed."""
        sale, by = self.state.sale, self._by
        if sale is None or self.state.busy or self.state.step not in (Step.CODE, Step.CASH):
            return
        self._waiting_since = self._clock.now()
        shaped = what_is(text) in (CodeKind.WECHAT, CodeKind.ALIPAY)
        step = Step.WAITING if shaped else Step.CODE
        self._show(replace(self.state, step=step, busy="code", trouble=None, refused="", waited=timedelta()))
        self._background.run_outside(
            lambda: self._payments.take_code(sale.id, text, by), self._took, self._code_failed
        )

    def ask_again(self) -> None:
        """Ask now what became of it."""
        self._settle("check", self._payments.check)

    def cancel(self) -> None:
        """Take the payment back; what was charged after all is returned."""
        self._settle("cancel", self._payments.cancel)

    def leave_for_later(self) -> None:
        """Serve the next customer; the answer will come in by itself."""
        if self.state.step is Step.WAITING:
            self._show(PaymentViewState())
            self.left_for_later.emit()

    def tick(self) -> None:
        """A second has passed."""
        if self.state.step is Step.WAITING and self._waiting_since is not None:
            self._show(replace(self.state, waited=self._clock.now() - self._waiting_since))

    # --- coming and going -------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Back to the bill, unless money is on its way."""
        if self.state.step is not Step.WAITING and not self.state.busy:
            self._show(PaymentViewState())

    def saw(self, sale: Sale) -> None:
        """The bill as it is now, from whoever asked."""
        shown = self.state.sale
        if shown is None or shown.id != sale.id or self.state.step in (Step.NONE, Step.DONE):
            return
        if self.state.busy in ("cash", "code") and sale.state is SaleState.OPEN:
            self._show(replace(self.state, sale=sale))  # The answer itself is still to come.
            return
        self._judge(sale)

    def finished(self, sale: Sale) -> None:
        """The bill is paid: change and receipt."""
        if self.state.step is Step.DONE and self.state.sale is not None and self.state.sale.id == sale.id:
            return
        self._show(PaymentViewState(Step.DONE, sale))

    def _settle(self, busy: str, call: "Callable[..., Sale]") -> None:
        pending, by = self.state.pending, self._by
        if pending is None or self.state.busy in ("check", "cancel"):
            return
        self._show(replace(self.state, busy=busy, trouble=None))
        self._background.run_outside(lambda: call(pending.id, by), self._took, self._failed)

    def _took(self, sale: Sale) -> None:
        self._show(replace(self.state, busy=""))
        self._judge(sale)
        self.sale_seen.emit(sale)

    def _judge(self, sale: Sale) -> None:
        """Where the bill's newest payment leads."""
        if sale.state is SaleState.COMPLETED:
            self.finished(sale)
            return
        if sale.unclear_payment is not None:
            self._show(replace(self.state, step=Step.WAITING, sale=sale))
            return
        newest = sale.payments[-1] if sale.payments else None
        if self.state.step is Step.WAITING and newest is not None:
            refused = newest.reason or newest.state.value
            cancelled = newest.state is PaymentState.CANCELLED
            self._show(PaymentViewState(Step.CODE, sale, refused="cancelled" if cancelled else refused))
            return
        self._show(replace(self.state, sale=sale))

    def _wait(self, sale: Sale) -> None:
        pending = sale.unclear_payment
        self._waiting_since = pending.at if pending is not None else self._clock.now()
        self._show(PaymentViewState(Step.WAITING, sale, waited=self._clock.now() - self._waiting_since))

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy="", trouble=error))

    def _code_failed(self, error: Exception) -> None:
        self._show(replace(self.state, step=Step.CODE, busy="", trouble=error))

    def _free_failed(self, error: Exception) -> None:
        self._show(PaymentViewState())
        self._notices.fault(error)

    def _show(self, state: PaymentViewState) -> None:
        self.state = state
        self.changed.emit()
