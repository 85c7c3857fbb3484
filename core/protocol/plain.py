"""Bodies of messages that are written while a customer waits: plain JSON of a fixed shape.

Whoever reads them checks them as ever (see codec.unwrap); a test holds each of these to its class in from_station.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.sale import Sale
from core.protocol.moments import moment_text


@dataclass(frozen=True, slots=True)
class PlainMessage:
    """A message ready for the outbox."""

    id: str
    kind: str
    version: int
    at: datetime
    body: dict[str, Any]


def sale_completed(sale: Sale, message: str, at: datetime) -> PlainMessage:
    """from_station.SaleCompleted of this sale."""
    if sale.completed_at is None:
        raise ValueError("a completed sale has its moment")
    total = sale.total.fen
    body = {
        "sale_id": sale.id,
        "number": sale.number,
        "shift_id": sale.shift,
        "completed_at": moment_text(sale.completed_at),
        "lines": [
            {
                "line_id": line.id,
                "what": "goods" if line.is_goods else "fuel",
                "name": line.title,
                "grade": line.grade,
                "fill_id": line.fill,
                "barcode": None,
                "quantity": line.quantity,
                "volume_ml": line.volume.millilitres if line.fill else None,
                "price_li": line.fuel_price.li if line.fuel_price else None,
                "gross_fen": line.gross.fen,
                "discount_fen": line.discount.fen,
            }
            for line in sale.lines
        ],
        "payments": [
            {
                "payment_id": leg.id,
                "method": leg.tender.value,
                "amount_fen": leg.amount.fen,
                "provider_ref": leg.provider_ref or None,
            }
            for leg in sale.legs
        ],
        # All that came off: the lines' discounts and the rounding.
        "discount_fen": sale.gross.fen - total,
        "total_fen": total,
        "member_id": sale.member.id if sale.member else None,
        "points_use_id": sale.points.id if sale.points else None,
    }
    return PlainMessage(message, "sale_completed", 1, at, body)
