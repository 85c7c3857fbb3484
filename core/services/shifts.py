"""Open a shift with a float, count it, close it, hand it over while the pumps run on, put a slip right later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.domain.blocker import Blocker, BlockerKind
from core.domain.count import Count, variances
from core.domain.events import SaleChanged, ShiftClosed, ShiftCorrected, ShiftHandedOver, ShiftOpened
from core.domain.ids import ApprovalId, NozzleId, PumpNumber, ShiftCorrectionId, ShiftId, StaffId
from core.domain.journal import JournalHead
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.print_job import PaperKind
from core.domain.pump import Pump, PumpReading, PumpState
from core.domain.refusals import NoShiftOpen, ShiftAlreadyOpen, ShiftHasOpenWork, ShiftIsOpen
from core.domain.report import ShiftReport
from core.domain.shift import (
    MeterCut,
    Shift,
    ShiftCorrection,
    ShiftState,
    check_cash,
    check_correction,
)
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap


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
            return _under_way(work, shift) if shift is not None else []

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
        self, count: Count, by: StaffId, approval: ApprovalId | None = None, *, note: str | None = None
    ) -> Shift:
        """End the open shift with what was counted; every difference is kept as it is. Empty bills are thrown away.

        What is still under way refuses it, unless `note` signs that the next shift takes it over.
        Raises NoShiftOpen, ShiftHasOpenWork, AmountUnfit, NotAllowed, ApprovalNeeded (a second person checks the count).
        """
        with self._work() as work:
            shift = self._running(work, by)
            checked_by = self._checked(work, shift, by, approval)
            self._clear_the_desk(work, shift)
            if note is None:
                _refuse_open_work(_under_way(work, shift))
            return self._closed(work, shift, count, by, checked_by)

    def hand_over(
        self,
        count: Count,
        by: StaffId,
        to: StaffId,
        next_float: Money,
        approval: ApprovalId | None = None,
        *,
        note: str = "",
    ) -> tuple[Shift, Shift]:
        """End the shift and begin the next in one moment, while the pumps run on and bills stay open.

        The cut is the nozzles' counters; a fill that runs over it belongs to the shift in which it ends, its money to the
        shift in which it is paid. Answers the closed shift and the new one. Raises as `close` and `open`.
        """
        check_cash(next_float)
        with self._work() as work:
            shift = self._running(work, by)
            work.staff.get(to).must(Permission.RUN_SHIFT)
            checked_by = self._checked(work, shift, by, approval)
            self._clear_the_desk(work, shift)
            next_id = ShiftId(self._ids())
            closed = self._closed(work, shift, count, by, checked_by, followed_by=next_id)
            follower = self._opened(work, next_float, to, next_id)
            bills = self._take_along(work, closed, follower, to)
            work.record(ShiftHandedOver(closed.id, follower.id, bills, note.strip()), actor=by)
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
                reason.strip(),
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

    def _running(self, work: Work, by: StaffId) -> Shift:
        work.staff.get(by).must(Permission.RUN_SHIFT)
        shift = work.shifts.current()
        if shift is None:
            raise NoShiftOpen
        return shift

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
        followed_by: ShiftId | None = None,
    ) -> Shift:
        now = self._clock.now()
        # Read in the transaction that closes: it holds the write lock, so no sale can slip in between.
        expected = _expected(work.shift_reports.of(shift.id))
        closed = shift.closed(by, now, count, expected[Tender.CASH], checked_by, followed_by)
        work.shifts.save(closed)
        work.shifts.save_count(shift.id, count, variances(count, expected))
        work.shifts.save_meters(shift.id, _meters(work))
        report = work.shift_reports.keep(closed, now, work.journal_head().short)
        work.printing.add(PaperKind.Z_REPORT, shift.id, by)
        work.record(
            ShiftClosed(shift.id, shift.number, by, closed.expected_cash.fen, closed.counted_cash.fen),
            actor=by,
            approver=checked_by,
        )
        work.messages.post(wrap(_message(report, work.journal_head()), self._ids(), now))
        return closed

    def _clear_the_desk(self, work: Work, shift: Shift) -> None:
        for sale in work.sales.open_ones(shift.id):
            if sale.is_blank:
                work.sales.save(sale.cancelled(self._clock.now()))

    def _take_along(self, work: Work, last: Shift, shift: Shift, by: StaffId) -> int:
        """The bills that the last shift left open are this one's from now on; their cashier goes on with them."""
        bills = [sale for sale in work.sales.open_ones(last.id) if not sale.is_blank]
        for sale in bills:
            work.sales.save(replace(sale, shift=shift.id))
            work.record(SaleChanged(sale.id), actor=by)
        return len(bills)


