"""What runs by the clock: due prices, pending payments, the outbox, the lease."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from core.domain.faults import Fault

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Chore:
    """Something done every so often; never twice at once. A fault outside is what `call` answers for itself."""

    name: str
    every_seconds: float
    call: Callable[[], None]
    submit: Callable[[Callable[[], None]], "Future[None]"]
    only_owner: bool = True
    due: float = 0.0
    running: "Future[None] | None" = field(default=None, repr=False)
    failing: bool = False


class Chores:
    """One thread that looks at the clock and hands due chores to the workers."""

    def __init__(self, chores: Sequence[Chore], is_owner: Callable[[], bool]) -> None:
        self._chores = {chore.name: chore for chore in chores}
        self._is_owner = is_owner
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a chore that has begun is finished by its worker."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def ring(self, name: str) -> None:
        """Do this one as soon as possible."""
        chore = self._chores.get(name)
        if chore is not None:
            chore.due = 0.0
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            now = time.monotonic()
            for chore in self._chores.values():
                self._begin(chore, now)
            pause = min((chore.due for chore in self._chores.values()), default=now + 1.0) - time.monotonic()
            self._wake.wait(min(1.0, max(0.02, pause)))

    def _begin(self, chore: Chore, now: float) -> None:
        if now < chore.due or (chore.only_owner and not self._is_owner()):
            return
        if chore.running is not None and not chore.running.done():
            return
        chore.due = now + chore.every_seconds
        try:
            chore.running = chore.submit(lambda: self._do(chore))
        except RuntimeError:  # the workers have stopped before us
            self._stopping = True

    def _do(self, chore: Chore) -> None:
        try:
            chore.call()
        except Fault as fault:
            if not chore.failing:
                _log.info("%s waits: %s", chore.name, fault.code)
            chore.failing = True
        except Exception:
            _log.exception("%s failed", chore.name)
        else:
            if chore.failing:
                _log.info("%s goes on", chore.name)
            chore.failing = False
