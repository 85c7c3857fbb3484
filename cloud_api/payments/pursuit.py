"""One payment's way to its end: asking, understanding what that means, undoing what nobody waits for."""

from datetime import timedelta

from cloud_api.payments.ledger import Ledger
from cloud_api.payments.outcomes import end_reason
from cloud_api.payments.provider import ProviderAnswer, ProviderSilent, Standing
from cloud_api.payments.refunding import Refunding
from cloud_api.payments.repository import CANCELLED, DECLINED, PENDING, PaymentRow

# A request that left us may still reach the provider within this time.
_ON_ITS_WAY = timedelta(seconds=60)


class Pursuit:
    """Follows a payment until it is captured, declined or cancelled."""

    def __init__(self, ledger: Ledger, refunding: Refunding) -> None:
        self._ledger, self._refunding = ledger, refunding

    async def look(self, payment_id: str) -> PaymentRow:
        """Asks the provider how a payment stands and writes down what that means."""
        row = await self._ledger.read(payment_id)
        if row.state != PENDING and row.look_at is None:
            return row
        try:
            return await self.apply(row, await self._ledger.provider(row.provider).query(row.id))
        except ProviderSilent as silence:
            return await self._ledger.silent(row, silence)

    async def apply(self, row: PaymentRow, answer: ProviderAnswer) -> PaymentRow:
        if answer.standing is Standing.PAID:
            paid = await self._ledger.database.write(
                lambda work: self._ledger.outcomes.paid(work, row.id, answer)
            )
            self._refunding.give_back(paid.refund_id)
            row = paid.payment
            is_wanted_back = row.is_code and row.cancel_asked_at is not None and row.state == PENDING
            return await self._undo(row, answer) if is_wanted_back and not paid.is_mismatch else row
        if row.state != PENDING:
            return await self._watched(row, answer)
        if answer.standing is Standing.DECLINED:
            return await self._ledger.end(row, DECLINED, answer.reason, available_fen=answer.available_fen)
        if answer.standing is Standing.CLOSED:
            return await self._ledger.end(row, CANCELLED, end_reason(row))
        current = await self._ledger.read(row.id)
        if current.state == PENDING and (
            current.cancel_asked_at is not None or self._ledger.clock.now() >= current.expires_at
        ):
            return await self._undo(current, answer)
        return await self._ledger.database.write(
            lambda work: self._ledger.outcomes.waiting(work, row.id, answer.standing)
        )

    async def _undo(self, row: PaymentRow, last: ProviderAnswer) -> PaymentRow:
        """Makes a payment that nobody waits for unpayable, giving back what was paid in the last moment."""
        provider, now = self._ledger.provider(row.provider), self._ledger.clock.now()
        if row.is_code:
            earliest = row.created_at + timedelta(seconds=provider.seconds_before_reversing)
            if now < earliest:
                return await self._ledger.wait(row, last.standing, earliest)
        try:
            answer = await (provider.reverse(row.id) if row.is_code else provider.close(row.id))
            if answer.standing is Standing.PAID:
                return await self.apply(row, await provider.query(row.id))
        except ProviderSilent as silence:
            return await self._ledger.silent(row, silence)
        is_unknown = Standing.ABSENT in (last.standing, answer.standing)
        if answer.standing is Standing.CLOSED or (
            answer.standing is Standing.ABSENT and (not row.is_code or now - row.created_at >= _ON_ITS_WAY)
        ):
            return await self._ledger.end(row, CANCELLED, end_reason(row), watch=is_unknown)
        return await self._ledger.wait(row, answer.standing, None)

    async def _watched(self, row: PaymentRow, answer: ProviderAnswer) -> PaymentRow:
        """An ended payment, asked about once more. One that has come into being since is closed at last."""
        if answer.standing in (Standing.OPEN, Standing.WAITING):
            provider = self._ledger.provider(row.provider)
            await (provider.reverse(row.id) if row.is_code else provider.close(row.id))
            return await self._ledger.database.write(
                lambda work: self._ledger.outcomes.silent(work, row.id, "closed once more")
            )
        return await self._ledger.database.write(
            lambda work: self._ledger.outcomes.no_longer_watched(work, row.id)
        )
