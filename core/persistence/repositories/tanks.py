"""Tanks as they are set up, their strapping tables and alarms; with readings, stock and deliveries the port Tanks."""

from collections.abc import Sequence
from typing import Any

from core.domain.ids import TankAlarmId, TankNumber
from core.domain.refusals.tanks import TankAlarmNotFound
from core.domain.tanks.alarm import TankAlarm
from core.domain.tanks.strapping import StrappingPoint, StrappingTable
from core.domain.tanks.tank import Tank, TankLimits
from core.persistence.repositories.tank_deliveries import TankDeliveries
from core.persistence.repositories.tank_readings import TankReadings
from core.persistence.repositories.tank_stock import TankStock
from core.persistence.rows import RowsOf, saved
from core.persistence.tables.tanks import tank_alarms, tank_strapping, tanks
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import bindparam, delete, select

_LIMITS = ("critical_low", "low", "high", "critical_high", "water", "critical_water")
_COLUMNS = [column.name for column in tanks.c]
_SAVE = saved(tanks, _COLUMNS)


def _tank(*row: Any) -> Tank:
    values = dict(zip(_COLUMNS, row, strict=True))
    limits = TankLimits(**{name: values.pop(name) for name in _LIMITS})
    return Tank(limits=limits, **values)


_ALL = Query(select(tanks).order_by(tanks.c.number), _tank)
_POINTS = RowsOf(tank_strapping, StrappingPoint, beside=("tank",))
_POINTS_OF = _POINTS.where(tank_strapping.c.tank == bindparam("tank"), order=[tank_strapping.c.height])
_STRAPPED = Query(select(tank_strapping.c.tank).distinct(), TankNumber)
_UNSTRAP = Command(delete(tank_strapping).where(tank_strapping.c.tank == bindparam("tank")))
_ALARMS = RowsOf(tank_alarms, TankAlarm)
_ALARM = _ALARMS.where(tank_alarms.c.id == bindparam("alarm"))
_STANDING = _ALARMS.where(tank_alarms.c.gone_at.is_(None), order=[tank_alarms.c.raised_at, tank_alarms.c.id])
_RECENT = _ALARMS.where(order=[tank_alarms.c.raised_at.desc(), tank_alarms.c.id.desc()], limited=True)


class SqlTanks(TankReadings, TankStock, TankDeliveries):
    """Port Tanks."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def all(self) -> Sequence[Tank]:
        return self._transaction.all(_ALL)

    def save(self, tank: Tank) -> None:
        values = {name: getattr(tank, name) for name in _COLUMNS if name not in _LIMITS}
        values |= {name: getattr(tank.limits, name) for name in _LIMITS}
        self._transaction.run(_SAVE, *(values[name] for name in _COLUMNS))

    def strapping(self, tank: TankNumber) -> StrappingTable | None:
        points = self._transaction.all(_POINTS_OF, tank)
        return StrappingTable(tuple(points)) if points else None

    def strapped(self) -> frozenset[TankNumber]:
        return frozenset(self._transaction.all(_STRAPPED))

    def strap(self, tank: TankNumber, table: StrappingTable) -> None:
        self._transaction.run(_UNSTRAP, tank)
        for point in table.points:
            self._transaction.run(_POINTS.insert, tank, *_POINTS.of(point))

    def alarm(self, alarm: TankAlarmId) -> TankAlarm:
        found = self._transaction.first(_ALARM, alarm)
        if found is None:
            raise TankAlarmNotFound(alarm)
        return found

    def save_alarm(self, alarm: TankAlarm) -> None:
        self._transaction.run(_ALARMS.save, *_ALARMS.of(alarm))

    def standing(self) -> Sequence[TankAlarm]:
        return self._transaction.all(_STANDING)

    def alarms(self, limit: int) -> Sequence[TankAlarm]:
        return self._transaction.all(_RECENT, limit)
