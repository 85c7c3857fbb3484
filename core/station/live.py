"""Live pump readings, for the eye only: not stored, not numbered."""

import logging
import threading
from collections.abc import Callable

from core.domain.ids import PumpNumber
from core.domain.pump import PumpReading

_log = logging.getLogger(__name__)


class LiveReadings:
    """Hands each pump's newest reading to whoever shows it, on the publisher's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Callable[[PumpReading], None], ...] = ()
        self._newest: dict[PumpNumber, PumpReading] = {}

    def subscribe(self, call: Callable[[PumpReading], None]) -> Callable[[], None]:
        """Hear every reading. Returns the call that ends it."""
        with self._lock:
            self._listeners = (*self._listeners, call)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not call)

        return unsubscribe

    def publish(self, reading: PumpReading) -> None:
        """A pump's newest reading."""
        self._newest[reading.pump] = reading
        for listener in self._listeners:
            try:
                listener(reading)
            except Exception:
                _log.exception("a listener of live readings failed")

    def newest(self, pump: PumpNumber) -> PumpReading | None:
        """The last one heard of."""
        return self._newest.get(pump)
