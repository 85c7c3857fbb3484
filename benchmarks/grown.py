"""A station's file with years of sales, made fast: one real sale's rows again and again, a minute apart, by SQL."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.shop import Shop

_MINUTE = 60_000_000  # microseconds, as the database counts
_HOUR = 60 * _MINUTE
_SALES_A_DAY = 1_440
_MOMENT_FROM = 10**15  # a whole number above this is a moment
_ID = re.compile("[0-9a-f]{32}")
_AGO = f"(n + {_SALES_A_DAY}) * {_MINUTE}"
_DAY = f"strftime('%Y%m%d', ({{now}} - {_AGO}) / 1000000, 'unixepoch', '+8 hours')"
# Of a sale's events only this one is made again: the journal is read from its end, and never as a whole.
_EVENT_KEPT = "SaleCompleted"

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns, those of its key, and its rows by their keys."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[int, ...]
    rows: Rows


def grow(config: Path, sales: int) -> None:
    """Put so many sales of a closed past into a laid out station, sums included; leaves a shift open.

    The journal's chain of hashes does not hold for what is made so.
    """
    file = config.with_name("station.db")
    shop = Shop(config)
    shop.open_shift()
    shop.sell()
    before = _tables(file)
    shop.sell()
    after = _tables(file)
    shop.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for setting in ("synchronous=OFF", "cache_size=-200000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("CREATE TEMP TABLE steps (n INTEGER PRIMARY KEY)")
        with _no_triggers(connection):
            connection.execute("BEGIN")
            connection.execute(
                "INSERT INTO steps WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT n FROM c",
                (sales,),
            )
            _Copies(connection, before, after).write()
            connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Copies:
    """The rows of one sale, as SQL that makes those of many."""

    def __init__(
        self, connection: sqlite3.Connection, before: dict[str, Table], after: dict[str, Table]
    ) -> None:
        self._connection = connection
        self._before = before
        self._after = after
        [shift] = after["shifts"].rows.values()
        self._shift_row = shift
        self._shift = str(shift[0])
        self._fresh = _ids(after) - _ids(before)
        [sale] = after["sales"].rows.keys() - before["sales"].rows.keys()
        columns = after["sales"].columns
        row = after["sales"].rows[sale]
        self._number = row[columns.index("number")]
        self._now = row[columns.index("completed_at")]

    def write(self) -> None:
        for name, table in self._after.items():
            old = self._before[name].rows
            for place, (key, row) in enumerate(table.rows.items()):
                if key not in old:
                    if name != "events" or _EVENT_KEPT in row:
                        self._copy(table, row, place)
                elif row != old[key] and name.endswith("_sums"):
                    self._sum(table, old[key], row)
                elif row != old[key] and name == "sale_numbers":
                    self._insert(table, [self._day(), "count(*)"], "GROUP BY 1")
        self._close_shifts()

    def _copy(self, table: Table, row: tuple[Any, ...], place: int) -> None:
        values = [self._value(value) for value in row]
        if len(table.keys) == 1 and isinstance(row[table.keys[0]], int):
            values[table.keys[0]] = f"-(n * 100 + {place % 100})"  # before everything real
        if table.name == "outbox":
            values[table.columns.index("state")] = "'sent'"
        self._insert(table, values, "ORDER BY n DESC")

    def _sum(self, table: Table, old: tuple[Any, ...], row: tuple[Any, ...]) -> None:
        values = []
        for column, (name, was, now) in enumerate(zip(table.columns, old, row, strict=True)):
            if name == "hour":
                values.append(f"({self._now} - {_AGO}) / {_HOUR} * {_HOUR}")
            elif name == "shift":
                values.append(self._value(now))
            elif column in table.keys or not isinstance(now, int) or now == was:
                values.append(_literal(now))
            else:
                values.append(f"count(*) * {now - was}")
        places = [str(table.columns.index(name) + 1) for name in ("shift", "hour") if name in table.columns]
        self._insert(table, values, f"GROUP BY {', '.join(places)}")

    def _close_shifts(self) -> None:
        """One a day, closed long ago."""
        table = self._after["shifts"]
        values = [self._value(value) for value in self._shift_row]
        for name, value in (
            ("number", f"-(n / {_SALES_A_DAY} + 1)"),
            ("state", "'closed'"),
            ("closed_at", f"{self._now} - {_AGO} + {8 * _HOUR}"),
            ("closed_by", _literal(self._shift_row[table.columns.index("opened_by")])),
        ):
            values[table.columns.index(name)] = value
        self._insert(table, values, f"WHERE n % {_SALES_A_DAY} = 0 OR n = 1")

    def _value(self, value: Any) -> str:
        if value == self._shift:
            return f"printf('%s%08x', '{self._shift[:24]}', n / {_SALES_A_DAY})"
        if value == self._number:
            return f"{self._day()} || printf('-%07d', n)"
        if isinstance(value, str) and value in self._fresh:
            # An id begins with its time in milliseconds.
            return f"printf('%012x%s', {int(value[:12], 16)} - {_AGO} / 1000, '{value[12:]}')"
        if isinstance(value, int) and value > _MOMENT_FROM:
            return f"{value} - {_AGO}"
        return _literal(value)

    def _day(self) -> str:
        return _DAY.format(now=self._now)

    def _insert(self, table: Table, values: list[str], rest: str) -> None:
        columns = ", ".join(f'"{name}"' for name in table.columns)
        self._connection.execute(
            f'INSERT OR IGNORE INTO "{table.name}" ({columns}) SELECT {", ".join(values)} FROM steps {rest}'
        )


def copy(config: Path, folder: Path) -> Path:
    """The same station, in another folder."""
    folder.mkdir(parents=True)
    for name in ("station.toml", "station.db"):
        shutil.copy(config.with_name(name), folder / name)
    return folder / "station.toml"


@contextmanager
def _no_triggers(connection: sqlite3.Connection) -> Iterator[None]:
    """The guards of what is closed stand aside, and come back."""
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _sql in guards:
        connection.execute(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in guards:
        connection.execute(sql)


def _tables(file: Path) -> dict[str, Table]:
    """Every table as it is now."""
    with closing(sqlite3.connect(file)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_")
        ]
        return {name: _table(connection, name) for name in names}


def _table(connection: sqlite3.Connection, name: str) -> Table:
    described = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    keys = tuple(index for index, column in enumerate(described) if column[5])
    rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
    return Table(
        name,
        tuple(column[1] for column in described),
        keys,
        {tuple(row[index] for index in keys): row for row in rows},
    )


def _ids(tables: dict[str, Table]) -> set[str]:
    return {
        value
        for table in tables.values()
        for row in table.rows.values()
        for value in row
        if isinstance(value, str) and _ID.fullmatch(value)
    }


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
