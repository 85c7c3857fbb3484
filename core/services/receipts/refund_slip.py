"""The slip of a refund: what went back, how, and a line for the customer's name."""

from core.domain.ids import RefundId
from core.domain.payment import Tender
from core.domain.print_job import PrintJob
from core.domain.receipt import Pair, Receipt, ReceiptLine, Rule, Text
from core.domain.refund import Refund, RefundKind, RefundLeg, RefundLine
from core.domain.sale import Sale
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.services.receipts.lines import reckoned, signature, where
from core.wording import formats, names
from core.wording.catalogue import _


def refund_slip(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:
    """Raises RefundNotFound."""
    refund = work.refunds.get(RefundId(job.subject))
    sale = work.sales.get(refund.sale)
    who = work.staff.get(refund.by).name
    title = _("Bill voided") if refund.kind is RefundKind.VOID else _("Refund slip")
    lines = letterhead.head(title, job.copy)
    lines += [
        Pair(_("Refund no."), refund.number),
        Pair(_("Receipt no."), sale.number),
        Pair(_("Date"), formats.moment_to_the_second(refund.at)),
        Pair(_("Cashier"), who),
    ]
    if refund.approver is not None:
        lines.append(Pair(_("Agreed by"), work.staff.get(refund.approver).name))
    lines += [Pair(_("Reason"), names.refund_reason(refund.reason)), Rule()]
    for part in refund.lines:
        lines += _line(sale, part)
    if refund.rounding:
        lines.append(Pair(_("Rounding"), formats.money(refund.rounding)))
    lines.append(Rule())
    lines.append(Pair(_("Given back"), formats.money(-refund.total), bold=True, large=True))
    for leg in refund.legs:
        lines += _leg(leg)
    return Receipt((*lines, *_signature(refund), *letterhead.foot()))


def _line(sale: Sale, part: RefundLine) -> list[ReceiptLine]:
    line = sale.line(part.line)
    amount = formats.money(-part.amount)
    if line.pump is not None and line.grade is not None:
        found: list[ReceiptLine] = [Pair(where(line.pump, line.nozzle, line.grade), amount)]
        if line.prepay is not None:
            found.append(Text("  " + _("Paid before filling")))
        elif part.quantity and line.fuel_price is not None:
            found.append(reckoned(line.volume, line.fuel_price))
        return found
    pieces = f"{line.title} × {part.quantity}" if part.quantity else line.title
    return [Pair(pieces, amount)]


def _leg(leg: RefundLeg) -> list[ReceiptLine]:
    words = names.tender(leg.paid_by)
    if not leg.is_paid:
        words = _("{tender}, on its way").format(tender=words)
    lines: list[ReceiptLine] = [Pair(words, formats.money(-leg.amount))]
    if leg.provider_ref:
        lines.append(Text("  " + _("Trade no. {number}").format(number=leg.provider_ref)))
    if leg.slip:
        lines.append(Text("  " + _("Slip no. {number}").format(number=leg.slip)))
    return lines


def _signature(refund: Refund) -> list[ReceiptLine]:
    cash = [leg for leg in refund.legs if leg.paid_by is Tender.CASH]
    return signature() if cash else []
