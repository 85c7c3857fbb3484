"""The stock book: its lines and days, and what the nozzles drew by the booked fills."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from core.domain.ids import FillId, NozzleId, NozzleNumber, PumpNumber, TankNumber, nozzle_id
from core.domain.litres import NO_LITRES, Litres
from core.domain.tanks.stock import Movements, StockEntry, StockKind
from core.domain.tanks.variance import StockDay
from core.persistence.column_types import Millilitres, is_word
from core.persistence.rows import RowsOf, written
from core.persistence.tables.forecourt import fills
from core.persistence.tables.tanks import stock_days, stock_entries
from core.persistence.transaction import Query, Transaction
from core.persistence.words import BigInteger, bindparam, cast, func, literal_column, select, type_coerce

_ENTRIES = RowsOf(stock_entries, StockEntry)
_BETWEEN = _ENTRIES.where(
    stock_entries.c.at > bindparam("since"),
    stock_entries.c.at <= bindparam("until"),
    order=[stock_entries.c.at, stock_entries.c.id],
)
_OPENING = _ENTRIES.where(
    stock_entries.c.tank == bindparam("tank"), is_word(stock_entries.c.kind, StockKind.OPENING)
)
_OF_FILL = _ENTRIES.where(stock_entries.c.fill == bindparam("fill"))

_MOVED = {
    "opened": "opening",
    "delivered": "delivered",
    "returned": "returned",
    "transferred": "transferred",
} | {
    "adjusted": "adjusted",
    "sold": "sold",
}
_DAY_COLUMNS = [column.name for column in stock_days.c]


def _day(*row: Any) -> StockDay:
    values = dict(zip(_DAY_COLUMNS, row, strict=True))
    moved = Movements(**{field: values.pop(column) for column, field in _MOVED.items()})
    return StockDay(moved=moved, **values)


_ADD_DAY = written(stock_days, _DAY_COLUMNS)
_DAYS = Query(
    select(stock_days)
    .where(stock_days.c.book == bindparam("book"))
    .order_by(stock_days.c.day.desc())
    .limit(bindparam("limit")),
    _day,
)


class _Drawn(NamedTuple):
    pump: PumpNumber
    nozzle: NozzleNumber
    volume: Litres


class _DrawnInHour(NamedTuple):
    pump: PumpNumber
    nozzle: NozzleNumber
    hour: int
    volume: Litres


_SUM = cast(func.coalesce(func.sum(fills.c.volume), literal_column("0")), Millilitres())
_IN_STRETCH = (fills.c.recorded_at > bindparam("since"), fills.c.recorded_at <= bindparam("until"))
_BOOKED = Query(
    select(fills.c.pump, fills.c.nozzle, _SUM).where(*_IN_STRETCH).group_by(fills.c.pump, fills.c.nozzle),
    _Drawn,
)
_EPOCH_HOUR = type_coerce(fills.c.recorded_at, BigInteger()) // literal_column("3600000000", BigInteger())
_BY_HOUR = Query(
    select(fills.c.pump, fills.c.nozzle, _EPOCH_HOUR, _SUM)
    .where(*_IN_STRETCH)
    .group_by(fills.c.pump, fills.c.nozzle, _EPOCH_HOUR),
    _DrawnInHour,
)
_DRAWING = Query(
    select(
        fills.c.pump,
        fills.c.nozzle,
        fills.c.started_at,
        fills.c.ended_at,
        fills.c.recorded_at,
        fills.c.volume,
    )
    .where(fills.c.recorded_at > bindparam("since"))
    .order_by(fills.c.recorded_at),
    lambda *row: row,
)
_THURSDAY = 72  # hours from Monday to the first of January 1970
_HOURS_OF_A_WEEK = 168
# A fill whose beginning nobody saw: a slow nozzle gives ten litres a minute.
_SLOWEST_MILLILITRES_A_SECOND = 10_000 // 60
_LONGEST_PAUSE = timedelta(minutes=15)


class TankStock:
    """The part of port Tanks that is about the stock book."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, entry: StockEntry) -> None:
        self._transaction.run(_ENTRIES.insert, *_ENTRIES.of(entry))

    def entries(self, since: datetime, until: datetime) -> Sequence[StockEntry]:
        return self._transaction.all(_BETWEEN, since, until)

    def opened_at(self, book: TankNumber) -> datetime | None:
        found = self._transaction.first(_OPENING, book)
        return None if found is None else found.at

    def returned(self, fill: FillId) -> StockEntry | None:
        return self._transaction.first(_OF_FILL, fill)

    def booked(self, since: datetime, until: datetime) -> Mapping[NozzleId, Litres]:
        return {
            nozzle_id(each.pump, each.nozzle): each.volume
            for each in self._transaction.all(_BOOKED, since, until)
        }

    def drawn_by_hour(
        self, since: datetime, until: datetime, zone: timedelta
    ) -> Mapping[NozzleId, Mapping[int, Litres]]:
        ahead = round(zone.total_seconds() / 3600)
        found: dict[NozzleId, dict[int, Litres]] = {}
        for pump, nozzle, epoch_hour, volume in self._transaction.all(_BY_HOUR, since, until):
            hours = found.setdefault(nozzle_id(pump, nozzle), {})
            hour = (epoch_hour + ahead + _THURSDAY) % _HOURS_OF_A_WEEK
            hours[hour] = hours.get(hour, NO_LITRES) + volume
        return found

    def drawing(
        self, nozzles: Iterable[NozzleId], since: datetime
    ) -> Sequence[tuple[datetime, datetime, Litres]]:
        wanted, found = set(nozzles), []
        for pump, nozzle, started, ended, recorded, volume in self._transaction.all(_DRAWING, since):
            if not volume or nozzle_id(pump, nozzle) not in wanted:
                continue
            # A controller's clock may stand wrong: no fill ends after it was booked, and none takes the whole day.
            over = min(ended, recorded)
            lasted = timedelta(seconds=max(1, volume.millilitres // _SLOWEST_MILLILITRES_A_SECOND))
            begun = over - lasted if started is None else max(started, over - lasted - _LONGEST_PAUSE)
            found.append((min(begun, over - timedelta(seconds=1)), over, volume))
        return found

    def add_day(self, day: StockDay) -> None:
        values = {name: getattr(day, name) for name in _DAY_COLUMNS if name not in _MOVED}
        values |= {column: getattr(day.moved, field) for column, field in _MOVED.items()}
        self._transaction.run(_ADD_DAY, *(values[name] for name in _DAY_COLUMNS))

    def last_day(self, book: TankNumber) -> StockDay | None:
        return self._transaction.first(_DAYS, book, 1)

    def days(self, book: TankNumber, limit: int) -> Sequence[StockDay]:
        return self._transaction.all(_DAYS, book, limit)[::-1]
