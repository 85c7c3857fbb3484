"""One transaction on one connection, and statements that are said in Core's words and run on the driver as text.

Running a statement through Core each time costs about as much again as the database's own work (0.51 of raw sqlite3
against 0.81 on a durable sale). So a repository's statements are constants: Core writes the SQL of either database from
them once, into the book of statements, and the driver gets that text and the values.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from core.persistence.statement_book import written
from core.persistence.ways import Process, way_in, way_out
from core.persistence.words import Executable, say

Value = TypeVar("Value")


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

    def __init__(self, statement: Executable, asks: Sequence[str] = ()) -> None:
        self.said = say(statement)
        self.asks = asks
        # By the name of the dialect.
        self.compiled: dict[str, _Compiled] = {}

    def compile(self, dialect: str) -> _Compiled:
        """Have it written out for this dialect, once."""
        known = written(self.said, self.asks, dialect)
        ways_in: list[Process | None] = [way_in(way, dialect) for way in known.ways_in]
        ways_in += [None] * len(known.constants)
        ways_out = [way_out(way, dialect) for way in known.ways_out]
        found = self.compiled[dialect] = _Compiled(
            known.text,
            _converter(
                [(place, ways_in[place]) for place in known.places], known.constants, len(known.ways_in)
            ),
            _converter(list(enumerate(ways_out)), (), len(ways_out)),
        )
        return found


class Query(Command, Generic[Value]):
    """A statement with an answer: each row is made a value."""

    def __init__(self, statement: Executable, build: Callable[..., Value]) -> None:
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

    def __init__(self, driver: Any, dialect: str, memory: Memory | None = None) -> None:
        self.driver = driver
        self.memory = memory or Memory()
        self._execute = driver.execute
        # One cursor for all that has no answer: making one costs as much as a small row does.
        self._run = driver.cursor().execute
        self._dialect = dialect

    def run(self, command: Command, *values: Any) -> int:
        """Run it and say how many rows it touched."""
        compiled = command.compiled.get(self._dialect) or command.compile(self._dialect)
        touched: int = self._run(compiled.text, compiled.bind(*values)).rowcount
        return touched

    def first(self, query: Query[Value], *values: Any) -> Value | None:
        """The first row's value, or None where there is no row."""
        compiled = query.compiled.get(self._dialect) or query.compile(self._dialect)
        row = self._execute(compiled.text, compiled.bind(*values)).fetchone()
        return None if row is None else query.build(*compiled.read(*row))

    def all(self, query: Query[Value], *values: Any) -> list[Value]:
        """Every row's value."""
        compiled = query.compiled.get(self._dialect) or query.compile(self._dialect)
        rows = self._execute(compiled.text, compiled.bind(*values)).fetchall()
        return [query.build(*compiled.read(*row)) for row in rows]


def _converter(
    steps: Sequence[tuple[int, Process | None]], constants: tuple[Any, ...], given: int
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
