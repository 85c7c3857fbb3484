"""Giving money back: written down and set aside first, asked of the provider under one number until it is clear."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from sqlalchemy import Connection

from cloud_api.database import Work
from cloud_api.payments import repository
from cloud_api.payments.ledger import Ledger, found
from cloud_api.payments.provider import ProviderSilent, RefundAnswer, RefundStanding
from cloud_api.payments.repository import PENDING, PaymentRow, RefundRow
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.payments import PaymentIsFinal, PaymentNotFound
from core.domain.refusals.refunds import RefundTooLarge

_log = logging.getLogger(__name__)


class Refunding:
    """Refunds that somebody wants, and those of money that came too late."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._tasks: set[asyncio.Task[Any]] = set()
        self._in_work: dict[str, asyncio.Task[RefundRow]] = {}

    async def close(self) -> None:
        """What was under way in the background stays pending and is taken up by the next settling."""
        under_way = [*self._tasks, *self._in_work.values()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def refund(
        self, refund_id: str, payment_id: str, amount_fen: int, reason: str, wanted_by: str
    ) -> RefundRow:
        """Gives back part or all of a payment, once for the same refund id; `state` says how far it is.

        Raises PaymentNotFound, PaymentIsFinal (not captured), RefundTooLarge, IdempotencyKeyReused.
        """

        def write_down(work: Work) -> tuple[RefundRow, bool]:
            connection, now = work.connection, self._ledger.clock.now()
            payment = repository.payment(connection, payment_id, lock=True)
            if payment is None:
                raise PaymentNotFound(payment_id)
            known = repository.refund(connection, refund_id)
            if known is not None:
                if (known.payment_id, known.amount_fen) != (payment_id, amount_fen):
                    raise IdempotencyKeyReused
                return known, False
            if payment.state != repository.CAPTURED:
                raise PaymentIsFinal(payment_id, payment.state)
            if not repository.reserve_refund(connection, payment_id, amount_fen):
                raise RefundTooLarge(payment.amount_fen - payment.refunded_fen, amount_fen)
            row = RefundRow(
                refund_id, payment_id, wanted_by, amount_fen, reason[:80], now, asked_at=now, look_at=now
            )
            repository.add_refund(connection, row)
            repository.record(
                connection, payment_id, now, "refund_asked", f"{amount_fen} fen", refund_id=refund_id
            )
            return row, True

        row, is_new = await self._ledger.database.write(write_down)
        return await self.carry_out(row.id, is_first=True) if is_new else row

    async def carry_out(self, refund_id: str, *, is_first: bool = False) -> RefundRow:
        """Asks the provider for a refund, or how the one asked for stands; always under the same number.

        Whoever comes while somebody is at it (the net under all refunds, say) waits for the same answer.
        """
        at_it = self._in_work.get(refund_id)
        if at_it is None:
            at_it = asyncio.ensure_future(self._carried_out(refund_id, is_first=is_first))
            self._in_work[refund_id] = at_it
            at_it.add_done_callback(lambda _: self._in_work.pop(refund_id))
        # Who goes away takes only his own waiting with him.
        return await asyncio.shield(at_it)

    async def _carried_out(self, refund_id: str, *, is_first: bool) -> RefundRow:
        refund, payment = await self._ledger.database.read(
            lambda connection: self._refund_and_payment(connection, refund_id)
        )
        if refund.state != PENDING:
            return refund
        answer, why = await self._asked_to_refund(refund, payment, is_first=is_first)
        return await self._ledger.database.write(
            lambda work: self._ledger.outcomes.refund_answered(work, refund_id, answer, why)
        )

    async def _asked_to_refund(
        self, refund: RefundRow, payment: PaymentRow, *, is_first: bool
    ) -> tuple[RefundAnswer | None, str]:
        provider = self._ledger.provider(payment.provider)
        try:
            if refund.asked_at is not None and not is_first:
                answer = await provider.query_refund(refund.id, payment.id)
                if answer.standing is not RefundStanding.ABSENT:
                    return answer, "asked again"
            if refund.asked_at is None:
                now = self._ledger.clock.now()
                await self._ledger.database.write(
                    lambda work: repository.change_refund(work.connection, refund.id, asked_at=now)
                )
            answer = await provider.refund(
                refund.id,
                payment.id,
                amount_fen=refund.amount_fen,
                paid_fen=payment.amount_fen,
                reason=refund.reason,
            )
        except ProviderSilent as silence:
            return None, str(silence)
        return answer, "asked"

    def give_back(self, refund_id: str | None) -> None:
        if refund_id is not None:
            self.go_on(self.carry_out(refund_id))

    def go_on(self, work: Coroutine[Any, Any, object]) -> None:
        """Goes on in the background: whoever waits for us now, a provider with its five seconds, need not wait for this."""

        task = asyncio.ensure_future(guarded(work, "a refund", asyncio.Semaphore()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _refund_and_payment(self, connection: Connection, refund_id: str) -> tuple[RefundRow, PaymentRow]:
        refund = repository.refund(connection, refund_id)
        if refund is None:
            raise PaymentNotFound(refund_id)
        return refund, found(repository.payment(connection, refund.payment_id), refund.payment_id)


async def guarded(work: Coroutine[Any, Any, object], about: str, side_by_side: asyncio.Semaphore) -> None:
    """Never raises: what goes wrong is logged and tried again later."""
    async with side_by_side:
        try:
            await work
        except Exception:  # noqa: BLE001 - one that cannot be settled must not keep the others from it
            _log.exception("%s could not be settled", about)
