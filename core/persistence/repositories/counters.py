"""Nozzles' counters, and the fills that they tell of and nobody has booked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from core.domain.counter import CounterSnapshot, NozzleCount
from core.domain.ids import MissingFillId, NozzleId, NozzleNumber, PumpNumber, nozzle_id
from core.domain.missing_fill import MissingFill, MissingState
from core.domain.refusals.pumps import MissingFillClosed
from core.persistence.column_types import is_word
from core.persistence.rows import RowsOf
from core.persistence.tables.counters import counter_snapshots, missing_fills, nozzle_counts
from core.persistence.tables.forecourt import nozzles
from core.persistence.transaction import Query, Transaction
from core.persistence.words import bindparam, func, select

_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_SNAPSHOTS = RowsOf(counter_snapshots, CounterSnapshot)
# By the index, however many there are.
_LATEST_OF = _SNAPSHOTS.where(
    counter_snapshots.c.pump == bindparam("pump"),
    counter_snapshots.c.nozzle == bindparam("nozzle"),
    counter_snapshots.c.at <= bindparam("until"),
    order=[counter_snapshots.c.at.desc(), counter_snapshots.c.id.desc()],
    limited=True,
)
_BETWEEN = _SNAPSHOTS.where(
    counter_snapshots.c.at >= bindparam("since"),
    counter_snapshots.c.at < bindparam("until"),
    order=[counter_snapshots.c.at, counter_snapshots.c.id],
)
_BEGAN = Query(select(func.min(counter_snapshots.c.at)), lambda moment: moment)
_COUNTS = RowsOf(nozzle_counts, NozzleCount)
_COUNT = _COUNTS.where(
    nozzle_counts.c.pump == bindparam("pump"), nozzle_counts.c.nozzle == bindparam("nozzle")
)

_MISSING = RowsOf(missing_fills, MissingFill)
_ONE = _MISSING.where(missing_fills.c.id == bindparam("missing"))
_OPEN = _MISSING.where(
    is_word(missing_fills.c.state, MissingState.PROPOSED),
    order=[missing_fills.c.since, missing_fills.c.id],
)
_OF_NOZZLE = _MISSING.where(
    missing_fills.c.pump == bindparam("pump"),
    missing_fills.c.nozzle == bindparam("nozzle"),
    order=[missing_fills.c.until.desc(), missing_fills.c.id.desc()],
    limited=True,
)
_RECENT = _MISSING.where(order=[missing_fills.c.until.desc(), missing_fills.c.id.desc()], limited=True)
_ALL_NOZZLES = Query(
    select(nozzles.c.pump, nozzles.c.number).order_by(nozzles.c.pump, nozzles.c.number),
    lambda pump, number: (PumpNumber(pump), NozzleNumber(number)),
)


class SqlCounters:
    """Port Counters."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, snapshot: CounterSnapshot) -> None:
        self._transaction.run(_SNAPSHOTS.insert, *_SNAPSHOTS.of(snapshot))

    def latest(self, until: datetime | None = None) -> Mapping[NozzleId, CounterSnapshot]:
        found = {}
        for pump, number in self._transaction.all(_ALL_NOZZLES):
            newest = self._transaction.first(_LATEST_OF, pump, number, until or _FAR, 1)
            if newest is not None:
                found[nozzle_id(pump, number)] = newest
        return found

    def began_at(self) -> datetime | None:
        found: datetime | None = self._transaction.first(_BEGAN)
        return found

    def between(self, since: datetime, until: datetime) -> Sequence[CounterSnapshot]:
        return self._transaction.all(_BETWEEN, since, until)

    def explained(self, pump: PumpNumber, nozzle: NozzleNumber) -> NozzleCount | None:
        return self._transaction.first(_COUNT, pump, nozzle)

    def save_explained(self, count: NozzleCount) -> None:
        self._transaction.run(_COUNTS.save, *_COUNTS.of(count))


class SqlMissingFills:
    """Port MissingFills."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, missing: MissingFillId) -> MissingFill:
        found = self._transaction.first(_ONE, missing)
        if found is None:
            raise MissingFillClosed(missing, "unknown")
        return found

    def save(self, missing: MissingFill) -> None:
        self._transaction.run(_MISSING.save, *_MISSING.of(missing))

    def open_ones(self) -> Sequence[MissingFill]:
        return self._transaction.all(_OPEN)

    def of_nozzle(self, pump: PumpNumber, nozzle: NozzleNumber, limit: int) -> Sequence[MissingFill]:
        return self._transaction.all(_OF_NOZZLE, pump, nozzle, limit)

    def recent(self, limit: int) -> Sequence[MissingFill]:
        return self._transaction.all(_RECENT, limit)
