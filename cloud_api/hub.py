"""News: whoever waits for a topic is woken; what happened is read from the database.

Inside this process at once; in others by whatever bells there are between workers (cloud_api.operation.bells).
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# The topic that the chores listen to: something waits that need not wait for their next round.
CHORES = "chores"


class Listener:
    """Waits for one topic's bell. Rings that come while nobody waits count as one."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    async def rung(self, timeout_seconds: float) -> bool:
        """True when the bell rang, False when the time ran out without."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    def ring(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)


class Hub:
    """Topics and who listens to them. Ringing is safe from every thread; nothing is lost by a missed ring but time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, set[Listener]] = {}
        self._elsewhere: Callable[[str], None] | None = None

    def ring(self, topic: str) -> None:
        """Here, and wherever else somebody may wait."""
        self.ring_here(topic)
        if self._elsewhere is not None:
            self._elsewhere(topic)

    def ring_elsewhere_by(self, ring: Callable[[str], None] | None) -> None:
        """How other workers are told; it must not wait for anything."""
        self._elsewhere = ring

    def ring_here(self, topic: str) -> None:
        with self._lock:
            listeners = tuple(self._listeners.get(topic, ()))
        for listener in listeners:
            listener.ring()

    @contextmanager
    def listening(self, topic: str) -> Iterator[Listener]:
        listener = Listener()
        with self._lock:
            self._listeners.setdefault(topic, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                left = self._listeners[topic]
                left.discard(listener)
                if not left:
                    del self._listeners[topic]
