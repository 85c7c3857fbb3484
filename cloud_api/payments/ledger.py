"""What every use case of payments stands on: the rows, what an answer does to them, and the provider of a name."""

from collections.abc import Mapping
from datetime import datetime

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.payments import repository
from cloud_api.payments.outcomes import Outcomes
from cloud_api.payments.provider import PaymentProvider, ProviderSilent, Standing
from cloud_api.payments.repository import PaymentRow
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.payments import PaymentNotFound, ProviderNotOffered


class Ledger:
    """Each change of a row is one transaction of its own; a provider is never asked within one."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        providers: Mapping[str, PaymentProvider],
        outcomes: Outcomes,
    ) -> None:
        self.database, self.clock, self.providers, self.outcomes = database, clock, providers, outcomes

    async def written_down(self, wanted: PaymentRow) -> PaymentRow:
        row, _ = await self.database.write(lambda work: self.add(work, wanted))
        return row

    def add(self, work: Work, wanted: PaymentRow) -> tuple[PaymentRow, bool]:
        """The row of this id, and whether it is new. Raises IdempotencyKeyReused where it is about something else."""
        if repository.add_payment(work.connection, wanted):
            detail = f"{wanted.provider} {wanted.channel} {wanted.amount_fen} fen {wanted.payer_code or ''}"
            repository.record(work.connection, wanted.id, wanted.created_at, "asked", detail)
            return wanted, True
        row = found(repository.payment(work.connection, wanted.id), wanted.id)
        same = all(
            getattr(row, name) == getattr(wanted, name)
            for name in ("order_id", "station_id", "sale_id", "channel", "amount_fen")
        )
        # A counter that asks again under the same id may have scanned another code; the first one counts.
        if not same or (not row.is_code and row.provider != wanted.provider):
            raise IdempotencyKeyReused
        return row, False

    async def end(
        self,
        row: PaymentRow,
        state: str,
        reason: str | None,
        *,
        watch: bool = False,
        available_fen: int | None = None,
    ) -> PaymentRow:
        return await self.database.write(
            lambda work: self.outcomes.ended(
                work, row.id, state, reason, watch=watch, available_fen=available_fen
            )
        )

    async def wait(self, row: PaymentRow, standing: Standing, look_at: datetime | None) -> PaymentRow:
        return await self.database.write(
            lambda work: self.outcomes.waiting(work, row.id, standing, look_at=look_at)
        )

    async def silent(self, row: PaymentRow, silence: ProviderSilent) -> PaymentRow:
        return await self.database.write(lambda work: self.outcomes.silent(work, row.id, str(silence)))

    async def read(self, payment_id: str) -> PaymentRow:
        row = await self.database.read(lambda connection: repository.payment(connection, payment_id))
        return found(row, payment_id)

    async def of_station(self, station_id: str, payment_id: str) -> PaymentRow:
        row = await self.read(payment_id)
        if row.station_id != station_id:
            raise PaymentNotFound(payment_id)
        return row

    def provider(self, name: str) -> PaymentProvider:
        provider = self.providers.get(name)
        if provider is None:
            raise ProviderNotOffered(name)
        return provider


def found(row: PaymentRow | None, payment_id: str) -> PaymentRow:
    """Raises PaymentNotFound."""
    if row is None:
        raise PaymentNotFound(payment_id)
    return row
