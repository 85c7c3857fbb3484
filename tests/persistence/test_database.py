"""One writer, readers beside it, and settings that do not lose what was answered."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from core.domain.faults import DatabaseUnavailable
from core.persistence.address import address_of
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from tests.builders import a_staff_member, fresh_id
from tests.persistence.conftest import SHANGHAI, HandMovedClock, Listener


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        (
            "postgresql://someone@127.0.0.1:5432/station",
            "postgresql+psycopg://someone@127.0.0.1:5432/station",
        ),
        ("postgresql+psycopg://127.0.0.1/station", "postgresql+psycopg://127.0.0.1/station"),
    ],
)
def test_postgresql_is_spoken_to_through_psycopg(url: str, becomes: str):
    assert address_of(url).url == becomes


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://127.0.0.1/station"])
def test_what_cannot_hold_a_station_is_turned_away(url: str):
    with pytest.raises(ValueError, match="station's"):
        Database.open(url)


def test_a_sqlite_file_is_kept_durably(tmp_path: Path):
    database = Database.open(f"sqlite:///{tmp_path / 'station.db'}")
    with database.writing() as transaction:
        said = {
            setting: transaction.driver.execute(f"PRAGMA {setting}").fetchone()[0]
            for setting in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 2_000}


def test_what_was_written_comes_out_of_the_log_beside_a_writer(tmp_path: Path):
    file = tmp_path / "station.db"
    database = Database.open(f"sqlite:///{file}")
    with database.writing() as transaction:
        transaction.driver.execute("CREATE TABLE kept (it TEXT)")
        transaction.driver.execute("INSERT INTO kept VALUES ('so')")
    with database.writing() as transaction:
        transaction.driver.execute("INSERT INTO kept VALUES ('not yet')")
        database.empty_log()
        alone = tmp_path / "alone.db"
        alone.write_bytes(file.read_bytes())
    database.close()
    with closing(sqlite3.connect(alone)) as connection:
        assert connection.execute("SELECT it FROM kept").fetchall() == [("so",)]


def test_a_writer_on_postgresql_waits_for_the_disk_whatever_the_server_is_set_to(postgres: str):
    database = Database.open(postgres)
    with database.writing() as transaction:
        assert transaction.driver.execute("SHOW synchronous_commit").fetchone() == ("on",)
    database.close()


def test_a_lost_connection_to_the_server_is_made_anew(made_postgres_url: str):
    database = Database.open(made_postgres_url)
    work = UnitsOfWork(database, "pos_app", HandMovedClock(), fresh_id, Listener(), SHANGHAI)
    for _ in range(2):
        with work() as transaction:
            transaction.staff.save(a_staff_member())
        with work.reading() as looking:
            assert looking.staff.active()
        with psycopg.connect(made_postgres_url, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    database.close()


def test_a_connection_lost_in_the_middle_takes_the_transaction_with_it(made_postgres_url: str):
    database = Database.open(made_postgres_url)
    work = UnitsOfWork(database, "pos_app", HandMovedClock(), fresh_id, Listener(), SHANGHAI)
    member = a_staff_member()

    def cut_off() -> None:
        with work() as transaction:
            transaction.staff.save(member)
            with psycopg.connect(made_postgres_url, autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    with pytest.raises(DatabaseUnavailable):
        cut_off()
    with work() as transaction:
        assert member not in transaction.staff.active()
    database.close()


def test_many_threads_may_look_at_once(work: UnitsOfWork):
    with ExitStack() as everybody:
        looking = [everybody.enter_context(work.reading()) for _ in range(9)]
        assert [each.staff.active() for each in looking] == [[]] * 9


def test_closing_twice_is_once_too_many_for_nobody(tmp_path: Path):
    database = Database.open(f"sqlite:///{tmp_path / 'station.db'}")
    with database.writing():
        pass
    database.close()
    database.close()
