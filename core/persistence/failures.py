"""What a database's driver raises, as a fault of ours: the one place that knows the drivers' codes."""

import os
import sqlite3
import time
from collections.abc import Callable, Mapping

from core.domain.faults import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFault,
    DatabaseGone,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DiskFull,
)

# By SQLite's primary result code: the lowest byte of the code that it gives.
_SQLITE: Mapping[int, type[DatabaseFault]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_PROTOCOL: DatabaseBusy,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_PERM: DatabaseReadOnly,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
    sqlite3.SQLITE_IOERR: DatabaseUnavailable,
    sqlite3.SQLITE_CANTOPEN: DatabaseUnavailable,
    sqlite3.SQLITE_NOMEM: DatabaseUnavailable,
    sqlite3.SQLITE_NOLFS: DatabaseUnavailable,
}
# By PostgreSQL's SQLSTATE, whole or by the two letters of its class.
_POSTGRESQL: Mapping[str, type[DatabaseFault]] = {
    "53100": DiskFull,
    "55P03": DatabaseBusy,
    "40P01": DatabaseBusy,
    "25006": DatabaseReadOnly,
    "XX001": DatabaseDamaged,
    "XX002": DatabaseDamaged,
    "08": DatabaseUnavailable,
    "53": DatabaseUnavailable,
    "57": DatabaseUnavailable,
    "58": DatabaseUnavailable,
}
_PRIMARY = 0xFF


def fault_of(error: Exception) -> DatabaseFault | None:
    """The fault behind a driver's error, or None where the program is at fault: a rule of the tables, a wrong statement."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        found = _SQLITE.get(code & _PRIMARY)
    elif hasattr(error, "sqlstate"):
        state = error.sqlstate
        # A connection that broke off has no state to tell.
        lost = DatabaseUnavailable if state is None and type(error).__name__ == "OperationalError" else None
        found = _POSTGRESQL.get(state, _POSTGRESQL.get(state[:2])) if state else lost
    else:
        found = None
    return None if found is None else found()


# The coarsest clock by which a file system dates its folders (that of FAT).
_GRANULE_SECONDS = 2.0


class OpenFiles:
    """The files that SQLite has open, told from others that come to stand under their names.

    SQLite itself goes on writing into a file that was deleted, and all of it would be gone at the next start.

    A file comes, goes or gets another name only with a new date of its folder: as long as that is the date of some time
    ago, the folder alone is looked at. A log that was looked at costs more than the look: Linux dates it anew with the
    next write then, exactly, and has that to bring to the disk as well.
    """

    def __init__(self, file: str, now: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._folder = os.path.dirname(self._file) or os.curdir  # noqa: PTH120 - beside its stat
        self._now = now
        self._file_seen: _Identity | None = None
        self._log_seen: _Identity | None = None
        self._dated: object = None
        self._settled_at = 0.0

    def check(self) -> None:
        """Within a transaction: raises DatabaseGone unless these are the files of the first time."""
        if not self._file:
            return
        try:
            folder = os.stat(self._folder)  # noqa: PTH116 - asked at every sale, and a Path would double its price
        except OSError as error:
            raise DatabaseGone from error
        dated = (folder.st_mtime_ns, folder.st_ino, folder.st_dev)
        if dated != self._dated:
            self._dated, self._settled_at = dated, self._now() + _GRANULE_SECONDS
        elif self._now() > self._settled_at:
            return
        file, log = _identity(self._file), _identity(self._file + "-wal")
        if file is None or file != (self._file_seen or file) or log != (self._log_seen or log):
            self._dated = None
            raise DatabaseGone
        self._file_seen, self._log_seen = file, log

    def closed(self) -> None:
        """The connection was given up; SQLite begins a new log when it is opened again."""
        self._log_seen = None
        self._dated = None


_Identity = tuple[int, int]


def _identity(name: str) -> _Identity | None:
    try:
        found = os.stat(name)  # noqa: PTH116 - as above
    except OSError:
        return None
    return found.st_dev, found.st_ino
