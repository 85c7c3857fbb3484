"""Brings in the events and readings that other programs at the same database recorded."""

from collections.abc import Callable

from core.domain.events.event import Event
from core.ports.unit_of_work import UnitOfWork
from core.station.event_bus import EventBus
from core.station.live import LiveReadings

_AT_ONCE = 200


class News:
    """Reads the event log after the last number it has seen."""

    def __init__(
        self,
        work: UnitOfWork,
        program: str,
        bus: EventBus,
        live: LiveReadings,
        is_owner: Callable[[], bool],
    ) -> None:
        self._work = work
        self._program = program
        self._bus = bus
        self._live = live
        self._is_owner = is_owner
        self._seen: int | None = None

    def begin(self) -> None:
        """What happened before now is not news."""
        with self._work.reading() as work:
            self._seen = work.events.latest()

    def bring(self) -> None:
        """Publish what others recorded since the last time; who does not own the pumps also takes their readings."""
        if self._seen is None:
            self.begin()
            return
        fresh: list[tuple[int, str, Event]] = []
        with self._work.reading() as work:
            fresh.extend(work.events.after(self._seen, _AT_ONCE))
            readings = {} if self._is_owner() else work.forecourt.readings()
        for number, program, event in fresh:
            self._seen = number
            if program != self._program:
                self._bus.publish(event, ours=False)
        for pump, reading in readings.items():
            if self._live.newest(pump) != reading:
                self._live.publish(reading)
