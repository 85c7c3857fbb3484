"""What was taken off a bill, step by step, in words for the customer."""

from core.domain.offer import Step, StepKind
from core.domain.receipt import Pair, ReceiptLine
from core.domain.sale import Sale
from core.wording import formats, offers
from core.wording.catalogue import _, mark

_WORDS = {
    StepKind.MANUAL: mark("Price reduction"),
    StepKind.MEMBER: mark("Member price"),
    StepKind.CAMPAIGN: mark("Campaign"),
    StepKind.COUPON: mark("Coupon"),
    StepKind.POINTS: mark("Points as money"),
    StepKind.ROUNDING: mark("Rounding off"),
}


def taken_off(sale: Sale) -> list[ReceiptLine]:
    """From the sum of the lines to what is due; nothing where nothing came off."""
    if sale.total == sale.gross:
        return []
    lines: list[ReceiptLine] = [Pair(_("Subtotal"), formats.money(sale.gross))]
    explained = [step for step in sale.steps if step.applied]
    lines += [Pair(_named(step), formats.money(-step.amount)) for step in explained]
    if not any(step.kind is not StepKind.ROUNDING for step in explained) and sale.discount:
        lines.append(Pair(_named_discount(sale), formats.money(-sale.discount)))
    if not any(step.kind is StepKind.ROUNDING for step in explained) and sale.rounding:
        lines.append(Pair(_(_WORDS[StepKind.ROUNDING]), formats.money(-sale.rounding)))
    return lines


def _named(step: Step) -> str:
    words = _(_WORDS[step.kind])
    if step.kind is StepKind.ROUNDING or not step.title:
        return words  # a rounding is titled by the code of how far it goes
    return f"{words}  {offers.title(step)}"


def _named_discount(sale: Sale) -> str:
    """A bill of a time in which the steps were not written down."""
    title = sale.coupon.title if sale.coupon is not None else ""
    return f"{_('Discount')}  {title}" if title else _("Discount")
