"""Ending a shift step by step: what is under way, the blind count, the next person, what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.blocker import Blocker, BlockerKind
from core.domain.count import NOTHING_COUNTED, Count
from core.domain.ids import ApprovalId, PaymentId, RefundId, StaffId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.print_job import PaperKind
from core.domain.refusals.people import ApprovalNeeded
from core.domain.report import ShiftReport
from core.domain.shift import Shift
from core.domain.staff import Permission, StaffMember
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.sign_in.proving import ProvingPresenter
from core.wording import formats
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.mailbox import MailboxDesk
    from core.services.payments.desk import PaymentDesk
    from core.services.receipts.desk import ReceiptDesk
    from core.services.refunds.desk import RefundDesk
    from core.services.reports import ReportDesk
    from core.services.shifts.desk import ShiftDesk
    from core.services.staff import StaffDesk


class Step(StrEnum):
    """none -> under_way -> cash -> others -> float -> next -> done; what there is nothing of is left out."""

    NONE = "none"
    UNDER_WAY = "under_way"
    CASH = "cash"
    OTHERS = "others"  # totals of the other tenders
    FLOAT = "float"  # what stays for the next shift
    NEXT = "next"  # who goes on
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ClosingState:
    """What the sheet shows. Until `closed` is there, nothing in it tells what is expected: the count is blind."""

    step: Step = Step.NONE
    handing_over: bool = False
    shift: Shift | None = None
    blockers: tuple[Blocker, ...] = ()
    asking: str = ""  # the blocker that is being seen to
    note: str = ""
    tenders: tuple[Tender, ...] = ()  # those besides cash that have to be counted
    count: Count = NOTHING_COUNTED
    next_float: Money | None = None
    busy: bool = False
    trouble: Exception | None = None
    closed: Shift | None = None
    follower: Shift | None = None
    report: ShiftReport | None = None
    paper: Path | None = None
    writing: bool = False
    paper_trouble: Exception | None = None
    on_receipt_paper: bool = False

    @property
    def has_questions(self) -> bool:
        """Whether something needs a person before the shift can end."""
        return any(blocker.asks_a_person for blocker in self.blockers)

    @property
    def may_go_on(self) -> bool:
        """Whether everything is settled, or goes along anyway."""
        return self.handing_over or not self.has_questions


def key_of(blocker: Blocker) -> str:
    """What tells blockers apart."""
    return f"{blocker.kind}_{blocker.subject}" if blocker.subject else str(blocker.kind)


class NextPerson(ProvingPresenter[StaffMember]):
    """Who goes on with the shift, proven by PIN or card.

    Signals: changed, proven(StaffMember).
    """

    proven = Signal(object)

    def __init__(self, staff: "StaffDesk", background: Runs, parent: QObject | None = None) -> None:
        super().__init__(background, parent)
        self._staff = staff

    def _people(self) -> Sequence[StaffMember]:
        return [person for person in self._staff.people() if person.may(Permission.RUN_SHIFT)]

    def _try(self, chosen: StaffId | None, proof: str) -> StaffMember:
        if chosen is not None:
            return self._staff.sign_in(chosen, proof)
        return self._staff.sign_in_by_card(proof, (Permission.RUN_SHIFT,))

    def _proven(self, result: StaffMember) -> None:
        self.proven.emit(result)


@dataclass(frozen=True, slots=True)
class ClosingDesks:
    """The use cases of ending a shift."""

    shifts: "ShiftDesk"
    reports: "ReportDesk"
    staff: "StaffDesk"
    payments: "PaymentDesk"
    refunds: "RefundDesk"
    receipts: "ReceiptDesk"
    mailbox: "MailboxDesk"


class ClosingPresenter(QObject):
    """Signals: changed; ended, when the result was put away; handed_to(StaffMember), who is at the till from now on."""

    changed = Signal()
    ended = Signal()
    handed_to = Signal(object)

    def __init__(
        self, desks: ClosingDesks, background: Runs, approvals: AsksApproval, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desks = desks
        self._background = background
        self._approvals = approvals
        self._by = StaffId("")
        self._next: StaffMember | None = None
        self.next_person = NextPerson(desks.staff, background, self)
        self.next_person.proven.connect(self._next_proven)
        self.state = ClosingState()

    def take_over(self, person: StaffId) -> None:
        """This person ends shifts from now on."""
        self._by = person

    @property
    def is_on(self) -> bool:
        """Whether a shift is being ended here, or what came of it is being read."""
        return self.state.step is not Step.NONE

    # --- what is under way ------------------------------------------------------------------------------------------

    def begin(self, shift: Shift, *, handing_over: bool) -> None:
        """End this shift; with `handing_over` the next begins in the same moment, while the pumps run on."""
        self._next = None
        self._show(ClosingState(Step.UNDER_WAY, handing_over, shift, busy=True))
        self._look(self._first_looked)
        # Its paper comes after the count: what the first one of a program loads is there by then.
        self._background.run_outside(self._desks.reports.prepare)

    def look_again(self) -> None:
        """What is still under way."""
        if self.state.step is Step.UNDER_WAY:
            self._look(self._looked)

    def see_to(self, blocker: Blocker) -> None:
        """Ask the outside now: the payer's or the refund's provider, the printer, the cloud."""
        desks, by, subject = self._desks, self._by, blocker.subject
        calls: dict[BlockerKind, Callable[[], object]] = {
            BlockerKind.UNCLEAR_PAYMENT: lambda: desks.payments.check(PaymentId(subject), by),
            BlockerKind.PENDING_REFUND: lambda: desks.refunds.ask_again(RefundId(subject), by),
            BlockerKind.WAITING_PAPER: desks.receipts.work_queue,
            BlockerKind.UNSENT: desks.mailbox.send_waiting,
        }
        if self.state.asking or blocker.kind not in calls:
            return
        self._show(replace(self.state, asking=key_of(blocker), trouble=None))
        self._background.run_outside(calls[blocker.kind], lambda _answer: self._seen_to(), self._not_seen_to)

    def go_on(self, note: str = "") -> None:
        """To the count. What still needs a person goes to the next shift with this note."""
        state = self.state
        if state.step is not Step.UNDER_WAY or not (state.may_go_on or note.strip()):
            return
        self._show(replace(state, note=note.strip(), step=Step.CASH, trouble=None))
        self._background.run(self._desks.shifts.to_count, self._know_tenders, self._failed)

    def _look(self, then: Callable[[Sequence[Blocker]], None]) -> None:
        self._background.run(self._desks.shifts.blockers, then, self._failed)

    def _first_looked(self, blockers: Sequence[Blocker]) -> None:
        self._looked(blockers)
        if not blockers:
            self.go_on()

    def _looked(self, blockers: Sequence[Blocker]) -> None:
        self._show(replace(self.state, blockers=tuple(blockers), busy=False))

    def _seen_to(self) -> None:
        self._show(replace(self.state, asking=""))
        self.look_again()

    def _not_seen_to(self, error: Exception) -> None:
        self._show(replace(self.state, asking="", trouble=error))
        self.look_again()

    def _know_tenders(self, tenders: Sequence[Tender]) -> None:
        others = tuple(tender for tender in tenders if tender is not Tender.CASH)
        self._show(replace(self.state, tenders=others))

    # --- the count --------------------------------------------------------------------------------------------------

    def count_cash(self, count: Count) -> None:
        """So much cash was in the drawer."""
        self._show(replace(self.state, count=count, trouble=None))
        if self.state.tenders:
            self._show(replace(self.state, step=Step.OTHERS))
        else:
            self._counted()

    def count_others(self, totals: tuple[tuple[Tender, Money], ...]) -> None:
        """What the slips and the channels' own books say."""
        self._show(replace(self.state, count=replace(self.state.count, totals=totals)))
        self._counted()

    def step_back(self) -> None:
        """One step back; from the first one, back to selling."""
        state = self.state
        if state.busy:
            return
        back = {
            Step.CASH: Step.UNDER_WAY if state.blockers else Step.NONE,
            Step.OTHERS: Step.CASH,
            Step.FLOAT: Step.OTHERS if state.tenders else Step.CASH,
            Step.NEXT: Step.FLOAT,
        }
        step = back.get(state.step, Step.NONE)
        if step is Step.NONE:
            self.leave()
        else:
            self._show(replace(state, step=step, trouble=None))

    def leave(self) -> None:
        """Back to selling, nothing ended; once the shift is closed, this puts its count away."""
        closed, person = self.state.closed is not None, self._next
        self._show(ClosingState())
        if closed and person is not None:
            self.handed_to.emit(person)
        elif closed:
            self.ended.emit()

    def _counted(self) -> None:
        if self.state.handing_over:
            shift = self.state.shift
            suggested = shift.opening_float if shift is not None else None
            kept = self.state.next_float if self.state.next_float is not None else suggested
            self._show(replace(self.state, step=Step.FLOAT, next_float=kept))
        else:
            self._close()

    def begin_with(self, next_float: Money) -> None:
        """So much stays in the drawer for the next shift."""
        self._show(replace(self.state, next_float=next_float, step=Step.NEXT))
        self.next_person.begin()

    def _next_proven(self, person: StaffMember) -> None:
        self._next = person
        self._hand_over()

    # --- the end ----------------------------------------------------------------------------------------------------

    def _close(self, approval: ApprovalId | None = None) -> None:
        state, by = self.state, self._by
        if state.busy or state.shift is None:
            return
        shift = state.shift.id
        note = state.note or None
        self._show(replace(state, busy=True, trouble=None))
        self._background.run(
            lambda: self._desks.shifts.close(state.count, by, approval, note=note, shift=shift),
            self._closed,
            self._or_ask(self._close),
        )

    def _hand_over(self, approval: ApprovalId | None = None) -> None:
        state, by, person = self.state, self._by, self._next
        if state.busy or state.shift is None or person is None or state.next_float is None:
            return
        shift, next_float = state.shift.id, state.next_float
        self._show(replace(state, busy=True, trouble=None))
        self._background.run(
            lambda: self._desks.shifts.hand_over(
                state.count, by, person.id, next_float, approval, note=state.note, shift=shift
            ),
            lambda both: self._closed(*both),
            self._or_ask(self._hand_over),
        )

    def _closed(self, shift: Shift, follower: Shift | None = None) -> None:
        self._show(
            replace(
                self.state,
                step=Step.DONE,
                busy=False,
                closed=shift,
                follower=follower,
                on_receipt_paper=self._desks.receipts.has_printer,
            )
        )
        by = self._by
        self._background.run(
            lambda: self._desks.reports.shift_report(shift.id, by),
            lambda report: self._show(replace(self.state, report=report)),
            self._not_written,
        )
        self.write_paper()

    def write_paper(self) -> None:
        """The closed shift's paper as a PDF."""
        shift, by = self.state.closed, self._by
        if shift is None or self.state.writing:
            return
        self._show(replace(self.state, writing=True, paper_trouble=None))
        self._background.run_outside(
            lambda: self._desks.reports.shift_pdf(shift.id, by), self._written, self._not_written
        )

    def print_again(self, approval: ApprovalId | None = None) -> None:
        """The Z on receipt paper once more."""
        shift, by = self.state.closed, self._by
        if shift is None or self.state.busy:
            return
        self._show(replace(self.state, busy=True, paper_trouble=None))
        self._background.run_outside(
            lambda: self._desks.receipts.print_paper(PaperKind.Z_REPORT, shift.id, by, approval),
            lambda _nothing: self._show(replace(self.state, busy=False)),
            self._not_printed,
        )

    def _not_printed(self, error: Exception) -> None:
        shift = self.state.closed
        self._show(replace(self.state, busy=False))
        if isinstance(error, ApprovalNeeded) and shift is not None:
            words = _("Print the Z of shift {number} again").format(number=shift.number)
            self._approvals.ask(error, self.print_again, words)
        else:
            self._show(replace(self.state, paper_trouble=error))

    def _written(self, path: Path) -> None:
        self._show(replace(self.state, writing=False, paper=path))

    def _not_written(self, error: Exception) -> None:
        self._show(replace(self.state, writing=False, paper_trouble=error))

    def _or_ask(self, retry: Callable[[ApprovalId], None]) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            self._show(replace(self.state, busy=False))
            shift = self.state.shift
            if isinstance(error, ApprovalNeeded) and shift is not None:
                words = _("Check the count of shift {number}: {cash} in cash").format(
                    number=shift.number, cash=formats.money(self.state.count.cash)
                )
                self._approvals.ask(error, retry, words)
            else:
                self._failed(error)

        return failed

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy=False, trouble=error))

    def _show(self, state: ClosingState) -> None:
        self.state = state
        self.changed.emit()
