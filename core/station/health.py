"""How printer, pumps and cloud are, and how many messages wait: what the status strip shows."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.controller import SetupDifference


@dataclass(frozen=True, slots=True)
class HealthState:
    """Each is a fault's code, or empty when all is well. `waiting` counts unsent messages, `papers_waiting` unprinted papers."""

    printer: str = ""
    printer_set: bool = True  # without one nothing is wrong, and nothing is printed
    printer_known: bool = True  # a cheap one prints and never says how it is
    paper_near_end: bool = False
    papers_waiting: int = 0
    drawer_open: bool = False  # as far as the drawer is watched
    pumps: str = ""
    gauge: str = ""
    pumps_apart: tuple[SetupDifference, ...] = ()  # where the controller is set up otherwise than we are
    cloud: str = ""
    waiting: int = 0
    waiting_since: datetime | None = None
    books_busy: bool = False  # somebody has been waiting for a while to write; another program writes
    owner: bool = False  # whether this program owns the pumps and the cloud link


class Health:
    """The newest HealthState; listeners hear each change on the thread that brought it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = HealthState()
        self._listeners: tuple[Callable[[HealthState], None], ...] = ()

    @property
    def state(self) -> HealthState:
        """How things are."""
        return self._state

    def subscribe(self, call: Callable[[HealthState], None]) -> Callable[[], None]:
        """Hear every change. Returns the call that ends it."""
        with self._lock:
            self._listeners = (*self._listeners, call)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not call)

        return unsubscribe

    def change(self, **changes: str | int | bool | datetime | tuple[SetupDifference, ...] | None) -> None:
        """Bring some of it up to date."""
        with self._lock:
            changed = replace(self._state, **changes)  # type: ignore[arg-type]  # named by HealthState's own fields
            if changed == self._state:
                return
            self._state = changed
            listeners = self._listeners
        for listener in listeners:
            listener(changed)
