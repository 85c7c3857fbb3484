"""Taking the money in every way, split as the customer likes: what shows, and what a cashier can do about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.account import Account
from core.domain.card_numbers import passes_luhn
from core.domain.ids import AccountId, ApprovalId, PaymentId, StaffId
from core.domain.money import ZERO, Money
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.refusals.payments import CardNumberRefused
from core.domain.refusals.people import ApprovalNeeded
from core.domain.sale import Sale, SaleState
from core.domain.scan import CodeKind, what_is
from core.ports.clock import Clock
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.accounts.desk import AccountDesk
    from core.services.payments.desk import PaymentDesk

PAYING_CODES = frozenset(
    {CodeKind.WECHAT, CodeKind.ALIPAY, CodeKind.UNIONPAY, CodeKind.MEMBER, CodeKind.RECHARGE_CARD}
)
# As long as the station itself waits before it takes the payment back; see core.services.payments.
_PATIENCE = timedelta(seconds=90)
_QR_PATIENCE = timedelta(minutes=5)


class Step(StrEnum):
    """Where the payment is."""

    NONE = "none"
    CASH = "cash"
    CODE = "code"
    CARD = "card"
    CREDIT = "credit"
    WAITING = "waiting"  # a code was charged and there is no clear answer yet
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PaymentViewState:
    """What the payment sheets show. `trouble` is what was raised last; `refused` is why a code was declined."""

    step: Step = Step.NONE
    sale: Sale | None = None
    busy: str = ""  # "cash", "code", "qr", "card", "credit", "back", "check", "cancel", "free"
    trouble: Exception | None = None
    refused: str = ""
    waited: timedelta = timedelta()
    available: Money | None = None  # what a balance or card holds that was too little just now
    accounts: tuple[Account, ...] = ()  # who may buy on credit, found for what was typed

    @property
    def due(self) -> Money:
        """What is to be paid now."""
        return self.sale.due if self.sale else ZERO

    @property
    def pending(self) -> Payment | None:
        """The payment with no clear answer yet."""
        return self.sale.unclear_payment if self.sale else None

    @property
    def legs(self) -> tuple[Payment, ...]:
        """What this bill holds already."""
        return self.sale.legs if self.sale else ()

    @property
    def qr(self) -> str:
        """What the customer scans for the pending payment, here and on the customer display."""
        return self.pending.qr if self.pending is not None else ""

    @property
    def goes_back(self) -> bool:
        """Whether what is waited for is money on its way back."""
        return self.pending is not None and self.pending.reverses is not None

    @property
    def left(self) -> timedelta:
        """How long the station still waits before it takes the payment back by itself."""
        patience = _QR_PATIENCE if self.qr else _PATIENCE
        return max(timedelta(), patience - self.waited)


_OPEN_STEPS = (Step.CODE, Step.CASH, Step.CARD, Step.CREDIT)


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
        *,
        approvals: AsksApproval | None = None,
        accounts: "AccountDesk | None" = None,
    ) -> None:
        super().__init__(parent)
        self._approvals = approvals
        self._accounts = accounts
        self._payments = payments
        self._background = background
        self._notices = notices
        self._clock = clock
        self._by = StaffId("")
        self._waiting_since: datetime | None = None
        self._judged: Payment | None = None
        self.cloud_away = False
        self.state = PaymentViewState()

    def serve(self, person: StaffId) -> None:
        """This cashier takes the money from now on."""
        self._by = person
        self._show(PaymentViewState())

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    def saw_cloud(self, away: bool) -> None:
        """Whether the cloud is away: what needs it says so before anybody tries."""
        if away != self.cloud_away:
            self.cloud_away = away
            self.changed.emit()

    @property
    def is_on_its_way(self) -> bool:
        """Whether money may be moving just now."""
        return self.state.step is Step.WAITING or bool(self.state.busy)

    # --- cash -------------------------------------------------------------------------------------------------------

    def begin_cash(self, sale: Sale) -> None:
        """The customer pays cash."""
        self._judged = sale.payments[-1] if sale.payments else None
        self._show(PaymentViewState(Step.CASH, sale))

    def take_cash(self, given: Money) -> None:
        """So much was handed over; less than what is due is a part of it."""
        sale, by = self.state.sale, self._by
        if sale is None or self.state.busy:
            return
        part = given if given < sale.due else None
        self._show(replace(self.state, busy="cash", trouble=None))
        self._background.run(
            lambda: self._payments.take_cash(sale.id, given, by, amount=part), self._took, self._failed
        )

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
        self._judged = sale.payments[-1] if sale.payments else None
        if sale.unclear_payment is not None:
            self._wait(sale)
        else:
            self._show(PaymentViewState(Step.CODE, sale))

    def code_given(self, text: str, amount: Money | None = None, *, typed: bool = False) -> None:
        """A code was scanned, or `typed` by hand, for `amount` or all that is due."""
        sale, by = self.state.sale, self._by
        if sale is None or self.state.busy or self.state.step not in _OPEN_STEPS:
            return
        kind = what_is(text)
        if typed and kind is CodeKind.UNIONPAY and passes_luhn("".join(filter(str.isdigit, text))):
            # Nobody types a payer's code of 19 digits that happens to be a card's number.
            self._show(replace(self.state, trouble=CardNumberRefused(), refused=""))
            return
        self._waiting_since = self._clock.now()
        step = Step.WAITING if kind in PAYING_CODES else Step.CODE
        self._show(replace(self.state, step=step, busy="code", trouble=None, refused="", waited=timedelta()))
        self._background.run_outside(
            lambda: self._payments.take_code(sale.id, text, by, amount=amount), self._took, self._code_failed
        )

    def show_qr(self, tender: Tender, amount: Money | None = None) -> None:
        """The customer scans a code from our display."""
        sale, by = self.state.sale, self._by
        if sale is None or self.state.busy:
            return
        self._waiting_since = self._clock.now()
        self._show(
            replace(self.state, step=Step.WAITING, busy="qr", trouble=None, refused="", waited=timedelta())
        )
        self._background.run_outside(
            lambda: self._payments.start_qr(sale.id, by, tender=tender, amount=amount),
            self._took,
            self._code_failed,
        )

    # --- a card terminal, an account --------------------------------------------------------------------------------

    def begin_card(self) -> None:
        """The customer pays at the bank's own terminal."""
        if self.state.sale is not None and not self.state.busy:
            self._show(PaymentViewState(Step.CARD, self.state.sale))

    def take_card(self, amount: Money | None, slip: str) -> None:
        """The terminal has taken so much; its slip has this number."""
        sale, by = self.state.sale, self._by
        if sale is None or self.state.busy:
            return
        self._show(replace(self.state, busy="card", trouble=None))
        self._background.run(
            lambda: self._payments.take_bank_card(sale.id, amount, slip, by), self._took, self._failed
        )

    def begin_credit(self) -> None:
        """An account customer pays later."""
        if self.state.sale is not None and not self.state.busy:
            self._show(PaymentViewState(Step.CREDIT, self.state.sale))
            self.seek_accounts("")

    def seek_accounts(self, text: str) -> None:
        """Account customers with this in their name or plates."""
        accounts = self._accounts
        if accounts is None:
            return

        def found(them: Sequence[Account]) -> None:
            if self.state.step is Step.CREDIT:
                self._show(replace(self.state, accounts=tuple(them)))

        self._background.run(lambda: accounts.open_ones(text), found, self._failed)

    def take_credit(self, account: AccountId, amount: Money | None, plate: str, words: str) -> None:
        """This customer owes it; `words` tell whoever has to agree what for."""
        sale, by = self.state.sale, self._by
        if sale is None or self.state.busy:
            return
        self._with_leave(
            "credit",
            lambda leave: self._payments.take_on_credit(sale.id, account, amount, plate, by, leave),
            words,
        )

    def take_back(self, payment: PaymentId, words: str) -> None:
        """Give a payment that this bill holds back to the customer; `words` as above."""
        by = self._by
        if self.state.sale is None or self.state.busy:
            return
        self._waiting_since = self._clock.now()
        self._with_leave(
            "back", lambda leave: self._payments.take_back(payment, by, leave), words, outside=True
        )

    # --- waiting ----------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        """Ask now what became of it."""
        self._settle("check", self._payments.check)

    def cancel(self) -> None:
        """Take the payment back; what was charged after all is returned."""
        self._settle("cancel", self._payments.cancel)

    def leave_for_later(self) -> None:
        """Serve the next customer; the answer will come in by itself."""
        if self.state.step is Step.WAITING and self.state.pending is not None:
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
        if self.state.busy and self.state.busy != "check" and sale.state is SaleState.OPEN:
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
        if newest is None or newest == self._judged:
            self._show(replace(self.state, sale=sale))
            return
        self._judged = newest
        if newest.state is PaymentState.CAPTURED:
            # A part of it is paid, or was given back: the next way to pay for the rest.
            self._show(PaymentViewState(Step.CODE, sale))
        elif newest.reverses is not None:
            self._show(PaymentViewState(Step.CODE, sale, refused="not_given_back"))
        elif self.state.step is Step.WAITING:
            refused = newest.reason or newest.state.value
            cancelled = newest.state is PaymentState.CANCELLED
            why = "cancelled" if cancelled else refused
            available = self._payments.available(newest.id)
            self._show(PaymentViewState(Step.CODE, sale, refused=why, available=available))
        else:
            self._show(replace(self.state, sale=sale))

    def _with_leave(
        self,
        busy: str,
        call: Callable[[ApprovalId | None], Sale],
        words: str,
        *,
        outside: bool = False,
        leave: ApprovalId | None = None,
    ) -> None:
        """Do it, asking for somebody's agreement where it needs one."""
        run = self._background.run_outside if outside else self._background.run

        def failed(error: Exception) -> None:
            if isinstance(error, ApprovalNeeded) and self._approvals is not None and leave is None:
                self._show(replace(self.state, busy=""))
                self._approvals.ask(
                    error,
                    lambda given: self._with_leave(busy, call, words, outside=outside, leave=given),
                    words,
                )
            else:
                self._failed(error)

        self._show(replace(self.state, busy=busy, trouble=None))
        run(lambda: call(leave), self._took, failed)

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
