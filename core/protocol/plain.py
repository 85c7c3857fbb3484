"""Bodies of messages that are written while a customer waits: JSON text of a fixed shape, written out by hand.

Whoever reads them checks them as ever (see codec.unwrap); a test holds each of these to its class in from_station.
"""

from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring as _quoted

from core.domain.offer import StepKind
from core.domain.once import Once
from core.domain.payment import Payment
from core.domain.sale import Sale
from core.domain.sale_line import SaleLine
from core.protocol.moments import moment_text


@dataclass(frozen=True, slots=True)
class PlainMessage:
    """A message ready for the outbox; `body` is a JSON object."""

    id: str
    kind: str
    version: int
    at: datetime
    body: str


def sale_completed(sale: Sale, message: str, at: datetime) -> PlainMessage:
    """from_station.SaleCompleted of this sale."""
    if sale.completed_at is None:
        raise ValueError("a completed sale has its moment")
    total = sale.total.fen
    # All that came off: the lines' discounts and the rounding.
    off = sale.gross.fen - total
    lines = lines_told(sale.lines)
    payments = ",".join([_payment(leg) for leg in sale.legs])
    by_hand = sum([step.amount.fen for step in sale.steps if step.kind is StepKind.MANUAL])
    body = (
        f'{{"sale_id":{_quoted(sale.id)},"number":{_quoted(sale.number)},"shift_id":{_quoted(sale.shift)},'
        f'"completed_at":"{moment_text(sale.completed_at)}","lines":[{lines}],"payments":[{payments}],'
        f'"discount_fen":{off},"total_fen":{total},"member_id":{_text(sale.member.id if sale.member else None)},'
        f'"points_use_id":{_text(sale.points.id if sale.points else None)},"cashier":{_quoted(sale.cashier)},'
        f'"coupon_use_id":{_text(sale.coupon.id if sale.coupon else None)},"by_hand_fen":{by_hand}}}'
    )
    return PlainMessage(message, "sale_completed", 1, at, body)


@Once
def lines_told(lines: tuple[SaleLine, ...]) -> str:
    """A bill's lines in the message; the same as long as the bill keeps them, so it may be asked ahead."""
    return ",".join([_line(line) for line in lines])


def _line(line: SaleLine) -> str:
    what = "goods" if line.is_goods else "fuel"
    volume = line.volume.millilitres if line.fill else "null"
    price = line.fuel_price.li if line.fuel_price else "null"
    return (
        f'{{"line_id":{_quoted(line.id)},"what":"{what}","name":{_quoted(line.title)},"grade":{_text(line.grade)},'
        f'"fill_id":{_text(line.fill)},"barcode":null,"quantity":{line.quantity},"volume_ml":{volume},'
        f'"price_li":{price},"gross_fen":{line.gross.fen},"discount_fen":{line.discount.fen}}}'
    )


def _payment(leg: Payment) -> str:
    return (
        f'{{"payment_id":{_quoted(leg.id)},"method":"{str.__str__(leg.tender)}","amount_fen":{leg.amount.fen},'
        f'"provider_ref":{_text(leg.provider_ref or None)}}}'
    )


def _text(value: str | None) -> str:
    return "null" if value is None else _quoted(value)
