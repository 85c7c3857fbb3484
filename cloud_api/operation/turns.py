"""Which of several workers does what runs by the clock: the one that holds a lock of the database's, until it ends or dies."""

import logging
import threading

import psycopg

_log = logging.getLogger(__name__)
_CHORES = 0x59_5A_02


class Turn:
    """A session's lock on PostgreSQL: a worker that is killed loses it with its connection, at once and by itself."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self._is_ours = False
        self._lock = threading.Lock()

    def is_ours(self) -> bool:
        """Whether the chores are ours now; waits for the database, so it belongs into a thread."""
        with self._lock:
            try:
                return self._asked()
            except psycopg.Error as error:
                if self._is_ours:
                    _log.warning("the turn at the chores is lost with its connection: %s", error)
                self._let_go()
                return False

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _asked(self) -> bool:
        if self._connection is None or self._connection.closed:
            self._is_ours = False
            self._connection = psycopg.connect(self._address, autocommit=True)
        # Asked also when it is ours: only an answer says that the connection, and so the lock, is still there.
        statement = "SELECT true" if self._is_ours else "SELECT pg_try_advisory_lock(%s)"
        row = self._connection.execute(statement, None if self._is_ours else (_CHORES,)).fetchone()
        self._is_ours = bool(row and row[0])
        return self._is_ours

    def _let_go(self) -> None:
        self._is_ours = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class AlwaysOurs:
    """For a database of one process."""

    def is_ours(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing is held."""
