"""State machines over the cloud's database: each of their runs begins with an empty one, and ends with books that are right."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from cloud_api.database import Database
from cloud_api.ledger import checking
from tests.postgres import KeptDatabase

# A database with nobody's rows, for as long as the with block lasts.
Emptied = Callable[[], AbstractContextManager[Database]]

_LONG = (pytest.mark.long, pytest.mark.timeout(1_800))


def sizes(few: int) -> pytest.MarkDecorator:
    """Runs a test with `make`, `examples` and `steps`: a few always, and many on both makes with `--long`."""
    return pytest.mark.parametrize(
        ("make", "examples", "steps"),
        [
            ("sqlite", few, 20),
            pytest.param("sqlite", 1_000, 60, marks=_LONG),
            pytest.param("postgresql", 300, 60, marks=_LONG),
        ],
    )


class OverDatabase(RuleBasedStateMachine):
    """Has `database`. In one that all runs share, every check would read what all before have left, and get slower with each."""

    # What is wrong with the books at the end; of a machine that posts by hand, what can be told without lots.
    faults = staticmethod(checking.faults)

    emptied: ClassVar[Emptied]

    def __init__(self) -> None:
        super().__init__()
        self._lent = type(self).emptied()
        self.database = self._lent.__enter__()

    def teardown(self) -> None:
        try:
            assert self.database.read_now(self.faults) == []
        finally:
            self._lent.__exit__(None, None, None)


def run_over(
    request: pytest.FixtureRequest,
    machine: type[OverDatabase],
    make: str,
    examples: int,
    steps: int,
) -> None:
    """The machine, so often and with so many steps each time."""
    with _database(request, make) as emptied:
        machine.emptied = emptied
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def _database(request: pytest.FixtureRequest, make: str) -> AbstractContextManager[Emptied]:
    if make == "sqlite":
        return _file(request.getfixturevalue("migrated_file"), request.getfixturevalue("sqlite_url"))
    return _rows_deleted(request.getfixturevalue("postgres_url"))


@contextmanager
def _file(migrated: Path, url: str) -> Iterator[Emptied]:
    """One that stays open: its statements are then made once, not for each run."""
    database = Database(url)

    @contextmanager
    def emptied() -> Iterator[Database]:
        with (
            closing(sqlite3.connect(migrated)) as blank,
            closing(sqlite3.connect(str(database.url.database))) as here,
        ):
            blank.backup(here)
        yield database

    try:
        yield emptied
    finally:
        database.close()


@contextmanager
def _rows_deleted(url: str) -> Iterator[Emptied]:
    """Opened for each run: who deletes true rows sends everybody else away."""
    kept = KeptDatabase(url)

    @contextmanager
    def emptied() -> Iterator[Database]:
        with closing(Database(kept.restored())) as database:
            yield database

    yield emptied
