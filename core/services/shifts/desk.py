"""Open a shift with a float, count it, close it, hand it over while the pumps run on, put a slip right later."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.blocker import Blocker
from core.domain.count import Count, variances
from core.domain.events.sales import SaleChanged
from core.domain.events.shifts import ShiftClosed, ShiftCorrected, ShiftHandedOver, ShiftOpened
from core.domain.ids import ApprovalId, ShiftCorrectionId, ShiftId, StaffId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.print_job import PaperKind
from core.domain.refusals.shifts import NoShiftOpen, ShiftAlreadyOpen, ShiftIsClosed, ShiftIsOpen
from core.domain.shift import Shift, ShiftCorrection, ShiftState, check_cash, check_correction
from core.domain.staff import Permission
from core.domain.words import one_line
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.journal import Wanted
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol.codec import wrap
from core.services.shifts.cut import meters
from core.services.shifts.telling import shift_closed
from core.services.shifts.under_way import refuse_open_work, under_way

LONGEST_NOTE = 200
_EVER = 2**62
_MOST_THROWN_AWAY = 1_000


class ShiftDesk:
    """One shift at a time, from float to count. The count is blind: what is expected shows only after it.

    `second_person` is whether the station wants every count checked by another person before the shift closes.
    """

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity, *, second_person: bool = False) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids
        self._second_person = second_person

    # --- looking -----------------------------------------------------------------------------------------------------

    def current(self) -> Shift | None:
        """The open shift."""
        with self._work.reading() as work:
            return work.shifts.current()

    def get(self, shift: ShiftId) -> Shift:
        """A shift, open or closed."""
        with self._work.reading() as work:
            return work.shifts.get(shift)

    def recent(self, limit: int) -> Sequence[Shift]:
        """The last shifts, open or closed, newest first."""
        with self._work.reading() as work:
            return work.shifts.recent(limit)

    def blockers(self) -> Sequence[Blocker]:
        """Everything that is under way, what needs a person first. Empty for a desk that is clear."""
        with self._work.reading() as work:
            shift = work.shifts.current()
            return under_way(work, shift) if shift is not None else []

    def to_count(self) -> Sequence[Tender]:
        """Which tenders moved in the open shift and have to be counted, cash first: which, and not how much."""
        with self._work.reading() as work:
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            moved = work.shift_reports.of(shift.id).expected()
        return [tender for tender in Tender if tender in moved]

    def last_counted(self) -> Money | None:
        """The cash that was counted when the last shift ended: what may still lie in the drawer."""
        with self._work.reading() as work:
            closed = [shift for shift in work.shifts.recent(2) if shift.state is ShiftState.CLOSED]
        return closed[0].counted_cash if closed else None

    # --- the day -----------------------------------------------------------------------------------------------------

    def open(self, opening_float: Money, by: StaffId) -> Shift:
        """Begin a shift; bills that a closed shift left open come along. Raises ShiftAlreadyOpen, AmountUnfit, NotAllowed."""
        check_cash(opening_float)
        with self._work() as work:
            work.staff.get(by).must(Permission.RUN_SHIFT)
            running = work.shifts.current()
            if running is not None:
                raise ShiftAlreadyOpen(running.number)
            shift = self._opened(work, opening_float, by)
            for last in work.shifts.recent(2):
                if last.id != shift.id:
                    self._take_along(work, last, shift, by)
        return shift

    def close(
        self,
        count: Count,
        by: StaffId,
        approval: ApprovalId | None = None,
        *,
        note: str | None = None,
        shift: ShiftId | None = None,
    ) -> Shift:
        """End the open shift with what was counted; every difference is kept as it is. Empty bills are thrown away.

        What is still under way refuses it, unless `note` signs that the next shift takes it over.
        `shift` is the one that was counted: where another till has ended it meanwhile, nothing is closed.
        Raises NoShiftOpen, ShiftIsClosed, ShiftHasOpenWork, AmountUnfit, NotAllowed, ApprovalNeeded (a second person
        checks the count).
        """
        with self._work() as work:
            running = self._running(work, by, shift)
            checked_by = self._checked(work, running, by, approval)
            self._clear_the_desk(work, running)
            carried = under_way(work, running)
            if note is None:
                refuse_open_work(carried)
            return self._closed(work, running, count, by, checked_by, carried, note or "")

    def hand_over(
        self,
        count: Count,
        by: StaffId,
        to: StaffId,
        next_float: Money,
        approval: ApprovalId | None = None,
        *,
        note: str = "",
        shift: ShiftId | None = None,
    ) -> tuple[Shift, Shift]:
        """End the shift and begin the next in one moment, while the pumps run on and bills stay open.

        The cut is the nozzles' counters; a fill that runs over it belongs to the shift in which it ends, its money to the
        shift in which it is paid. Answers the closed shift and the new one. Raises as `close` and `open`.
        """
        check_cash(next_float)
        with self._work() as work:
            running = self._running(work, by, shift)
            work.staff.get(to).must(Permission.RUN_SHIFT)
            checked_by = self._checked(work, running, by, approval)
            self._clear_the_desk(work, running)
            next_id = ShiftId(self._ids())
            carried = under_way(work, running)
            closed = self._closed(work, running, count, by, checked_by, carried, note, followed_by=next_id)
            follower = self._opened(work, next_float, to, next_id)
            bills = self._take_along(work, closed, follower, to)
            work.record(ShiftHandedOver(closed.id, follower.id, bills, one_line(note)), actor=by)
        return closed, follower

    def correct(  # noqa: PLR0917 - an entry says all of this
        self,
        shift: ShiftId,
        tender: Tender,
        amount: Money,
        reason: str,
        by: StaffId,
        approval: ApprovalId | None = None,
    ) -> ShiftCorrection:
        """Put a counted figure of a closed shift right by a new entry; its Z stays as it was.

        Raises ShiftIsOpen, AmountUnfit, ReasonMissing, ApprovalNeeded.
        """
        check_correction(amount, reason)
        with self._work() as work:
            subject = work.shifts.get(shift)
            if subject.state is ShiftState.OPEN:
                raise ShiftIsOpen(subject.number)
            leave = work.rights.check(by, Permission.CORRECT_SHIFT, approval, subject=shift)
            entry = ShiftCorrection(
                ShiftCorrectionId(self._ids()),
                shift,
                work.shifts.next_correction(shift),
                tender,
                amount,
                one_line(reason),
                by,
                self._clock.now(),
                leave.approver,
            )
            work.shifts.correct(entry)
            work.record(
                ShiftCorrected(entry.id, shift, entry.number, tender, amount.fen, entry.reason),
                actor=by,
                approver=leave.approver,
            )
        return entry

    # --- parts -------------------------------------------------------------------------------------------------------

    @staticmethod
    def _running(work: Work, by: StaffId, wanted: ShiftId | None) -> Shift:
        work.staff.get(by).must(Permission.RUN_SHIFT)
        running = work.shifts.current()
        if wanted is not None and (running is None or running.id != wanted):
            raise ShiftIsClosed(work.shifts.get(wanted).number)
        if running is None:
            raise NoShiftOpen
        return running

    def _checked(self, work: Work, shift: Shift, by: StaffId, approval: ApprovalId | None) -> StaffId | None:
        if not self._second_person:
            return None
        return work.rights.check(by, Permission.CHECK_COUNT, approval, subject=shift.id).approver

    def _opened(self, work: Work, opening_float: Money, by: StaffId, shift: ShiftId | None = None) -> Shift:
        fresh = Shift(
            shift or ShiftId(self._ids()), work.shifts.next_number(), by, self._clock.now(), opening_float
        )
        work.shifts.save(fresh)
        work.record(ShiftOpened(fresh.id, fresh.number, by, opening_float.fen), actor=by)
        return fresh

    def _closed(  # noqa: PLR0917 - the parts of one end
        self,
        work: Work,
        shift: Shift,
        count: Count,
        by: StaffId,
        checked_by: StaffId | None,
        carried: Sequence[Blocker],
        note: str,
        followed_by: ShiftId | None = None,
    ) -> Shift:
        now = self._clock.now()
        # Read in the transaction that closes: it holds the write lock, so no sale can slip in between.
        expected = work.shift_reports.of(shift.id).expected()
        closed = shift.closed(by, now, count, expected[Tender.CASH], checked_by, followed_by)
        work.shifts.save(closed)
        work.shifts.save_count(shift.id, count, variances(count, expected))
        work.shifts.save_meters(shift.id, meters(work))
        said = one_line(note)[:LONGEST_NOTE]
        report = work.shift_reports.keep(closed, now, work.journal_head().short, carried, said)
        work.printing.add(PaperKind.Z_REPORT, shift.id, by)
        work.record(
            ShiftClosed(shift.id, shift.number, by, closed.expected_cash.fen, closed.counted_cash.fen, said),
            actor=by,
            approver=checked_by,
        )
        thrown_away = work.journal.find(
            Wanted(kinds=("LineVoided", "SaleCancelled"), since=shift.opened_at), _EVER, _MOST_THROWN_AWAY
        )
        told = shift_closed(report, work.journal_head(), thrown_away)
        work.messages.post(wrap(told, self._ids(), now))
        return closed

    def _clear_the_desk(self, work: Work, shift: Shift) -> None:
        for sale in work.sales.open_ones(shift.id):
            if sale.is_blank:
                work.sales.save(sale.cancelled(self._clock.now()))

    def _take_along(self, work: Work, last: Shift, shift: Shift, by: StaffId) -> int:
        """The bills that the last shift left open are this one's from now on.

        What lay in the hands of whoever ended it lies in those of `by`; other cashiers go on with theirs.
        """
        bills = [sale for sale in work.sales.open_ones(last.id) if not sale.is_blank]
        for sale in bills:
            cashier = by if sale.cashier == last.closed_by else sale.cashier
            work.sales.save(replace(sale, shift=shift.id, cashier=cashier))
            work.record(SaleChanged(sale.id), actor=by)
        return len(bills)
