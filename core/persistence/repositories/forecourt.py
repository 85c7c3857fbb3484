"""Grades, pumps, nozzles and readings; authorisations; fills."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from datetime import datetime
from operator import attrgetter

from core.domain.emergency import EmergencyStop
from core.domain.fill import Fill, FillState
from core.domain.ids import AuthorisationId, FillId, NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.product import FuelGrade
from core.domain.pump import OPEN_AUTHORISATIONS, Authorisation, Nozzle, Pump, PumpReading
from core.domain.refusals.pumps import AuthorisationClosed, FillNotFound, PumpBusy, PumpNotFound
from core.persistence.column_types import is_word, one_of
from core.persistence.rows import RowsOf, written
from core.persistence.tables.forecourt import (
    authorisations,
    emergency_stops,
    fills,
    grades,
    nozzles,
    pumps,
    readings,
)
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import bindparam, delete, literal_column, select, update

_GRADES = RowsOf(grades, FuelGrade, beside=("position",))
_ALL_GRADES = _GRADES.where(order=[grades.c.position])
_NOZZLES = RowsOf(nozzles, Nozzle)
_ALL_NOZZLES = _NOZZLES.where(order=[nozzles.c.pump, nozzles.c.number])
_ADD_PUMP = written(pumps, ["number"])
_PUMP_NUMBERS = Query(select(pumps.c.number).order_by(pumps.c.number), PumpNumber)
_CLEAR_LAYOUT = [Command(delete(table)) for table in (nozzles, pumps, grades)]
_CLEAR_LOST_READINGS = Command(delete(readings).where(readings.c.pump.not_in(select(pumps.c.number))))
_READINGS = RowsOf(readings, PumpReading)
_ALL_READINGS = _READINGS.where()

_STOPS = RowsOf(emergency_stops, EmergencyStop)
_STANDING_STOP = _STOPS.where(emergency_stops.c.ended_at.is_(None), order=[emergency_stops.c.at])

_AUTHORISATIONS = RowsOf(authorisations, Authorisation)
_AUTHORISATION = _AUTHORISATIONS.where(authorisations.c.id == bindparam("authorisation"))
_IS_OPEN = one_of(authorisations.c.state, OPEN_AUTHORISATIONS)
_OPEN_ON = _AUTHORISATIONS.where(_IS_OPEN, authorisations.c.pump == bindparam("pump"))
_OPEN_ONES = _AUTHORISATIONS.where(_IS_OPEN, order=[authorisations.c.requested_at, authorisations.c.id])

_FILLS = RowsOf(fills, Fill)
# What still changes of a fill once it is booked: to whom it belongs.
_BELONGS = ("shift", "authorisation", "order", "sale", "state", "debt")
_MOVING = attrgetter(*_BELONGS)
_FIGURES = attrgetter(*(field.name for field in fields_of(Fill) if field.name not in _BELONGS))
_MOVE_FILL = Command(
    update(fills)
    .where(fills.c.id == bindparam("fill_id"))
    .values({name: bindparam(name) for name in _BELONGS}),
    asks=("fill_id", *_BELONGS),
)
FILL = _FILLS.where(fills.c.id == bindparam("fill"))
_SAME_RECORD = _FILLS.where(
    fills.c.pump == bindparam("pump"),
    fills.c.transaction == bindparam("transaction"),
    fills.c.ended_at == bindparam("ended_at"),
)
_NEWEST = _FILLS.where(
    fills.c.pump == bindparam("pump"),
    fills.c.transaction == bindparam("transaction"),
    order=[fills.c.ended_at.desc()],
    limited=True,
)
_UNPAID = _FILLS.where(is_word(fills.c.state, FillState.UNPAID), order=[fills.c.recorded_at, fills.c.id])
# Bills that have a fill, and what somebody has still to decide.
_APART = _FILLS.where(
    one_of(fills.c.state, [FillState.IN_SALE, FillState.DISPUTED]), order=[fills.c.recorded_at, fills.c.id]
)
_LAST_TOTALISER = Query(
    select(fills.c.totaliser)
    .where(
        fills.c.pump == bindparam("pump"),
        fills.c.nozzle == bindparam("nozzle"),
        fills.c.totaliser.is_not(None),
    )
    .order_by(fills.c.recorded_at.desc())
    .limit(literal_column("1")),
    lambda totaliser: totaliser,
)
_NEWEST_END = Query(
    select(fills.c.ended_at).order_by(fills.c.recorded_at.desc()).limit(literal_column("1")),
    lambda moment: moment,
)
_RECENT = _FILLS.where(order=[fills.c.recorded_at.desc(), fills.c.id.desc()], limited=True)


class SqlForecourt:
    """Port Forecourt."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def pumps(self) -> Sequence[Pump]:
        hoses: dict[PumpNumber, list[Nozzle]] = defaultdict(list)
        for nozzle in self._transaction.all(_ALL_NOZZLES):
            hoses[nozzle.pump].append(nozzle)
        return [Pump(number, tuple(hoses[number])) for number in self._transaction.all(_PUMP_NUMBERS)]

    def pump(self, pump: PumpNumber) -> Pump:
        for known in self.pumps():
            if known.number == pump:
                return known
        raise PumpNotFound(pump)

    def grades(self) -> Sequence[FuelGrade]:
        return self._transaction.all(_ALL_GRADES)

    def lay_out(self, grades: Sequence[FuelGrade], pumps: Sequence[Pump]) -> None:
        for clear in _CLEAR_LAYOUT:
            self._transaction.run(clear)
        for place, grade in enumerate(grades):
            self._transaction.run(_GRADES.insert, place, *_GRADES.of(grade))
        for pump in pumps:
            self._transaction.run(_ADD_PUMP, pump.number)
            for nozzle in pump.nozzles:
                self._transaction.run(_NOZZLES.insert, *_NOZZLES.of(nozzle))
        self._transaction.run(_CLEAR_LOST_READINGS)

    def readings(self) -> Mapping[PumpNumber, PumpReading]:
        return {reading.pump: reading for reading in self._transaction.all(_ALL_READINGS)}

    def save_reading(self, reading: PumpReading) -> None:
        self._transaction.run(_READINGS.save, *_READINGS.of(reading))

    def stopped(self) -> EmergencyStop | None:
        return self._transaction.first(_STANDING_STOP)

    def save_stop(self, stop: EmergencyStop) -> None:
        self._transaction.run(_STOPS.save, *_STOPS.of(stop))


