"""A printer whose every paper says that it is none, and whose drawer stays shut."""

from core.domain.receipt import Align, QrCode, Receipt, ReceiptLine, Rule, Text
from core.ports.printer import Printer, PrinterStatus
from core.wording.catalogue import in_every_language, mark

MARK = mark("TRAINING")
_NO_RECEIPT = mark("Not a receipt. Nothing was sold.")


class MarkedPrinter:
    """Port Printer over another one."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def print(self, receipt: Receipt) -> None:
        """Print it with the mark at its head and foot, in every language, and without codes that lead anywhere."""
        said = _mark()
        lines = tuple(line for line in receipt.lines if not isinstance(line, QrCode))
        self._printer.print(Receipt((*said, Rule(), *lines, Rule(), *said), open_drawer=False))

    def open_drawer(self) -> None:
        """The drawer holds real money: it stays shut."""

    def status(self) -> PrinterStatus:
        """As the printer is."""
        return self._printer.status()


def _mark() -> list[ReceiptLine]:
    words = in_every_language(MARK).splitlines()
    small = in_every_language(_NO_RECEIPT).splitlines()
    return [
        *(Text(each, Align.CENTRE, bold=True, large=True) for each in words),
        *(Text(each, Align.CENTRE) for each in small),
    ]
