"""Print a receipt, open the drawer, say how you are."""

from dataclasses import dataclass
from typing import Protocol

from core.domain.receipt import Receipt


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """How the printer is; `fault` is a fault's code or empty.

    `known` is false of a printer that takes jobs and never says how it is: it prints, and its paper is for people to watch.
    """

    ready: bool
    fault: str = ""
    paper_near_end: bool = False
    known: bool = True


class Printer(Protocol):
    """A receipt printer. Raises PrinterOutOfPaper, PrinterCoverOpen, PrinterOffline; then nothing came out."""

    def print(self, receipt: Receipt) -> None:
        """Print and cut."""
        ...

    def open_drawer(self) -> None:
        """Kick the cash drawer that hangs on the printer."""
        ...

    def status(self) -> PrinterStatus:
        """Ask the printer; never raises."""
        ...
