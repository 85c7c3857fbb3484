"""Port printer: ask how it is, send, ask again; one connection a job."""

import logging
import threading
from dataclasses import dataclass

from core.devices.links.link import LinkFailure
from core.devices.links.tcp_link import TcpLink
from core.devices.printers.characters import has_rare_words
from core.devices.printers.encoder import CHINESE_ON, DRAWER, INITIALISE, job
from core.devices.printers.profile import profile_of
from core.devices.printers.raster import raster_job
from core.domain.faults import Fault, PrinterCoverOpen, PrinterOffline, PrinterOutOfPaper
from core.domain.receipt import Pair, Receipt, Text
from core.ports.printer import PrinterStatus

_log = logging.getLogger(__name__)

_ASK = b"\x10\x04"  # DLE EOT n, answered at once whatever is in the buffer
_PRINTER, _OFFLINE_CAUSE, _PAPER = 1, 2, 4
# Every answer to DLE EOT has these bits, so that it cannot be taken for anything else.
_FIXED_MASK, _FIXED = 0b1001_0011, 0b0001_0010
_IS_OFFLINE = 0b0000_1000
_COVER_OPEN, _PAPER_STOP = 0b0000_0100, 0b0010_0000
_PAPER_NEAR_END, _NO_PAPER = 0b0000_1100, 0b0110_0000


@dataclass(frozen=True, slots=True)
class _Condition:
    fault: Fault | None
    near_end: bool = False


class EscposPrinter:
    """A receipt printer on the network. Jobs of several threads go one after the other, each on its own connection."""

    def __init__(
        self,
        host: str,
        port: int = 9100,
        *,
        width: int = 80,
        raster: bool = False,
        timeout_seconds: float = 2.5,
        settle_seconds: float = 0.3,
    ) -> None:
        self._link = TcpLink(host, port, timeout_seconds)
        self._profile = profile_of(width, raster=raster)
        self._settle_seconds = settle_seconds
        self._one_job = threading.Lock()

    def print(self, receipt: Receipt) -> None:
        """Print and cut. Raises PrinterOutOfPaper, PrinterCoverOpen or PrinterOffline.

        A fault before the job leaves the paper white; one that comes up in the middle is told after what was printed.
        """
        words = [each for line in receipt.lines if isinstance(line, Text | Pair) for each in _words_of(line)]
        rare = self._profile.rare_as_picture and any(has_rare_words(each) for each in words)
        encode = raster_job if self._profile.raster or rare else job
        self._send(encode(receipt, self._profile))

    def open_drawer(self) -> None:
        """Kick the cash drawer that hangs on the printer. Raises as `print`."""
        self._send(INITIALISE + CHINESE_ON + DRAWER)

    def status(self) -> PrinterStatus:
        """Ask the printer; never raises."""
        with self._one_job:
            try:
                self._link.open()
                condition = self._condition()
            except LinkFailure:
                condition = _Condition(PrinterOffline())
            finally:
                self._link.close()
        if condition.fault is not None:
            return PrinterStatus(ready=False, fault=condition.fault.code)
        return PrinterStatus(ready=True, paper_near_end=condition.near_end)

    def _send(self, sent: bytes) -> None:
        with self._one_job:
            try:
                self._link.open()
                self._must_be_well()
                self._link.write(sent)
                # The roll may end inside this receipt: the printer knows only once it has drawn the paper.
                self._must_be_well()
                threading.Event().wait(self._settle_seconds)
                self._must_be_well()
            except LinkFailure as failure:
                _log.info("the printer does not answer: %s", failure)
                raise PrinterOffline from failure
            finally:
                self._link.close()

    def _must_be_well(self) -> None:
        fault = self._condition().fault
        if fault is not None:
            raise fault

    def _condition(self) -> _Condition:
        """What the three answers say together; the reason of being offline goes before being offline."""
        printer = self._answer(_PRINTER)
        cause = self._answer(_OFFLINE_CAUSE)
        paper = self._answer(_PAPER)
        if paper & _NO_PAPER or cause & _PAPER_STOP:
            return _Condition(PrinterOutOfPaper())
        if cause & _COVER_OPEN:
            return _Condition(PrinterCoverOpen())
        if printer & _IS_OFFLINE:
            return _Condition(PrinterOffline())
        return _Condition(None, near_end=bool(paper & _PAPER_NEAR_END))

    def _answer(self, about: int) -> int:
        self._link.write(_ASK + bytes([about]))
        answer = self._link.read()[-1]
        if answer & _FIXED_MASK != _FIXED:
            raise LinkFailure(f"{answer:#04x} is no answer to DLE EOT {about}")
        return answer


def _words_of(line: Text | Pair) -> tuple[str, ...]:
    return (line.text,) if isinstance(line, Text) else (line.left, line.right)
