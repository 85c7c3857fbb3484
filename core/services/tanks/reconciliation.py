"""Hold fills, counters, tanks and bills against each other, live and for each shift, and keep what differs as cases."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.events.reconciliation import CaseClosed, CaseDoubted, CaseExplained, GapFound
from core.domain.ids import CaseId, GradeCode, NozzleId, ShiftId, StaffId, nozzle_id
from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.reconciliation.case import Case, found
from core.domain.reconciliation.gap import Cause, Gap
from core.domain.reconciliation.grade_balance import NO_TANKS, Reconciliation, TankSide, by_grade
from core.domain.reconciliation.nozzle_balance import NozzleBalance
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.shift import Shift
from core.domain.staff import Permission
from core.domain.tanks.tank import vessels
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.tanks.book import RUNNING, measured_at, movements

LATEST = 200


class ReconciliationDesk:
    """The four counts. It reads all of them and changes none."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def so_far(self, by: StaffId) -> Reconciliation:
        """The open shift up to now. Raises NoShiftOpen, NotAllowed."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SEE_REPORTS)
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            return _compared(work, shift.id, self._clock.now())

    def of_shift(self, shift: ShiftId, by: StaffId) -> tuple[Reconciliation, Sequence[Case]]:
        """A shift as it looks today, and what was found when it ended. Raises NotAllowed."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SEE_REPORTS)
            return _compared(work, shift, self._clock.now()), work.cases.of_shift(shift)

    def cases(self, by: StaffId) -> Sequence[Case]:
        """The newest cases, those that wait for somebody first. Raises NotAllowed."""
        with self._work.reading() as work:
            work.staff.get(by).must(Permission.SEE_REPORTS)
            return work.cases.latest(LATEST)

    def write_down(self, shift: ShiftId) -> Sequence[Case]:
        """Keep every gap of a shift that has ended as a case; a second time finds what the first one kept."""
        with self._work() as work:
            known = work.cases.of_shift(shift)
            if known:
                return known
            cases = [
                found(CaseId(self._ids()), shift, gap, _worth(work, gap), self._clock.now())
                for gap in _compared(work, shift, self._clock.now()).gaps
            ]
            for case in cases:
                work.cases.add(case)
                gap = case.gap
                work.record(GapFound(case.id, shift, gap.kind, gap.place, gap.millilitres, gap.cause))
        return cases

    def explain(self, case: CaseId, cause: Cause, said: str, by: StaffId) -> Case:
        """Say what made a gap. Raises CaseNotFound, CaseIsClosed, CaseNeedsReason, NotAllowed."""
        with self._work() as work:
            explained = self._case(work, case, by).explained(cause, said, by, self._clock.now())
            work.cases.save(explained)
            work.record(CaseExplained(case, explained.gap.place, cause, explained.said), actor=by)
        return explained

    def doubt(self, case: CaseId, said: str, by: StaffId) -> Case:
        """Not believe what was said. Raises CaseNotFound, CaseIsClosed, CaseNeedsReason, NotAllowed."""
        with self._work() as work:
            doubted = self._case(work, case, by).doubted(said, by, self._clock.now())
            work.cases.save(doubted)
            work.record(CaseDoubted(case, doubted.gap.place, doubted.said), actor=by)
        return doubted

    def close(self, case: CaseId, by: StaffId) -> Case:
        """Be done with a case that was explained. Raises CaseNotFound, CaseIsClosed, CaseNeedsReason, NotAllowed."""
        with self._work() as work:
            closed = self._case(work, case, by).closed(by, self._clock.now())
            work.cases.save(closed)
            work.record(CaseClosed(case, closed.gap.place), actor=by)
        return closed

    def _case(self, work: Work, case: CaseId, by: StaffId) -> Case:
        work.staff.get(by).must(Permission.SEE_REPORTS)
        return work.cases.get(case)


def _compared(work: Work, shift: ShiftId, now: datetime) -> Reconciliation:
    whole = work.shifts.get(shift)
    went = work.cases.went(shift)
    flowing = _flowing(work) if whole.closed_at is None else {}
    nozzles = [
        NozzleBalance(
            figure.id,
            figure.grade,
            figure.before,
            figure.now,
            went.get(figure.id, {}),
            figure.fills,
            figure.volume,
            flowing.get(figure.id, figure.running),
        )
        for figure in work.shift_reports.of(shift).nozzles
    ]
    return by_grade(nozzles, _tank_sides(work, whole, now))


def _tank_sides(work: Work, shift: Shift, now: datetime) -> list[tuple[GradeCode, TankSide]]:
    """The tanks of each grade at both ends of the shift; nothing for a station that measures none."""
    began, until = shift.opened_at, shift.closed_at or now
    before = work.shifts.before(shift.number)
    running = {cut.nozzle: cut.running for cut in work.shifts.meters(before.id)} if before is not None else {}
    sides: dict[GradeCode, TankSide] = {}
    for vessel in vessels(work.tanks.all()):
        first, last = measured_at(work, vessel, began), measured_at(work, vessel, until)
        moved = movements(work, vessel, began, until)
        # What ran over the cut had left the tank and is counted in this shift, in which its fill ended.
        under_way = Litres(sum(running[each].millilitres for each in vessel.nozzles if each in running))
        side = TankSide(
            None if first is None else first.fuel + under_way,
            None if last is None else last.fuel,
            moved.net + moved.sold,
        )
        sides[vessel.grade] = sides.get(vessel.grade, NO_TANKS) + side
    return list(sides.items())


def _flowing(work: Work) -> dict[NozzleId, Litres]:
    """What runs just now, nozzle by nozzle."""
    return {
        nozzle_id(reading.pump, reading.nozzle): reading.volume
        for reading in work.forecourt.readings().values()
        if reading.nozzle is not None and reading.state in RUNNING
    }


def _worth(work: Work, gap: Gap) -> Money:
    price = work.prices.board().of(gap.grade)
    return ZERO if price is None else price.amount_for(Litres(abs(gap.millilitres)))
