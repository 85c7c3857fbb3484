"""Port TankGauge: a Veeder-Root TLS console on a socket, polled by a thread of its own."""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, tzinfo

from core.devices.gauges import veeder_root_messages as messages
from core.devices.gauges.veeder_root_messages import ETX, SOH, Answer, Units
from core.devices.links.link import ByteLink, LinkFailure
from core.domain.faults import Fault, GaugeAnswerUnfit, GaugeRefused, GaugeSilent
from core.domain.ids import TankNumber
from core.domain.tanks.reading import GaugeDelivery, TankReading
from core.ports.clock import Clock
from core.ports.tank_gauge import TankGaugeListener

_log = logging.getLogger(__name__)

PORT = 10_001
MISSES_BEFORE_DOWN = 2  # one lost answer is no news
_LONGEST_PAUSE_SECONDS = 60.0


class VeederRootGauge:
    """Asks one question at a time over one connection, which it opens again after whatever went wrong on it.

    `answer_seconds` is for a whole answer: one that drips in byte by byte is given up too.
    """

    def __init__(
        self,
        link: ByteLink,
        clock: Clock,
        units: Units,
        zone: tzinfo,
        *,
        security_code: str = "",
        poll_seconds: float = 10.0,
        answer_seconds: float = 5.0,
    ) -> None:
        self._link = link
        self._clock = clock
        self._units = units
        self._zone = zone
        self._security_code = security_code
        self._poll_seconds = poll_seconds
        self._answer_seconds = answer_seconds
        self._asking = threading.Lock()
        self._is_open = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._up: bool | None = None
        self._misses = 0
        self._knows_alarms = True
        self._knows_deliveries = True
        self._delivering: frozenset[TankNumber] | None = None
        self._told: set[tuple[TankNumber, datetime]] = set()

    def start(self, listener: TankGaugeListener) -> None:
        """Begin to poll every tank."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(listener,), name="tank gauge", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End polling and hang up; waits for the question under way."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        with self._asking:
            self._hang_up()

    def measure(self, tank: TankNumber) -> TankReading:
        """Measure one tank now. Raises GaugeSilent, GaugeAnswerUnfit, GaugeRefused."""
        readings = self._readings(tank)
        for reading in readings:
            if reading.tank == tank:
                return reading
        raise GaugeRefused(tank, "not among the tanks that it told of")

    def measure_all(self) -> Sequence[TankReading]:
        """Measure every tank that the console has. Raises GaugeSilent, GaugeAnswerUnfit, GaugeRefused."""
        return self._readings(messages.EVERY_TANK)

    def deliveries(self, tank: TankNumber) -> Sequence[GaugeDelivery]:
        """What the console took for deliveries, as long as it remembers. Raises GaugeSilent, GaugeAnswerUnfit, GaugeRefused."""
        return messages.deliveries(self._ask(messages.DELIVERIES, tank), self._units, self._zone)

    # --- polling -----------------------------------------------------------------------------------------------------

    def _run(self, listener: TankGaugeListener) -> None:
        while not self._stopping.is_set():
            try:
                pause = self._look(listener)
            except Exception:  # noqa: BLE001 - a bug in reading one answer must not end the reading of all tanks
                _log.exception("a poll of the tank gauge failed by a fault of this program")
                pause = self._poll_seconds
            self._stopping.wait(pause)

    def _look(self, listener: TankGaugeListener) -> float:
        try:
            readings = self.measure_all()
        except Fault as fault:
            return self._missed(listener, fault)
        self._misses = 0
        if self._up is not True:
            self._tell(listener, up=True, why="")
        for reading in readings:
            if self._stopping.is_set():
                break
            listener.measured(reading)
        self._look_for_deliveries(listener, readings)
        return self._poll_seconds

    def _look_for_deliveries(self, listener: TankGaugeListener, readings: Sequence[TankReading]) -> None:
        """Ask what was delivered at the start, and when a tank takes none any more: the console has reckoned it then."""
        delivering = frozenset(each.tank for each in readings if each.delivery_detected)
        before, self._delivering = self._delivering, delivering
        if not self._knows_deliveries or (before is not None and before <= delivering):
            return
        try:
            noticed = self.deliveries(messages.EVERY_TANK)
        except GaugeRefused:
            self._knows_deliveries = False  # a small console
            return
        except Fault as fault:
            _log.info("what the tank gauge took for deliveries is asked again: %s", fault)
            self._delivering = None
            return
        for each in noticed:
            if (each.tank, each.began_at) not in self._told and not self._stopping.is_set():
                self._told.add((each.tank, each.began_at))
                listener.noticed(each)

    def _missed(self, listener: TankGaugeListener, fault: Fault) -> float:
        self._misses += 1
        if self._up is not False and self._misses >= MISSES_BEFORE_DOWN:
            _log.warning("the tank gauge went silent: %s", fault)
            self._tell(listener, up=False, why=fault.code)
        return min(self._poll_seconds * self._misses, _LONGEST_PAUSE_SECONDS)

    def _tell(self, listener: TankGaugeListener, *, up: bool, why: str) -> None:
        if up and self._up is False:
            _log.info("the tank gauge is back")
        self._up = up
        if not self._stopping.is_set():
            listener.gauge_line(up, why)

    # --- asking ------------------------------------------------------------------------------------------------------

    def _readings(self, tank: TankNumber) -> list[TankReading]:
        answer = self._ask(messages.INVENTORY, tank)
        readings = messages.inventory(answer, self._clock.now(), self._units)
        kinds = self._alarms(tank)
        return [messages.with_alarms(each, kinds.get(each.tank, frozenset())) for each in readings]

    def _alarms(self, tank: TankNumber) -> dict[TankNumber, frozenset[int]]:
        """What it warns of; a small console that does not know the question is not asked again."""
        if not self._knows_alarms:
            return {}
        try:
            return messages.alarms(self._ask(messages.ALARMS, tank))
        except GaugeRefused:
            self._knows_alarms = False
            return {}

    def _ask(self, function: str, tank: TankNumber) -> Answer:
        with self._asking:
            try:
                if not self._is_open:
                    self._link.open()
                    self._is_open = True
                self._link.write(messages.question(function, tank, self._security_code))
                return messages.answer_in(self._frame(), function, tank)
            except LinkFailure as failure:
                self._hang_up()
                raise GaugeSilent from failure
            except GaugeAnswerUnfit:
                # Whatever still comes belongs to this answer: the next one begins on a line of its own.
                self._hang_up()
                raise

    def _frame(self) -> bytes:
        """From SOH to ETX. Raises GaugeAnswerUnfit for what is no frame, GaugeSilent for one that does not end."""
        frame = Frame()
        ends = time.monotonic() + self._answer_seconds
        while True:
            whole = frame.take(self._link.read())
            if whole is not None:
                return whole
            if time.monotonic() > ends:
                raise GaugeAnswerUnfit("an answer without an end")

    def _hang_up(self) -> None:
        self._is_open = False
        with suppress(LinkFailure):
            self._link.close()


class Frame:
    """Collects an answer byte by byte."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def take(self, received: bytes) -> bytes | None:
        """The frame once its ETX has come. Raises GaugeAnswerUnfit where it does not begin with SOH or is far too long."""
        for byte in received:
            if not self._bytes and byte != SOH:
                if byte in _BETWEEN:
                    continue
                raise GaugeAnswerUnfit(f"begins with the byte {byte:02X}")
            if self._bytes and byte == SOH:
                raise GaugeAnswerUnfit("a second beginning within an answer")
            self._bytes.append(byte)
            if byte == ETX:
                return bytes(self._bytes)
            if len(self._bytes) > messages.LONGEST:
                raise GaugeAnswerUnfit("too long an answer")
        return None


# Serial servers put line ends between answers.
_BETWEEN = frozenset(b"\r\n\x00")
