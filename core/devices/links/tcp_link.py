"""Network cable of a printer: python-escpos carries the bytes, nothing else of it is used."""

import socket
from contextlib import suppress
from typing import Any

from core.devices.links.link import AnswerMissing, HungUp, NotReached

_LAST_WORDS_SECONDS = 0.3
# Sent at once. A picture fills a slow printer's memory: each piece has the whole time limit, so that only one that has
# stopped is taken for stuck.
_PIECE = 4_096


class TcpLink:
    """One connection at a time to a device that listens for raw bytes."""

    two_way = True

    def __init__(
        self, host: str, port: int, timeout_seconds: float = 2.5, *, answer_seconds: float | None = None
    ) -> None:
        self._address = (host, port)
        self._timeout_seconds = timeout_seconds
        self._answer_seconds = answer_seconds or timeout_seconds
        self._transport: Any = None
        self._owes = False  # an answer that was waited for may still come

    def open(self) -> None:
        """Connect afresh. Raises NotReached."""
        self.close()
        # The first import reads the library's table of printers; a till should not wait for it at its start.
        from escpos.printer.network import Network

        host, port = self._address
        transport = Network(host, port, timeout=self._timeout_seconds)
        try:
            # Connected here and not by Network.open, which drops a socket unclosed where the printer is away.
            transport.device = socket.create_connection(self._address, timeout=self._timeout_seconds)
        except OSError as error:
            raise NotReached(f"{host}:{port}: {error}") from error
        self._transport, self._owes = transport, False

    def write(self, sent: bytes) -> None:
        """Send all of it. Raises NotReached when not open, HungUp or AnswerMissing when the device stops taking bytes."""
        transport = self._opened()
        try:
            transport.device.settimeout(self._timeout_seconds)
            for start in range(0, len(sent), _PIECE):
                transport._raw(sent[start : start + _PIECE])
        except OSError as error:
            raise _failure(error) from error

    def read(self) -> bytes:
        """Up to 16 bytes. Raises AnswerMissing where none comes in time, HungUp where none will."""
        transport = self._opened()
        try:
            transport.device.settimeout(self._answer_seconds)
            received: bytes = transport._read()
        except OSError as error:
            self._owes = True
            raise _failure(error) from error
        if not received:
            raise HungUp("the device hung up")
        return received

    def close(self) -> None:
        """Let go, and lose nothing of what was sent. Closing twice is no error."""
        transport, self._transport = self._transport, None
        if transport is None:
            return
        if self._owes:
            # An answer that comes after all must not meet a closed door: the device would take that for a reset and
            # might forget what it has not printed yet.
            with suppress(OSError):
                transport.device.shutdown(socket.SHUT_WR)
                transport.device.settimeout(_LAST_WORDS_SECONDS)
                while transport._read():
                    pass
        transport.close()

    def _opened(self) -> Any:
        if self._transport is None:
            raise NotReached("the link is not open")
        return self._transport


def _failure(error: OSError) -> AnswerMissing:
    broken = isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError)
    return HungUp(str(error)) if broken else AnswerMissing(str(error))
