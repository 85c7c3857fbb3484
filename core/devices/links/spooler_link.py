"""A printer of Windows: python-escpos hands the bytes to the print spooler, which answers nothing."""

import sys
from typing import Any

from core.devices.links.link import AnswerMissing, NotReached


class SpoolerLink:
    """A Windows printer by its name. What was handed over counts as printed: Windows keeps it through paper and power."""

    two_way = False

    def __init__(self, printer: str) -> None:
        self._printer = printer
        self._transport: Any = None

    def open(self) -> None:
        """See that Windows has this printer. Raises NotReached."""
        self.close()
        if sys.platform != "win32":
            raise NotReached(f"{self._printer}: there is a print spooler on Windows only")
        from escpos.printer.win32raw import Win32Raw

        if not Win32Raw.is_usable():
            raise NotReached(f"{self._printer}: pywin32 is not installed")
        transport = Win32Raw(self._printer)
        if self._printer not in transport.printers:
            raise NotReached(f"{self._printer}: Windows has no printer of this name")
        self._transport = transport

    def write(self, sent: bytes) -> None:
        """Hand it over as one document. Raises NotReached when not open, AnswerMissing where the spooler fails."""
        if self._transport is None:
            raise NotReached(f"{self._printer} is not open")
        try:
            self._transport.open()
            try:
                self._transport._raw(sent)
            finally:
                self._transport.close()
        except Exception as error:
            # pywin32 has its own error class, which cannot be named where pywin32 is not installed.
            raise AnswerMissing(f"{self._printer}: {error}") from error

    def read(self) -> bytes:
        """Raises AnswerMissing: the spooler answers nothing."""
        raise AnswerMissing(f"{self._printer} gives no answers")

    def close(self) -> None:
        """Let go. Closing twice is no error."""
        self._transport = None
