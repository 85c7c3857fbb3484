"""The words in which tables and statements are written: SQLAlchemy's, said now and only read by it when somebody has to.

A till asks for a few hundred statements that never change. Loading SQLAlchemy to write their SQL anew at each start would
cost it a tenth of its memory. So these words only write down what was said, as the Python text that says it; the book of
statements (core.persistence.statement_book) has the SQL that SQLAlchemy made of each, and where it has none,
core.persistence.compiling lets SQLAlchemy read the text. For mypy and for the reader they are SQLAlchemy's own, and four of
ours that mean something else on each database: `insert_of`, `as_bytes`, `plain_type` and the column types.
"""

# ruff: noqa: PLC0414 - so mypy knows that a name is handed on
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import BigInteger as BigInteger
    from sqlalchemy import Boolean as Boolean
    from sqlalchemy import CheckConstraint as CheckConstraint
    from sqlalchemy import Column as Column
    from sqlalchemy import ColumnElement as ColumnElement
    from sqlalchemy import Executable as Executable
    from sqlalchemy import ForeignKey as ForeignKey
    from sqlalchemy import ForeignKeyConstraint as ForeignKeyConstraint
    from sqlalchemy import Integer as Integer
    from sqlalchemy import LargeBinary as LargeBinary
    from sqlalchemy import String as String
    from sqlalchemy import Table as Table
    from sqlalchemy import Text as Text
    from sqlalchemy import UniqueConstraint as UniqueConstraint
    from sqlalchemy import bindparam as bindparam
    from sqlalchemy import case as case
    from sqlalchemy import cast as cast
    from sqlalchemy import delete as delete
    from sqlalchemy import false as false
    from sqlalchemy import func as func
    from sqlalchemy import insert as insert
    from sqlalchemy import literal_column as literal_column
    from sqlalchemy import or_ as or_
    from sqlalchemy import select as select
    from sqlalchemy import text as text
    from sqlalchemy import true as true
    from sqlalchemy import tuple_ as tuple_
    from sqlalchemy import type_coerce as type_coerce
    from sqlalchemy import update as update
    from sqlalchemy.types import TypeEngine as TypeEngine

    def insert_of(table: Table) -> Any:
        """The database's own insert, which knows what to do about a conflict."""

    def as_bytes(column: ColumnElement[Any]) -> Any:
        """The column as bytes, where the database would give whatever somebody wrote into it by hand."""

    def plain_type(column: Column[Any]) -> TypeEngine[Any]:
        """The column's type without ours around it, for values as they stand in the column."""


class Said:
    """An expression as the text that says it. What is done with it says more; nothing can be asked of it."""

    __slots__ = ("said",)

    def __init__(self, said: str) -> None:
        self.said = said

    def __getattr__(self, name: str) -> "Said":
        if name.startswith("__"):
            # What Python looks for in every object is no word of SQL.
            raise AttributeError(name)
        return _Words(f"{self.said}.{name}")

    def __getitem__(self, key: str) -> "Said":
        return _Words(f"{self.said}[{key!r}]")

    def __call__(self, *values: Any, **named: Any) -> "Said":
        parts = [say(value) for value in values]
        parts += [f"{name}={say(value)}" for name, value in named.items()]
        return _Words(f"{self.said}({', '.join(parts)})")

    def __eq__(self, other: object) -> "Said":  # type: ignore[override]
        return self._with("==", other)

    def __ne__(self, other: object) -> "Said":  # type: ignore[override]
        return self._with("!=", other)

    __hash__ = object.__hash__

    def __lt__(self, other: object) -> "Said":
        return self._with("<", other)

    def __le__(self, other: object) -> "Said":
        return self._with("<=", other)

    def __gt__(self, other: object) -> "Said":
        return self._with(">", other)

    def __ge__(self, other: object) -> "Said":
        return self._with(">=", other)

    def __add__(self, other: object) -> "Said":
        return self._with("+", other)

    def __sub__(self, other: object) -> "Said":
        return self._with("-", other)

    def __mul__(self, other: object) -> "Said":
        return self._with("*", other)

    def __floordiv__(self, other: object) -> "Said":
        return self._with("//", other)

    def __and__(self, other: object) -> "Said":
        return self._with("&", other)

    def __or__(self, other: object) -> "Said":
        return self._with("|", other)

    def __invert__(self) -> "Said":
        return _Words(f"(~{self.said})")

    def __bool__(self) -> bool:
        raise TypeError(f"only the database knows whether {self.said}")

    def __iter__(self) -> Iterator[Any]:
        raise TypeError(f"only the database knows what is in {self.said}")

    def _with(self, sign: str, other: object) -> "Said":
        return _Words(f"({self.said} {sign} {say(other)})")


