"""What a demo or a test does to the simulated WeChat Pay: /control."""

from collections.abc import Callable
from typing import Any

from fastapi import HTTPException

from cloud_api.clock import Clock
from cloud_api.simulated.control import Control, PaidOutside
from cloud_api.simulated.script import Script
from cloud_api.simulated.wechat_books import WechatBooks
from cloud_api.simulated.wechat_entries import WechatError
from cloud_api.simulated.wechat_telling import WechatTelling


class WechatControl(Control):
    """Orders paid or refunded by hand."""

    def __init__(
        self,
        books: WechatBooks,
        clock: Clock,
        telling: WechatTelling,
        script: Script,
        save: Callable[[], None],
    ) -> None:
        super().__init__(script, save)
        self._books, self._clock, self._telling = books, clock, telling

    def _told(self) -> dict[str, Any]:
        return self._books.ledger() | {"notifications": self._telling.remembered()}

    def _paid(self, paid: PaidOutside) -> dict[str, Any]:
        try:
            transaction = self._books.pay(
                paid.payment_id, self._clock.now(), even_if_closed=paid.even_if_closed
            )
        except WechatError as error:
            raise HTTPException(409, error.message) from error
        self._save()
        self._telling.paid(transaction)
        return self._books.as_answer(transaction)

    def _tell_again(self, number: str) -> None:
        self._telling.paid(self._books.transactions[number])

    def _refund_ended(self, number: str, status: str) -> dict[str, Any]:
        refund = self._books.finish_refund(number, status or "SUCCESS", self._clock.now())
        self._save()
        self._telling.refunded(refund)
        return self._books.refund_as_answer(refund)
