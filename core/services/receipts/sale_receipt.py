"""The receipt of a counter sale, in the order in which Chinese receipts have it."""

from core.domain.ids import SaleId
from core.domain.print_job import PrintJob
from core.domain.receipt import Pair, Receipt, ReceiptLine, Rule, Text
from core.domain.refusals.sales import SaleIsClosed
from core.domain.sale import SaleState
from core.domain.sale_line import SaleLine
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.lines import reckoned, signature, where
from core.services.receipts.membership import member_lines
from core.services.receipts.steps import taken_off
from core.services.receipts.tenders import paid_with, standing
from core.wording import formats
from core.wording.catalogue import _


def sale_receipt(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises SaleIsClosed for a sale that is not completed."""
    sale = work.sales.get(SaleId(job.subject))
    if sale.state is not SaleState.COMPLETED or sale.completed_at is None:
        raise SaleIsClosed(sale.id)
    cashier, shift = work.staff.get(sale.cashier).name, work.shifts.get(sale.shift).number
    lines = letterhead.head(_("Sale receipt"), job.copy)
    lines += [
        Pair(_("Receipt no."), sale.number),
        Pair(_("Date"), formats.moment_to_the_second(sale.completed_at)),
        Pair(_("Cashier"), _("{name}, shift {shift}").format(name=cashier, shift=shift)),
        Rule(),
    ]
    for line in sale.lines:
        lines += line_of(line)
    lines.append(Rule())
    lines += taken_off(sale)
    lines.append(Pair(_("Due"), formats.money(sale.total), bold=True, large=True))
    owing = {each.account for each in standing(sale.payments) if each.account is not None}
    lines += paid_with(sale.payments, {account: work.accounts.get(account).name for account in owing})
    lines += member_lines(work, sale)
    if owing:
        lines += signature()  # whoever takes on account signs for it
    lines += letterhead.invoice(sale)
    return Receipt((*lines, *letterhead.foot()))


def line_of(line: SaleLine) -> list[ReceiptLine]:
    """One line of the bill, fuel with its nozzle, grade and litres times price, goods with their pieces."""
    if line.pump is not None and line.grade is not None:
        title = where(line.pump, line.nozzle, line.grade)
        detail = (
            reckoned(line.volume, line.fuel_price)
            if line.fuel_price is not None and line.volume
            else Text(
                "  " + (_("Filled beyond what was paid before") if line.overrun else _("Paid before filling"))
            )
        )
        return [Pair(title, formats.money(line.gross)), detail]
    pieces = f"  {line.quantity} × {formats.money(line.piece_price)}"
    if line.listed_price is not None and line.listed_price != line.piece_price:
        pieces += "  " + _("listed at {price}").format(price=formats.money(line.listed_price))
    return [Pair(line.title, formats.money(line.gross)), Text(pieces)]
