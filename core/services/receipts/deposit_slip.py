"""The slip of what a customer left behind of a prepay: with it, or with its number, the money is asked for later."""

from core.domain.ids import PrepayId
from core.domain.print_job import PrintJob
from core.domain.receipt import Gap, Pair, Receipt, ReceiptLine, Rule, Text
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.lines import where
from core.wording import formats
from core.wording.catalogue import _


def deposit_slip(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises PrepayNotFound."""
    prepay = work.prepays.get(PrepayId(job.subject))
    sale = work.sales.get(prepay.sale)
    lines: list[ReceiptLine] = letterhead.head(_("Deposit slip"), job.copy)
    lines += [
        Pair(_("Prepay no."), prepay.number),
        Pair(_("Receipt no."), sale.number),
        Pair(_("Date"), formats.moment_to_the_second(job.posted_at)),
        Pair(_("Cashier"), work.staff.get(job.posted_by).name),
    ]
    if prepay.plate:
        lines.append(Pair(_("Plate"), prepay.plate))
    left = prepay.amount - prepay.kept
    lines += [
        Rule(),
        Text(where(prepay.pump, prepay.nozzle, prepay.grade)),
        Pair(_("Paid beforehand"), formats.money(prepay.amount)),
        Pair(_("Filled"), f"{formats.litres(prepay.volume)}  {formats.money(prepay.kept)}"),
        Pair(_("Kept for you"), formats.money(left), bold=True, large=True),
        Gap(1),
        Text(_("Bring this slip or tell its number to get it back, on any day.")),
        Text(_("Signature") + " ________________"),
    ]
    return Receipt((*lines, *letterhead.foot()))
