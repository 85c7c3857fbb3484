"""Network cable of a printer: python-escpos carries the bytes, nothing else of it is used."""

import socket
from typing import Any

from core.devices.links.link import AnswerMissing, NotReached


class TcpLink:
    """One connection at a time to a device that listens for raw bytes."""

    def __init__(self, host: str, port: int, timeout_seconds: float = 2.5) -> None:
        self._address = (host, port)
        self._timeout_seconds = timeout_seconds
        self._transport: Any = None

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
        self._transport = transport

    def write(self, sent: bytes) -> None:
        """Send all of it. Raises NotReached when not open, AnswerMissing when the device stops taking bytes."""
        try:
            self._opened()._raw(sent)
        except OSError as error:
            raise AnswerMissing(str(error)) from error

    def read(self) -> bytes:
        """Up to 16 bytes. Raises AnswerMissing where none comes in time."""
        try:
            received: bytes = self._opened()._read()
        except OSError as error:
            raise AnswerMissing(str(error)) from error
        if not received:
            raise AnswerMissing("the device hung up")
        return received

    def close(self) -> None:
        """Let go. Closing twice is no error."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _opened(self) -> Any:
        if self._transport is None:
            raise NotReached("the link is not open")
        return self._transport
