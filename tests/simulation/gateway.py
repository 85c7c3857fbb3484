"""The payment gateway: whose money moved is known here, whatever anybody else remembers."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from cloud_api.payments.provider import (
    Notification,
    Order,
    PaidNotification,
    ProviderAnswer,
    ProviderRefused,
    ProviderSilent,
    RefundAnswer,
    RefundStanding,
    Standing,
)
from tests.simulation.chance import Dice
from tests.simulation.cloud import Running
from tests.simulation.history import History
from tests.simulation.loop import TrueClock, VirtualLoop

T = TypeVar("T")
Tell = Callable[[str, bytes], Awaitable[bool]]
_TELLS_AGAIN = (0.2, 15.0, 15.0, 30.0, 180.0, 600.0, 1800.0)


@dataclass(slots=True)
class Account:
    """One payment as the gateway has it."""

    amount_fen: int
    standing: Standing = Standing.OPEN
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def kept_fen(self) -> int:
        """What the payer has paid and not got back."""
        return (self.amount_fen if self.standing is Standing.PAID else 0) - sum(self.refunds.values())


class Gateway:
    """It never forgets and is never in doubt; only its answers may be lost."""

    def __init__(self, loop: VirtualLoop, clock: TrueClock, dice: Dice, history: History) -> None:
        self.loop, self.clock, self.dice, self.history = loop, clock, dice, history
        self.payments: dict[str, Account] = {}
        self.barred: set[str] = set()
        self.tell: Tell

    def pay(self, payment_id: str) -> bool:
        """The payer confirms on the phone; false where there is nothing to pay."""
        account = self.payments.get(payment_id)
        if account is None or account.standing not in (Standing.OPEN, Standing.WAITING):
            return False
        account.standing = Standing.PAID
        self.history.tell("gateway", f"{payment_id} paid")
        _telling = self.loop.create_task(self._notify(payment_id), context=Context())
        return True

    def answer(self, payment_id: str) -> ProviderAnswer:
        account = self.payments.get(payment_id)
        if account is None:
            return ProviderAnswer(Standing.CLOSED if payment_id in self.barred else Standing.ABSENT)
        paid = account.standing is Standing.PAID
        return ProviderAnswer(
            account.standing, account.amount_fen if paid else None, f"wx{payment_id[-8:]}" if paid else None
        )

    async def _notify(self, payment_id: str) -> None:
        told = {"event": f"event-{payment_id}", "payment": payment_id}
        for pause in _TELLS_AGAIN:
            await asyncio.sleep(pause)
            if await self.tell("/v1/callbacks/wechat", json.dumps(told).encode()):
                return


class GatewayDoor:
    """The gateway as one life of the cloud's program speaks to it; a dead one hears nothing any more."""

    name = "wechat"
    seconds_before_reversing = 0.0
    page_lives: timedelta | None = None

    def __init__(self, gateway: Gateway, running: Running) -> None:
        self._gateway, self._running, self._dice = gateway, running, gateway.dice

    async def charge_code(
        self, payment_id: str, amount_fen: int, auth_code: str, description: str, terminal: str
    ) -> ProviderAnswer:
        del auth_code, description, terminal
        await self._arrive()
        gateway = self._gateway
        if payment_id not in gateway.barred and payment_id not in gateway.payments:
            gateway.payments[payment_id] = Account(amount_fen)
            if self._dice.does(0.2):  # the payer types the password first
                gateway.payments[payment_id].standing = Standing.WAITING
                gateway.loop.call_later(self._dice.between(5, 40), gateway.pay, payment_id)
            else:
                gateway.payments[payment_id].standing = Standing.PAID
                gateway.history.tell("gateway", f"{payment_id} charged {amount_fen}")
        return await self._back(gateway.answer(payment_id))

    async def open_page(self, order: Order) -> str:
        await self._arrive()
        if order.payment_id in self._gateway.barred:
            raise ProviderRefused("closed", "this order is closed")
        self._gateway.payments.setdefault(order.payment_id, Account(order.amount_fen))
        return await self._back(f"http://gateway/{order.payment_id}")

    async def open_mini_program(self, order: Order) -> Mapping[str, str]:
        return {"page": await self.open_page(order)}

    async def open_qr(self, order: Order) -> str:
        return await self.open_page(order)

    async def query(self, payment_id: str) -> ProviderAnswer:
        await self._arrive()
        return await self._back(self._gateway.answer(payment_id))

    async def close(self, payment_id: str) -> ProviderAnswer:
        await self._arrive()
        account = self._gateway.payments.get(payment_id)
        if account is not None and account.standing in (Standing.OPEN, Standing.WAITING):
            account.standing = Standing.CLOSED
        return await self._back(self._gateway.answer(payment_id))

    async def reverse(self, payment_id: str) -> ProviderAnswer:
        await self._arrive()
        account = self._gateway.payments.get(payment_id)
        if account is None:
            self._gateway.barred.add(payment_id)
        elif account.standing is Standing.PAID:
            account.refunds["reversed"] = account.kept_fen
            self._gateway.history.tell("gateway", f"{payment_id} reversed")
            return await self._back(ProviderAnswer(Standing.CLOSED))
        else:
            account.standing = Standing.CLOSED
        return await self._back(ProviderAnswer(Standing.CLOSED))

    async def refund(
        self, refund_id: str, payment_id: str, *, amount_fen: int, paid_fen: int, reason: str
    ) -> RefundAnswer:
        del paid_fen, reason
        await self._arrive()
        account = self._gateway.payments.get(payment_id)
        if account is None or account.standing is not Standing.PAID:
            raise ProviderRefused("not_paid", "there is no such payment")
        if refund_id not in account.refunds:
            if amount_fen > account.kept_fen:
                raise ProviderRefused("too_much", "more than there is")
            account.refunds[refund_id] = amount_fen
            self._gateway.history.tell("gateway", f"{payment_id} gives back {amount_fen}")
        return await self._back(RefundAnswer(RefundStanding.REFUNDED, account.refunds[refund_id]))

    async def query_refund(self, refund_id: str, payment_id: str) -> RefundAnswer:
        await self._arrive()
        account = self._gateway.payments.get(payment_id)
        if account is None or refund_id not in account.refunds:
            return await self._back(RefundAnswer(RefundStanding.ABSENT))
        return await self._back(RefundAnswer(RefundStanding.REFUNDED, account.refunds[refund_id]))

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        del headers
        told = json.loads(body)
        answer = self._gateway.answer(told["payment"])
        return PaidNotification(told["event"], told["payment"], answer)

    async def end(self) -> None:
        """Nothing is open."""

    async def _arrive(self) -> None:
        await asyncio.sleep(self._dice.between(0.01, 0.2))
        await self._must_live()
        if self._dice.happens(self._dice.options.gateway_silent / 2):
            raise ProviderSilent

    async def _back(self, answer: T) -> T:
        await asyncio.sleep(self._dice.between(0.01, 0.2))
        await self._must_live()
        if self._dice.happens(self._dice.options.gateway_silent / 2):
            raise ProviderSilent
        return answer

    async def _must_live(self) -> None:
        if self._running.is_dead:
            await self._gateway.loop.create_future()
