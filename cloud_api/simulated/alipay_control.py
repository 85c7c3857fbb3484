"""What a demo or a test does to the simulated Alipay: /control."""

from collections.abc import Callable
from typing import Any

from fastapi import HTTPException

from cloud_api.clock import Clock
from cloud_api.simulated.alipay_books import AlipayBooks
from cloud_api.simulated.alipay_entries import AlipayError
from cloud_api.simulated.alipay_telling import AlipayTelling
from cloud_api.simulated.control import Control, PaidOutside
from cloud_api.simulated.script import Script

_WELL = "REFUND_SUCCESS"


class AlipayControl(Control):
    """Trades paid or refunded by hand."""

    def __init__(
        self,
        books: AlipayBooks,
        clock: Clock,
        telling: AlipayTelling,
        script: Script,
        save: Callable[[], None],
    ) -> None:
        super().__init__(script, save)
        self._books, self._clock, self._telling = books, clock, telling

    def _told(self) -> dict[str, Any]:
        return self._books.ledger() | {"notifications": self._telling.remembered()}

    def _paid(self, paid: PaidOutside) -> dict[str, Any]:
        try:
            trade = self._books.pay(paid.payment_id, self._clock.now(), even_if_closed=paid.even_if_closed)
        except AlipayError as error:
            raise HTTPException(409, error.content["sub_msg"]) from error
        self._save()
        self._telling.paid(trade)
        return {"out_trade_no": trade.out_trade_no, "trade_status": trade.status}

    def _tell_again(self, number: str) -> None:
        self._telling.paid(self._books.trades[number])

    def _refund_ended(self, number: str, status: str) -> dict[str, Any]:
        for refund in self._books.refunds.values():
            if refund.out_request_no == number:
                refund.status = status or _WELL
                if refund.status == _WELL:
                    self._telling.refunded(self._books.trades[refund.out_trade_no], refund)
        self._save()
        return {"ok": True}
