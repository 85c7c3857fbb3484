"""Everything that we hold of a person, from every room's tables, found by the columns that name a driver."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, select

from cloud_api.metadata import metadata
from core.protocol.moments import moment_text

# By these a table says whose a row is.
_OF_A_DRIVER = ("driver_id", "owner", "subject")
# A row that has one of these is theirs where the order, or the account in the books, is.
_BY_WAY_OF = (("orders", "order_id", "driver_id"), ("ledger_accounts", "account_id", "owner"))
# What proves something to us, and what only finds or counts; none of it says anything of the person.
_SECRET = ("_hash", "_index", "salt", "fingerprint", "token")
_NOT_THEIRS = frozenset({"person_copies", "sign_in_codes", "sign_in_sends", "first_answers", "seen_with"})
_MOST_ROWS_OF_A_TABLE = 20_000


def everything_of(connection: Connection, driver_id: str) -> dict[str, list[dict[str, Any]]]:
    """Rows by table. What a room adds later is found by itself, as long as it names the driver as the others do."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        query = _rows_of(table, driver_id)
        if query is None:
            continue
        rows = connection.execute(query.limit(_MOST_ROWS_OF_A_TABLE)).all()
        if rows:
            found[table.name] = [
                {name: _plain(value) for name, value in row._mapping.items() if value is not None}
                for row in rows
            ]
    return found


def _rows_of(table: Table, driver_id: str) -> Select[Any] | None:
    told = [column for column in table.columns if not _is_secret(column)]
    if table.name in _NOT_THEIRS or not told:
        return None
    if table.name == "drivers":
        return select(*told).where(table.c.id == driver_id)
    for name in _OF_A_DRIVER:
        if name in table.c:
            return select(*told).where(table.c[name] == driver_id)
    for other, name, whose in _BY_WAY_OF:
        way = metadata.tables.get(other)
        if way is not None and name in table.c:
            return select(*told).where(table.c[name].in_(select(way.c.id).where(way.c[whose] == driver_id)))
    return None


def _is_secret(column: Column[Any]) -> bool:
    return any(word in column.name for word in _SECRET)


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, dict | list | str | int | float | bool):
        return value
    if isinstance(value, Iterable):
        return [str(one) for one in value]
    return str(value)
