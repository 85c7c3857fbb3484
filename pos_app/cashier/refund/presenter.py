"""A refund from the bill that is looked for to the money that has gone back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.events.sales import RefundLegChanged
from core.domain.ids import ApprovalId, LineId, PaymentId, SaleId, StaffId
from core.domain.money import Money
from core.domain.refund import Refund, RefundPlan, RefundReason, SoldBill, Wanted
from core.domain.refusals.people import ApprovalNeeded
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.wording import formats
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.refunds.desk import RefundDesk

_LATELY = 30


class Step(StrEnum):
    """Where the refund is."""

    NONE = "none"
    FIND = "find"
    CHOOSE = "choose"
    PART = "part"  # how much money of one line
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class RefundViewState:
    """What the refund sheet shows. `chosen` is pieces by line, `parts` money of lines of which no piece comes back.

    `plan` is what they come to, once worked out; `part_of` the line whose amount is being typed.
    """

    step: Step = Step.NONE
    bills: tuple[SoldBill, ...] = ()
    unsettled: tuple[Refund, ...] = ()
    bill: SoldBill | None = None
    chosen: Mapping[LineId, int] = field(default_factory=dict)
    parts: Mapping[LineId, Money] = field(default_factory=dict)
    part_of: LineId | None = None
    reason: RefundReason | None = None
    reinstate: bool = False
    plan: RefundPlan | None = None
    refund: Refund | None = None
    busy: str = ""  # "find", "plan", "refund", "void", "cash", "slip", "ask"
    trouble: Exception | None = None

    @property
    def has_fill(self) -> bool:
        """Whether a fill is among what goes back."""
        bill = self.bill
        return bill is not None and any(
            pieces and bill.sale.line(line).fill is not None for line, pieces in self.chosen.items()
        )


class RefundPresenter(QObject):
    """Signals: changed."""

    changed = Signal()

    def __init__(
        self,
        refunds: "RefundDesk",
        background: Runs,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._refunds = refunds
        self._background = background
        self._approvals = approvals
        self._by = StaffId("")
        self.state = RefundViewState()

    def serve(self, person: StaffId) -> None:
        """This cashier gives money back from now on."""
        self._by = person
        self._show(RefundViewState())

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    # --- finding the bill -------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The last bills, and what is not finished yet."""
        self._show(RefundViewState(Step.FIND, busy="find"))
        self._background.run(
            lambda: (self._refunds.recent(_LATELY), self._refunds.unsettled()),
            self._found_lately,
            self._failed,
        )

    def seek(self, text: str) -> None:
        """A number, a scan, or a plate; a single bill is taken at once."""
        if not text.strip():
            self.begin()
            return
        self._show(RefundViewState(Step.FIND, self.state.bills, self.state.unsettled, busy="find"))
        self._background.run(lambda: self._refunds.find(text), self._found, self._failed)

    def choose(self, sale: SaleId) -> None:
        """This bill."""
        self._show(replace(self.state, busy="find", trouble=None))
        self._background.run(lambda: self._refunds.get(sale), self._take, self._failed)

    def see_through(self, refund: Refund) -> None:
        """One that is not finished yet."""
        self._show(replace(self.state, step=Step.RESULT, refund=refund, trouble=None))

    # --- choosing what goes back ------------------------------------------------------------------------------------

    def set_pieces(self, line: LineId, pieces: int) -> None:
        """So many of this line."""
        bill = self.state.bill
        if bill is None:
            return
        most = bill.left[line].quantity
        chosen = {**self.state.chosen, line: max(0, min(pieces, most))}
        self._choose(chosen, {each: part for each, part in self.state.parts.items() if each != line})

    def ask_part(self, line: LineId) -> None:
        """Only money of this line, and none of it comes back: how much is typed next."""
        bill = self.state.bill
        if bill is not None and bill.left[line].amount:
            self._show(replace(self.state, step=Step.PART, part_of=line, trouble=None))

    def set_part(self, amount: Money) -> None:
        """So much of the line that was asked about; nothing takes it back."""
        line = self.state.part_of
        if line is None:
            return
        parts = {each: part for each, part in self.state.parts.items() if each != line}
        if amount:
            parts[line] = amount
        self._show(replace(self.state, step=Step.CHOOSE, part_of=None))
        self._choose({**self.state.chosen, line: 0}, parts)

    def choose_everything(self) -> None:
        """All that is left of the bill."""
        bill = self.state.bill
        if bill is not None:
            self._choose({line: left.quantity for line, left in bill.left.items()}, {})

    def _choose(self, chosen: Mapping[LineId, int], parts: Mapping[LineId, Money]) -> None:
        self._show(replace(self.state, chosen=chosen, parts=parts, plan=None, trouble=None))
        self._work_out()

    def set_reason(self, reason: RefundReason) -> None:
        """Why."""
        self._show(replace(self.state, reason=reason))

    def set_reinstate(self, reinstate: bool) -> None:
        """Whether fills that go back wait at the counter again."""
        self._show(replace(self.state, reinstate=reinstate))

    # --- giving back ------------------------------------------------------------------------------------------------

    def refund(self) -> None:
        """Give back what is chosen."""
        bill, plan, reason, by = self.state.bill, self.state.plan, self.state.reason, self._by
        if bill is None or plan is None or reason is None or self.state.busy:
            return
        wanted, reinstate = self._wanted(), self.state.reinstate and self.state.has_fill
        words = _("Refund {amount} of bill {number}").format(
            amount=formats.money(plan.total), number=bill.sale.number
        )
        self._with_leave(
            "refund",
            lambda leave: self._refunds.refund(bill.sale.id, wanted, reason, by, leave, reinstate=reinstate),
            words,
        )

    def void(self) -> None:
        """Take the whole bill back; its fills wait at the counter again."""
        bill, reason, by = self.state.bill, self.state.reason, self._by
        if bill is None or reason is None or self.state.busy:
            return
        words = _("Void bill {number}, {amount}").format(
            number=bill.sale.number, amount=formats.money(bill.sale.total)
        )
        self._with_leave("void", lambda leave: self._refunds.void(bill.sale.id, reason, by, leave), words)

    def pay_in_cash(self, leg: PaymentId) -> None:
        """The provider refused it: from the drawer."""
        refund, by = self.state.refund, self._by
        if refund is None or self.state.busy:
            return
        words = _("Pay {amount} in cash, refund {number}").format(
            amount=formats.money(refund.leg(leg).amount), number=refund.number
        )
        self._with_leave("cash", lambda leave: self._refunds.pay_in_cash(leg, by, leave), words)

    def confirm_slip(self, leg: PaymentId, slip: str) -> None:
        """The bank's terminal has given it back."""
        by = self._by
        if not self.state.busy:
            self._see("slip", lambda: self._refunds.confirm_slip(leg, slip, by))

    def ask_again(self) -> None:
        """Ask now what became of it."""
        refund, by = self.state.refund, self._by
        if refund is not None and not self.state.busy:
            self._see("ask", lambda: self._refunds.ask_again(refund.id, by))

    def leg_changed(self, event: RefundLegChanged) -> None:
        """A chore or another program brought a refund forward."""
        refund = self.state.refund
        if self.state.step is Step.RESULT and refund is not None and refund.id == event.refund:
            sale = refund.sale

            def again(bill: SoldBill) -> None:
                fresh = next((each for each in bill.refunds if each.id == refund.id), None)
                if fresh is not None and self.state.refund is not None:
                    self._show(replace(self.state, refund=fresh))

            self._background.run(lambda: self._refunds.get(sale), again, self._failed)

    def leave(self) -> None:
        """One step back, or away."""
        if self.state.busy in ("refund", "void", "cash", "slip"):
            return
        if self.state.step is Step.PART:
            self._show(replace(self.state, step=Step.CHOOSE, part_of=None, trouble=None))
        elif self.state.step is Step.CHOOSE:
            self.begin()
        else:
            self._show(RefundViewState())

    # --- answers ----------------------------------------------------------------------------------------------------

    def _found_lately(self, found: tuple[Sequence[SoldBill], Sequence[Refund]]) -> None:
        if self.state.step is Step.FIND:
            bills, unsettled = found
            self._show(replace(self.state, bills=tuple(bills), unsettled=tuple(unsettled), busy=""))

    def _found(self, bills: Sequence[SoldBill]) -> None:
        if self.state.step is not Step.FIND:
            return
        if len(bills) == 1:
            self._take(bills[0])
        else:
            self._show(replace(self.state, bills=tuple(bills), busy=""))

    def _take(self, bill: SoldBill) -> None:
        chosen = {line.id: 0 for line in bill.sale.lines}
        self._show(RefundViewState(Step.CHOOSE, self.state.bills, self.state.unsettled, bill, chosen))

    def _wanted(self) -> tuple[Wanted, ...]:
        pieces = tuple(Wanted(line, count) for line, count in self.state.chosen.items() if count)
        return pieces + tuple(Wanted(line, 0, amount) for line, amount in self.state.parts.items())

    def _work_out(self) -> None:
        bill, wanted = self.state.bill, self._wanted()
        if bill is None or not wanted:
            return

        def worked_out(plan: RefundPlan) -> None:
            if wanted == self._wanted():
                self._show(replace(self.state, plan=plan))

        self._background.run(lambda: self._refunds.preview(bill.sale.id, wanted), worked_out, self._failed)

    def _with_leave(
        self,
        busy: str,
        call: Callable[[ApprovalId | None], Refund],
        words: str,
        leave: ApprovalId | None = None,
    ) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, ApprovalNeeded) and leave is None:
                self._show(replace(self.state, busy=""))
                self._approvals.ask(error, lambda given: self._with_leave(busy, call, words, given), words)
            else:
                self._failed(error)

        self._show(replace(self.state, busy=busy, trouble=None))
        self._background.run_outside(lambda: call(leave), self._seen, failed)

    def _see(self, busy: str, call: Callable[[], Refund]) -> None:
        self._show(replace(self.state, busy=busy, trouble=None))
        self._background.run_outside(call, self._seen, self._failed)

    def _seen(self, refund: Refund) -> None:
        self._show(replace(self.state, step=Step.RESULT, refund=refund, busy="", trouble=None))

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy="", trouble=error))

    def _show(self, state: RefundViewState) -> None:
        self.state = state
        self.changed.emit()
