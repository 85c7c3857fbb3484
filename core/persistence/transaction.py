"""One transaction on one connection, and statements that are written in Core, compiled once, and run on the driver.

Running a statement through Core each time costs about as much again as the database's own work (0.51 of raw sqlite3
against 0.81 on a durable sale). So a repository's statements are constants: Core writes the SQL of either database from
them once, and from then on the driver gets that text and the values.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from core.persistence.column_types import AsColumn, Fen, Millilitres, Word

Value = TypeVar("Value")
_Process = Callable[[Any], Any]


class _Compiled(NamedTuple):
    text: str
    # Makes the driver's values of ours, in the order in which they stand in the text; and a row's values ours. Each takes
    # exactly as many as there are.
    bind: Callable[..., Sequence[Any]]
    read: Callable[..., Sequence[Any]]


class Command:
    """A statement without an answer.

    Its values are given in the order of `asks`, or else in the order in which the statement first names them.
    """

    def __init__(
        self, statement: Executable | Callable[[Dialect], Executable], asks: Sequence[str] = ()
    ) -> None:
        self._statement = statement
        self._asks = asks
        # By the name of the dialect.
        self.compiled: dict[str, _Compiled] = {}

    def compile(self, dialect: Dialect) -> _Compiled:
        """Write it out for this dialect, once."""
        found = self.compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement: Any = self._statement(dialect) if callable(self._statement) else self._statement
        compiled = statement.compile(dialect=dialect)
        binds = [compiled.binds[name] for name in compiled.positiontup]
        asked = list(dict.fromkeys([*self._asks, *(bind.key for bind in binds if bind.required)]))
        constants = {bind.key: _constant(bind, dialect) for bind in binds if not bind.required}
        order = [*asked, *constants]
        places = tuple(order.index(bind.key) for bind in binds)
        ways_in = {bind.key: _way_in(bind.type, dialect) for bind in binds if bind.required}
        ways_out = [_way_out(column.type, dialect) for column in getattr(statement, "exported_columns", ())]
        given = [(place, ways_in.get(name)) for place, name in enumerate(asked)]
        brought = [(len(asked) + place, None) for place in range(len(constants))]
        return _Compiled(
            compiled.string,
            _converter([(given + brought)[place] for place in places], tuple(constants.values()), len(asked)),
            _converter(list(enumerate(ways_out)), (), len(ways_out)),
        )


class Query(Command, Generic[Value]):
    """A statement with an answer: each row is made a value."""

    def __init__(
        self, statement: Executable | Callable[[Dialect], Executable], build: Callable[..., Value]
    ) -> None:
        super().__init__(statement)
        self.build = build


class Memory:
    """What the last transactions of a connection read or wrote, by kind and key.

    It holds as long as nobody else has written since, which is the database's to say (see Database.writing). Only frozen
    values are kept, and a few of them.
    """

    _MOST = 500

    def __init__(self) -> None:
        self._kinds: dict[str, dict[Any, Any]] = {}

    def of(self, kind: str) -> dict[Any, Any]:
        """The values of one kind, to look up and to add to; the same dictionary whenever it is asked for."""
        return self._kinds.setdefault(kind, {})

    def trim(self) -> None:
        """Forget everything when it has become much."""
        if sum(map(len, self._kinds.values())) > self._MOST:
            self.forget()

    def forget(self) -> None:
        """Everything."""
        for known in self._kinds.values():
            known.clear()


class Transaction:
    """What repositories run their statements on."""

    def __init__(self, driver: Any, dialect: Dialect, memory: Memory | None = None) -> None:
        self.driver = driver
        self.memory = memory or Memory()
        self._execute = driver.execute
        # One cursor for all that has no answer: making one costs as much as a small row does.
        self._run = driver.cursor().execute
        self._dialect = dialect
        self._name = dialect.name

    def run(self, command: Command, *values: Any) -> int:
        """Run it and say how many rows it touched."""
        compiled = command.compiled.get(self._name) or command.compile(self._dialect)
        touched: int = self._run(compiled.text, compiled.bind(*values)).rowcount
        return touched

    def first(self, query: Query[Value], *values: Any) -> Value | None:
        """The first row's value, or None where there is no row."""
        compiled = query.compiled.get(self._name) or query.compile(self._dialect)
        row = self._execute(compiled.text, compiled.bind(*values)).fetchone()
        return None if row is None else query.build(*compiled.read(*row))

    def all(self, query: Query[Value], *values: Any) -> list[Value]:
        """Every row's value."""
        compiled = query.compiled.get(self._name) or query.compile(self._dialect)
        rows = self._execute(compiled.text, compiled.bind(*values)).fetchall()
        return [query.build(*compiled.read(*row)) for row in rows]


def _converter(
    steps: Sequence[tuple[int, _Process | None]], constants: tuple[Any, ...], given: int
) -> Callable[..., Sequence[Any]]:
    """A function that puts each place's value through its process, nothing staying nothing; constants come after `given`.

    It is written once as one expression: a loop over a dozen columns would cost as much as the insert itself.
    """
    names: dict[str, Any] = {f"constant{place}": value for place, value in enumerate(constants)}
    parts = []
    for number, (place, process) in enumerate(steps):
        if place >= given:
            parts.append(f"constant{place - given}")
        elif process is None:
            parts.append(f"value{place}")
        else:
            names[f"process{number}"] = process
            parts.append(f"None if value{place} is None else process{number}(value{place})")
    asked = ", ".join(f"value{place}" for place in range(given))
    inside = "".join(f"({part}), " for part in parts)
    made: Callable[..., Sequence[Any]] = eval(f"lambda {asked}: ({inside})", names)  # noqa: S307 - no word of it is anybody's input
    return made


# As to_column of these types, without a call of Python's: they are in every row on a sale's way.
_QUICKLY: Mapping[type[TypeEngine[Any]], _Process] = {
    Fen: attrgetter("fen"),
    Millilitres: attrgetter("millilitres"),
    Word: str.__str__,
}


def _way_in(column_type: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    if isinstance(column_type, AsColumn):
        to_column: _Process = _QUICKLY.get(type(column_type), column_type.to_column)
        return to_column
    return column_type.dialect_impl(dialect).bind_processor(dialect)


def _way_out(column_type: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    if isinstance(column_type, AsColumn):
        return column_type.from_column
    return column_type.dialect_impl(dialect).result_processor(dialect, None)


def _constant(bind: Any, dialect: Dialect) -> Any:
    process = _way_in(bind.type, dialect)
    return bind.value if process is None else process(bind.value)
