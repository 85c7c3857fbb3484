"""A frozen value as one row of a table: a column for each of its fields, with the field's name."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from core.persistence.transaction import Command, Query
from core.persistence.words import ColumnElement, Executable, Table, bindparam, insert, insert_of, select

Value = TypeVar("Value")


class RowsOf(Generic[Value]):
    """The rows of a table that keep values of one class.

    `beside` names columns that the value itself does not carry, such as a line's place on its bill; `keys` names the
    columns of the primary key. Values are given to the commands as `(*beside, *of(value))`.
    """

    def __init__(
        self, table: Table, value: type[Value], *, beside: Sequence[str] = (), without: Sequence[str] = ()
    ) -> None:
        # Every kept value is a dataclass.
        names = [field.name for field in fields(value) if field.name not in without]  # type: ignore[arg-type]
        self.table = table
        self.of: attrgetter[tuple[Any, ...]] = attrgetter(*names)
        self._build = value
        self._read = [table.c[name] for name in names]
        self.insert = written(table, [*beside, *names])
        self.save = saved(table, [*beside, *names])

    def where(
        self,
        *conditions: ColumnElement[bool],
        order: Sequence[ColumnElement[Any]] = (),
        limited: bool = False,
    ) -> Query[Value]:
        """The values of the rows that meet the conditions; `limited` asks for the most rows as its last value."""
        question = select(*self._read).where(*conditions).order_by(*order)
        if limited:
            question = question.limit(bindparam("limit"))
        return Query(question, self._build)


def written(table: Table, names: Sequence[str]) -> Command:
    """An insert of these columns, whose values are given in this order."""
    return Command(insert(table).values({name: bindparam(name) for name in names}), names)


def saved(table: Table, names: Sequence[str]) -> Command:
    """An insert of these columns that brings the row up to date where its key is there already."""
    keys = [column.name for column in table.primary_key]

    fresh = insert_of(table).values({name: bindparam(name) for name in names})
    found: Executable = fresh.on_conflict_do_update(
        index_elements=keys, set_={name: fresh.excluded[name] for name in names if name not in keys}
    )
    return Command(found, names)
