"""A grade over a while: what its tanks lost beside what its nozzles counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.ids import GradeCode
from core.domain.litres import NO_LITRES, Litres
from core.domain.reconciliation.gap import Cause, Gap, GapKind
from core.domain.reconciliation.nozzle_balance import NozzleBalance

GAUGE_MILLILITRES = 30_000
"""What a probe's two readings may err together: half a millimetre each in a tank that holds 25 to 30 litres a millimetre."""
METER_PER_MILLE = 3
"""How far a dispenser's own count may lie off: 0.3 % (JJG 443)."""
DELIVERY_MILLILITRES = 500_000
"""A tank does not gain so much by any error: something was poured in."""


@dataclass(frozen=True, slots=True)
class TankSide:
    """The tanks of one grade: what lay in them before and now, and what was booked in and out beside the nozzles
    (deliveries, poured back, transfers, adjustments; below zero for out). A level that nobody measured is None."""

    before: Litres | None
    now: Litres | None
    came: Litres = NO_LITRES

    def __add__(self, other: "TankSide") -> "TankSide":
        return TankSide(_both(self.before, other.before), _both(self.now, other.now), self.came + other.came)

    @property
    def lost(self) -> Litres | None:
        """What went out of the tanks through the nozzles, or otherwise."""
        if self.before is None or self.now is None:
            return None
        return self.before + self.came - self.now


NO_TANKS = TankSide(NO_LITRES, NO_LITRES)


@dataclass(frozen=True, slots=True)
class GradeBalance:
    """The nozzles of one grade together, beside its tanks; `tanks` is None where the station measures none."""

    grade: GradeCode
    nozzles: tuple[NozzleBalance, ...]
    tanks: TankSide | None

    @property
    def booked(self) -> Litres:
        """Litres of all fills."""
        return Litres(sum(each.booked.millilitres for each in self.nozzles))

    @property
    def counted(self) -> Litres | None:
        """Litres by the counters; None where one of them is not known, and its nozzle delivered."""
        counts = [each.counted if each.counted is not None else _unmoved(each) for each in self.nozzles]
        if any(count is None for count in counts):
            return None
        return Litres(sum(count.millilitres for count in counts if count is not None))

    @property
    def delivered(self) -> Litres:
        """What left the nozzles by the best count there is: the counters, and what runs; else the fills."""
        counted = self.counted
        return Litres(
            (counted if counted is not None else self.booked).millilitres
            + sum(each.running.millilitres for each in self.nozzles)
        )

    @property
    def allowed(self) -> int:
        """Millilitres that measuring alone explains."""
        return GAUGE_MILLILITRES + self.delivered.millilitres * METER_PER_MILLE // 1000

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Where the tanks tell another story than the nozzles."""
        if self.tanks is None:
            return ()
        lost = self.tanks.lost
        if lost is None:
            return (Gap(GapKind.NO_TANK, self.grade, None, 0, Cause.NOT_MEASURED),)
        more = (lost - self.delivered).millilitres
        if more == 0:
            return ()
        return (Gap(GapKind.TANK_COUNTER, self.grade, None, more, self._cause_of(more)),)

    def _cause_of(self, more: int) -> Cause:
        if abs(more) <= self.allowed:
            return Cause.WITHIN_MEASURING
        if more > 0:
            return Cause.LOSS
        return Cause.DELIVERY_NOT_BOOKED if -more >= DELIVERY_MILLILITRES else Cause.GAIN


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every grade of the station over one while."""

    grades: tuple[GradeBalance, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every difference, the nozzles' first."""
        return tuple(
            gap
            for grade in self.grades
            for gap in (*(each for nozzle in grade.nozzles for each in nozzle.gaps), *grade.gaps)
        )


def by_grade(nozzles: Sequence[NozzleBalance], tanks: Sequence[tuple[GradeCode, TankSide]]) -> Reconciliation:
    """Nozzles and tanks brought together, in the order in which the grades first come."""
    sides = dict(tanks)
    order = dict.fromkeys([*(each.grade for each in nozzles), *sides])
    return Reconciliation(
        tuple(
            GradeBalance(grade, tuple(each for each in nozzles if each.grade == grade), sides.get(grade))
            for grade in order
        )
    )


def _unmoved(nozzle: NozzleBalance) -> Litres | None:
    return NO_LITRES if not nozzle.booked and not nozzle.running else None


def _both(one: Litres | None, other: Litres | None) -> Litres | None:
    return None if one is None or other is None else one + other