class _Words(Said):
    """Beside what is below and not above it, or Python would turn a comparison of the two round."""

    __slots__ = ()


def say(value: Any) -> str:
    """The text that says this value: a word, a plain value, or several of them."""
    match value:
        case Said():
            return value.said
        case StrEnum():
            return repr(value.value)
        case list():
            return f"[{', '.join(map(say, value))}]"
        case tuple():
            return f"({''.join(f'{say(inside)}, ' for inside in value)})"
        case dict():
            return f"{{{', '.join(f'{name!r}: {say(inside)}' for name, inside in value.items())}}}"
        case str() | bytes() | int() | None:
            return repr(value)
    raise TypeError(f"{value!r} cannot be written into a statement")


class _SaidColumn(Said):
    """A column while its table is written down: its name, its type and whether it is of the key are known."""

    __slots__ = ("name", "primary_key", "type")

    def __class_getitem__(cls, _of: object) -> type:
        return cls

    def __init__(self, name: str, kind: Any, *parts: Any, **named: Any) -> None:
        inside = [say(value) for value in (name, kind, *parts)]
        inside += [f"{key}={say(value)}" for key, value in named.items()]
        super().__init__(f"Column({', '.join(inside)})")
        self.name = name
        self.type = kind
        self.primary_key = bool(named.get("primary_key"))


class _ColumnOf(Said):
    """A column of a table."""

    __slots__ = ("name", "type")

    def __init__(self, table: str, column: _SaidColumn) -> None:
        super().__init__(f"{table}.c[{column.name!r}]")
        self.name = column.name
        self.type = column.type


class _ColumnsOf:
    """The columns of a table, by name or one after the other."""

    __slots__ = ("_columns",)

    def __init__(self, columns: dict[str, _ColumnOf]) -> None:
        self._columns = columns

    def __getattr__(self, name: str) -> _ColumnOf:
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> _ColumnOf:
        return self._columns[name]

    def __iter__(self) -> Iterator[_ColumnOf]:
        return iter(self._columns.values())


class _SaidTable(Said):
    """A table: its definition as text, for SQLAlchemy; its columns, for statements."""

    __slots__ = ("c", "definition", "name", "primary_key")

    def __init__(self, name: str, metadata: Any, *parts: Any, **named: Any) -> None:
        super().__init__(name)
        inside = [repr(name), "metadata", *(say(part) for part in parts)]
        inside += [f"{key}={say(value)}" for key, value in named.items()]
        self.name = name
        self.definition = f"Table({', '.join(inside)})"
        columns = [part for part in parts if isinstance(part, _SaidColumn)]
        self.c = _ColumnsOf({column.name: _ColumnOf(name, column) for column in columns})
        self.primary_key = [self.c[column.name] for column in columns if column.primary_key]
        metadata.tables[name] = self

    @property
    def columns(self) -> _ColumnsOf:
        return self.c


class _SaidInsert(Said):
    """An insert of which the values are known, so that what it meant to write is named without saying all of it again."""

    __slots__ = ("excluded",)

    def __init__(self, table: Said) -> None:
        super().__init__(f"insert_of({table.said})")
        self.excluded = _Words(f"{self.said}.excluded")

    def values(self, *values: Any, **named: Any) -> "_SaidInsert":
        """The same with values."""
        known = _SaidInsert.__new__(_SaidInsert)
        known.said = _Words(f"{self.said}.values")(*values, **named).said
        known.excluded = self.excluded
        return known


class _OnlyAsked:
    """What only annotations name."""

    def __class_getitem__(cls, _of: object) -> type:
        return cls


if not TYPE_CHECKING:
    Column = _SaidColumn
    Table = _SaidTable
    ColumnElement = Executable = TypeEngine = _OnlyAsked
    BigInteger = _Words("BigInteger")
    Boolean = _Words("Boolean")
    CheckConstraint = _Words("CheckConstraint")
    ForeignKey = _Words("ForeignKey")
    ForeignKeyConstraint = _Words("ForeignKeyConstraint")
    Integer = _Words("Integer")
    LargeBinary = _Words("LargeBinary")
    String = _Words("String")
    Text = _Words("Text")
    UniqueConstraint = _Words("UniqueConstraint")
    bindparam = _Words("bindparam")
    case = _Words("case")
    cast = _Words("cast")
    delete = _Words("delete")
    false = _Words("false")
    func = _Words("func")
    insert = _Words("insert")
    literal_column = _Words("literal_column")
    insert_of = _SaidInsert
    as_bytes = _Words("as_bytes")
    plain_type = _Words("plain_type")
    or_ = _Words("or_")
    select = _Words("select")
    text = _Words("text")
    true = _Words("true")
    tuple_ = _Words("tuple_")
    type_coerce = _Words("type_coerce")
    update = _Words("update")
