"""Network cable of a printer: a socket that carries bytes."""

import socket
from contextlib import suppress

from core.devices.links.link import AnswerMissing, HungUp, NotReached

_LAST_WORDS_SECONDS = 0.3
_READ_AT_ONCE = 16
# Sent at once. A picture fills a slow printer's memory: each piece has the whole time limit, so that only one that has
# stopped is taken for stuck.
_PIECE = 4_096


class TcpLink:
    """One connection at a time to a device that listens for raw bytes.

    Not the network printer of python-escpos, which carries the spooler's bytes: that is 10 MB and a quarter of a second
    with the first receipt.
    """

    two_way = True

    def __init__(
        self, host: str, port: int, timeout_seconds: float = 2.5, *, answer_seconds: float | None = None
    ) -> None:
        self._address = (host, port)
        self._timeout_seconds = timeout_seconds
        self._answer_seconds = answer_seconds or timeout_seconds
        self._socket: socket.socket | None = None
        self._owes = False  # an answer that was waited for may still come

    def open(self) -> None:
        """Connect afresh. Raises NotReached."""
        self.close()
        host, port = self._address
        try:
            self._socket = socket.create_connection(self._address, timeout=self._timeout_seconds)
        except OSError as error:
            raise NotReached(f"{host}:{port}: {error}") from error
        self._owes = False

    def write(self, sent: bytes) -> None:
        """Send all of it. Raises NotReached when not open, HungUp or AnswerMissing when the device stops taking bytes."""
        line = self._opened()
        try:
            line.settimeout(self._timeout_seconds)
            for start in range(0, len(sent), _PIECE):
                line.sendall(sent[start : start + _PIECE])
        except OSError as error:
            raise _failure(error) from error

    def read(self) -> bytes:
        """Up to 16 bytes. Raises AnswerMissing where none comes in time, HungUp where none will."""
        line = self._opened()
        try:
            line.settimeout(self._answer_seconds)
            received = line.recv(_READ_AT_ONCE)
        except OSError as error:
            self._owes = True
            raise _failure(error) from error
        if not received:
            raise HungUp("the device hung up")
        return received

    def close(self) -> None:
        """Let go, and lose nothing of what was sent. Closing twice is no error."""
        line, self._socket = self._socket, None
        if line is None:
            return
        if self._owes:
            # An answer that comes after all must not meet a closed door: the device would take that for a reset and
            # might forget what it has not printed yet.
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)
                line.settimeout(_LAST_WORDS_SECONDS)
                while line.recv(_READ_AT_ONCE):
                    pass
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise NotReached("the link is not open")
        return self._socket


def _failure(error: OSError) -> AnswerMissing:
    broken = isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError)
    return HungUp(str(error)) if broken else AnswerMissing(str(error))
