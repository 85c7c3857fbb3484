"""Alarms of a tank: raised once, acknowledged by a person, gone when the cause is safely past."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.ids import StaffId, TankAlarmId, TankNumber
from core.domain.money import half_up
from core.domain.refusals.tanks import TankAlarmNotFound
from core.domain.tanks.reading import GaugeAlarm, TankReading
from core.domain.tanks.tank import Tank


class TankAlarmKind(StrEnum):
    """What is wrong. The word stands in the database."""

    LOW = "low"
    CRITICAL_LOW = "critical_low"
    HIGH = "high"
    CRITICAL_HIGH = "critical_high"
    WATER = "water"
    CRITICAL_WATER = "critical_water"
    PROBE = "probe"
    LEAK = "leak"
    VARIANCE = "variance"
    GAUGE = "gauge"  # the gauge itself warns of something that none of ours is


URGENT = frozenset(
    {
        TankAlarmKind.CRITICAL_LOW,
        TankAlarmKind.CRITICAL_HIGH,
        TankAlarmKind.CRITICAL_WATER,
        TankAlarmKind.LEAK,
    }
)
MEASURED = frozenset(TankAlarmKind) - {TankAlarmKind.LEAK, TankAlarmKind.VARIANCE}
STEADY = timedelta(minutes=1)
_COMES_AND_GOES = frozenset({TankAlarmKind.PROBE, TankAlarmKind.GAUGE})
_WATER_BACK = 30  # tenths of a millimetre below its limit
_OF_OURS = frozenset(
    {
        GaugeAlarm.HIGH,
        GaugeAlarm.CRITICAL_HIGH,
        GaugeAlarm.LOW,
        GaugeAlarm.CRITICAL_LOW,
        GaugeAlarm.HIGH_WATER,
        GaugeAlarm.CRITICAL_HIGH_WATER,
        GaugeAlarm.DELIVERY_NEEDED,
        GaugeAlarm.PROBE,
    }
)


@dataclass(frozen=True, slots=True)
class TankAlarm:
    """One alarm from its beginning to its end. `figure` is what was measured: millilitres, or tenths of a millimetre of water."""

    id: TankAlarmId
    tank: TankNumber
    kind: TankAlarmKind
    raised_at: datetime
    figure: int
    acknowledged_by: StaffId | None = None
    acknowledged_at: datetime | None = None
    gone_at: datetime | None = None

    def acknowledged(self, by: StaffId, at: datetime) -> "TankAlarm":
        """Somebody has seen it. Raises TankAlarmNotFound where it was acknowledged already or is over."""
        if self.acknowledged_at is not None or self.gone_at is not None:
            raise TankAlarmNotFound(self.id)
        return replace(self, acknowledged_by=by, acknowledged_at=at)

    def gone(self, at: datetime) -> "TankAlarm":
        """Its cause is past."""
        return replace(self, gone_at=at)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reading begins and ends; figures by kind."""

    raised: Mapping[TankAlarmKind, int]
    gone: frozenset[TankAlarmKind]


def steady(judged: Judgement, well: Mapping[TankAlarmKind, datetime], at: datetime) -> Judgement:
    """The same, but an alarm of the probe or the gauge goes only after a minute without a break: one that comes and goes rings once.

    `well` tells since when each of them has been past.
    """
    fresh = {kind for kind in _COMES_AND_GOES if at - well.get(kind, at) < STEADY}
    return replace(judged, gone=judged.gone - fresh)


def by_hand(judged: Judgement) -> Judgement:
    """What a dip means: a stick says nothing about the probe and the gauge."""
    raised = {kind: figure for kind, figure in judged.raised.items() if kind not in _COMES_AND_GOES}
    return Judgement(raised, judged.gone - _COMES_AND_GOES)


def judge(tank: Tank, reading: TankReading, standing: Collection[TankAlarmKind]) -> Judgement:
    """What this reading means for the tank's alarms, given those that stand.

    An alarm goes only when the level is one percent of the capacity past its limit, so that a level that swings on the
    limit raises it once. A probe that fails says nothing of the level: those alarms stand as they are.
    """
    if not reading.valid:
        raised = {} if TankAlarmKind.PROBE in standing else {TankAlarmKind.PROBE: 0}
        return Judgement(raised, frozenset())
    wrong, past = _levels(tank, reading)
    if reading.alarms - _OF_OURS:
        wrong[TankAlarmKind.GAUGE] = 0
    else:
        past.add(TankAlarmKind.GAUGE)
    past.add(TankAlarmKind.PROBE)
    return Judgement(
        {kind: figure for kind, figure in wrong.items() if kind not in standing},
        frozenset(kind for kind in standing if kind in past),
    )


def _levels(tank: Tank, reading: TankReading) -> tuple[dict[TankAlarmKind, int], set[TankAlarmKind]]:
    fuel, water, limits = reading.fuel.millilitres, reading.water_height, tank.limits
    back = max(1, half_up(tank.capacity.millilitres, 100))
    wrong: dict[TankAlarmKind, int] = {}
    past: set[TankAlarmKind] = set()
    lower = ((TankAlarmKind.CRITICAL_LOW, limits.critical_low), (TankAlarmKind.LOW, limits.low))
    upper = ((TankAlarmKind.CRITICAL_HIGH, limits.critical_high), (TankAlarmKind.HIGH, limits.high))
    for kind, limit in lower:
        if fuel <= limit.millilitres:
            wrong[kind] = fuel
        elif fuel > limit.millilitres + back:
            past.add(kind)
    for kind, limit in upper:
        if fuel >= limit.millilitres:
            wrong[kind] = fuel
        elif fuel < limit.millilitres - back:
            past.add(kind)
    for kind, height in (
        (TankAlarmKind.CRITICAL_WATER, limits.critical_water),
        (TankAlarmKind.WATER, limits.water),
    ):
        if water >= height:
            wrong[kind] = water
        elif water < height - _WATER_BACK:
            past.add(kind)
    return wrong, past
