"""The TCP line: one thread that connects, reads and reconnects, and callers who wait for an answer on it."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from core.devices.pumps.fusion.messages import Message, MessageUnfit, Splitter, wire_of
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit, PumpLineDown

_log = logging.getLogger(__name__)

_READ_AT_ONCE = 65_536
_TICK_SECONDS = 0.05
_LONGEST_PAUSE = 10.0
_MOST_COMPLAINTS = 20


class Hearer(Protocol):
    """Takes what happens on the line, on the line's own thread."""

    def connected(self) -> None:
        """The line stands: ask for everything. What is sent here is answered by `heard`."""
        ...

    def heard(self, message: Message) -> None:
        """A message came. Raises MessageUnfit where it cannot be used."""
        ...

    def passed(self) -> None:
        """A moment went by."""
        ...

    def lost(self, why: str) -> None:
        """The line is gone, or could not be made; a fault's code."""
        ...


@dataclass(slots=True)
class _Waiter:
    fits: Callable[[Message], bool]
    came: threading.Event = field(default_factory=threading.Event)
    message: Message | None = None


class Line:
    """Reaches the controller again and again, with pauses that grow, until it is stopped."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        connect_seconds: float = 3.0,
        echo_seconds: float = 5.0,
        silence_seconds: float = 15.0,
        first_pause_seconds: float = 0.5,
    ) -> None:
        self._address = (host, port)
        self._connect_seconds = connect_seconds
        self._echo_seconds = echo_seconds
        self._silence_seconds = silence_seconds
        self._first_pause = self._pause = first_pause_seconds
        self._stopping = threading.Event()
        self._write = threading.Lock()
        self._socket: socket.socket | None = None
        self._waiting_lock = threading.Lock()
        self._waiting: list[_Waiter] = []
        self._complaints = 0
        self._thread: threading.Thread | None = None

    def start(self, hearer: Hearer) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(hearer,), name="fusion line", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up and wait for the thread."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None and threading.current_thread() is not thread:
            thread.join(timeout=10)

    def post(self, event: str, values: Mapping[str, str] | None = None) -> None:
        """Send and wait for nothing. Raises PumpLineDown; what was half sent counts as not sent."""
        self._send(Message("POST", event, values or {}))

    def subscribe(self, event: str) -> None:
        """Hear of this from now on."""
        self._send(Message("SUBSCRIBE", event))

    def ask(
        self, event: str, values: Mapping[str, str], fits: Callable[[Message], bool], seconds: float
    ) -> Message | None:
        """Send, and the first message after it that fits; None where none came in time. Raises PumpLineDown."""
        with self.hearing(fits) as answer:
            self.post(event, values)
            return answer(seconds)

    @contextmanager
    def hearing(self, fits: Callable[[Message], bool]) -> Iterator[Callable[[float], Message | None]]:
        """Within the block, what is heard and fits is kept for who asks for it."""
        waiter = _Waiter(fits)
        with self._waiting_lock:
            self._waiting.append(waiter)

        def answer(seconds: float) -> Message | None:
            waiter.came.wait(seconds)
            return waiter.message

        try:
            yield answer
        finally:
            with self._waiting_lock:
                self._waiting.remove(waiter)

    def _send(self, message: Message) -> None:
        with self._write:
            if self._socket is None:
                raise PumpLineDown
            try:
                self._socket.sendall(wire_of(message))
            except OSError as error:
                raise PumpAnswerLost from error

    def _run(self, hearer: Hearer) -> None:
        while not self._stopping.is_set():
            why = PumpLineDown().code
            try:
                self._hold(hearer)
            except MessageUnfit as unfit:
                _log.warning("the fusion controller's line: %s", unfit)
                why = PumpAnswerUnfit().code
            except (OSError, PumpLineDown, PumpAnswerLost) as error:
                _log.debug("the fusion controller's line: %s", error)
            if self._stopping.is_set():
                return
            self._guarded(partial(hearer.lost, why))
            self._stopping.wait(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _hold(self, hearer: Hearer) -> None:
        """One connection, from its beginning to its end."""
        connection = socket.create_connection(self._address, timeout=self._connect_seconds)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._write:
                self._socket = connection
            hearer.connected()
            self._read(connection, hearer)
        finally:
            with self._write:
                self._socket = None
            with suppress(OSError):
                connection.close()

    def _read(self, connection: socket.socket, hearer: Hearer) -> None:
        splitter = Splitter()
        heard_at = echoed_at = time.monotonic()
        while not self._stopping.is_set():
            connection.settimeout(_TICK_SECONDS)
            try:
                arrived = connection.recv(_READ_AT_ONCE)
                if not arrived:
                    raise PumpLineDown
                heard_at = time.monotonic()
                connection.settimeout(self._connect_seconds)
                self._take(splitter, arrived, hearer)
            except TimeoutError:
                connection.settimeout(self._connect_seconds)
            now = time.monotonic()
            if now - heard_at > self._silence_seconds:
                raise PumpLineDown
            if now - max(echoed_at, heard_at) > self._echo_seconds:
                echoed_at = now
                self._send(Message("ECHO", ""))
            self._guarded(hearer.passed)

    def _take(self, splitter: Splitter, arrived: bytes, hearer: Hearer) -> None:
        messages, unfit = splitter.feed(arrived)
        for trouble in unfit:
            self._complain(str(trouble))
        for message in messages:
            self._pause = self._first_pause
            try:
                self._guarded(partial(hearer.heard, message))
            except MessageUnfit as trouble:
                self._complain(str(trouble))
                continue
            self._hand_out(message)

    def _hand_out(self, message: Message) -> None:
        with self._waiting_lock:
            for waiter in self._waiting:
                if waiter.message is None and waiter.fits(message):
                    waiter.message = message
                    waiter.came.set()

    def _complain(self, what: str) -> None:
        self._complaints += 1
        level = logging.WARNING if self._complaints <= _MOST_COMPLAINTS else logging.DEBUG
        _log.log(level, "the fusion controller said what cannot be used: %s", what)

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except (MessageUnfit, PumpLineDown, PumpAnswerLost, OSError):
            raise
        except Exception:  # noqa: BLE001  a bug in using one message must not end the hearing of all pumps
            _log.exception("what the fusion controller said was lost by a fault of this program")
