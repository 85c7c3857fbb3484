"""Bells between workers over PostgreSQL's own LISTEN and NOTIFY: what one rings, all others hear.

Nothing hangs on a bell but time: who misses one finds the same in the database at the next look. So a lost connection is only
opened again, and nothing is kept for whoever was away.
"""

import logging
import queue
import secrets
import threading
from collections.abc import Callable

import psycopg

_log = logging.getLogger(__name__)
_CHANNEL = "youzhan_bells"
_MOST_BYTES = 7_000  # PostgreSQL takes 8 000 in one notification.
_SECONDS_BEFORE_AGAIN = 2.0
_SECONDS_TO_LOOK_UP = 0.25
# Each notification wakes two threads of every worker.
_SECONDS_TO_GATHER = 0.005


class Bells:
    """Two threads with a connection each: one says what was rung here, one hears what was rung elsewhere."""

    def __init__(self, address: str, heard: Callable[[str], None]) -> None:
        self._address, self._heard = address, heard
        self._own = secrets.token_hex(8)
        self._rung: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._listening = threading.Event()
        self._threads = [
            threading.Thread(target=self._again_and_again, args=(work,), name=name, daemon=True)
            for name, work in (("bells-say", self._say), ("bells-hear", self._hear))
        ]
        for thread in self._threads:
            thread.start()

    def ring(self, topic: str) -> None:
        """Safe from every thread; says it within milliseconds, many at once."""
        self._rung.put(topic)

    def listens(self, within_seconds: float) -> bool:
        """Whether it hears others by now."""
        return self._listening.wait(within_seconds)

    def close(self) -> None:
        self._ending.set()
        self._rung.put(None)
        for thread in self._threads:
            thread.join()

    def _again_and_again(self, work: Callable[[], None]) -> None:
        is_lost = False
        while not self._ending.is_set():
            try:
                work()
            except psycopg.Error as error:
                if not is_lost and not self._ending.is_set():
                    _log.warning("the bells between workers are silent until the database answers: %s", error)
                is_lost = True
                self._ending.wait(_SECONDS_BEFORE_AGAIN)

    def _say(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            while not self._ending.is_set():
                topics = self._waiting()
                for said in in_pieces(sorted(topics)):
                    connection.execute(
                        "SELECT pg_notify(%s, %s)", (_CHANNEL, f"{self._own}\n{said}"), prepare=True
                    )

    def _waiting(self) -> set[str]:
        """All that was rung, each once; waits for the first, and a moment for those that come with it."""
        topics = {self._rung.get()}
        self._ending.wait(_SECONDS_TO_GATHER)
        while True:
            try:
                topics.add(self._rung.get_nowait())
            except queue.Empty:
                return {topic for topic in topics if topic is not None}

    def _hear(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f"LISTEN {_CHANNEL}".encode())
            self._listening.set()
            while not self._ending.is_set():
                for told in connection.notifies(timeout=_SECONDS_TO_LOOK_UP, stop_after=1):
                    who, *topics = told.payload.split("\n")
                    if who != self._own:
                        for topic in topics:
                            self._heard(topic)


def in_pieces(topics: list[str]) -> list[str]:
    """As few messages as tell them all, none larger than PostgreSQL takes."""
    pieces: list[str] = []
    for topic in topics:
        if pieces and len(pieces[-1].encode()) + len(topic.encode()) < _MOST_BYTES:
            pieces[-1] += "\n" + topic
        else:
            pieces.append(topic)
    return pieces
