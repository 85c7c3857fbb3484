"""A station's database, empty and with its tables, on SQLite and on PostgreSQL alike."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from core.domain.events.event import Event
from core.domain.ids import ShiftId
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from tests.builders import MOMENT, a_shift, fresh_id
from tests.postgres import PostgresServer

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class HandMovedClock:
    moment: datetime = MOMENT

    def now(self) -> datetime:
        return self.moment


@dataclass
class Listener:
    """Hears what was committed."""

    heard: list[tuple[int, str, Event]] = field(default_factory=list)

    def __call__(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        self.heard.extend(recorded)


@pytest.fixture(scope="session")
def made_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that the migrations made once; every test gets a copy."""
    made = tmp_path_factory.mktemp("station") / "made.db"
    upgrade(f"sqlite:///{made}")
    return made


@pytest.fixture(scope="session")
def made_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database that the migrations made once; every test finds it emptied."""
    with postgres_server.database() as url:
        upgrade(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def station_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        copy = tmp_path / "station.db"
        shutil.copy(request.getfixturevalue("made_sqlite_file"), copy)
        return f"sqlite:///{copy}"
    url: str = request.getfixturevalue("made_postgres_url")
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'roles')"
        ).fetchall()
        # Triggers would refuse to let go of what is true. Deleting few rows is twenty times quicker than truncating.
        empty = ["SET session_replication_role = replica", *(f"DELETE FROM {table}" for (table,) in tables)]  # noqa: S608
        connection.execute("; ".join(empty).encode())
    return url


@pytest.fixture
def station_database(station_url: str) -> Iterator[Database]:
    database = Database.open(station_url)
    yield database
    database.close()


@pytest.fixture
def clock() -> HandMovedClock:
    return HandMovedClock()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def work(station_database: Database, clock: HandMovedClock, listener: Listener) -> UnitsOfWork:
    return UnitsOfWork(station_database, "pos_app", clock, fresh_id, listener, SHANGHAI)


@pytest.fixture
def shift(work: UnitsOfWork) -> ShiftId:
    """A shift that is open."""
    opened = a_shift()
    with work() as transaction:
        transaction.shifts.save(opened)
    return opened.id


@pytest.fixture
def by_hand(station_database: Database) -> Callable[[str], None]:
    """Runs a statement past every rule of the program, as a hand with a database tool would."""

    def run(statement: str) -> None:
        tool = Database(station_database.address)
        try:
            with tool.writing() as transaction:
                transaction.driver.execute(statement)
        finally:
            tool.close()

    return run
