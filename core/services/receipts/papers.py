"""Which layout belongs to which kind of paper."""

from collections.abc import Callable, Mapping

from core.domain.print_job import PaperKind, PrintJob
from core.domain.receipt import Receipt
from core.domain.refusals.papers import PaperUnknown
from core.ports.unit_of_work import Work
from core.services.receipts.account_slip import account_slip
from core.services.receipts.cash_slip import cash_slip
from core.services.receipts.debt_ticket import debt_ticket
from core.services.receipts.deposit_slip import deposit_slip
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.order_slip import order_slip
from core.services.receipts.price_slip import price_slip
from core.services.receipts.refund_slip import refund_slip
from core.services.receipts.sale_receipt import sale_receipt
from core.services.receipts.shift_slip import shift_slip
from core.services.receipts.test_page import test_page

# Reads what the job is about and lays it out; raises a refusal where there is nothing to print.
Layout = Callable[[Work, PrintJob, Letterhead], Receipt]

_PAPERS: Mapping[PaperKind, Layout] = {
    PaperKind.SALE_RECEIPT: sale_receipt,
    PaperKind.ORDER_SLIP: order_slip,
    PaperKind.REFUND_SLIP: refund_slip,
    PaperKind.CASH_SLIP: cash_slip,
    PaperKind.DEPOSIT_SLIP: deposit_slip,
    PaperKind.DEBT_TICKET: debt_ticket,
    PaperKind.X_REPORT: shift_slip,
    PaperKind.Z_REPORT: shift_slip,
    PaperKind.ACCOUNT_STATEMENT: account_slip,
    PaperKind.PRICE_SLIP: price_slip,
    PaperKind.TEST_PAGE: test_page,
}


def layout_of(kind: PaperKind) -> Layout:
    """Raises PaperUnknown for one that nobody can lay out."""
    layout = _PAPERS.get(kind)
    if layout is None:
        raise PaperUnknown(kind)
    return layout
