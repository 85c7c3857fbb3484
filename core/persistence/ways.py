"""How a value of ours goes into a statement and comes out of a row, by the words in which the book tells it."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from core.persistence.column_types import AsColumn, Fen, Millilitres, Word

Process = Callable[[Any], Any]
# As it is: the driver takes and gives the very value.
AS_IT_IS = ""
TRUTH = "Boolean"


class Written(NamedTuple):
    """A statement's SQL. What it is asked with and its `constants` go to `places`, in the order of the text."""

    text: str
    ways_in: tuple[str, ...]
    constants: tuple[Any, ...]
    places: tuple[int, ...]
    ways_out: tuple[str, ...]


# As to_column of these types, without a call of Python's: they are in every row on a sale's way.
_QUICKLY: Mapping[type[AsColumn[Any]], Process] = {
    Fen: attrgetter("fen"),
    Millilitres: attrgetter("millilitres"),
    Word: str.__str__,
}
# Nothing but what is true or false goes into such a column.
_TRUTH_IN: Mapping[str, Process] = {
    "sqlite": {True: 1, False: 0}.__getitem__,
    "postgresql": {True: True, False: False}.__getitem__,
}


def way_in(way: str, dialect: str) -> Process | None:
    """What makes the driver's value of ours; None where it is that already."""
    if way in {AS_IT_IS, TRUTH}:
        return _TRUTH_IN[dialect] if way else None
    kind = _kind(way)
    found: Process = _QUICKLY.get(type(kind), kind.to_column)
    return found


def way_out(way: str, dialect: str) -> Process | None:
    """What makes our value of the driver's; None where it is that already."""
    if way in {AS_IT_IS, TRUTH}:
        return bool if way and dialect == "sqlite" else None
    return _kind(way).from_column


@cache
def _kind(way: str) -> AsColumn[Any]:
    name, *named = way.split()
    return AsColumn.known[name](*named)
