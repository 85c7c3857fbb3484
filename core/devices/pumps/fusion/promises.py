"""What we promised: its number, and which sale came of it where the controller brings no mark of ours back."""

import threading
from dataclasses import dataclass

from core.devices.pumps.fusion.marks import promise_at
from core.devices.pumps.fusion.sales import Sale
from core.domain.ids import PumpNumber
from core.domain.pump import Preset
from core.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Promise:
    """Leave that this program asked for."""

    number: int
    preset: Preset
    seen: bool = False  # the pump was seen promised after it was asked


class Promises:
    """At most one a pump: a pump serves one car at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0
        self._standing: dict[PumpNumber, Promise] = {}
        self._marks_come_back = False

    def make(self, pump: PumpNumber, preset: Preset) -> int:
        """A number for what is to be asked of the pump now."""
        with self._lock:
            self._last = promise_at(self._clock.now(), self._last)
            self._standing[pump] = Promise(self._last, preset)
            return self._last

    def see(self, pump: PumpNumber, mark: int | None) -> None:
        """The pump shows that it is promised; by a mark, under which number."""
        with self._lock:
            standing = self._standing.get(pump)
            self._marks_come_back |= mark is not None
            if standing is not None and (mark is None or mark == standing.number):
                self._standing[pump] = Promise(standing.number, standing.preset, seen=True)

    def on(self, pump: PumpNumber) -> Promise | None:
        """What stands on this pump."""
        with self._lock:
            return self._standing.get(pump)

    @property
    def marks_come_back(self) -> bool:
        """Whether this release was seen to bring our marks back: what has none is then nobody's promise."""
        return self._marks_come_back

    def forget(self, pump: PumpNumber, number: int) -> None:
        """It was refused, taken back, or has become a sale."""
        with self._lock:
            standing = self._standing.get(pump)
            if standing is not None and standing.number == number:
                del self._standing[pump]

    def number_of(self, sale: Sale) -> int:
        """The number under which our books know this sale: our promise's, where it came of one, else its own."""
        if sale.promise is not None:
            self._marks_come_back = True
            return sale.promise
        standing = self.on(sale.pump)
        # Not every release brings marks back. One that does would have brought ours.
        if standing is not None and not self._marks_come_back and not sale.is_anothers:
            return standing.number
        return sale.number
