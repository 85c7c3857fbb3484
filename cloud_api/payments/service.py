"""Takes money for orders and counters: written down first, then asked of the provider, then written down how it ended."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.payments import repository
from cloud_api.payments.counter import CounterPayments
from cloud_api.payments.hearing import Hearing
from cloud_api.payments.ledger import Ledger
from cloud_api.payments.official_account import OfficialAccount
from cloud_api.payments.online import OnlinePayments
from cloud_api.payments.outcomes import OnCaptured, OnPayer, OnRefunded, Outcomes
from cloud_api.payments.provider import PaymentProvider
from cloud_api.payments.pursuit import Pursuit
from cloud_api.payments.refunding import Refunding, guarded
from cloud_api.payments.repository import PaymentRow, RefundRow

_AT_ONCE = 50
_SIDE_BY_SIDE = 8


class Payments:
    """The use cases of charging and giving back, gathered from their rooms, and the net under all of them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        providers: Mapping[str, PaymentProvider],
        on_captured: OnCaptured,
        on_refunded: OnRefunded,
        *,
        on_payer: OnPayer = lambda _work, _order_id, _payer: None,
        official_account: OfficialAccount | None = None,
    ) -> None:
        self._providers = providers
        self.on_refunded = on_refunded
        self._ledger = Ledger(database, clock, providers, Outcomes(clock, on_captured, on_refunded, on_payer))
        self._refunding = Refunding(self._ledger)
        self._pursuit = Pursuit(self._ledger, self._refunding)
        self._official_account = official_account
        online = OnlinePayments(self._ledger, self._pursuit, official_account)
        counter = CounterPayments(self._ledger, self._pursuit, self._refunding)
        self.start_order_payment = online.start_order_payment
        self.close_order_payments = online.close_order_payments
        self.charge = counter.charge
        self.start_qr = counter.start_qr
        self.payment_of = counter.payment_of
        self.cancel = counter.cancel
        self.refund_of_station = counter.refund_of_station
        self.refund_query_of_station = counter.refund_query_of_station
        self.take_notification = Hearing(self._ledger, self._refunding).take

    @property
    def providers(self) -> Mapping[str, PaymentProvider]:
        """By their names; for whoever fetches their bills."""
        return self._providers

    async def close(self) -> None:
        """Lets go of the providers. What was under way stays pending and is taken up by the next settle_pending."""
        await self._refunding.close()
        for provider in self._providers.values():
            await provider.end()
        if self._official_account is not None:
            await self._official_account.end()

    async def refund(self, refund_id: str, payment_id: str, amount_fen: int, reason: str) -> RefundRow:
        """Gives back part or all of an order's payment, once for the same refund id; `state` says how far it is.

        Raises PaymentNotFound, PaymentIsFinal (not captured), RefundTooLarge, IdempotencyKeyReused.
        """
        return await self._refunding.refund(refund_id, payment_id, amount_fen, reason, "order")

    async def settle_pending(self) -> None:
        """Asks about every payment and refund whose time has come. Never raises for a single one."""
        payments, refunds = await self._ledger.database.read(self._due)
        if not payments and not refunds:
            return
        side_by_side = asyncio.Semaphore(_SIDE_BY_SIDE)

        await asyncio.gather(
            *(guarded(self._pursuit.look(row.id), f"payment {row.id}", side_by_side) for row in payments),
            *(
                guarded(self._refunding.carry_out(row.id), f"refund {row.id}", side_by_side)
                for row in refunds
            ),
        )

    def _due(self, connection: Connection) -> tuple[Sequence[PaymentRow], Sequence[RefundRow]]:
        now = self._ledger.clock.now()
        return (
            repository.payments_to_look_at(connection, now, _AT_ONCE),
            repository.refunds_to_look_at(connection, now, _AT_ONCE),
        )
