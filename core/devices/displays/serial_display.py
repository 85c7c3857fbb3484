"""Port pole_display: a thread of its own shows the newest thing; what was overtaken meanwhile is never shown."""

import logging
import threading

from core.devices.displays.dialects import Dialect
from core.devices.links.link import ByteLink, LinkFailure
from core.domain.money import Money
from core.ports.pole_display import PoleAmount

_log = logging.getLogger(__name__)
_TRY_AGAIN_SECONDS = 3.0


class SerialPoleDisplay:
    """A display on a cable. Its first failure and its return are logged, not each miss."""

    def __init__(
        self, link: ByteLink, dialect: Dialect, *, try_again_seconds: float = _TRY_AGAIN_SECONDS
    ) -> None:
        self._link = link
        self._dialect = dialect
        self._try_again_seconds = try_again_seconds
        self._news = threading.Condition()
        self._wanted: bytes | None = None
        self._stopping = False
        self._up = False
        self._said_down = False
        self._thread: threading.Thread | None = None

    def show(self, upper: str, lower: str = "") -> None:
        """Two lines."""
        self._want(self._dialect.lines(upper, lower))

    def show_amount(self, kind: PoleAmount, amount: Money) -> None:
        """One amount."""
        self._want(self._dialect.amount(kind, amount))

    def show_change(self, received: Money, change: Money) -> None:
        """What was handed over and what comes back."""
        self._want(self._dialect.change(received, change))

    def clear(self) -> None:
        """Dark again."""
        self._want(self._dialect.clear())

    def start(self) -> None:
        """Begin to show."""
        self._thread = threading.Thread(target=self._run, name="pole_display", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Clear it and end."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        with self._news:
            self._wanted = self._dialect.clear()
            self._stopping = True
            self._news.notify()
        thread.join()

    def _want(self, shown: bytes) -> None:
        with self._news:
            self._wanted = shown
            self._news.notify()

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._wanted is not None or self._stopping)
                wanted, self._wanted, stopping = self._wanted, None, self._stopping
            if wanted is not None and not self._told(wanted) and not stopping:
                self._wait_and_want_again(wanted)
            if stopping:
                break
        self._link.close()

    def _told(self, wanted: bytes) -> bool:
        try:
            if not self._up:
                self._link.open()
                self._link.write(self._dialect.initialise())
            self._link.write(wanted)
        except LinkFailure as failure:
            self._up = False
            self._link.close()
            if not self._said_down:
                _log.warning("the pole display shows nothing: %s", failure)
                self._said_down = True
            return False
        if self._said_down:
            _log.info("the pole display shows again")
        self._up, self._said_down = True, False
        return True

    def _wait_and_want_again(self, wanted: bytes) -> None:
        """A display that is plugged in again shows what it missed last."""
        with self._news:
            self._news.wait_for(lambda: self._stopping, self._try_again_seconds)
            if self._wanted is None:
                self._wanted = wanted
