"""One thread a controller: polls, retries, tells once when the line goes down and once when it is back."""

import logging
import threading
import time
from collections.abc import Callable

from core.domain.faults import Fault, PumpControllerCertificate, PumpControllerLogin

_log = logging.getLogger(__name__)

MISSES_BEFORE_DOWN = 2  # one lost answer is no news
_LONGEST_PAUSE = 2.0
_SHORTEST_PAUSE = 0.02  # a controller that takes its whole time to answer is left some to itself
QUIET_AFTER_SECONDS = 120.0  # so long after the last car the pumps are looked at half as often
_SLOWER_WHERE_QUIET = 2
_PAUSE_AFTER_REFUSED_LOGIN = 5.0  # controllers lock a user out after too many tries


class Poller:
    """Runs `look` again and again, quickly while it says that something happens, slower the longer nothing does.

    The seconds are from one look to the next, whatever a look takes.

    `look` raises a Fault when the controller cannot be asked; `line` hears of the first one that lasts, by its code,
    and of the return.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], bool],
        line: Callable[[bool, str], None],
        poll_seconds: float,
        idle_poll_seconds: float,
    ) -> None:
        self._look = look
        self._line = line
        self._poll_seconds = poll_seconds
        self._idle_poll_seconds = max(poll_seconds, idle_poll_seconds)
        self._nudged = threading.Event()
        self._stopping = False
        self._misses = 0
        self._last_busy = 0.0
        self._up: bool | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def stop(self) -> None:
        """End polling; waits for the question under way."""
        self._stopping = True
        self._nudged.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=10)

    def look_soon(self) -> None:
        """Poll at once: something was just asked of a pump."""
        self._nudged.set()

    def _run(self) -> None:
        while not self._stopping:
            began = time.monotonic()
            pause = self._once()
            took = time.monotonic() - began
            self._nudged.wait(max(_SHORTEST_PAUSE, pause - took))
            self._nudged.clear()

    def _once(self) -> float:
        try:
            busy = self._look()
        except Fault as fault:
            return self._missed(
                fault.code, at_once=isinstance(fault, (PumpControllerLogin, PumpControllerCertificate))
            )
        except Exception:  # noqa: BLE001  a bug in reading one answer must not end the reading of all pumps
            _log.exception("a poll of the pumps failed by a fault of this program")
            return self._missed("pump_answer_unfit", at_once=False)
        self._misses = 0
        if self._up is not True:
            self._tell(True, "")
        now = time.monotonic()
        if busy or not self._last_busy:
            self._last_busy = now
        if busy:
            return self._poll_seconds
        quiet = now - self._last_busy > QUIET_AFTER_SECONDS
        return self._idle_poll_seconds * (_SLOWER_WHERE_QUIET if quiet else 1)

    def _missed(self, why: str, *, at_once: bool) -> float:
        self._misses += 1
        if self._up is not False and (at_once or self._misses >= MISSES_BEFORE_DOWN):
            self._tell(False, why)
        if at_once:
            return _PAUSE_AFTER_REFUSED_LOGIN
        return min(self._poll_seconds * self._misses, _LONGEST_PAUSE)

    def _tell(self, up: bool, why: str) -> None:
        first, self._up = self._up is None, up
        if not up:
            _log.warning("the pump controller went silent: %s", why)
        elif not first:
            _log.info("the pump controller is back")
        try:
            self._line(up, why)
        except Exception:  # noqa: BLE001  as above: the listener's bug is told and the pumps go on being read
            _log.exception("telling the line's state failed by a fault of this program")
