"""How a bill was paid, leg by leg."""

from collections.abc import Iterable

from core.domain.money import ZERO
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.receipt import Pair, ReceiptLine, Text
from core.wording import formats, names
from core.wording.catalogue import _


def paid_with(payments: Iterable[Payment]) -> list[ReceiptLine]:
    """Each tender with its amount; cash with what was handed over and what came back."""
    captured = [payment for payment in payments if payment.state is PaymentState.CAPTURED]
    # A leg that was taken back while the bill was still open, and the entry that took it back, say nothing to a customer.
    undone = {payment.reverses for payment in captured if payment.reverses is not None}
    shown = [each for each in captured if each.reverses is None and each.id not in undone]
    return [line for payment in shown for line in _leg(payment)]


def _leg(payment: Payment) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = [Pair(names.tender(payment.tender), formats.money(payment.amount))]
    if payment.tender is Tender.CASH and payment.tendered > ZERO:
        lines.append(Pair(_("Received"), formats.money(payment.tendered)))
        lines.append(Pair(_("Change"), formats.money(payment.change)))
    if payment.provider_ref:
        lines.append(Text("  " + _("Trade no. {number}").format(number=payment.provider_ref)))
    if payment.slip:
        lines.append(Text("  " + _("Slip no. {number}").format(number=payment.slip)))
    if payment.plate:
        lines.append(Text(f"  {payment.plate}"))
    return lines
