"""One printer's queue: one paper at a time, in order; what becomes of each is written down before and after."""

import logging
import threading
from collections.abc import Callable

from core.domain.events.papers import PrintJobCancelled, ReceiptNotPrinted, ReceiptPrinted
from core.domain.faults import PrinterFault, PrintingInterrupted
from core.domain.ids import PrintJobId, SaleId
from core.domain.print_job import PrintJob, PrintState
from core.domain.receipt import Receipt
from core.domain.refusals.papers import PaperUnknown
from core.domain.refusals.refusal import Refusal
from core.ports.printer import Printer
from core.ports.unit_of_work import UnitOfWork
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.papers import layout_of

_log = logging.getLogger(__name__)

# So often may a paper break off in the middle before it is set aside: a printer that chokes on one must not eat the roll.
_MOST_SPOILED = 3


class PrintQueue:
    """Brings waiting jobs to the printer, with no transaction open while it prints.

    A job is marked `printing` before its first byte goes out. Found so later, nobody knows whether it came out: it is
    printed again, as a copy. One that certainly did not come out is no copy.
    """

    def __init__(
        self, work: UnitOfWork, printer: Printer, letterhead: Letterhead, is_ours: Callable[[], bool]
    ) -> None:
        self._work = work
        self._printer = printer
        self._letterhead = letterhead
        self._is_ours = is_ours
        self._one_at_a_time = threading.Lock()
        self._looked_back = False
        self._held_up_by: PrinterFault | None = None
        self._spoiled: dict[PrintJobId, int] = {}

    def look_back(self) -> None:
        """Before the next paper, take up what went to the printer and was not heard of again."""
        self._looked_back = False

    def work_off(self) -> None:
        """Print until nothing waits; nothing happens while another program works this queue. Raises PrinterFault."""
        if not self._is_ours():
            return
        with self._one_at_a_time:
            if not self._looked_back:
                self._take_up_the_interrupted()
                self._looked_back = True
            while self._is_ours() and self._print_next():
                pass

    def _print_next(self) -> bool:
        with self._work.reading() as work:
            waiting = work.printing.next()
        if waiting is None:
            return False
        if self._held_up_by is not None:
            self._must_be_well_again(waiting)
        job = self._begun(waiting.id)
        if job is None:
            return True  # Cancelled just now; there may be another.
        # From here on the job is under way: should this end without an outcome, it is looked for the next time.
        self._looked_back = False
        receipt = self._laid_out(job)
        if receipt is not None:
            self._print(job, receipt)
        self._looked_back = True
        return True

    def _begun(self, job_id: PrintJobId) -> PrintJob | None:
        with self._work() as work:
            job = work.printing.get(job_id)
            if job.state is not PrintState.WAITING:
                return None
            copy = job.copy or (work.receipts.count(SaleId(job.subject)) if job.counted else 1)
            begun = job.begun(copy)
            work.printing.save(begun)
            return begun

    def _laid_out(self, job: PrintJob) -> Receipt | None:
        try:
            layout = layout_of(job.kind)
            with self._work.reading() as work:
                return layout(work, job, self._letterhead)
        except Refusal as refusal:
            self._set_aside(job, refusal.code)
        except Exception:  # noqa: BLE001 - see below
            # A mistake of ours in one paper must not keep all others from coming out.
            _log.exception("job %s (%s %s) cannot be laid out", job.id, job.kind, job.subject)
            self._set_aside(job, PaperUnknown(job.kind).code)
        return None

    def _print(self, job: PrintJob, receipt: Receipt) -> None:
        try:
            self._printer.print(receipt)
        except PrinterFault as fault:
            self._held_up(job, fault)
            raise
        except Exception:  # noqa: BLE001 - as above
            _log.exception("job %s (%s %s) cannot be printed", job.id, job.kind, job.subject)
            self._set_aside(job, PaperUnknown(job.kind).code)
            return
        self._held_up_by = None
        self._spoiled.pop(job.id, None)
        with self._work() as work:
            work.printing.ended(job)
            work.record(ReceiptPrinted(job.subject, job.copy), actor=job.posted_by)

    def _held_up(self, job: PrintJob, fault: PrinterFault) -> None:
        spoiled = self._spoiled.get(job.id, 0) + fault.begun
        if spoiled:
            self._spoiled[job.id] = spoiled
        if spoiled >= _MOST_SPOILED:
            _log.warning("job %s broke off %d times and is set aside: %s", job.id, spoiled, fault.code)
            self._set_aside(job, fault.code)
        else:
            with self._work() as work:
                work.printing.save(job.held_up(fault.code, nothing_came_out=not fault.begun))
                if job.fault != fault.code:
                    work.record(ReceiptNotPrinted(job.subject, fault.code))
        self._held_up_by = fault
        self._looked_back = True

    def _must_be_well_again(self, waiting: PrintJob) -> None:
        """Asked first where it failed before: a paper that would fail again costs two commits. Raises PrinterFault."""
        status = self._printer.status()
        if status.ready:
            self._held_up_by = None
            return
        fault = next((each for each in PrinterFault.kinds() if each().code == status.fault), PrinterFault)()
        if waiting.fault != fault.code:
            with self._work() as work:
                job = work.printing.get(waiting.id)
                if job.state is PrintState.WAITING:
                    work.printing.save(job.noted(fault.code))
                    work.record(ReceiptNotPrinted(job.subject, fault.code))
        self._held_up_by = fault
        raise fault

    def _set_aside(self, job: PrintJob, fault: str) -> None:
        self._spoiled.pop(job.id, None)
        with self._work() as work:
            gone = work.printing.cancelled(job, fault)
            work.record(PrintJobCancelled(gone.id, gone.kind, gone.subject, fault))
            work.record(ReceiptNotPrinted(gone.subject, fault))

    def _take_up_the_interrupted(self) -> None:
        with self._work.reading() as work:
            if not work.printing.under_way():
                return
        with self._work() as work:
            for job in work.printing.under_way():
                fault = PrintingInterrupted().code
                work.printing.save(job.held_up(fault, nothing_came_out=False))
                work.record(ReceiptNotPrinted(job.subject, fault))
