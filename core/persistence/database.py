"""Where the station's rows are: one writer at a time, readers beside it, on a SQLite file or on PostgreSQL."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from core.domain.faults import DatabaseBusy, DatabaseGone
from core.persistence.address import Address, address_of
from core.persistence.failures import OpenFiles, fault_of
from core.persistence.pools import FilePool, Lent, Pool, server_pool
from core.persistence.transaction import Memory, Transaction

_READERS = 4
_MORE_READERS = 12
# How long a writer waits for the others before it gives up; and after how long the people at the till are told.
PATIENCE_SECONDS = 8.0
# Pages (of 4 KiB) in SQLite's log at which a writer empties it itself, if nobody has by then (Database.empty_log).
LONGEST_LOG = 4_000
NOTICED_SECONDS = 2.0
# Any number, as long as every program of a station takes the same one. The lock goes with its transaction, however that
# ends, and a transaction that hangs is ended by the server.
_ONE_WRITER_LOCK = 8_051_922
TAKE_WRITE_LOCK = f"SELECT pg_advisory_xact_lock({_ONE_WRITER_LOCK})"
_BEGIN_WRITING = {"sqlite": "BEGIN IMMEDIATE", "postgresql": f"BEGIN; {TAKE_WRITE_LOCK}"}
_BEGIN_READING = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


class NestedTransaction(RuntimeError):
    """A use case was called from within another one's transaction: a mistake in the program."""


class Waiting:
    """Whether anybody has been waiting for longer than NOTICED_SECONDS to write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._tell: Callable[[bool], None] = lambda _waiting: None

    def watch(self, tell: Callable[[bool], None]) -> None:
        """From now on tell when the first begins to wait and when the last has ended, on the thread that waits."""
        self._tell = tell

    @contextmanager
    def somebody(self) -> Iterator[None]:
        """This thread waits."""
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def _change(self, by: int) -> None:
        with self._lock:
            before, self._count = self._count, self._count + by
            turned = bool(before) != bool(self._count)
        if turned:
            self._tell(by > 0)


class Database:
    """The station's database, open. Safe to use from every thread; close() when the program ends."""

    def __init__(self, address: Address) -> None:
        self.address = address
        # `sqlite` or `postgresql`.
        self.dialect = address.dialect
        self._writers = _pool(address, reading=False)
        self._readers = _pool(address, reading=True)
        # What the database's driver raises when the database refuses something.
        self.error = _error_of(address)
        self._one_writer = threading.Lock()
        self.waiting = Waiting()
        self._gave_up = False  # the last one waited in vain: whoever comes next need not wait as long again
        self._writing_thread: int | None = None
        self._writer: Lent | None = None
        # The writer's own connection, and what runs a statement on it.
        self._driver: Any = None
        self._execute: Callable[[str], Any] = _nothing_is_open
        self._files = OpenFiles(address.file)
        self._memory = Memory()
        self._version: object = None
        # On one connection it is always the same one, so that whoever works on it is made once.
        self._transaction: Transaction | None = None

    @classmethod
    def open(cls, url: str) -> "Database":
        """Open the database at a `sqlite:///` or `postgresql+psycopg://` URL; its tables come from upgrade()."""
        return cls(made_ready(url))

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction that holds the one write lock from its beginning, and is on disk once this is left normally.

        Raises the DatabaseFaults; whatever stood in the transaction has then not happened. DatabaseBusy comes after
        PATIENCE_SECONDS at the latest; `waiting` tells before that somebody waits.
        """
        return _Writing(self)

    def begin(self) -> Transaction:
        """What `writing` begins with."""
        if self._writing_thread == threading.get_ident():
            raise NestedTransaction
        until = time.monotonic() + (NOTICED_SECONDS if self._gave_up else PATIENCE_SECONDS)
        self._take_turn(until)
        try:
            driver = self._begin_writing(until)
            self._writing_thread = threading.get_ident()
            try:
                return self._transaction_on(driver)
            except BaseException:
                self._undo(driver)
                raise
        except BaseException as error:
            try:
                self._raise_fault(error)
            finally:
                self._one_writer.release()
            raise

    def end(self, transaction: Transaction, failed: BaseException | None) -> None:
        """What `writing` ends with: commits, or takes everything back where something failed."""
        driver = transaction.driver
        try:
            if failed is not None:
                self._undo(driver)
                self._raise_fault(failed)
                return
            try:
                self._execute("COMMIT")
            except BaseException as error:
                self._undo(driver)
                self._raise_fault(error)
                raise
        finally:
            self._writing_thread = None
            self._one_writer.release()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A look at one moment of the database. It waits for no writer and refuses to write. Raises the DatabaseFaults."""
        connection: Lent | None = None
        try:
            connection = self._readers.raw_connection()
            driver: Any = connection.driver_connection
            driver.execute(_BEGIN_READING[self.dialect])
            yield Transaction(driver, self.dialect)
        except self.error as error:
            fault = fault_of(error)
            if fault is None:
                raise
            if connection is not None and not isinstance(fault, DatabaseBusy):
                connection.invalidate()
            raise fault from error
        finally:
            if connection is not None and connection.is_valid:
                # The pool rolls back whatever it takes back.
                connection.close()

    def empty_log(self) -> None:
        """Bring what was written from SQLite's log into its file, beside whoever writes. Raises the DatabaseFaults.

        Else the transaction that fills the log does it, and that is often somebody's sale.
        """
        if self.dialect != "sqlite":
            return
        connection = self._readers.raw_connection()
        try:
            driver: Any = connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except self.error as error:
            connection.invalidate()
            fault = fault_of(error)
            if fault is None:
                raise
            raise fault from error
        finally:
            if connection.is_valid:
                connection.close()

    def close(self) -> None:
        """Wait for the writer and let go of every connection."""
        with self._one_writer:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self._writers.dispose()
        self._readers.dispose()

    def _undo(self, driver: Any) -> None:
        self._writing_thread = None
        self._memory.forget()
        self._roll_back(driver)

    def _raise_fault(self, error: BaseException) -> None:
        """The fault behind a driver's error; nothing for any other error."""
        fault = fault_of(error) if isinstance(error, self.error) else None
        if fault is None:
            return
        if not isinstance(fault, DatabaseBusy):
            # A connection on which the disk failed may remember things wrongly.
            self._forget_writer()
        raise fault from error

    def _transaction_on(self, driver: Any) -> Transaction:
        """With what this connection knows from its last transactions, unless somebody else has written since.

        SQLite itself tells: its data_version changes with every commit of another connection, of this program or not.
        """
        if self.dialect != "sqlite":
            return Transaction(driver, self.dialect)
        [(version,)] = self._execute("PRAGMA data_version").fetchall()
        if version != self._version:
            self._memory.forget()
            self._version = version
        else:
            self._memory.trim()
        known = self._transaction
        if known is None or known.driver is not driver:
            known = self._transaction = Transaction(driver, self.dialect, self._memory)
        return known

    def _take_turn(self, until: float) -> None:
        """One writer of this program after the other."""
        if not self._one_writer.acquire(timeout=NOTICED_SECONDS):
            with self.waiting.somebody():
                if not self._one_writer.acquire(timeout=max(0.0, until - time.monotonic())):
                    raise DatabaseBusy

    def _take_lock(self, driver: Any, begin: str, until: float) -> None:
        """The lock that all programs share; the driver waits for it a little while each time."""
        try:
            self._execute(begin)
        except self.error as error:
            if not self._may_wait_on(error, until):
                raise
        else:
            self._gave_up = False
            return
        with self.waiting.somebody():
            while True:
                driver.rollback()
                try:
                    self._execute(begin)
                except self.error as error:
                    if not self._may_wait_on(error, until):
                        raise
                else:
                    self._gave_up = False
                    return

    def _may_wait_on(self, error: Exception, until: float) -> bool:
        if not isinstance(fault_of(error), DatabaseBusy):
            return False
        self._gave_up = time.monotonic() >= until
        return not self._gave_up

    def _begin_writing(self, until: float) -> Any:
        begin = _BEGIN_WRITING[self.dialect]
        driver = self._writing_driver()
        try:
            self._take_lock(driver, begin, until)
        except self.error:
            if not getattr(driver, "closed", False):
                self._roll_back(driver)
                raise
            # The server went away since the last transaction. Nothing was asked of it yet, so ask anew.
            self._forget_writer()
            driver = self._writing_driver()
            self._execute(begin)
        try:
            self._files.check()
        except DatabaseGone:
            self._roll_back(driver)
            raise
        return driver

    def _writing_driver(self) -> Any:
        if self._writer is None:
            self._writer = self._writers.raw_connection()
            self._driver = self._writer.driver_connection
            self._execute = self._driver.cursor().execute
        return self._driver

    def _roll_back(self, driver: Any) -> None:
        try:
            driver.rollback()
        except self.error:
            # The connection is gone, and with it the transaction.
            self._forget_writer()

    def _forget_writer(self) -> None:
        self._memory.forget()
        self._version = None
        self._transaction = None
        if self._writer is not None:
            self._writer.invalidate()
            self._writer = None
            self._files.closed()


