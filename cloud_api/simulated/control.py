"""What a demo or a test does to a simulated provider, whichever it is: /control."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from cloud_api.simulated.process import about
from cloud_api.simulated.script import Script, Wish


class PaidOutside(BaseModel):
    """POST /control/pay: the payer confirms without the page (mini program, QR), or too late."""

    payment_id: str
    even_if_closed: bool = False


class RefundEnd(BaseModel):
    """POST /control/refunds/{refund_id}: how a delayed refund ends, in the provider's word; empty is well."""

    status: str = ""


class Control(ABC):
    """The truth of the books, and a hand in what happens next."""

    def __init__(self, script: Script, save: Callable[[], None]) -> None:
        self._script, self._save = script, save

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route("/control/ledger", self._ledger, methods=["GET"])
        app.add_api_route("/control/next", self._wish, methods=["POST"])
        app.add_api_route("/control/clear", self._clear, methods=["POST"])
        app.add_api_route("/control/pay", self._pay_outside, methods=["POST"])
        app.add_api_route("/control/notify/{number}", self._notify_again, methods=["POST"])
        app.add_api_route("/control/refunds/{number}", self._end_refund, methods=["POST"])

    async def _ledger(self, payment_id: str = "") -> dict[str, Any]:
        return about(self._told(), payment_id)

    async def _wish(self, wish: Wish) -> dict[str, bool]:
        self._script.add(wish)
        return {"ok": True}

    async def _clear(self) -> dict[str, bool]:
        self._script.clear()
        return {"ok": True}

    async def _pay_outside(self, paid: PaidOutside) -> dict[str, Any]:
        return self._paid(paid)

    async def _notify_again(self, number: str) -> dict[str, bool]:
        """Tells the merchant once more of a payment, as a new notification."""
        self._tell_again(number)
        return {"ok": True}

    async def _end_refund(self, number: str, end: RefundEnd) -> dict[str, Any]:
        return self._refund_ended(number, end.status)

    @abstractmethod
    def _told(self) -> dict[str, Any]:
        """The books, and what the merchant was told."""

    @abstractmethod
    def _paid(self, paid: PaidOutside) -> dict[str, Any]:
        """The payer has confirmed."""

    @abstractmethod
    def _tell_again(self, number: str) -> None:
        """Of this payment."""

    @abstractmethod
    def _refund_ended(self, number: str, status: str) -> dict[str, Any]:
        """Of this refund."""
