"""How a bill was paid, leg by leg."""

from collections.abc import Iterable, Mapping

from core.domain.ids import AccountId
from core.domain.money import ZERO
from core.domain.payment import Payment, PaymentState, Tender
from core.domain.receipt import Pair, ReceiptLine, Text
from core.wording import formats, names
from core.wording.catalogue import _


def standing(payments: Iterable[Payment]) -> list[Payment]:
    """Those that paid the bill: a leg that was taken back, and the entry that took it back, say nothing to a customer."""
    captured = [payment for payment in payments if payment.state is PaymentState.CAPTURED]
    undone = {payment.reverses for payment in captured if payment.reverses is not None}
    return [each for each in captured if each.reverses is None and each.id not in undone]


def paid_with(payments: Iterable[Payment], accounts: Mapping[AccountId, str]) -> list[ReceiptLine]:
    """Each tender with its amount; cash with what was handed over and what came back. `accounts` are their names."""
    return [line for payment in standing(payments) for line in _leg(payment, accounts)]


def _leg(payment: Payment, accounts: Mapping[AccountId, str]) -> list[ReceiptLine]:
    lines: list[ReceiptLine] = [Pair(names.tender(payment.tender), formats.money(payment.amount))]
    if payment.tender is Tender.CASH and payment.tendered > ZERO:
        lines.append(Pair(_("Received"), formats.money(payment.tendered)))
        lines.append(Pair(_("Change"), formats.money(payment.change)))
    if payment.remaining is not None:
        lines.append(Pair(_("Balance after it"), formats.money(payment.remaining)))
    if payment.provider_ref:
        lines.append(Text("  " + _("Trade no. {number}").format(number=payment.provider_ref)))
    if payment.slip:
        lines.append(Text("  " + _("Slip no. {number}").format(number=payment.slip)))
    who = [accounts.get(payment.account, "")] if payment.account is not None else []
    if said := " ".join(word for word in (*who, payment.plate) if word):
        lines.append(Text(f"  {said}"))
    return lines
