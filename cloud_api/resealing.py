"""Changes over to a new key: whatever is sealed with an older one is sealed anew, some rows at a time."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Table, and_, select, tuple_, type_coerce, update

from cloud_api.database import Database, Work
from cloud_api.metadata import metadata
from cloud_api.sealing import BlindIndex, Sealed, WithSealedList, ring_of

_ROWS_AT_ONCE = 500
# The database lets nobody change these; they are read with the key that they name, which therefore stays on the ring.
_ONLY_ADDED_TO = frozenset({"office_journal"})
_Kinds = Mapping[str, Sealed | WithSealedList]


def reseal(database: Database) -> dict[str, int]:
    """How many rows of each table were sealed anew. May be stopped at any time and begun again, beside a running cloud."""
    done: dict[str, int] = {}
    for table in metadata.sorted_tables:
        columns = {
            column.name: column.type
            for column in table.columns
            if isinstance(column.type, Sealed | WithSealedList)
        }
        if columns and table.name not in _ONLY_ADDED_TO:
            done[table.name] = _reseal_table(database, table, columns)
    return {name: count for name, count in done.items() if count}


def _reseal_table(database: Database, table: Table, columns: _Kinds) -> int:
    count, after = database.write_now(lambda work: _reseal_some(work, table, columns, None))
    total = count
    while after is not None:
        count, after = database.write_now(partial(_reseal_some, table=table, columns=columns, after=after))
        total += count
    return total


def _reseal_some(
    work: Work, table: Table, columns: _Kinds, after: tuple[object, ...] | None
) -> tuple[int, tuple[object, ...] | None]:
    """The next rows in the order of their key; the last key seen, or None at the end."""
    ring, keys = ring_of(work.connection), [_as_written(column) for column in table.primary_key.columns]
    query = select(*keys, *(_as_written(table.c[name]).label(f"sealed_{name}") for name in columns))
    query = query.order_by(*keys).limit(_ROWS_AT_ONCE).with_for_update()
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    rows = work.connection.execute(query).all()
    count = 0
    for row in rows:
        anew = {}
        for name, kind in columns.items():
            written = row._mapping[f"sealed_{name}"]
            if written is not None and not kind.is_current(ring, written):
                anew[name] = kind.process_result_value(written, work.connection.dialect)
        if anew:
            own = and_(*(key == row[place] for place, key in enumerate(keys)))
            work.connection.execute(update(table).where(own).values(anew))
            count += 1
    return count, tuple(rows[-1][: len(keys)]) if len(rows) == _ROWS_AT_ONCE else None


def _as_written(column: Column[Any]) -> ColumnElement[Any]:
    """What stands there: not opened, and a blind index not hashed once more when it is compared with what was read."""
    if isinstance(column.type, Sealed | WithSealedList):
        return type_coerce(column, column.type.impl_instance)
    return type_coerce(column, String) if isinstance(column.type, BlindIndex) else column
