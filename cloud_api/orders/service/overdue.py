"""What the clock does with orders: ends the overdue, closes attempts to pay, gives money back until it is back."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.orders import repository
from cloud_api.orders.repository import OrderRow, RefundDue
from cloud_api.orders.service.moves import Moves
from core.domain.faults import Fault
from core.domain.order import CancelReason, OrderState

_log = logging.getLogger(__name__)
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=5)
_QUOTES_KEPT = timedelta(days=1)


class OutsideMoney(Protocol):
    """The part of payments that this needs; each call may be made again with the same ids."""

    async def close_order_payments(self, order_id: str) -> None: ...

    async def refund(self, refund_id: str, payment_id: str, amount_fen: int, reason: str) -> object: ...


class OverdueOrders:
    """Chores. All of them find their work in the database, so a restart forgets nothing."""

    def __init__(self, database: Database, clock: Clock, moves: Moves, money: OutsideMoney) -> None:
        self._database = database
        self._clock = clock
        self._moves = moves
        self._money = money
        self._next_try: dict[str, tuple[datetime, timedelta]] = {}

    async def end_overdue(self) -> None:
        """Cancels what was not paid, or not claimed, in time."""
        now = self._clock.now()
        for order_id in await self._database.read(lambda c: repository.unpaid_since(c, now)):
            await self._cancel(order_id, CancelReason.NOT_PAID_IN_TIME, lambda order: _is_unpaid(order, now))
        for order_id in await self._database.read(lambda c: repository.unclaimed_since(c, now)):
            await self._cancel(
                order_id, CancelReason.NOBODY_ACCEPTED, lambda order: _is_unclaimed(order, now)
            )

    async def close_payments(self) -> None:
        """Closes unpaid attempts of orders that need no payment any more."""
        for order_id in await self._database.read(repository.with_payments_to_close):
            await self._try(f"close {order_id}", partial(self._close, order_id))

    async def give_back(self) -> None:
        """Asks for every refund that has not arrived, until it has."""
        waiting = {
            f"refund {due.refund_id}": due for due in await self._database.read(repository.refunds_due)
        }
        for arrived in [
            name for name in self._next_try if name.startswith("refund ") and name not in waiting
        ]:
            del self._next_try[arrived]
        for name, due in waiting.items():
            await self._try(name, partial(self._refund, due))

    async def forget_old_quotes(self) -> None:
        """Quotes nobody took."""
        oldest = self._clock.now() - _QUOTES_KEPT

        def any_older(connection: Connection) -> bool:
            return repository.has_quotes_before(connection, oldest)

        if await self._database.read(any_older):
            await self._database.write(lambda work: repository.remove_quotes_before(work.connection, oldest))

    async def _cancel(
        self, order_id: str, reason: CancelReason, still_overdue: Callable[[OrderRow], bool]
    ) -> None:
        def job(work: Work) -> None:
            order = self._moves.order(work, order_id)
            if still_overdue(order):
                self._moves.cancel(work, order, reason)

        await self._database.write(job)

    async def _close(self, order_id: str) -> None:
        await self._money.close_order_payments(order_id)
        await self._database.write(
            lambda work: repository.change(work.connection, order_id, payments_to_close=False)
        )
        self._next_try.pop(f"close {order_id}", None)

    async def _refund(self, due: RefundDue) -> None:
        await self._money.refund(due.refund_id, due.payment_id, due.amount_fen, "")

    async def _try(self, name: str, attempt: Callable[[], Awaitable[None]]) -> None:
        """Now, or when its waiting time is over, which doubles with each try that was not the last."""
        now = self._clock.now()
        due, wait = self._next_try.get(name, (now, _FIRST_WAIT))
        if now < due:
            return
        self._next_try[name] = (now + wait, min(2 * wait, _LONGEST_WAIT))
        try:
            await attempt()
        except Fault as fault:
            _log.warning("%s failed (%s); trying again in %d s", name, fault.code, wait.total_seconds())


def _is_unpaid(order: OrderRow, now: datetime) -> bool:
    return order.state is OrderState.PENDING_PAYMENT and order.pay_before <= now


def _is_unclaimed(order: OrderRow, now: datetime) -> bool:
    return (
        order.state is OrderState.RESERVED
        and order.claim_id is None
        and order.accept_before is not None
        and order.accept_before <= now
    )
