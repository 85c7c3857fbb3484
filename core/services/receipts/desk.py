"""Have papers printed, once more, or not after all; open the drawer. What failed to print never harms the sale."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.domain.approval import Leave
from core.domain.events.papers import PrintJobCancelled, PrintJobPosted
from core.domain.events.shifts import DrawerOpened
from core.domain.faults import PrinterNotSet
from core.domain.ids import ApprovalId, OrderId, PrintJobId, RefundId, SaleId, ShiftId, StaffId
from core.domain.payment import PaymentState, Tender
from core.domain.print_job import PaperKind, PrintJob, WaitingPaper
from core.domain.refusals.orders import OrderStateUnfit
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.sales import SaleIsClosed
from core.domain.sale import SaleState
from core.domain.staff import Permission
from core.ports.printer import Printer, PrinterStatus
from core.ports.unit_of_work import UnitOfWork, Work
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.papers import layout_of
from core.services.receipts.queue import PrintQueue

_MOST_SHOWN = 100


class ReceiptDesk:
    """Papers, one queue a printer. A paper that others cause is posted by them: `work.printing.add(kind, subject, by)`."""

    def __init__(
        self,
        work: UnitOfWork,
        printer: Printer,
        station: str,
        address: str,
        *,
        letterhead: Letterhead | None = None,
        has_printer: bool = True,
        is_ours: Callable[[], bool] = lambda: True,
    ) -> None:
        self._work = work
        self._printer = printer
        self._has_printer = has_printer
        self._queue = PrintQueue(work, printer, letterhead or Letterhead(station, address), is_ours)

    @property
    def has_printer(self) -> bool:
        """Whether this station prints at all."""
        return self._has_printer

    def announce(self) -> None:
        """This program's papers come out here, whoever posts them."""
        with self._work() as work:
            work.printing.announce()

    def work_queue(self) -> None:
        """Chore: print what waits, in order, until nothing does. Raises the printer's fault that stops it."""
        if self._has_printer:
            self._queue.work_off()

    def took_over(self) -> None:
        """This program works the queue from now on, after another that may not have lived to see its last paper."""
        self._queue.look_back()

    def print_sale(self, sale: SaleId) -> None:
        """See to it that a completed sale's receipt comes out, if it has not.

        Raises PrinterOutOfPaper, PrinterCoverOpen, PrinterOffline (then it waits and comes by itself), PrinterNotSet,
        SaleIsClosed for a sale that is not completed.
        """
        with self._work() as work:
            sold = work.sales.get(sale)
            if sold.state is not SaleState.COMPLETED:
                raise SaleIsClosed(sale)
            self._see_to_it(work, PaperKind.SALE_RECEIPT, sale, sold.cashier)
        self.work_queue()

    def print_order(self, order: OrderId) -> None:
        """See to it that a completed online order's slip comes out, if it has not. Raises as `print_sale`."""
        with self._work() as work:
            served = work.orders.get(order)
            if served.fill is None:
                raise OrderStateUnfit(order, served.state)
            self._see_to_it(work, PaperKind.ORDER_SLIP, order, served.served_by or StaffId(""))
        self.work_queue()

    def reprint(self, sale: SaleId, by: StaffId, approval: ApprovalId | None = None) -> None:
        """Print a sale's receipt once more, marked as a copy; one that has not come out yet comes out first.

        Raises as `print_sale`, and NotAllowed; where it came out before, ApprovalNeeded and ApprovalNotValid.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            if work.sales.get(sale).state is not SaleState.COMPLETED:
                raise SaleIsClosed(sale)
            self._post(work, PaperKind.SALE_RECEIPT, sale, by, approval)
        self.work_queue()

    def print_paper(
        self, kind: PaperKind, subject: str, by: StaffId, approval: ApprovalId | None = None
    ) -> None:
        """Print any paper that can be laid out, a copy where it came out before. Raises as `reprint`, and PaperUnknown."""
        layout_of(kind)
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            self._post(work, kind, subject, by, approval)
        self.work_queue()

    def print_test_page(self, by: StaffId) -> None:
        """Print a page that shows what the printer can do. Raises as `reprint`."""
        self.print_paper(PaperKind.TEST_PAGE, "", by)

    def waiting(self) -> Sequence[PrintJob]:
        """What is not on paper yet, oldest first."""
        with self._work.reading() as work:
            return work.printing.open_ones(_MOST_SHOWN)

    def waiting_papers(self) -> Sequence[WaitingPaper]:
        """The same with the numbers by which people know them."""
        with self._work.reading() as work:
            return [WaitingPaper(job, _label(work, job)) for job in work.printing.open_ones(_MOST_SHOWN)]

    def cancel(self, job: PrintJobId, by: StaffId) -> None:
        """Take a paper out of the queue. Raises PrintJobNotFound, PrintJobEnded, NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.SELL)
            gone = work.printing.cancelled(work.printing.get(job))
            work.record(PrintJobCancelled(gone.id, gone.kind, gone.subject, ""), actor=by)

    def open_drawer(self, by: StaffId, approval: ApprovalId | None = None) -> None:
        """Open the cash drawer without a sale; that it was done is written down.

        Raises the printer's fault, ApprovalNeeded, ApprovalNotValid.
        """
        self._must_have_printer()
        with self._work() as work:
            leave = work.rights.check(by, Permission.OPEN_DRAWER, approval)
        self._printer.open_drawer()
        with self._work() as work:
            work.record(DrawerOpened(by), actor=by, approver=leave.approver)

    def open_drawer_for(self, sale: SaleId) -> None:
        """Open the drawer where this sale was paid in cash, if it is ours.

        Now or never: a drawer that opens late, or beside another till, invites a thief.
        """
        with self._work.reading() as work:
            sold = work.sales.get(sale)
            here = work.printing.is_here(sold.place)
        in_cash = here and any(
            payment.tender is Tender.CASH and payment.state is PaymentState.CAPTURED
            for payment in sold.payments
        )
        if in_cash and self._has_printer:
            self._printer.open_drawer()

    def open_drawer_for_cash(self) -> None:
        """Open the drawer for cash that goes out now."""
        if self._has_printer:
            self._printer.open_drawer()

    def printer_status(self) -> PrinterStatus:
        """How the printer is, and how much waits for it."""
        with self._work.reading() as work:
            waiting = work.printing.open_count()
        return replace(self._printer.status(), jobs_waiting=waiting)

    def _see_to_it(self, work: Work, kind: PaperKind, subject: str, by: StaffId) -> None:
        if work.receipts.printed(SaleId(subject)) or work.printing.open_for(kind, subject) is not None:
            return
        self._must_have_printer()
        work.printing.add(kind, subject, by)

    def _post(
        self, work: Work, kind: PaperKind, subject: str, by: StaffId, approval: ApprovalId | None
    ) -> None:
        self._must_have_printer()
        if subject and work.printing.open_for(kind, subject) is not None:
            return  # Pressed twice, or the first has not come out yet: one paper is what is wanted.
        again = work.receipts.printed(SaleId(subject)) > 0
        # What has not come out yet is no copy: a printer that failed needs nobody's agreement.
        leave = work.rights.check(by, Permission.REPRINT, approval, subject) if again else Leave(by)
        job = work.printing.add(kind, subject, by)
        if job is not None:
            told = PrintJobPosted(job.id, kind, subject, reprint=again)
            work.record(told, actor=by, approver=leave.approver)

    def _must_have_printer(self) -> None:
        if not self._has_printer:
            raise PrinterNotSet


def _label(work: Work, job: PrintJob) -> str:
    try:
        match job.kind:
            case PaperKind.SALE_RECEIPT:
                return work.sales.get(SaleId(job.subject)).number
            case PaperKind.REFUND_SLIP:
                return work.refunds.get(RefundId(job.subject)).number
            case PaperKind.X_REPORT | PaperKind.Z_REPORT:
                return str(work.shifts.get(ShiftId(job.subject)).number)
            case _:
                return ""
    except Refusal:
        return ""  # What it is about is gone; the queue sets it aside by itself.
