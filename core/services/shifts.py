"""Open a shift with a float, count it, close it."""

from collections.abc import Sequence

from core.domain.events import ShiftClosed, ShiftOpened
from core.domain.ids import ShiftId, StaffId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.refusals import NoShiftOpen, ShiftAlreadyOpen, ShiftHasOpenWork
from core.domain.shift import Shift, check_cash
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.totals import Totals
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol import from_station
from core.protocol.codec import wrap


class ShiftDesk:
    """One shift at a time, from float to count. The count is blind: what is expected shows only after it."""

    def __init__(self, work: UnitOfWork, totals: Totals, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._totals = totals
        self._clock = clock
        self._ids = ids

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

    def open(self, opening_float: Money, by: StaffId) -> Shift:
        """Begin a shift. Raises ShiftAlreadyOpen, AmountUnfit, NotAllowed."""
        check_cash(opening_float)
        with self._work() as work:
            work.staff.get(by).must(Permission.RUN_SHIFT)
            running = work.shifts.current()
            if running is not None:
                raise ShiftAlreadyOpen(running.number)
            shift = Shift(
                ShiftId(self._ids()), work.shifts.next_number(), by, self._clock.now(), opening_float
            )
            work.shifts.save(shift)
            work.record(ShiftOpened(shift.id, shift.number, by, opening_float.fen), actor=by)
        return shift

    def close(self, counted: Money, by: StaffId) -> Shift:
        """End the open shift with what was counted in the drawer; the difference is kept as it is.

        Empty bills are thrown away. Raises NoShiftOpen, ShiftHasOpenWork, AmountUnfit, NotAllowed.
        """
        check_cash(counted)
        now = self._clock.now()
        with self._work() as work:
            work.staff.get(by).must(Permission.RUN_SHIFT)
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            self._clear_the_desk(work, shift)
            shift = shift.closed(by, now, counted, self._expected(shift))
            work.shifts.save(shift)
            work.record(
                ShiftClosed(shift.id, shift.number, by, shift.expected_cash.fen, counted.fen), actor=by
            )
            work.messages.post(wrap(self._message(work, shift), self._ids(), now))
        return shift

    def _clear_the_desk(self, work: Work, shift: Shift) -> None:
        waiting = 0
        for sale in work.sales.open_ones(shift.id):
            if sale.lines or sale.payments or sale.coupon:
                waiting += 1
            else:
                work.sales.save(sale.cancelled(self._clock.now()))
        unclear = len(work.sales.unclear_payments())
        if waiting or unclear:
            raise ShiftHasOpenWork(waiting, unclear)

    def _expected(self, shift: Shift) -> Money:
        # Read inside the closing transaction: it holds the write lock, so no sale can slip in between.
        cash = (figure.amount for figure in self._totals.tenders(shift.id) if figure.tender is Tender.CASH)
        return sum(cash, start=shift.opening_float)

    def _message(self, work: Work, shift: Shift) -> from_station.ShiftClosed:
        count, gross, discount = self._totals.sales(shift.id)
        return from_station.ShiftClosed(
            shift_id=shift.id,
            opened_at=shift.opened_at,
            closed_at=shift.closed_at or shift.opened_at,
            opened_by=work.staff.get(shift.opened_by).name,
            closed_by=work.staff.get(shift.closed_by or shift.opened_by).name,
            sales_count=count,
            total_fen=(gross - discount).fen,
            discount_fen=discount.fen,
            cash_expected_fen=shift.expected_cash.fen,
            cash_counted_fen=shift.counted_cash.fen,
            by_method=[
                from_station.MethodTotal(method=f.tender, count=f.count, amount_fen=f.amount.fen)
                for f in self._totals.tenders(shift.id)
            ],
            by_grade=[
                from_station.GradeTotal(
                    grade=f.grade, count=f.fills, volume_ml=f.volume.millilitres, amount_fen=f.amount.fen
                )
                for f in self._totals.fuel(shift.id)
            ],
        )
