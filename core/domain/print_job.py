"""PrintJob: a paper that is to come out, from the moment that caused it until it lies there."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.ids import PrintJobId, StaffId
from core.domain.refusals.papers import PrintJobEnded


class PaperKind(StrEnum):
    """What is on the paper; each has its layout in core.services.receipts."""

    SALE_RECEIPT = "sale_receipt"
    ORDER_SLIP = "order_slip"
    REFUND_SLIP = "refund_slip"
    CASH_SLIP = "cash_slip"
    DEPOSIT_SLIP = "deposit_slip"
    DEBT_TICKET = "debt_ticket"
    X_REPORT = "x_report"
    Z_REPORT = "z_report"
    ACCOUNT_STATEMENT = "account_statement"
    PRICE_SLIP = "price_slip"
    TEST_PAGE = "test_page"


# Of these there is one original, and whatever comes after it says that it is a copy.
COUNTED = frozenset(
    {
        PaperKind.SALE_RECEIPT,
        PaperKind.ORDER_SLIP,
        PaperKind.REFUND_SLIP,
        PaperKind.CASH_SLIP,
        PaperKind.DEPOSIT_SLIP,
        PaperKind.DEBT_TICKET,
        PaperKind.Z_REPORT,
    }
)


class PrintState(StrEnum):
    """waiting -> printing -> printed; back to waiting when the printer failed; waiting -> cancelled."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    CANCELLED = "cancelled"


OPEN_PRINT_STATES = (PrintState.WAITING, PrintState.PRINTING)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One paper for one printer's queue.

    `copy` is 1 for the original, 2 for the first copy, and 0 until it is certain which of them this is: that is decided
    when the job goes to the printer, and again when nobody knows whether it came out.
    """

    id: PrintJobId
    printer: str  # whose queue; a printer's name outlives the program that posted the job
    kind: PaperKind
    subject: str  # the id of the sale, order, refund, prepay or shift; see statement_subject
    posted_at: datetime
    posted_by: StaffId
    copy: int = 0
    state: PrintState = PrintState.WAITING
    fault: str = ""  # code of what kept it from coming out the last time
    tries: int = 0
    ended_at: datetime | None = None

    @property
    def counted(self) -> bool:
        """Whether copies of this paper are numbered."""
        return self.kind in COUNTED

    def begun(self, copy: int) -> "PrintJob":
        """On its way to the printer as this copy."""
        self._must_be(PrintState.WAITING)
        return replace(self, state=PrintState.PRINTING, copy=copy, tries=self.tries + 1)

    def printed(self, at: datetime) -> "PrintJob":
        """It came out."""
        self._must_be(PrintState.PRINTING)
        return replace(self, state=PrintState.PRINTED, fault="", ended_at=at)

    def held_up(self, fault: str, *, nothing_came_out: bool) -> "PrintJob":
        """It waits on. What may have come out already is a copy the next time."""
        self._must_be(PrintState.PRINTING)
        copy = self.copy if nothing_came_out else 0
        return replace(self, state=PrintState.WAITING, fault=fault, copy=copy)

    def noted(self, fault: str) -> "PrintJob":
        """It waits, and this is why."""
        self._must_be(PrintState.WAITING)
        return replace(self, fault=fault)

    def cancelled(self, at: datetime, fault: str = "") -> "PrintJob":
        """It is not wanted any more, or cannot be laid out. Raises PrintJobEnded for one that is under way or done."""
        if self.state is not PrintState.WAITING and not (fault and self.state is PrintState.PRINTING):
            raise PrintJobEnded(self.id, self.state)
        return replace(self, state=PrintState.CANCELLED, ended_at=at, fault=fault or self.fault)

    def _must_be(self, state: PrintState) -> None:
        if self.state is not state:
            raise PrintJobEnded(self.id, self.state)


@dataclass(frozen=True, slots=True)
class WaitingPaper:
    """A paper that is not out yet, and the number by which people know what it is about; empty where it has none."""

    job: PrintJob
    label: str = ""
