"""Events of the bus, and whatever else happens on other threads, brought to the screen's thread."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from core.domain.events.event import Event

E = TypeVar("E", bound=Event)
T = TypeVar("T")
Unsubscribe = Callable[[], None]


class Bus(Protocol):
    """The station's event bus as the bridge needs it."""

    def subscribe(self, kind: type[E], call: Callable[[E], None]) -> Unsubscribe:
        """Call on any thread whenever an event of the type was recorded."""
        ...


class EventBridge(QObject):
    """Lives on the GUI thread; calls that come on other threads go through its one signal."""

    _came = Signal(object, object)

    def __init__(self, bus: Bus | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._open = True
        self._unsubscribes: list[Unsubscribe] = []
        self._came.connect(self._deliver)

    def on(self, kind: type[E], call: Callable[[E], object]) -> None:
        """Call on the GUI thread for every event of this type, until the bridge is closed."""
        if self._bus is None:
            raise RuntimeError("this bridge was built without a bus")
        self._unsubscribes.append(self._bus.subscribe(kind, self.brought(call)))

    def brought(self, call: Callable[[T], object]) -> Callable[[T], None]:
        """The same call, safe from any thread: it happens on the GUI thread."""

        def from_any_thread(value: T) -> None:
            if self._open:
                self._came.emit(call, value)

        return from_any_thread

    def keep(self, unsubscribe: Unsubscribe) -> None:
        """Remember how to end a subscription made elsewhere with a `brought` call."""
        self._unsubscribes.append(unsubscribe)

    def close(self) -> None:
        """End every subscription; what is under way falls on the floor."""
        self._open = False
        for unsubscribe in self._unsubscribes:
            unsubscribe()
        self._unsubscribes.clear()

    def _deliver(self, call: Callable[[object], object], value: object) -> None:
        if self._open:
            call(value)
