"""What payments ask and tell about an order's money."""

from datetime import datetime
from typing import Literal

from cloud_api.abuse import payers
from cloud_api.database import Work
from cloud_api.orders import repository
from cloud_api.orders.service.moves import Moves
from core.domain.order import OrderState


class OrderMoney:
    """The two calls that payments make, each inside their own transaction."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves

    def captured(  # noqa: PLR0917 - called by payments in this order
        self, work: Work, order_id: str, payment_id: str, amount_fen: int, provider: str, paid_at: datetime
    ) -> Literal["taken", "late"]:
        """Does this money pay the order, or must it go back?"""
        order = repository.order_to_change(work.connection, order_id)
        if order is None:
            return "late"
        if order.payment_id == payment_id:
            return "taken"
        if order.state is not OrderState.PENDING_PAYMENT or amount_fen != order.online_fen:
            return "late"
        self._moves.pay(work, order, payment_id, provider, paid_at, others_to_close=True)
        return "taken"

    def paid_by(self, work: Work, order_id: str, payer: str) -> None:
        """Who has paid, by the provider's own name: what one payer may have of a campaign is counted by a hash of it."""
        order = repository.order(work.connection, order_id)
        if order is not None:
            payers.note(work.connection, payer, order.driver_id, self._moves.now())

    def refunded(self, work: Work, order_id: str, refund_id: str, amount_fen: int) -> None:
        """The money is back with the driver."""
        order = repository.order_to_change(work.connection, order_id)
        # The refund of a late second payment is not the order's own.
        if order is None or order.refund_id != refund_id or order.refund_state != "pending":
            return
        if amount_fen != order.online_refund_fen:
            raise ValueError(
                f"refund {refund_id}: {amount_fen} fen went back instead of {order.online_refund_fen}"
            )
        self._moves.change(work, order, refund_state="refunded")
        self._moves.note(work, order, "refunded")
