"""Hold fills, counters, tanks and bills against each other, live and for each shift, and keep what differs as cases."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.domain.events.reconciliation import CaseClosed, CaseDoubted, CaseExplained, GapFound
from core.domain.ids import CaseId, GradeCode, ShiftId, StaffId
from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.reconciliation.case import Case, found
from core.domain.reconciliation.gap import Cause, Gap
from core.domain.reconciliation.grade_balance import NO_TANKS, Reconciliation, TankSide, by_grade
from core.domain.reconciliation.nozzle_balance import NozzleBalance
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.shift import Shift
from core.domain.staff import Permission
from core.domain.tanks.tank import Tank
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work

LATEST = 200
OLDEST_MEASUREMENT = timedelta(hours=1)  # an older one tells nothing of the end of a shift


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
    went = work.cases.went(shift)
    nozzles = [
        NozzleBalance(
            figure.id,
            figure.grade,
            figure.before,
            figure.now,
            went.get(figure.id, {}),
            figure.fills,
            figure.volume,
            figure.running,
        )
        for figure in work.shift_reports.of(shift).nozzles
    ]
    return by_grade(nozzles, _tank_sides(work, work.shifts.get(shift), now))


def _tank_sides(work: Work, shift: Shift, now: datetime) -> list[tuple[GradeCode, TankSide]]:
    """The tanks of each grade at both ends of the shift; nothing for a station that measures none."""
    until = shift.closed_at or now
    entries = work.tanks.entries(shift.opened_at, until)
    sides: dict[GradeCode, TankSide] = {}
    for tank in work.tanks.all():
        before, after = _level(work, tank, shift.opened_at), _level(work, tank, until)
        moved = Litres(sum(entry.volume.millilitres for entry in entries if entry.tank == tank.number))
        sides[tank.grade] = sides.get(tank.grade, NO_TANKS) + TankSide(before, after, moved)
    return list(sides.items())


def _level(work: Work, tank: Tank, at: datetime) -> Litres | None:
    """What lay in the tank then: by its last measurement, and what is known to have come and gone since."""
    kept = work.tanks.last_valid(tank.number, at)
    if kept is None or at - kept.reading.at > OLDEST_MEASUREMENT:
        return None
    since = kept.reading.at
    came = sum(
        entry.volume.millilitres for entry in work.tanks.entries(since, at) if entry.tank == tank.number
    )
    drawn = work.tanks.booked(since, at)
    went = sum(drawn[nozzle].millilitres for nozzle in tank.nozzles if nozzle in drawn)
    return Litres(kept.reading.fuel.millilitres + came - went)


def _worth(work: Work, gap: Gap) -> Money:
    price = work.prices.board().of(gap.grade)
    return ZERO if price is None else price.amount_for(Litres(abs(gap.millilitres)))
