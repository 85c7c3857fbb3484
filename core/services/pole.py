"""Show the customer on the pole what is due, and what comes back."""

import threading

from core.domain.ids import SaleId
from core.domain.money import ZERO, total
from core.domain.sale import SaleState
from core.ports.pole_display import PoleAmount, PoleDisplay
from core.ports.unit_of_work import UnitOfWork


class PoleDesk:
    """The two-line display. It never fails a sale, and never waits for the display."""

    def __init__(self, work: UnitOfWork, display: PoleDisplay) -> None:
        self._work = work
        self._display = display
        # What was read first is shown first: two changes of a bill come on two threads.
        self._turn = threading.Lock()

    def show_sale(self, sale: SaleId) -> None:
        """What is due now; nothing more once the sale has ended, as the end is shown on its own."""
        with self._turn:
            with self._work.reading() as work:
                bill = work.sales.get(sale)
            if bill.state is not SaleState.OPEN:
                return
            if bill.lines:
                self._display.show_amount(PoleAmount.TOTAL, bill.due)
            else:
                self._display.clear()

    def show_end(self, sale: SaleId) -> None:
        """What was handed over and the change where there is some, or what was paid."""
        with self._turn:
            with self._work.reading() as work:
                sold = work.sales.get(sale)
            if sold.change > ZERO:
                self._display.show_change(total(leg.tendered or leg.amount for leg in sold.legs), sold.change)
            else:
                self._display.show_amount(PoleAmount.RECEIVED, sold.paid)

    def show(self, upper: str, lower: str = "") -> None:
        """Two lines of one's own."""
        self._display.show(upper, lower)

    def clear(self) -> None:
        """Dark again."""
        self._display.clear()
