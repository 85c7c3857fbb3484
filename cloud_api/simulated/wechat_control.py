"""What a demo or a test does to the simulated WeChat Pay: /control."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from cloud_api.clock import Clock
from cloud_api.simulated.process import about
from cloud_api.simulated.script import Script, Wish
from cloud_api.simulated.wechat_books import WechatBooks
from cloud_api.simulated.wechat_entries import WechatError
from cloud_api.simulated.wechat_telling import WechatTelling


class PaidOutside(BaseModel):
    """POST /control/pay: the payer confirms an order without the page (mini program, QR), or too late."""

    payment_id: str
    even_if_closed: bool = False


class RefundEnd(BaseModel):
    """POST /control/refunds/{refund_id}: how a delayed refund ends."""

    status: str = "SUCCESS"


class WechatControl:
    """The truth of the books, and a hand in what happens next."""

    def __init__(
        self,
        books: WechatBooks,
        clock: Clock,
        telling: WechatTelling,
        script: Script,
        save: Callable[[], None],
    ) -> None:
        self._books, self._clock, self._telling, self._script, self._save = (
            books,
            clock,
            telling,
            script,
            save,
        )

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route("/control/ledger", self._ledger, methods=["GET"])
        app.add_api_route("/control/next", self._wish, methods=["POST"])
        app.add_api_route("/control/clear", self._clear, methods=["POST"])
        app.add_api_route("/control/pay", self._pay_outside, methods=["POST"])
        app.add_api_route("/control/notify/{number}", self._notify_again, methods=["POST"])
        app.add_api_route("/control/refunds/{number}", self._end_refund, methods=["POST"])

    async def _ledger(self, payment_id: str = "") -> dict[str, Any]:
        return about(self._books.ledger() | {"notifications": self._telling.remembered()}, payment_id)

    async def _wish(self, wish: Wish) -> dict[str, bool]:
        self._script.add(wish)
        return {"ok": True}

    async def _clear(self) -> dict[str, bool]:
        self._script.clear()
        return {"ok": True}

    async def _pay_outside(self, paid: PaidOutside) -> dict[str, Any]:
        try:
            transaction = self._books.pay(
                paid.payment_id, self._clock.now(), even_if_closed=paid.even_if_closed
            )
        except WechatError as error:
            raise HTTPException(409, error.message) from error
        self._save()
        self._telling.paid(transaction)
        return self._books.as_answer(transaction)

    async def _notify_again(self, number: str) -> dict[str, bool]:
        """Tells the merchant once more of a payment, as a new notification."""
        self._telling.paid(self._books.transactions[number])
        return {"ok": True}

    async def _end_refund(self, number: str, end: RefundEnd) -> dict[str, Any]:
        refund = self._books.finish_refund(number, end.status, self._clock.now())
        self._save()
        self._telling.refunded(refund)
        return self._books.refund_as_answer(refund)
