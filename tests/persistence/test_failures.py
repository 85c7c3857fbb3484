"""What the drivers raise, told as faults; a broken rule stays an error of the program."""

import sqlite3

import psycopg
import pytest

from core.domain.faults import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFault,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DiskFull,
)
from core.persistence.failures import fault_of


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
