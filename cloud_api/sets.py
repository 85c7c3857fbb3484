"""Statements about many rows at once, whose text does not depend on how many: one for all, on both databases."""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from psycopg import Connection as PostgresConnection
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Values = Mapping[str, Any]


def among(connection: Connection, of: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a column of text has one of these values. One parameter, so that the statement stays the same, and prepared."""
    if connection.dialect.name == "postgresql":
        return of == func.any(literal(list(values), postgresql.ARRAY(String)))
    listed = func.json_each(json.dumps(list(values))).table_valued(column("value", String))
    return of.in_(select(listed.c.value))


def one_of(dialect: str, of: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same with a list that is named, and given when the statement is asked."""
    if dialect == "postgresql":
        return of == func.any(bindparam(name, type_=postgresql.ARRAY(String)))
    listed = func.json_each(bindparam(name, type_=_ListAsJson())).table_valued(column("value", String))
    return of.in_(select(listed.c.value))


class _ListAsJson(TypeDecorator[list[str]]):
    impl = String
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:  # noqa: ARG002
        return json.dumps(value or [])


class Reads:
    """Questions, gathered first and asked in the order in which they came: on PostgreSQL in one round trip.

    Statements are asked again and again, so they are made once (each is kept with its text and its types).
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, values: Values, *asked: tuple[Any, ...]) -> list[list[Any]]:
        """The rows of each statement; with it the names of those values that it takes."""
        questions = [
            (
                _question(statement, self._connection.dialect),
                {name: values[name] for name in names},
            )
            for statement, *names in asked
        ]
        if self._connection.dialect.name != "postgresql":
            return [list(self._connection.execute(one.statement, given)) for one, given in questions]
        raw: PostgresConnection[Any] = self._connection.connection.driver_connection  # type: ignore[assignment]
        with raw.pipeline():
            cursors = [raw.execute(one.text, one.values(given), prepare=True) for one, given in questions]
        return [one.rows(cursor.fetchall()) for (one, _given), cursor in zip(questions, cursors, strict=True)]


class _Question:
    """A statement as PostgreSQL is asked it, and what its columns' own types make of the answer."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        self.statement = statement
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled).encode()
        self._said = {name: value for name, value in compiled.params.items() if value is not None}
        columns = list(statement.selected_columns)
        self._row = namedtuple("_row", [one.name for one in columns])  # type: ignore[misc]  # noqa: PYI024
        processors = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]
        self._processed = [(at, process) for at, process in enumerate(processors) if process is not None]

    def values(self, given: Values) -> dict[str, Any]:
        return {**self._said, **given}

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Any]:
        if not self._processed:
            return [self._row(*row) for row in raw]
        made = []
        for row in raw:
            values = list(row)
            for at, process in self._processed:
                values[at] = process(values[at])
            made.append(self._row(*values))
        return made


@lru_cache(256)
def _question(statement: Select[Any], dialect: Dialect) -> _Question:
    return _Question(statement, dialect)


class Writes:
    """Rows to be written, gathered first and sent in the order in which they came: on PostgreSQL in one round trip.

    All rows of a call have the same columns; a column that is left out has its default.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postgres: list[tuple[str, str]] = []
        self._others: list[Callable[[], object]] = []
        self._is_postgres = connection.dialect.name == "postgresql"

    def insert(self, table: Table, rows: Sequence[Values]) -> None:
        if not rows:
            return
        if self._is_postgres:
            self._postgres.append((_insertion(table, tuple(rows[0])), self._as_json(table, rows)))
        else:
            self._others.append(lambda: self._connection.execute(insert(table), [dict(row) for row in rows]))

    def update(self, table: Table, key: str, rows: Sequence[Values]) -> None:
        """Each row's other columns, where the key is the row's. The caller has locked the rows, and knows they are there."""
        if not rows:
            return
        if self._is_postgres:
            self._postgres.append((_change(table, key, tuple(rows[0])), self._as_json(table, rows)))
            return
        of_which = {name: f"the_{name}" for name in rows[0]}
        changing = (
            update(table)
            .where(table.c[key] == bindparam(of_which[key]))
            .values({name: bindparam(of_which[name]) for name in rows[0] if name != key})
        )
        given = [{of_which[name]: value for name, value in row.items()} for row in rows]
        self._others.append(lambda: self._connection.execute(changing, given))

    def send(self) -> None:
        """Everything, now; what the database does not take is raised here."""
        if self._postgres:
            raw: PostgresConnection[Any] = self._connection.connection.driver_connection  # type: ignore[assignment]
            with raw.pipeline(), raw.cursor() as cursor:
                for statement, rows in self._postgres:
                    cursor.execute(statement.encode(), (rows,), prepare=True)
            self._postgres.clear()
        for send in self._others:
            send()
        self._others.clear()

    def _as_json(self, table: Table, rows: Sequence[Values]) -> str:
        given = _as_given(table, self._connection.dialect)
        return json.dumps(
            [
                {
                    name: given[name](value) if value is not None and name in given else value
                    for name, value in row.items()
                }
                for row in rows
            ],
            ensure_ascii=False,
            default=_plain,
        )


@lru_cache(256)
def _insertion(table: Table, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    # The names are those of our own tables; every value is in the parameter.
    return f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM json_populate_recordset(NULL::"{table.name}", %s)'  # noqa: S608


@lru_cache(256)
def _change(table: Table, key: str, columns: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = one."{name}"' for name in columns if name != key)
    rows = f'json_populate_recordset(NULL::"{table.name}", %s)'
    return f'UPDATE "{table.name}" AS it SET {changes} FROM {rows} AS one WHERE it."{key}" = one."{key}"'  # noqa: S608


@lru_cache(256)
def _as_given(table: Table, dialect: Dialect) -> Mapping[str, Callable[[Any], Any]]:
    """What each column's own type makes of a value before it leaves; JSON columns take theirs as they are."""
    made: dict[str, Callable[[Any], Any]] = {}
    for one in table.c:
        process = _processor(one, dialect)
        if process is not None:
            made[one.name] = process
    return made


def _processor(of: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(of.type, JSON | Boolean):
        return None
    return of.type.dialect_impl(dialect).bind_processor(dialect)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
