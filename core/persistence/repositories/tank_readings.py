"""What was measured in tanks: readings, and the hours that old ones are folded into."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from core.domain.ids import StaffId, TankNumber
from core.domain.litres import Litres
from core.domain.tanks.reading import GaugeAlarm, ProbeStatus, TankReading
from core.persistence.column_types import is_word
from core.persistence.rows import RowsOf, saved
from core.persistence.tables.tanks import tank_hours, tank_readings
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import bindparam, delete, func, literal_column, select, tuple_
from core.ports.tanks import KeptReading, TankHour

_COLUMNS = [column.name for column in tank_readings.c]
_KEEP = saved(tank_readings, _COLUMNS)


def _kept(*row: Any) -> KeptReading:
    values = dict(zip(_COLUMNS, row, strict=True))
    by: StaffId | None = values.pop("by")
    values["alarms"] = frozenset(GaugeAlarm(word) for word in values["alarms"].split())
    return KeptReading(TankReading(**values), by)


_NEWEST = select(tank_readings.c.tank, func.max(tank_readings.c.at)).group_by(tank_readings.c.tank)
_LATEST = Query(
    select(tank_readings).where(tuple_(tank_readings.c.tank, tank_readings.c.at).in_(_NEWEST)), _kept
)
_BETWEEN = Query(
    select(tank_readings)
    .where(
        tank_readings.c.tank == bindparam("tank"),
        tank_readings.c.at > bindparam("since"),
        tank_readings.c.at <= bindparam("until"),
    )
    .order_by(tank_readings.c.at),
    _kept,
)
_LAST_VALID = Query(
    select(tank_readings)
    .where(
        tank_readings.c.tank == bindparam("tank"),
        tank_readings.c.at <= bindparam("until"),
        is_word(tank_readings.c.status, ProbeStatus.OK),
    )
    .order_by(tank_readings.c.at.desc())
    .limit(literal_column("1")),
    _kept,
)
_IS_OLD = (tank_readings.c.at < bindparam("before")) & tank_readings.c.by.is_(None)
_OLD = Query(
    select(tank_readings)
    .where(_IS_OLD)
    .order_by(tank_readings.c.tank, tank_readings.c.at)
    .limit(bindparam("limit")),
    _kept,
)
_FORGET = Command(
    delete(tank_readings).where(
        tank_readings.c.tank == bindparam("tank"),
        tank_readings.c.at >= bindparam("since"),
        tank_readings.c.at <= bindparam("until"),
        tank_readings.c.by.is_(None),
    ),
    asks=("tank", "since", "until"),
)
_HOURS = RowsOf(tank_hours, TankHour)
_HOUR = _HOURS.where(tank_hours.c.tank == bindparam("tank"), tank_hours.c.hour == bindparam("hour"))
_HOURS_BETWEEN = _HOURS.where(
    tank_hours.c.tank == bindparam("tank"),
    tank_hours.c.hour > bindparam("since"),
    tank_hours.c.hour <= bindparam("until"),
    order=[tank_hours.c.hour],
)


class TankReadings:
    """The part of port Tanks that is about measurements."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def keep(self, kept: KeptReading) -> None:
        reading = kept.reading
        values = {name: getattr(reading, name) for name in _COLUMNS if name not in {"by", "alarms"}}
        values |= {
            "by": kept.by,
            "alarms": " ".join(sorted(reading.alarms)),
            "product_volume": reading.fuel,  # kept as the fuel alone, whatever the gauge makes of water
        }
        self._transaction.run(_KEEP, *(values[name] for name in _COLUMNS))

    def latest(self) -> Mapping[TankNumber, KeptReading]:
        return {kept.reading.tank: kept for kept in self._transaction.all(_LATEST)}

    def readings(self, tank: TankNumber, since: datetime, until: datetime) -> Sequence[KeptReading]:
        return self._transaction.all(_BETWEEN, tank, since, until)

    def last_valid(self, tank: TankNumber, until: datetime) -> KeptReading | None:
        return self._transaction.first(_LAST_VALID, tank, until)

    def hours(self, tank: TankNumber, since: datetime, until: datetime) -> Sequence[TankHour]:
        return self._transaction.all(_HOURS_BETWEEN, tank, since, until)

    def roll_up(self, before: datetime, at_most: int) -> int:
        old = self._transaction.all(_OLD, before, at_most)
        hours: dict[tuple[TankNumber, datetime], list[KeptReading]] = {}
        for kept in old:
            hours.setdefault((kept.reading.tank, _hour(kept.reading.at)), []).append(kept)
        for (tank, hour), readings in hours.items():
            valid = [kept.reading for kept in readings if kept.reading.valid]
            if valid:
                folded = _folded(tank, hour, valid)
                known = self._transaction.first(_HOUR, tank, hour)
                self._transaction.run(_HOURS.save, *_HOURS.of(_joined(known, folded)))
            self._transaction.run(_FORGET, tank, readings[0].reading.at, readings[-1].reading.at)
        return len(old)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _folded(tank: TankNumber, hour: datetime, readings: Sequence[TankReading]) -> TankHour:
    last = readings[-1]
    volumes: list[Litres] = [reading.fuel for reading in readings]
    return TankHour(
        tank,
        hour,
        last.fuel,
        last.volume_at_20,
        last.water_height,
        last.temperature,
        min(volumes),
        max(volumes),
        len(readings),
    )


def _joined(known: TankHour | None, later: TankHour) -> TankHour:
    """An hour of which a part was folded before: the later part has its end."""
    if known is None:
        return later
    return TankHour(
        later.tank,
        later.hour,
        later.fuel,
        later.at_20,
        later.water_height,
        later.temperature,
        min(known.lowest, later.lowest),
        max(known.highest, later.highest),
        known.readings + later.readings,
    )
