"""What the drivers raise, told as faults; a broken rule stays an error of the program."""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from core.domain.faults import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFault,
    DatabaseGone,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DiskFull,
)
from core.persistence.failures import OpenFiles, fault_of


def _sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DatabaseBusy),
        (sqlite3.SQLITE_READONLY_DBMOVED, DatabaseReadOnly),
        (sqlite3.SQLITE_IOERR_FSYNC, DatabaseUnavailable),
        (sqlite3.SQLITE_NOTADB, DatabaseDamaged),
        (sqlite3.SQLITE_CORRUPT_VTAB, DatabaseDamaged),
    ],
)
def test_what_ails_a_file_is_told_by_its_kind(code: int, fault: type[DatabaseFault]) -> None:
    assert type(fault_of(_sqlite(code))) is fault


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ("53100", DiskFull),
        ("55P03", DatabaseBusy),
        ("25006", DatabaseReadOnly),
        ("XX001", DatabaseDamaged),
        ("57P01", DatabaseUnavailable),
        ("08006", DatabaseUnavailable),
    ],
)
def test_what_ails_a_server_is_told_by_its_kind(state: str, fault: type[DatabaseFault]) -> None:
    assert type(fault_of(psycopg.errors.lookup(state)())) is fault


def test_a_connection_that_broke_off_is_a_server_that_does_not_answer() -> None:
    assert type(fault_of(psycopg.OperationalError("gone"))) is DatabaseUnavailable


@pytest.mark.parametrize(
    "error",
    [
        _sqlite(sqlite3.SQLITE_CONSTRAINT_TRIGGER),
        psycopg.errors.UniqueViolation(),
        sqlite3.ProgrammingError("a mistake"),
    ],
)
def test_a_broken_rule_is_no_fault(error: Exception) -> None:
    assert fault_of(error) is None


class _Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("which", ["station.db", "station.db-wal"])
@pytest.mark.parametrize("waited", [0.0, 1.0, 60.0])
@pytest.mark.parametrize("replaced", [False, True])
def test_files_that_go_away_are_missed_however_long_they_were_left_alone(
    tmp_path: Path, which: str, waited: float, replaced: bool
) -> None:
    for name in ("station.db", "station.db-wal"):
        (tmp_path / name).write_text("open")
    clock = _Clock()
    files = OpenFiles(str(tmp_path / "station.db"), clock)
    for _ in range(5):
        files.check()
        clock.seconds += waited
    (tmp_path / which).rename(tmp_path / "elsewhere")
    if replaced:
        (tmp_path / which).write_text("another")
    for _ in range(3):
        with pytest.raises(DatabaseGone):
            files.check()
        clock.seconds += waited


def test_files_whose_folder_goes_away_are_missed(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    folder.mkdir()
    (folder / "station.db").write_text("open")
    clock = _Clock()
    files = OpenFiles(str(folder / "station.db"), clock)
    files.check()
    clock.seconds += 60
    files.check()
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(DatabaseGone):
        files.check()
    (tmp_path / "elsewhere").rename(folder)
    files.check()


def test_other_files_may_come_and_go_beside_the_books(tmp_path: Path) -> None:
    (tmp_path / "station.db").write_text("open")
    clock = _Clock()
    files = OpenFiles(str(tmp_path / "station.db"), clock)
    for number in range(5):
        files.check()
        (tmp_path / f"backup-{number}").write_text("a copy")
        files.check()
        clock.seconds += 60
        files.check()
