"""Takes what the poller hears to the use cases: readings to the eye at once, fills to the books in order."""

import logging
import threading
import time
from collections.abc import Callable

from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.counter import CounterWhy
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.pump import EndedFill, PumpReading, PumpState
from core.services.controller import ControllerDesk
from core.services.forecourt.desk import ForecourtDesk
from core.station.health import Health
from core.station.live import LiveReadings
from core.station.workers import Workers

_log = logging.getLogger(__name__)

_PROMISED = {PumpState.AUTHORISED, PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED}
_AT_REST = {PumpState.IDLE, PumpState.CALLING}
_A_RECORD_MAY_BE_LATE_SECONDS = 6.0


class ForecourtListener:
    """Implements core.ports.forecourt.ForecourtListener for the program that owns the pumps."""

    def __init__(  # noqa: PLR0917 - built in one place
        self,
        forecourt: ForecourtDesk,
        controller: ControllerDesk,
        live: LiveReadings,
        health: Health,
        workers: Workers,
        came_back: Callable[[], None],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._forecourt = forecourt
        self._controller = controller
        self._live = live
        self._health = health
        self._workers = workers
        self._came_back = came_back
        self._lock = threading.Lock()
        self._unkept: dict[PumpNumber, PumpReading] = {}  # each pump's newest
        self._booking: set[tuple[int, int]] = set()
        self._seconds = seconds
        self._promised: set[PumpNumber] = set()
        self._rests_since: dict[PumpNumber, float] = {}  # those that were promised, and no fill was told of

    def read(self, reading: PumpReading) -> None:
        """Show it, and keep it."""
        self._live.publish(reading)
        self._notice_rest(reading)
        with self._lock:
            waiting = bool(self._unkept)
            self._unkept[reading.pump] = reading
        # Many pumps tell at once: one visit to the books for all, so that an ended fill never waits behind them.
        if not waiting:
            self._submit(self._keep)

    def ended(self, fill: EndedFill) -> None:
        """Book it, and only then close it; it is told again until that is done."""
        key = (fill.pump, fill.transaction)
        with self._lock:
            if key in self._booking:
                return
            self._booking.add(key)
        self._submit(lambda: self._book(fill), otherwise=lambda: self._booking.discard(key))

    def line(self, up: bool, why: str) -> None:
        """The controller came back or went silent."""
        self._health.change(pumps="" if up else why)
        if up:
            self._came_back()

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        """Keep what the nozzle's counter showed."""
        self._submit(lambda: self._forecourt.record_counted(pump, nozzle, totals, CounterWhy(why)))

    def set_up(self, setup: ControllerSetup) -> None:
        """Hold it against ours, and show what differs."""
        self._submit(lambda: self._health.change(pumps_apart=self._controller.compare(setup)))

    def find_out_empty(self) -> None:
        """Chore: a nozzle that was lifted and hung up may leave no fill at all; what was promised there is looked at."""
        now = self._seconds()
        with self._lock:
            due = [
                pump
                for pump, since in self._rests_since.items()
                if now - since > _A_RECORD_MAY_BE_LATE_SECONDS
            ]
            for pump in due:
                del self._rests_since[pump]
        if due:
            self._forecourt.reconcile()

    def _notice_rest(self, reading: PumpReading) -> None:
        with self._lock:
            if reading.state in _PROMISED:
                self._promised.add(reading.pump)
                self._rests_since.pop(reading.pump, None)
            elif reading.state in _AT_REST and reading.transaction is None and reading.pump in self._promised:
                self._promised.discard(reading.pump)
                self._rests_since[reading.pump] = self._seconds()

    def _keep(self) -> None:
        with self._lock:
            readings, self._unkept = tuple(self._unkept.values()), {}
        self._forecourt.record_readings(readings)

    def _book(self, fill: EndedFill) -> None:
        try:
            self._forecourt.record_ended(fill)
        except Exception:
            self._booking.discard((fill.pump, fill.transaction))
            raise
        try:
            self._workers.outside(lambda: self._close(fill))
        except RuntimeError:  # stopping: it is in the books, and the next program closes it
            self._booking.discard((fill.pump, fill.transaction))

    def _close(self, fill: EndedFill) -> None:
        try:
            self._forecourt.close_ended(fill)
        finally:
            self._booking.discard((fill.pump, fill.transaction))

    def _submit(self, call: Callable[[], object], otherwise: Callable[[], object] | None = None) -> None:
        def logged() -> None:
            try:
                call()
            except Exception:
                _log.exception("what a pump reported could not be kept; it is told again")

        try:
            self._workers.in_order(logged)
        except RuntimeError:  # stopping: the controller keeps it and tells it at the next start
            if otherwise is not None:
                otherwise()
