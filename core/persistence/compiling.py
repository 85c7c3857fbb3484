"""SQLAlchemy reads what was said: real tables from their definitions, and the SQL of a statement for either database.

Only this module, the migrations and PostgreSQL's connections load SQLAlchemy. A till on SQLite seldom comes here: its
statements stand in the book.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import Boolean, String, TypeDecorator, TypeEngine, to_instance

from core.persistence.column_types import AsColumn
from core.persistence.metadata import NAMING
from core.persistence.metadata import metadata as said
from core.persistence.ways import AS_IT_IS, TRUTH, Written, way_in

real_metadata = MetaData(naming_convention=NAMING)
# Values are counted, not named, as both drivers take them in a list.
_DIALECTS: Mapping[str, Any] = {
    "sqlite": pysqlite.dialect(paramstyle="qmark"),
    "postgresql": psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}


class Kept(TypeDecorator[Any]):
    """A type of ours as SQLAlchemy has it."""

    impl = String
    cache_ok = True

    def __init__(self, way: str) -> None:
        super().__init__()
        self.way = way
        name, *named = way.split()
        self.impl = to_instance(read(AsColumn.known[name](*named).impl.said))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        process = way_in(self.way, dialect.name)
        return value if value is None or process is None else process(value)


def read(words: str, dialect: str = "sqlite") -> Any:
    """What these words mean to SQLAlchemy."""
    # None of it is anybody's input: it is what core.persistence.words wrote down of this program's own source.
    return eval(words, _meaning(dialect))  # noqa: S307


def real(thing: Any) -> Any:
    """A table, column or condition as SQLAlchemy has it."""
    return read(thing.said)


def write_out(words: str, asks: Sequence[str], dialect: str) -> Written:
    """The SQL of a statement, and how values go in and come out."""
    statement = read(words, dialect)
    compiled = statement.compile(dialect=_DIALECTS[dialect])
    binds = [compiled.binds[name] for name in compiled.positiontup]
    asked = list(dict.fromkeys([*asks, *(bind.key for bind in binds if bind.required)]))
    constants = {bind.key: _constant(bind, dialect) for bind in binds if not bind.required}
    order = [*asked, *constants]
    ways_in = {bind.key: _way(bind.type) for bind in binds if bind.required}
    return Written(
        compiled.string,
        tuple(ways_in.get(name, AS_IT_IS) for name in asked),
        tuple(constants.values()),
        tuple(order.index(bind.key) for bind in binds),
        tuple(_way(column.type) for column in getattr(statement, "exported_columns", ())),
    )


class _Meaning(dict[str, Any]):
    """What each word means: a table's name that table, ours as below, and the rest what SQLAlchemy calls so."""

    def __missing__(self, word: str) -> Any:
        if word in said.tables:
            return _table(word)
        try:
            return getattr(sqlalchemy, word)
        except AttributeError:
            raise KeyError(word) from None


@cache
def _meaning(dialect: str) -> _Meaning:
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return _Meaning(
        metadata=real_metadata,
        kept=Kept,
        insert_of=insert,
        plain_type=_plain_type,
        # SQLite gives what somebody wrote by hand as bytes then, whatever it is; PostgreSQL keeps only text in a text.
        as_bytes=(lambda column: column) if dialect == "postgresql" else _as_bytes,
    )


@cache
def _table(name: str) -> Any:
    return read(said.tables[name].definition)  # type: ignore[attr-defined]  # words.py makes it


def _as_bytes(column: Any) -> Any:
    return sqlalchemy.cast(column, sqlalchemy.LargeBinary)


def _plain_type(column: Any) -> Any:
    return column.type.impl_instance if isinstance(column.type, Kept) else column.type


def _way(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, Kept):
        return kind.way
    return TRUTH if isinstance(kind, Boolean) else AS_IT_IS


def _constant(bind: Any, dialect: str) -> Any:
    process = way_in(_way(bind.type), dialect)
    return bind.value if process is None or bind.value is None else process(bind.value)
