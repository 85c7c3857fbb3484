"""Serial cable, or a USB one that looks like it: pyserial carries the bytes."""

import os
import threading
import time
from contextlib import suppress
from typing import Any

from core.devices.links.link import AnswerMissing, HungUp, NotReached

_PIECE = 512
_LOOK_AGAIN_SECONDS = 0.01


class SerialLink:
    """A device on a serial port, 8 bits, no parity, one stop bit; `flow` is how it says that its memory is full."""

    two_way = True

    def __init__(
        self,
        device: str,
        baud: int = 9600,
        *,
        flow: str = "none",
        timeout_seconds: float = 2.5,
        answer_seconds: float | None = None,
    ) -> None:
        self._device = device
        self._baud = baud
        self._flow = flow
        self._timeout_seconds = timeout_seconds
        self._answer_seconds = answer_seconds or timeout_seconds
        self._port: Any = None

    def open(self) -> None:
        """Take the port. Raises NotReached where it is not there or somebody else has it."""
        self.close()
        import serial

        options: dict[str, Any] = {"exclusive": True} if os.name == "posix" else {}
        try:
            self._port = serial.Serial(
                self._device,
                self._baud,
                timeout=self._answer_seconds,
                write_timeout=self._timeout_seconds,
                rtscts=self._flow == "rtscts",
                dsrdtr=self._flow == "dsrdtr",
                xonxoff=self._flow == "xonxoff",
                **options,
            )
        except (OSError, ValueError) as error:
            raise NotReached(f"{self._device}: {error}") from error

    def write(self, sent: bytes) -> None:
        """Send all of it and wait until it is out. Raises NotReached when not open, HungUp, AnswerMissing."""
        port = self._opened()
        try:
            for start in range(0, len(sent), _PIECE):
                self._wait_for_room(port)
                port.write(sent[start : start + _PIECE])
                self._wait_until_out(port)
        except OSError as error:
            raise self._failure(error) from error

    def read(self) -> bytes:
        """What has come. Raises AnswerMissing where nothing comes in time, HungUp where the device is gone."""
        port = self._opened()
        try:
            received: bytes = port.read(1)
            if received and port.in_waiting:
                received += port.read(port.in_waiting)
        except (
            OSError,
            TypeError,
        ) as error:  # TypeError: what pyserial says of a port that was closed meanwhile
            raise HungUp(f"{self._device}: {error}") from error
        if not received:
            raise AnswerMissing(f"{self._device} says nothing")
        return received

    def close(self) -> None:
        """Let go. Closing twice is no error."""
        port, self._port = self._port, None
        if port is not None:
            # What a stuck device has not taken must not hold us up. Where write() saw all of it go out nothing is thrown
            # away: a converter or a pseudo terminal may have bytes on their way that no count of ours shows.
            with suppress(
                Exception
            ):  # a device that is gone has no buffer either, and says so in termios' own words
                if port.out_waiting:
                    port.reset_output_buffer()
            port.close()

    def _wait_for_room(self, port: Any) -> None:
        """Pyserial knows this kind of flow control on Windows only; elsewhere the line is looked at here."""
        if self._flow != "dsrdtr" or os.name != "posix":
            return
        self._wait(lambda: bool(port.dsr), lambda: 0)

    def _wait_until_out(self, port: Any) -> None:
        self._wait(lambda: port.out_waiting == 0, lambda: int(port.out_waiting))

    def _wait(self, done: Any, left: Any) -> None:
        """Until it is done; the time limit begins anew whenever what is left grows less. Raises AnswerMissing."""
        pause = threading.Event()
        least, since = left(), time.monotonic()
        while not done():
            now_left = left()
            if now_left < least:
                least, since = now_left, time.monotonic()
            elif time.monotonic() - since > self._timeout_seconds:
                raise AnswerMissing(f"{self._device} takes no more")
            pause.wait(_LOOK_AGAIN_SECONDS)

    def _failure(self, error: OSError) -> AnswerMissing:
        import serial

        stuck = isinstance(error, serial.SerialTimeoutException)
        kind = AnswerMissing if stuck else HungUp
        return kind(f"{self._device}: {error}")

    def _opened(self) -> Any:
        if self._port is None:
            raise NotReached(f"{self._device} is not open")
        return self._port
