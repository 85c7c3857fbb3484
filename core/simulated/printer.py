"""A printer that keeps every receipt."""

from core.domain.faults import Fault
from core.domain.receipt import Receipt
from core.ports.printer import PrinterStatus


class MemoryPrinter:
    """Implements core.ports.printer.Printer. `fault` is raised until it is None again."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.drawer_openings = 0
        self.fault: Fault | None = None

    def print(self, receipt: Receipt) -> None:
        """Keep it."""
        if self.fault is not None:
            raise self.fault
        self.receipts.append(receipt)
        self.drawer_openings += receipt.open_drawer

    def open_drawer(self) -> None:
        """Count it."""
        if self.fault is not None:
            raise self.fault
        self.drawer_openings += 1

    def status(self) -> PrinterStatus:
        """Ready unless there is a fault."""
        return PrinterStatus(ready=self.fault is None, fault=self.fault.code if self.fault else "")
