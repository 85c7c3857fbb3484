"""What the cloud hears of a refund."""

from datetime import datetime

from core.domain.refund import Refund
from core.domain.sale import Sale
from core.protocol import from_station


def message_of(
    refund: Refund, sale: Sale, at: datetime, *, gives_all_back: bool
) -> from_station.RefundCompleted:
    """The message for a refund of which the customer has everything."""
    return from_station.RefundCompleted(
        refund_id=refund.id,
        sale_id=refund.sale,
        number=refund.number,
        shift_id=refund.shift,
        completed_at=at,
        lines=[
            from_station.ReturnedLine(
                line_id=part.line,
                quantity=part.quantity,
                volume_ml=sale.line(part.line).volume.millilitres
                if part.quantity and sale.line(part.line).grade
                else None,
                amount_fen=part.amount.fen,
            )
            for part in refund.lines
        ],
        legs=[
            from_station.ReturnedMoney(
                payment_id=leg.id,
                of=leg.of,
                method=leg.paid_by,
                amount_fen=leg.amount.fen,
                provider_ref=leg.provider_ref or None,
            )
            for leg in refund.legs
        ],
        total_fen=refund.total.fen,
        reason=refund.reason,
        gives_all_back=gives_all_back,
        cashier=refund.by,
    )