def _expected(report: ShiftReport) -> Mapping[Tender, Money]:
    """What the books say of each tender; of cash, what should lie in the drawer."""
    return {
        **{figure.tender: figure.net for figure in report.tenders},
        Tender.CASH: report.expected_cash,
    }


def _message(report: ShiftReport, head: JournalHead) -> from_station.ShiftClosed:
    shift = report.shift
    return from_station.ShiftClosed(
        shift_id=shift.id,
        opened_at=shift.opened_at,
        closed_at=shift.closed_at or shift.opened_at,
        opened_by=report.opened_by,
        closed_by=report.closed_by,
        sales_count=report.sales,
        total_fen=report.net.fen,
        discount_fen=(report.discount + report.rounding).fen,
        cash_expected_fen=shift.expected_cash.fen,
        cash_counted_fen=shift.counted_cash.fen,
        by_method=[
            from_station.MethodTotal(method=f.tender, count=f.count, amount_fen=f.net.fen)
            for f in report.tenders
        ],
        by_grade=[
            from_station.GradeTotal(
                grade=f.grade, count=f.fills, volume_ml=f.volume.millilitres, amount_fen=f.amount.fen
            )
            for f in report.fuel
        ],
        journal=from_station.JournalAnchor(number=head.number, hash=head.hash.hex()),
    )


def _under_way(work: Work, shift: Shift) -> list[Blocker]:
    found = [
        Blocker(BlockerKind.OPEN_BILL, sale.id, work.staff.get(sale.cashier).name, sale.total)
        for sale in work.sales.open_ones(shift.id)
        if not sale.is_blank
    ]
    found += [
        Blocker(BlockerKind.UNCLEAR_PAYMENT, payment.id, payment.tender, payment.amount)
        for payment in work.sales.unclear_payments()
    ]
    found += [
        Blocker(BlockerKind.UNPAID_FILL, fill.id, str(fill.pump), fill.amount) for fill in work.fills.unpaid()
    ]
    found += [
        Blocker(BlockerKind.RUNNING_FILL, str(reading.pump), str(reading.pump), reading.amount)
        for reading in work.forecourt.readings().values()
        if _is_running(reading)
    ]
    papers = work.printing.open_count()
    if papers:
        found.append(Blocker(BlockerKind.WAITING_PAPER, label=str(papers)))
    unsent = work.messages.waiting_count()
    if unsent:
        found.append(Blocker(BlockerKind.UNSENT, label=str(unsent)))
    return found


def _refuse_open_work(found: Sequence[Blocker]) -> None:
    bills = sum(each.kind in (BlockerKind.OPEN_BILL, BlockerKind.HELD_BILL) for each in found)
    payments = sum(each.kind in (BlockerKind.UNCLEAR_PAYMENT, BlockerKind.PENDING_REFUND) for each in found)
    if bills or payments:
        raise ShiftHasOpenWork(bills, payments)


def _is_running(reading: PumpReading) -> bool:
    return reading.state in (PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED)


def _meters(work: Work) -> list[MeterCut]:
    """Every nozzle's counter after its last booked fill, and what runs over the cut."""
    readings = work.forecourt.readings()
    return [
        MeterCut(
            nozzle.id,
            work.fills.last_totaliser(pump.number, nozzle.number),
            _running(pump, nozzle.id, readings),
        )
        for pump in work.forecourt.pumps()
        for nozzle in pump.nozzles
    ]


def _running(pump: Pump, nozzle: NozzleId, readings: Mapping[PumpNumber, PumpReading]) -> Litres:
    reading = readings.get(pump.number)
    if reading is None or reading.nozzle is None or not _is_running(reading):
        return NO_LITRES
    found = pump.nozzle(reading.nozzle)
    return reading.volume if found is not None and found.id == nozzle else NO_LITRES
