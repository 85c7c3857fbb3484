"""What becomes of a fill that is not simply paid: gone without paying, a pump test, disputed, written off, taken back."""

from collections.abc import Sequence
from datetime import UTC, date, tzinfo

from core.domain.debt import Debt, DebtKind, Debtor, DebtState, OwedFill, check_due, debt_number
from core.domain.events.pumps import (
    CustomerGone,
    FillDisputed,
    FillReinstated,
    FillWrittenOff,
    PumpTested,
    PumpTestUndone,
)
from core.domain.fill import Fill, FillState
from core.domain.fill_step import FillEntry, FillStep
from core.domain.ids import ApprovalId, DebtId, FillEntryId, FillId, GradeCode, StaffId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.print_job import PaperKind
from core.domain.refusals.pumps import LitresUnfit
from core.domain.refusals.typed import ReasonMissing
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work

LONGEST_REASON = 200


class FillDesk:
    """Each step is an entry that is never changed; what was wrong is undone by another, in whatever shift."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, zone: tzinfo = UTC) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._zone = zone

    # --- looking -----------------------------------------------------------------------------------------------------

    def owed(self) -> Sequence[OwedFill]:
        """What is still to be collected: broken promises first, then by age."""
        today = self._today()
        with self._work.reading() as work:
            found = [
                OwedFill(debt, work.fills.get(debt.fill), debt.is_overdue(today))
                for debt in work.debts.open_ones()
            ]
        return sorted(found, key=lambda each: (not each.overdue, each.debt.at))

    def debts(self, limit: int) -> Sequence[Debt]:
        """All there were, newest first."""
        with self._work.reading() as work:
            return work.debts.recent(limit)

    def disputed(self) -> Sequence[Fill]:
        """What somebody has still to decide, oldest first."""
        with self._work.reading() as work:
            return [fill for fill in work.fills.apart() if fill.state is FillState.DISPUTED]

    def steps(self, fill: FillId) -> Sequence[FillEntry]:
        """Everything that was decided of it, oldest first."""
        with self._work.reading() as work:
            return work.fill_steps.of(fill)

    def tests(self, limit: int) -> Sequence[Fill]:
        """The last pump tests that stand, newest first."""
        with self._work.reading() as work:
            return [fill for fill in work.fills.recent(limit) if fill.state is FillState.TESTED]

    def tanks_for(self, grade: GradeCode) -> Sequence[TankNumber]:
        """Into which tanks fuel of this grade goes back."""
        with self._work.reading() as work:
            return [tank.number for tank in work.tanks.all() if tank.grade == grade]

    def written_off(self, limit: int) -> Sequence[Fill]:
        """The last fills that nobody pays, newest first: a wrong decision is taken back from here."""
        with self._work.reading() as work:
            return [fill for fill in work.fills.recent(limit) if fill.state is FillState.WRITTEN_OFF]

    # --- gone without paying -----------------------------------------------------------------------------------------

    def let_go(  # noqa: PLR0917 - who went, how, and until when
        self,
        fill: FillId,
        kind: DebtKind,
        debtor: Debtor,
        due_on: date | None,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Debt:
        """The customer is gone: without a word (drive-off), or with a promise and a ticket to sign.

        It is collected as any fill is paid: it goes onto a bill, in any shift, by any tender. Raises FillStateUnfit,
        WhoOwesMissing, DueDayUnfit, PlateUnfit, PhoneUnfit, ApprovalNeeded.
        """
        who, today = debtor.tidied(), self._today()
        check_due(kind, who, due_on, today)
        with self._work() as work:
            found = work.fills.get(fill)
            gone = found.owed(DebtId(self._ids()))
            leave = work.rights.check(by, Permission.OWE_FILL, approval, subject=fill)
            shift = work.shifts.current()
            assert gone.debt is not None
            debt = Debt(
                gone.debt,
                debt_number(found, today),
                kind,
                fill,
                found.pump,
                found.amount,
                self._clock.now(),
                by,
                shift.id if shift else None,
                who.person,
                who.plate,
                who.phone,
                who.note,
                due_on if kind is DebtKind.PROMISE else None,
            )
            work.fills.save(gone)
            work.debts.save(debt)
            step = FillStep.PROMISE if kind is DebtKind.PROMISE else FillStep.DRIVE_OFF
            self._enter(work, gone, step, by, reason=who.note)
            told = CustomerGone(
                fill, debt.number, kind, found.pump, found.amount.fen, who.plate, who.note or who.person
            )
            work.record(told, actor=by, approver=leave.approver)
            work.printing.add(PaperKind.DEBT_TICKET, debt.id, by)
        return debt

    def write_off(self, fill: FillId, reason: str, by: StaffId, approval: ApprovalId | None = None) -> Fill:
        """Nobody will pay it. Raises ReasonMissing, FillStateUnfit, ApprovalNeeded."""
        why = _reason(reason)
        with self._work() as work:
            before = work.fills.get(fill)
            gone = before.written_off()
            leave = work.rights.check(by, Permission.RESOLVE_FILL, approval, subject=fill)
            self._end_debt(work, before, DebtState.WRITTEN_OFF, why)
            work.fills.save(gone)
            self._enter(work, gone, FillStep.WRITTEN_OFF, by, reason=why)
            told = FillWrittenOff(fill, gone.pump, gone.amount.fen, why)
            work.record(told, actor=by, approver=leave.approver)
        return gone

    # --- pump test, return to tank -----------------------------------------------------------------------------------

    def test(  # noqa: PLR0917 - a test names all of them
        self,
        fill: FillId,
        returned: Litres,
        tank: TankNumber | None,
        reason: str,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> Fill:
        """It was no sale: the pump was tried, and so much of it went back into that tank. Never money.

        Raises LitresUnfit (more than was delivered, or without a tank), FillStateUnfit, ApprovalNeeded.
        """
        with self._work() as work:
            tried = work.fills.get(fill).tested()
            if not NO_LITRES <= returned <= tried.volume or (returned and tank is None):
                raise LitresUnfit(tried.volume.millilitres)
            leave = work.rights.check(by, Permission.TEST_FILL, approval, subject=fill)
            into = tank if returned else None
            why = one_line(reason)[:LONGEST_REASON]
            work.fills.save(tried)
            self._enter(work, tried, FillStep.TESTED, by, returned=returned, tank=into, reason=why)
            told = PumpTested(
                fill, tried.pump, tried.volume.millilitres, returned.millilitres, into or 0, why
            )
            work.record(told, actor=by, approver=leave.approver)
        return tried

    def undo_test(self, fill: FillId, reason: str, by: StaffId, approval: ApprovalId | None = None) -> Fill:
        """It was no test: an entry takes the litres out of the tank again and the fill waits, in whatever shift that is.

        Raises ReasonMissing, FillStateUnfit, ApprovalNeeded.
        """
        why = _reason(reason)
        with self._work() as work:
            before = work.fills.get(fill)
            before.must_be(FillState.TESTED)
            leave = work.rights.check(by, Permission.TEST_FILL, approval, subject=fill)
            test = next(each for each in reversed(work.fill_steps.of(fill)) if each.step is FillStep.TESTED)
            again = before.waiting_again()
            work.fills.save(again)
            self._enter(
                work,
                again,
                FillStep.TEST_UNDONE,
                by,
                returned=test.returned,
                tank=test.tank,
                reason=why,
                undoes=test.id,
            )
            told = PumpTestUndone(fill, again.pump, test.returned.millilitres, test.tank or 0, why)
            work.record(told, actor=by, approver=leave.approver)
        return again

    # --- disputed, and taken back ------------------------------------------------------------------------------------

    def dispute(self, fill: FillId, reason: str, by: StaffId) -> Fill:
        """The customer says otherwise; it stays in sight until somebody with the right decides.

        Raises ReasonMissing, FillStateUnfit, NotAllowed.
        """
        why = _reason(reason)
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            open_to_doubt = work.fills.get(fill).disputed()
            work.fills.save(open_to_doubt)
            self._enter(work, open_to_doubt, FillStep.DISPUTED, by, reason=why)
            told = FillDisputed(fill, open_to_doubt.pump, open_to_doubt.amount.fen, why)
            work.record(told, actor=by)
        return open_to_doubt

    def reinstate(self, fill: FillId, reason: str, by: StaffId, approval: ApprovalId | None = None) -> Fill:
        """What was disputed, owed or written off waits at the counter again. Raises ReasonMissing, FillStateUnfit."""
        why = _reason(reason)
        with self._work() as work:
            before = work.fills.get(fill)
            before.must_be(FillState.DISPUTED, FillState.OWED, FillState.WRITTEN_OFF)
            leave = work.rights.check(by, Permission.RESOLVE_FILL, approval, subject=fill)
            self._end_debt(work, before, DebtState.WITHDRAWN, why)
            again = before.waiting_again()
            work.fills.save(again)
            step = FillStep.RESOLVED if before.state is FillState.DISPUTED else FillStep.REINSTATED
            self._enter(work, before, step, by, reason=why)
            told = FillReinstated(fill, again.pump, again.amount.fen, before.state, why)
            work.record(told, actor=by, approver=leave.approver)
        return again

    # --- within ------------------------------------------------------------------------------------------------------

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    def _end_debt(self, work: Work, fill: Fill, state: DebtState, why: str) -> None:
        if fill.state is FillState.OWED and fill.debt is not None:
            work.debts.save(work.debts.get(fill.debt).ended(state, self._clock.now(), why))

    def _enter(
        self,
        work: Work,
        fill: Fill,
        step: FillStep,
        by: StaffId,
        *,
        returned: Litres = NO_LITRES,
        tank: TankNumber | None = None,
        reason: str = "",
        undoes: FillEntryId | None = None,
    ) -> None:
        shift = work.shifts.current()
        work.fill_steps.add(
            FillEntry(
                FillEntryId(self._ids()),
                fill.id,
                step,
                self._clock.now(),
                by,
                fill.grade,
                fill.volume,
                fill.amount,
                shift.id if shift else None,
                returned,
                tank,
                fill.debt,
                reason,
                undoes,
            )
        )


def _reason(text: str) -> str:
    reason = one_line(text)[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing
    return reason
