"""A customers' pole display: what stands on it after the bytes it was sent. Shares no code with the driver."""

import threading
from collections.abc import Callable

_COLUMNS = 20


class Pole:
    """A display of kind cd5220, escpos or led8. What it does not understand it keeps in `wrong`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._news = threading.Condition()
        self._waiting = b""
        self._cells: list[bytearray] = [bytearray(b" " * _COLUMNS), bytearray(b" " * _COLUMNS)]
        self._line = self._column = 0
        self.widths = [_COLUMNS, _COLUMNS]
        self.digits = ""
        self.lamp = 0
        self.wrong: list[bytes] = []

    @property
    def lines(self) -> list[str]:
        """Both lines, as a customer reads them."""
        return [bytes(cells).decode("gb18030") for cells in self._cells]

    def wait(self, seen: Callable[[], bool]) -> None:
        """Until that is to be seen. Raises AssertionError after ten seconds."""
        with self._news:
            assert self._news.wait_for(seen, 10), self.lines

    def take(self, received: bytes) -> None:
        """Bytes from the cable, in whatever pieces they come."""
        with self._news:
            self._waiting += received
            while self._waiting and self._one():
                pass
            self._news.notify_all()

    def _one(self) -> bool:  # noqa: PLR0911 - one for each command
        """Obey one command; false where more of it has to come."""
        data = self._waiting
        if data[:1] == b"\x0c":
            self._cells = [bytearray(b" " * _COLUMNS), bytearray(b" " * _COLUMNS)]
            self.digits, self._line, self._column = "", 0, 0
            return self._done(1)
        if data[:2] == b"\x1b@":
            return self._done(2)
        if data[:2] == b"\x1bQ" and len(data) > 2:
            end = data.find(b"\r")
            if end < 0:
                return False
            text = data[3:end]
            if self._kind == "led8":
                self.digits = text.decode()
                self._check(all(byte in b"0123456789.-" for byte in text), text)
            else:
                line = {65: 0, 66: 1}[data[2]]
                self._cells[line][:] = text
                self.widths[line] = len(text)
                self._check(all(byte >= 0x20 for byte in text), text)
            return self._done(end + 1)
        if data[:2] == b"\x1bs" and len(data) > 2:
            self.lamp = data[2] - 48
            return self._done(3)
        if data[:2] == b"\x1f$" and len(data) > 3:
            self._column, self._line = data[2] - 1, data[3] - 1
            return self._done(4)
        if data[:1] in (b"\x1b", b"\x1f") and len(data) < 4:
            return False
        self._check(data[0] >= 0x20 and self._column < _COLUMNS and self._kind == "escpos", data[:8])
        self._cells[self._line][self._column : self._column + 1] = data[:1]
        self._column += 1
        return self._done(1)

    def _done(self, taken: int) -> bool:
        self._waiting = self._waiting[taken:]
        return True

    def _check(self, right: bool, what: bytes) -> None:
        if not right:
            self.wrong.append(what)
