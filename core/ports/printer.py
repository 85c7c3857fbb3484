"""Print a receipt, open the drawer, say how you are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.domain.receipt import Receipt


class PrinterState(StrEnum):
    """How a printer is, in one word. NOT_SET and SILENT are no trouble: the one is a choice, the other a cheap printer."""

    NOT_SET = "not_set"  # this station prints nothing
    READY = "ready"
    SILENT = "silent"  # takes jobs and never says how it is
    PAPER_LOW = "paper_low"
    OUT_OF_PAPER = "out_of_paper"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """How the printer is; `fault` is a fault's code or empty.

    `known` is false of a printer that takes jobs and never says how it is: it prints, and its paper is for people to watch.
    `drawer_open` is None where no drawer is watched. `jobs_waiting` counts the papers in its queue.
    """

    ready: bool
    fault: str = ""
    paper_near_end: bool = False
    known: bool = True
    is_set: bool = True
    drawer_open: bool | None = None
    jobs_waiting: int = 0

    @property
    def state(self) -> PrinterState:
        """All of it in one word."""
        if not self.is_set:
            return PrinterState.NOT_SET
        if self.fault:
            return _STATES.get(self.fault, PrinterState.OFFLINE)
        if self.paper_near_end:
            return PrinterState.PAPER_LOW
        return PrinterState.READY if self.known else PrinterState.SILENT


_STATES = {
    "printer_out_of_paper": PrinterState.OUT_OF_PAPER,
    "printer_cover_open": PrinterState.COVER_OPEN,
}


class Printer(Protocol):
    """A receipt printer.

    Raises PrinterOutOfPaper, PrinterCoverOpen, PrinterOffline. Nothing came out then, unless the fault says `begun`.
    """

    def print(self, receipt: Receipt) -> None:
        """Print and cut."""
        ...

    def open_drawer(self) -> None:
        """Kick the cash drawer that hangs on the printer, whether there is paper or not."""
        ...

    def status(self) -> PrinterStatus:
        """Ask the printer; never raises."""
        ...
