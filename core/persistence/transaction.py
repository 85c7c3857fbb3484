"""One transaction on one connection, and statements that are written in Core, compiled once, and run on the driver.

Running a statement through Core each time costs about as much again as the database's own work (0.51 of raw sqlite3
against 0.81 on a durable sale). So a repository's statements are constants: Core writes the SQL of either database from
them once, and from then on the driver gets that text and the values.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from core.persistence.column_types import AsColumn

Value = TypeVar("Value")
_Process = Callable[[Any], Any]


class _Compiled(NamedTuple):
    text: str
    # How many values are asked for, and how some of them become the driver's.
    asked: int
    ways_in: tuple[tuple[int, _Process], ...]
    # What the text itself brings along, and the order in which everything stands in it, where it is not this one.
    constants: tuple[Any, ...]
    places: tuple[int, ...] | None
    # How some of a row's values become ours.
    ways_out: tuple[tuple[int, _Process], ...]


class Command:
    """A statement without an answer.

    Its values are given in the order of `asks`, or else in the order in which the statement first names them.
    """

    def __init__(
        self, statement: Executable | Callable[[Dialect], Executable], asks: Sequence[str] = ()
    ) -> None:
        self._statement = statement
        self._asks = asks
        self._compiled: dict[str, _Compiled] = {}

    def compiled(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        return known

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement: Any = self._statement(dialect) if callable(self._statement) else self._statement
        compiled = statement.compile(dialect=dialect)
        binds = [compiled.binds[name] for name in compiled.positiontup]
        asked = list(dict.fromkeys([*self._asks, *(bind.key for bind in binds if bind.required)]))
        constants = {bind.key: _constant(bind, dialect) for bind in binds if not bind.required}
        order = [*asked, *constants]
        places = tuple(order.index(bind.key) for bind in binds)
        ways_in = {bind.key: _way_in(bind.type, dialect) for bind in binds if bind.required}
        return _Compiled(
            compiled.string,
            len(asked),
            _numbered(ways_in[name] for name in asked),
            tuple(constants.values()),
            None if places == tuple(range(len(order))) else places,
            _numbered(
                _way_out(column.type, dialect) for column in getattr(statement, "exported_columns", ())
            ),
        )


class Query(Command, Generic[Value]):
    """A statement with an answer: each row is made a value."""

    def __init__(
        self, statement: Executable | Callable[[Dialect], Executable], build: Callable[..., Value]
    ) -> None:
        super().__init__(statement)
        self.build = build


class Transaction:
    """What repositories run their statements on."""

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self.driver = driver
        self._execute = driver.execute
        self._dialect = dialect

    def run(self, command: Command, *values: Any) -> int:
        """Run it and say how many rows it touched."""
        compiled = command.compiled(self._dialect)
        cursor = self._execute(compiled.text, _arranged(compiled, values))
        touched: int = cursor.rowcount
        return touched

    def first(self, query: Query[Value], *values: Any) -> Value | None:
        """The first row's value, or None where there is no row."""
        compiled = query.compiled(self._dialect)
        row = self._execute(compiled.text, _arranged(compiled, values)).fetchone()
        return None if row is None else query.build(*_through(compiled.ways_out, row))

    def all(self, query: Query[Value], *values: Any) -> list[Value]:
        """Every row's value."""
        compiled = query.compiled(self._dialect)
        rows = self._execute(compiled.text, _arranged(compiled, values)).fetchall()
        return [query.build(*_through(compiled.ways_out, row)) for row in rows]


def _arranged(compiled: _Compiled, values: Sequence[Any]) -> Sequence[Any]:
    if len(values) != compiled.asked:
        raise TypeError(f"{compiled.asked} values are asked for, not {len(values)}: {compiled.text}")
    given = _through(compiled.ways_in, values)
    given += compiled.constants
    return given if compiled.places is None else [given[place] for place in compiled.places]


def _through(processes: Iterable[tuple[int, _Process]], values: Sequence[Any]) -> list[Any]:
    through = list(values)
    for place, process in processes:
        value = through[place]
        if value is not None:
            through[place] = process(value)
    return through


def _numbered(processes: Iterable[_Process | None]) -> tuple[tuple[int, _Process], ...]:
    return tuple((place, process) for place, process in enumerate(processes) if process is not None)


def _way_in(column_type: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    if isinstance(column_type, AsColumn):
        return column_type.to_column
    return column_type.dialect_impl(dialect).bind_processor(dialect)


def _way_out(column_type: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    if isinstance(column_type, AsColumn):
        return column_type.from_column
    return column_type.dialect_impl(dialect).result_processor(dialect, None)


def _constant(bind: Any, dialect: Dialect) -> Any:
    process = _way_in(bind.type, dialect)
    return bind.value if process is None else process(bind.value)
