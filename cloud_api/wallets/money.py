"""What payments tell about money: first asked whether it is a wallet's, then handed on to the orders."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from cloud_api.database import Work
from cloud_api.wallets.refunds import BalanceRefunds
from cloud_api.wallets.top_ups import TopUps

Captured = Callable[[Work, str, str, int, str, datetime], Literal["taken", "late"]]
Refunded = Callable[[Work, str, str, int], None]


class WalletMoney:
    """Stands before the orders: a payment's order may be a top-up, and a refund may be one of a balance."""

    def __init__(
        self, top_ups: TopUps, refunds: BalanceRefunds, captured: Captured, refunded: Refunded
    ) -> None:
        self._top_ups, self._refunds = top_ups, refunds
        self._captured, self._refunded = captured, refunded

    def captured(  # noqa: PLR0917 - called by payments in this order
        self, work: Work, order_id: str, payment_id: str, amount_fen: int, provider: str, paid_at: datetime
    ) -> Literal["taken", "late"]:
        """Does this money pay what it was paid for, or must it go back?"""
        answer = self._top_ups.captured(work, order_id, payment_id, amount_fen, provider, paid_at)
        return (
            self._captured(work, order_id, payment_id, amount_fen, provider, paid_at)
            if answer is None
            else answer
        )

    def refunded(self, work: Work, order_id: str, refund_id: str, amount_fen: int) -> None:
        """The money is back with whoever paid it."""
        if not self._refunds.refunded(work, refund_id):
            self._refunded(work, order_id, refund_id, amount_fen)
