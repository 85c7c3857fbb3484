"""Statements about many rows at once, whose text does not depend on how many: one for all, on both databases."""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from cloud_api.round_trip import RoundTrip
from cloud_api.sealing import SealedJson, SealedText

Values = Mapping[str, Any]
_NOTHING: Values = {}
# In a transaction of sets everything is found by its key. By the statistics a small table would be read whole, with all the
# dead rows of its many changes; and what is asked ever again need not be planned again.
_SET = (
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("plan_cache_mode", "force_generic_plan"),
)
_BY_KEYS = ("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SET)).encode()
# The same statements with their parameters as the server numbers them.
_NUMBERED: Dialect = cast(Any, PGDialect_psycopg)(paramstyle="numeric_dollar")


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


def between(of: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """What `one_of` of sorted values says already, beside it: a plan that is made once finds by it which months it need not open.

    The first and the last of the values are given as `<name>_first` and `<name>_last`.
    """
    return and_(of >= bindparam(f"{name}_first"), of <= bindparam(f"{name}_last"))


def each_of(dialect: str, name: str) -> Select[Any]:
    """The values of a list that is named, as rows."""
    if dialect == "postgresql":
        return select(func.unnest(bindparam(name, type_=postgresql.ARRAY(String))))
    return select(
        func.json_each(bindparam(name, type_=_ListAsJson())).table_valued(column("value", String)).c.value
    )


def pairs(dialect: str, first: str, second: str) -> FromClause:
    """The values of two lists of one length side by side, as the columns `first` and `second`."""
    if dialect == "postgresql":
        lists = (bindparam(name, type_=postgresql.ARRAY(String)) for name in (first, second))
        return func.unnest(*lists).table_valued("first", "second").render_derived("pairs")
    one, other = (
        func.json_each(bindparam(name, type_=_ListAsJson()))
        .table_valued(column("key", Integer), column("value", String))
        .alias(name)
        for name in (first, second)
    )
    return (
        select(one.c.value.label("first"), other.c.value.label("second"))
        .join_from(one, other, one.c.key == other.c.key)
        .subquery("pairs")
    )


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
        self._is_first = True

    def ask(self, values: Values, *asked: Select[Any]) -> list[list[Any]]:
        """The rows of each statement, which takes those values that it names."""
        connection = self._connection
        if connection.dialect.name != "postgresql":
            return [
                list(
                    connection.execute(
                        one, {name: values[name] for name in one.compile().params if name in values}
                    )
                )
                for one in asked
            ]
        questions = [_question(one, connection.dialect) for one in asked]
        trip = RoundTrip(connection)
        if self._is_first:
            trip.ask(_BY_KEYS, [])
        for one in questions:
            trip.ask(one.text, one.given(values))
        answers = trip.go()[self._is_first :]
        self._is_first = False
        return [one.rows(rows) for one, rows in zip(questions, answers, strict=True)]


class _Question:
    """A statement as PostgreSQL is asked it, and what its columns' own types make of the answer."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=_NUMBERED)
        self.text = str(compiled).encode()
        self._names = [(name, compiled.params[name]) for name in compiled.positiontup or ()]
        columns = list(statement.selected_columns)
        self._row = namedtuple("_row", [one.name for one in columns])  # type: ignore[misc]  # noqa: PYI024
        processors = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]
        self._processed = [(at, process) for at, process in enumerate(processors) if process is not None]

    def given(self, values: Values) -> list[Any]:
        return [values[name] if said is None else said for name, said in self._names]

    def rows(self, raw: Sequence[list[Any]]) -> list[Any]:
        for at, process in self._processed:
            for row in raw:
                row[at] = process(row[at])
        return [self._row(*row) for row in raw]


@lru_cache(256)
def _question(statement: Select[Any], dialect: Dialect) -> _Question:
    return _Question(statement, dialect)


class Writes:
    """Rows to be written, gathered first and sent in the order in which they came: on PostgreSQL in one round trip.

    All rows of a call have the same columns, `same` is what all of them have alike; a column that is left out has its default.
    A column of JSON is given the text that it is to hold.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postgres: list[tuple[bytes, list[Any]]] = []
        self._others: list[Callable[[], object]] = []
        self._is_postgres = connection.dialect.name == "postgresql"

    def insert(self, table: Table, rows: Sequence[Values], same: Values = _NOTHING) -> None:
        if not rows:
            return
        if self._is_postgres:
            statement = _insertion(table, tuple(rows[0]), tuple(same))
            self._postgres.append((statement, self._given(table, rows, same)))
        else:
            written = [{**same, **row} for row in rows]
            inserting = insert(table).values({name: _place_for(table.c[name], name) for name in written[0]})
            self._others.append(lambda: self._connection.execute(inserting, written))

    def update(self, table: Table, key: str, rows: Sequence[Values], same: Values = _NOTHING) -> None:
        """Each row's other columns, where the key is the row's. The caller has locked the rows, and knows they are there."""
        if not rows:
            return
        if self._is_postgres:
            statement = _change(table, key, tuple(rows[0]), tuple(same))
            self._postgres.append((statement, self._given(table, rows, same)))
            return
        names = [*rows[0], *same]
        of_which = {name: f"the_{name}" for name in names}
        changing = (
            update(table)
            .where(table.c[key] == bindparam(of_which[key]))
            .values({name: _place_for(table.c[name], of_which[name]) for name in names if name != key})
        )
        given = [{of_which[name]: value for name, value in {**same, **row}.items()} for row in rows]
        self._others.append(lambda: self._connection.execute(changing, given))

    def send(self, *, and_commit: bool = False) -> None:
        """Everything, now; what the database does not take is raised here.

        `and_commit` where the transaction has nothing else to do: it may then end in the same round trip.
        """
        if self._postgres:
            trip = RoundTrip(self._connection)
            for statement, given in self._postgres:
                trip.ask(statement, given)
            self._postgres.clear()
            trip.go(and_commit=and_commit)
        for send in self._others:
            send()
        self._others.clear()

    def _given(self, table: Table, rows: Sequence[Values], same: Values) -> list[Any]:
        """The rows as one text, and what they have alike beside it."""
        given = _as_given(table, self._connection.dialect)
        own = [(name, given[name]) for name in rows[0] if name in given]
        if own:
            rows = [
                {**row, **{name: process(row[name]) for name, process in own if row[name] is not None}}
                for row in rows
            ]
        alike = [
            given[name](value) if value is not None and name in given else value
            for name, value in same.items()
        ]
        return [to_json(rows), *alike]


def _place_for(of: Column[Any], name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Text() if isinstance(of.type, JSON) else _given_as(of))


def _given_as(of: Column[Any]) -> TypeEngine[Any]:
    """JSON that is sealed comes as its text too."""
    return SealedText(of.type.about) if isinstance(of.type, SealedJson) else of.type


@lru_cache(256)
def _insertion(table: Table, columns: tuple[str, ...], same: tuple[str, ...]) -> bytes:
    names = ", ".join(f'"{name}"' for name in (*columns, *same))
    values = [_value(table.c[name]) for name in columns]
    values += [f"${at}::{_type(table.c[name])}" for at, name in enumerate(same, 2)]
    # The names are those of our own tables; every value is in a parameter.
    return f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(values)} FROM {_rows(table, columns)}'.encode()  # noqa: S608


@lru_cache(256)
def _change(table: Table, key: str, columns: tuple[str, ...], same: tuple[str, ...]) -> bytes:
    changes = [f'"{name}" = {_value(table.c[name])}' for name in columns if name != key]
    changes += [f'"{name}" = ${at}::{_type(table.c[name])}' for at, name in enumerate(same, 2)]
    return (
        f'UPDATE "{table.name}" AS it SET {", ".join(changes)} FROM {_rows(table, columns)}'  # noqa: S608
        f' WHERE it."{key}" = one."{key}"'
    ).encode()


def _rows(table: Table, columns: Sequence[str]) -> str:
    """The first parameter as rows of so many columns; JSON comes as the text that it is kept as."""
    typed = (
        f'"{name}" {"text" if isinstance(table.c[name].type, JSON) else _type(table.c[name])}'
        for name in columns
    )
    return f"json_to_recordset($1::json) AS one({', '.join(typed)})"


def _value(of: Column[Any]) -> str:
    return f'one."{of.name}"::json' if isinstance(of.type, JSON) else f'one."{of.name}"'


def _type(of: Column[Any]) -> str:
    return of.type.compile(dialect=_NUMBERED)


@lru_cache(256)
def _as_given(table: Table, dialect: Dialect) -> Mapping[str, Callable[[Any], Any]]:
    """What each column's own type makes of a value before it leaves."""
    made: dict[str, Callable[[Any], Any]] = {}
    for one in table.c:
        process = _processor(one, dialect)
        if process is not None:
            made[one.name] = process
    return made


def _processor(of: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(of.type, Boolean | JSON):
        return None
    if isinstance(of.type, LargeBinary):
        return lambda value: "\\x" + bytes(value).hex()
    process: Callable[[Any], Any] | None = _given_as(of).dialect_impl(dialect).bind_processor(dialect)
    return process
