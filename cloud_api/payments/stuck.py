"""Refunds that left us and did not arrive: the finance office sees each to its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from cloud_api.access import OfficeUser
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.offices import journal
from cloud_api.offices.two_people import Agreement, Deed
from cloud_api.payments import repository
from cloud_api.payments.outcomes import OnRefunded
from cloud_api.payments.repository import FAILED, PENDING, REFUNDED, RefundRow
from cloud_api.payments.tables import payments, refunds
from core.domain.refusals.payments import PaymentIsFinal, PaymentNotFound
from core.domain.refusals.refunds import RefundTooLarge

BY_HAND = "by_hand"
Way = Literal["look_again", "paid_otherwise"]


@dataclass(frozen=True, slots=True)
class StuckRefund:
    """A refund that failed, and what it belongs to."""

    id: str
    payment_id: str
    provider: str
    order_id: str | None
    station_id: str | None
    amount_fen: int
    trouble: str | None
    created_at: datetime
    ended_at: datetime | None


class StuckRefunds:
    """What a provider's answer could not end."""

    def __init__(self, database: Database, clock: Clock, on_refunded: OnRefunded) -> None:
        self._database, self._clock, self._on_refunded = database, clock, on_refunded

    async def all(self) -> Sequence[StuckRefund]:
        """Oldest first."""
        row, of = refunds.c, payments.c
        query = (
            select(
                row.id,
                row.payment_id,
                of.provider,
                of.order_id,
                of.station_id,
                row.amount_fen,
                row.trouble,
                row.created_at,
                row.ended_at,
            )
            .join(payments, of.id == row.payment_id)
            .where(row.state == FAILED)
            .order_by(row.created_at, row.id)
            .limit(500)
        )
        return await self._database.read(lambda c: [StuckRefund(*found) for found in c.execute(query)])

    async def settle(
        self, refund_id: str, way: Way, note: str, user: OfficeUser, agreement: Agreement
    ) -> RefundRow:
        """Asks the provider again how it stands, or ends it as paid in another way; the same again is the same.

        Raises PaymentNotFound, PaymentIsFinal (it did not fail), RefundTooLarge, and where much was paid in another way
        SecondPersonNeeded, SecondPersonDisagrees.
        """

        def settled(work: Work) -> RefundRow:
            row = self._settle(work, refund_id, way, note, user)
            if way == "paid_otherwise" and row.amount_fen > agreement.alone_fen:
                particulars = {"fen": row.amount_fen, "note": note}
                agreement.needed(
                    work, user, Deed.REFUND_PAID_OTHERWISE, refund_id, particulars, deed_id=refund_id
                )
            return row

        return await self._database.write(settled)

    def _settle(self, work: Work, refund_id: str, way: Way, note: str, user: OfficeUser) -> RefundRow:
        connection, now = work.connection, self._clock.now()
        row = repository.refund(connection, refund_id, lock=True)
        payment = None if row is None else repository.payment(connection, row.payment_id, lock=True)
        if row is None or payment is None:
            raise PaymentNotFound(refund_id)
        if (row.state, row.trouble, way) == (REFUNDED, BY_HAND, "paid_otherwise"):
            return row
        if way == "look_again" and (
            row.state == PENDING or (row.state == REFUNDED and row.trouble != BY_HAND)
        ):
            # Whoever asked did not hear the answer: the provider is being asked, or has given it back meanwhile.
            return row
        if row.state != FAILED:
            raise PaymentIsFinal(refund_id, row.state)
        # What the provider closed was set free again, and another refund may have taken its place.
        is_free = repository.was_closed(connection, row.id)
        if is_free and not repository.reserve_refund(connection, payment.id, row.amount_fen):
            raise RefundTooLarge(payment.amount_fen - payment.refunded_fen, row.amount_fen)
        values: dict[str, Any]
        if way == "look_again":
            values = {"state": PENDING, "trouble": None, "ended_at": None, "look_at": now, "looks": 0}
        else:
            values = {"state": REFUNDED, "trouble": BY_HAND, "ended_at": now, "look_at": None}
        repository.change_refund(connection, row.id, **values)
        repository.record(connection, payment.id, now, f"refund_{way}", note, refund_id=row.id)
        journal.note(work, user, f"refunds.{way}", row.id, {"note": note}, at=now)
        if way == "paid_otherwise" and row.wanted_by == "order" and payment.order_id is not None:
            self._on_refunded(work, payment.order_id, row.id, row.amount_fen)
        return replace(row, **values)