class SqlAuthorisations:
    """Port Authorisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, authorisation: AuthorisationId) -> Authorisation:
        found = self._transaction.first(_AUTHORISATION, authorisation)
        if found is None:
            raise AuthorisationClosed(authorisation, "unknown")
        return found

    def save(self, authorisation: Authorisation) -> None:
        if authorisation.state in OPEN_AUTHORISATIONS:
            other = self.open_on(authorisation.pump)
            if other is not None and other.id != authorisation.id:
                raise PumpBusy(authorisation.pump, other.state)
        self._transaction.run(_AUTHORISATIONS.save, *_AUTHORISATIONS.of(authorisation))

    def open_on(self, pump: PumpNumber) -> Authorisation | None:
        return self._transaction.first(_OPEN_ON, pump)

    def open_ones(self) -> Sequence[Authorisation]:
        return self._transaction.all(_OPEN_ONES)


class SqlFills:
    """Port Fills."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: dict[FillId, Fill] = transaction.memory.of("fills")

    def get(self, fill: FillId) -> Fill:
        found = self._known.get(fill) or self._transaction.first(FILL, fill)
        if found is None:
            raise FillNotFound(fill)
        self._known[fill] = found
        return found

    def find(self, pump: PumpNumber, transaction: int, ended_at: datetime) -> Fill | None:
        return self._transaction.first(_SAME_RECORD, pump, transaction, ended_at)

    def newest(self, pump: PumpNumber, transaction: int, limit: int) -> Sequence[Fill]:
        return self._transaction.all(_NEWEST, pump, transaction, limit)

    def newest_end(self) -> datetime | None:
        found: datetime | None = self._transaction.first(_NEWEST_END)
        return found

    def save(self, fill: Fill) -> None:
        known = self._known.get(fill.id)
        if known is not None and _FIGURES(known) == _FIGURES(fill):
            self._transaction.run(_MOVE_FILL, fill.id, *_MOVING(fill))
        else:
            self._transaction.run(_FILLS.save, *_FILLS.of(fill))
        self._known[fill.id] = fill

    def last_totaliser(self, pump: PumpNumber, nozzle: NozzleNumber) -> Litres | None:
        found: Litres | None = self._transaction.first(_LAST_TOTALISER, pump, nozzle)
        return found

    def unpaid(self) -> Sequence[Fill]:
        return self._transaction.all(_UNPAID)

    def apart(self) -> Sequence[Fill]:
        return self._transaction.all(_APART)

    def recent(self, limit: int) -> Sequence[Fill]:
        return self._transaction.all(_RECENT, limit)
