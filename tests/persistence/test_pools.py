"""Connections to a SQLite file are lent, taken back clean, and kept to a number."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.faults import DatabaseBusy
from core.persistence import pools
from core.persistence.address import Address, address_of, file_of
from core.persistence.pools import FilePool


class _Made:
    """Makes connections to a file, and knows them all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.all: list[sqlite3.Connection] = []

    def __call__(self) -> sqlite3.Connection:
        self.all.append(sqlite3.connect(self._file, isolation_level=None, check_same_thread=False))
        return self.all[-1]

    def open(self) -> int:
        return sum(map(_is_open, self.all))


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1").close()
    except sqlite3.ProgrammingError:
        return False
    return True


@pytest.fixture
def made(tmp_path: Path) -> Iterator[_Made]:
    made = _Made(tmp_path / "station.db")
    yield made
    for connection in made.all:
        connection.close()


def test_a_connection_is_lent_again(made: _Made):
    pool = FilePool(made, kept=1, most=2)
    for _ in range(3):
        pool.raw_connection().close()
    assert len(made.all) == 1


def test_what_was_begun_on_it_is_taken_back(made: _Made):
    pool = FilePool(made, kept=1, most=1)
    lent = pool.raw_connection()
    assert lent.driver_connection is not None
    lent.driver_connection.execute("BEGIN")
    lent.driver_connection.execute("CREATE TABLE half (done TEXT)")
    lent.close()
    again = pool.raw_connection().driver_connection
    assert again is made.all[0]
    assert again.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert not again.in_transaction


def test_those_that_came_in_a_rush_are_not_kept(made: _Made):
    pool = FilePool(made, kept=1, most=3)
    rush = [pool.raw_connection() for _ in range(3)]
    assert len({id(lent.driver_connection) for lent in rush}) == 3
    for lent in rush:
        lent.close()
    assert made.open() == 1


def test_one_that_was_thrown_away_is_closed_and_leaves_its_place(made: _Made):
    pool = FilePool(made, kept=1, most=1)
    lent = pool.raw_connection()
    lent.invalidate()
    assert not lent.is_valid
    assert made.open() == 0
    lent.close()
    lent.invalidate()
    pool.raw_connection().close()
    assert (len(made.all), made.open()) == (2, 1)


def test_who_finds_all_of_them_lent_is_told_that_it_is_busy(made: _Made, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pools, "_PATIENCE_SECONDS", 0.01)
    pool = FilePool(made, kept=1, most=1)
    lent = pool.raw_connection()
    with pytest.raises(DatabaseBusy):
        pool.raw_connection()
    lent.close()
    pool.raw_connection().close()


def test_a_file_that_cannot_be_opened_takes_nobodys_place(tmp_path: Path):
    def refuse() -> sqlite3.Connection:
        return sqlite3.connect(tmp_path / "nowhere" / "station.db")

    pool = FilePool(refuse, kept=1, most=1)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            pool.raw_connection()


def test_after_the_end_nothing_stays_open(made: _Made):
    pool = FilePool(made, kept=2, most=2)
    lent = pool.raw_connection()
    pool.raw_connection().close()
    pool.dispose()
    assert made.open() == 1
    lent.close()
    assert made.open() == 0


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///station.db", "station.db"),
        ("sqlite:////var/油站/station.db", "/var/油站/station.db"),
        ("sqlite:///C:/My Station/station.db", "C:/My Station/station.db"),
        ("sqlite:///a%20b.db", "a b.db"),
        ("sqlite+pysqlite:///station.db", "station.db"),
    ],
)
def test_a_files_address_is_its_path(url: str, file: str):
    address = address_of(url)
    assert (address.dialect, address.file) == ("sqlite", file)
    assert str(file_of(url)) == file


@pytest.mark.parametrize(
    "url", ["", "station.db", "sqlite://elsewhere/station.db", "sqlite:///a.db?timeout=3", "mysql://h/d"]
)
def test_an_address_of_something_else_is_turned_away(url: str):
    with pytest.raises(ValueError, match="station's"):
        address_of(url)
    assert file_of(url) is None


def test_nobody_reads_a_servers_password_by_chance():
    address = address_of("postgresql://someone:secret@127.0.0.1/station")
    assert address.url == "postgresql+psycopg://someone:secret@127.0.0.1/station"
    assert isinstance(address, Address)
    assert "secret" not in repr(address)
