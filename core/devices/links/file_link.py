"""A device that the system shows as a file: /dev/usb/lp0, /dev/lp0, LPT1."""

import os
import select
import stat
from contextlib import suppress
from pathlib import Path

from core.devices.links.link import AnswerMissing, HungUp, NotReached

_PIECE = 4_096
_MOST = 64


class FileLink:
    """A device file. Answers come back only through a real device; a plain file or pipe takes bytes and is silent."""

    def __init__(
        self, path: str, timeout_seconds: float = 2.5, *, answer_seconds: float | None = None
    ) -> None:
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._answer_seconds = answer_seconds or timeout_seconds
        self._file: int | None = None
        self.two_way = False

    def open(self) -> None:
        """Take the file. Raises NotReached where it is not there or may not be written."""
        self.close()
        waits_never = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
        try:
            # Never made: a printer whose cable is out must not become a file of its name on the disk.
            mode = Path(self._path).stat().st_mode if os.name == "posix" else 0
            self.two_way = stat.S_ISCHR(mode)
            how = os.O_RDWR if self.two_way else os.O_WRONLY | os.O_APPEND
            self._file = os.open(self._path, how | waits_never)
        except OSError as error:
            raise NotReached(f"{self._path}: {error}") from error

    def write(self, sent: bytes) -> None:
        """Send all of it. Raises NotReached when not open, HungUp, AnswerMissing when the device takes no more."""
        file = self._opened()
        rest = memoryview(sent)
        while rest:
            self._wait([], [file])
            try:
                rest = rest[os.write(file, rest[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise HungUp(f"{self._path}: {error}") from error

    def read(self) -> bytes:
        """What has come. Raises AnswerMissing where nothing does, HungUp where the device is gone."""
        file = self._opened()
        if not self.two_way:
            raise AnswerMissing(f"{self._path} gives no answers")
        self._wait([file], [])
        try:
            received = os.read(file, _MOST)
        except BlockingIOError:
            received = b""
        except OSError as error:
            raise HungUp(f"{self._path}: {error}") from error
        if not received:
            raise AnswerMissing(f"{self._path} says nothing")
        return received

    def close(self) -> None:
        """Let go. Closing twice is no error."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.close(file)

    def _wait(self, readable: list[int], writable: list[int]) -> None:
        if os.name != "posix":  # select knows only sockets there; the write itself waits
            return
        limit = self._answer_seconds if readable else self._timeout_seconds
        if not any(select.select(readable, writable, [], limit)):
            raise AnswerMissing(f"{self._path} {'says nothing' if readable else 'takes no more'}")

    def _opened(self) -> int:
        if self._file is None:
            raise NotReached(f"{self._path} is not open")
        return self._file
