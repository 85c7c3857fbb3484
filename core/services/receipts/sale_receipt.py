"""The receipt of a counter sale, in the order in which Chinese receipts have it."""

from core.domain.ids import SaleId
from core.domain.money import ZERO
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.print_job import PrintJob
from core.domain.receipt import Pair, Receipt, ReceiptLine, Rule, Text
from core.domain.refusals import SaleIsClosed
from core.domain.sale import Sale, SaleLine, SaleState
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.lines import reckoned, where
from core.wording import formats, names
from core.wording.catalogue import _


def sale_receipt(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises SaleIsClosed for a sale that is not completed."""
    sale = work.sales.get(SaleId(job.subject))
    if sale.state is not SaleState.COMPLETED or sale.completed_at is None:
        raise SaleIsClosed(sale.id)
    cashier, shift = work.staff.get(sale.cashier).name, work.shifts.get(sale.shift).number
    lines = letterhead.head(_("Receipt"), job.copy)
    lines += [
        Pair(_("Receipt no."), sale.number),
        Pair(_("Date"), formats.moment_to_the_second(sale.completed_at)),
        Pair(_("Cashier"), _("{name}, shift {shift}").format(name=cashier, shift=shift)),
        Rule(),
    ]
    for line in sale.lines:
        lines += _line(line)
    lines.append(Rule())
    lines += _taken_off(sale)
    lines.append(Pair(_("Due"), formats.money(sale.total), bold=True, large=True))
    for payment in sale.payments:
        if payment.state is PaymentState.CAPTURED:
            lines += _payment(payment)
    lines += letterhead.invoice(sale)
    return Receipt((*lines, *letterhead.foot()))


def _line(line: SaleLine) -> list[ReceiptLine]:
    if line.pump is not None and line.fuel_price is not None and line.grade is not None:
        title = where(line.pump, line.nozzle, line.grade)
        return [Pair(title, formats.money(line.gross)), reckoned(line.volume, line.fuel_price)]
    detail = f"  {line.quantity} × {formats.money(line.piece_price)}"
    return [Pair(line.title, formats.money(line.gross)), Text(detail)]


def _taken_off(sale: Sale) -> list[ReceiptLine]:
    if sale.total == sale.gross:
        return []
    lines: list[ReceiptLine] = [Pair(_("Subtotal"), formats.money(sale.gross))]
    if sale.discount:
        lines.append(Pair(_("Discount"), formats.money(-sale.discount)))
        if sale.coupon and sale.coupon.title:
            lines.append(Text(f"  {sale.coupon.title}"))
    return lines


def _payment(payment: Payment) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = [Pair(names.tender(payment.tender), formats.money(payment.amount))]
    if payment.tender is Tender.CASH and payment.tendered > ZERO:
        lines.append(Pair(_("Received"), formats.money(payment.tendered)))
        lines.append(Pair(_("Change"), formats.money(payment.change)))
    if payment.provider_ref:
        lines.append(Text("  " + _("Trade no. {number}").format(number=payment.provider_ref)))
    return lines