class _Writing:
    """A plain class, as a generator would cost every transaction more than its BEGIN."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Transaction:
        self._transaction = self._database.begin()
        return self._transaction

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.end(self._transaction, error)


def made_ready(url: str) -> Address:
    """The address, with a folder for its file. Raises ValueError for one that no station's database can have, and OSError."""
    address = address_of(url)
    if address.file:
        Path(address.file).parent.mkdir(parents=True, exist_ok=True)
    return address


def postgresql_settings(lock_seconds: float) -> str:
    """What every connection asks of its server; a lock is waited for so long each time."""
    return (
        "-c synchronous_commit=on -c timezone=UTC"
        f" -c lock_timeout={lock_seconds * 1_000:.0f}ms -c idle_in_transaction_session_timeout=120s"
    )


def _pool(address: Address, *, reading: bool) -> Pool:
    """Connections on which nothing begins or commits by itself."""
    kept, most = (_READERS, _READERS + _MORE_READERS) if reading else (1, 1)
    if address.dialect == "postgresql":
        options = postgresql_settings(NOTICED_SECONDS)
        return server_pool(address, options, kept=kept, most=most, ask_first=reading)
    # Whatever the program's folder is later on, it stays this file.
    file = Path(address.file).absolute()

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            file,
            check_same_thread=False,
            timeout=min(NOTICED_SECONDS, PATIENCE_SECONDS),
            cached_statements=400,
            isolation_level=None,
        )
        try:
            (_set_up_reader if reading else _set_up_writer)(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    return FilePool(connect, kept, most)


def _error_of(address: Address) -> type[Exception]:
    if address.dialect == "sqlite":
        return sqlite3.Error
    import psycopg

    return psycopg.Error


def _nothing_is_open(statement: str) -> Any:
    raise AssertionError(f"no connection yet for {statement}")


def _set_up_writer(connection: sqlite3.Connection) -> None:
    # FULL: in WAL mode a commit that was answered is on the disk, also after the power went (NORMAL loses the last ones).
    settings = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"wal_autocheckpoint={LONGEST_LOG}",
    )
    for setting in settings:
        connection.execute(f"PRAGMA {setting}").close()


def _set_up_reader(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only=ON").close()
