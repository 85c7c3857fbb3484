"""Connections that are lent and taken back: to a SQLite file by a few lines of ours, to a PostgreSQL server by SQLAlchemy."""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from core.domain.faults import DatabaseBusy
from core.persistence.address import Address

# How long somebody waits for a connection while all are lent.
_PATIENCE_SECONDS = 30.0


class Lent(Protocol):
    """A connection, until it is closed or found to be worth nothing any more."""

    @property
    def driver_connection(self) -> Any:
        """The driver's own."""

    @property
    def is_valid(self) -> bool:
        """Whether it was neither given back nor thrown away."""

    def invalidate(self) -> None:
        """Throw it away."""

    def close(self) -> None:
        """Give it back; what was not committed on it is taken back."""


class Pool(Protocol):
    """Connections to one database, from every thread."""

    def raw_connection(self) -> Lent:
        """One that nobody else has. Raises what the driver raises."""

    def dispose(self) -> None:
        """Close all that nobody has."""


class FilePool:
    """Connections to a SQLite file: `kept` of them open when nobody needs them, and `most` in all.

    Raises DatabaseBusy where all of them stay lent for half a minute.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], kept: int, most: int) -> None:
        self._connect = connect
        self._kept = kept
        self._idle: deque[sqlite3.Connection] = deque()
        self._places = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._disposed = 0

    def raw_connection(self) -> "_LentFile":
        if not self._places.acquire(timeout=_PATIENCE_SECONDS):
            raise DatabaseBusy
        try:
            with self._lock:
                edition = self._disposed
                connection = self._idle.popleft() if self._idle else None
            return _LentFile(self, connection or self._connect(), edition)
        except BaseException:
            self._places.release()
            raise

    def dispose(self) -> None:
        with self._lock:
            self._disposed += 1
            idle, self._idle = self._idle, deque()
        for connection in idle:
            connection.close()

    def take_back(self, connection: sqlite3.Connection, edition: int) -> None:
        """A connection that somebody has no more need of."""
        try:
            connection.rollback()
        except sqlite3.Error:
            # The disk failed under it. Whoever comes next begins with one that knows nothing of that.
            self.throw_away(connection)
            return
        with self._lock:
            keep = edition == self._disposed and len(self._idle) < self._kept
            if keep:
                self._idle.append(connection)
        if not keep:
            connection.close()
        self._places.release()

    def throw_away(self, connection: sqlite3.Connection) -> None:
        """A connection that nobody should have any more."""
        self._places.release()
        with suppress(sqlite3.Error):  # it is given up either way
            connection.close()


class _LentFile:
    def __init__(self, pool: FilePool, connection: sqlite3.Connection, edition: int) -> None:
        self._pool = pool
        self._edition = edition
        self._connection: sqlite3.Connection | None = connection

    @property
    def driver_connection(self) -> sqlite3.Connection | None:
        return self._connection

    @property
    def is_valid(self) -> bool:
        return self._connection is not None

    def invalidate(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool.throw_away(connection)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool.take_back(connection, self._edition)


def server_pool(address: Address, options: str, *, kept: int, most: int, ask_first: bool) -> Pool:
    """Connections to a PostgreSQL server on which nothing begins or commits by itself.

    With `ask_first` each is asked for a sign of life before it is lent.
    """
    from sqlalchemy import create_engine

    return create_engine(
        address.url,
        pool_size=kept,
        max_overflow=most - kept,
        pool_pre_ping=ask_first,
        connect_args={"options": options, "autocommit": True},
    )
