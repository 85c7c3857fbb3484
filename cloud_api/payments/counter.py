"""Payments at a station's counter: a payer's code, scanned and charged, asked for, taken back."""

import logging
from datetime import timedelta

from cloud_api.database import Work
from cloud_api.payments import repository
from cloud_api.payments.ledger import Ledger, found
from cloud_api.payments.outcomes import first_look
from cloud_api.payments.provider import Order, ProviderNotReached, ProviderRefused, ProviderSilent
from cloud_api.payments.pursuit import Pursuit
from cloud_api.payments.refunding import Refunding
from cloud_api.payments.repository import CANCELLED, DECLINED, PENDING, PaymentRow, RefundRow
from core.domain.faults import ProviderUnreachable
from core.domain.refusals.payments import ChannelNotOffered, NotAPaymentCode, PaymentIsFinal, PaymentNotFound
from core.domain.scan import CodeKind, cleaned, masked, what_is

_log = logging.getLogger(__name__)

# WeChat itself gives up on a payer after 45 seconds.
_CODE_PATIENCE = timedelta(seconds=60)
# A customer at the display needs a little longer than one whose phone is scanned.
_QR_PATIENCE = timedelta(minutes=5)
_PROVIDER_OF = {
    CodeKind.WECHAT: "wechat",
    CodeKind.ALIPAY: "alipay",
    CodeKind.UNIONPAY: "unionpay",
    CodeKind.MEMBER: "wallet",
    CodeKind.RECHARGE_CARD: "recharge_card",
}


class CounterPayments:
    """What a till asks for. Ids are made by the caller, and the same id is never charged twice."""

    def __init__(self, ledger: Ledger, pursuit: Pursuit, refunding: Refunding) -> None:
        self._ledger, self._pursuit, self._refunding = ledger, pursuit, refunding

    async def charge(
        self,
        station_id: str,
        payment_id: str,
        *,
        sale_id: str,
        amount_fen: int,
        auth_code: str,
        description: str,
    ) -> PaymentRow:
        """Charges the payer's scanned code. The same payment id again answers how that payment stands.

        One that the counter took back before it arrived is cancelled at once.
        Raises NotAPaymentCode, ProviderNotOffered, IdempotencyKeyReused.
        """
        code = cleaned(auth_code)
        kind = what_is(code)
        if kind not in _PROVIDER_OF:
            raise NotAPaymentCode
        provider, now = self._ledger.provider(_PROVIDER_OF[kind]), self._ledger.clock.now()
        wanted = PaymentRow(
            id=payment_id,
            order_id=None,
            station_id=station_id,
            sale_id=sale_id,
            provider=provider.name,
            channel="code",
            amount_fen=amount_fen,
            description=description,
            created_at=now,
            expires_at=now + _CODE_PATIENCE,
            payer_code=masked(code),
            waiting_for="provider",
            look_at=first_look(now, is_code=True),
        )
        row, is_new = await self._ledger.database.write(lambda work: self._begin_code(work, wanted))
        if not is_new or row.state != PENDING:
            return row
        try:
            answer = await provider.charge_code(row.id, amount_fen, code, description, station_id)
        except ProviderNotReached as unreached:
            # Nothing left this machine, so "not charged" is certain.
            _log.warning("%s", unreached)
            return await self._ledger.end(row, DECLINED, "provider_unreachable")
        except ProviderSilent as silence:
            return await self._ledger.silent(row, silence)
        return await self._pursuit.apply(row, answer)

    async def start_qr(
        self,
        station_id: str,
        payment_id: str,
        *,
        sale_id: str,
        amount_fen: int,
        provider: str,
        description: str,
    ) -> PaymentRow:
        """Prepares a code that the payer scans from the counter's display: `pay_url` of the row, until `expires_at`.

        The same payment id again answers how that payment stands, with the same code. Raises ProviderNotOffered,
        ChannelNotOffered, IdempotencyKeyReused, PaymentIsFinal, ProviderUnreachable (nobody can pay it; ask again).
        """
        asked, now = self._ledger.provider(provider), self._ledger.clock.now()
        wanted = PaymentRow(
            id=payment_id,
            order_id=None,
            station_id=station_id,
            sale_id=sale_id,
            provider=provider,
            channel="qr",
            amount_fen=amount_fen,
            description=description[:127],
            created_at=now,
            expires_at=now + _QR_PATIENCE,
            waiting_for="payer",
            look_at=first_look(now, is_code=True),
        )
        row, _ = await self._ledger.database.write(lambda work: self._begin_code(work, wanted))
        if row.pay_url is not None:
            return row
        if row.state != PENDING:
            raise PaymentIsFinal(row.id, row.state)
        try:
            code = await asked.open_qr(
                Order(row.id, amount_fen, row.description, row.expires_at, "127.0.0.1", None, "")
            )
        except ProviderRefused as no:
            await self._ledger.end(row, DECLINED, no.reason)
            if no.reason == "channel_not_offered":
                raise ChannelNotOffered(row.provider, row.channel) from no
            _log.error("%s refuses payment %s: %s", asked.name, row.id, no)
            raise ProviderUnreachable(row.provider) from no
        except ProviderSilent as silence:
            await self._ledger.silent(row, silence)
            raise ProviderUnreachable(row.provider) from silence

        def keep(work: Work) -> PaymentRow:
            repository.change_payment(work.connection, row.id, pay_url=code)
            repository.record(work.connection, row.id, self._ledger.clock.now(), "opened")
            return found(repository.payment(work.connection, row.id), row.id)

        return await self._ledger.database.write(keep)

    async def payment_of(self, station_id: str, payment_id: str) -> PaymentRow:
        """How a payment of this station stands; asks the provider while it is pending. Raises PaymentNotFound."""
        row = await self._ledger.of_station(station_id, payment_id)
        return await self._pursuit.look(row.id) if row.state == PENDING else row

    async def cancel(self, station_id: str, payment_id: str) -> PaymentRow:
        """Reverses a pending payment until that is clear, giving back what was charged after all.

        A payment that is captured stays so: the counter has been told, and gives back by a refund. Raises PaymentNotFound
        for one that has not arrived; should it come later, it is not charged.
        """
        row = await self._ledger.database.write(
            lambda work: self._ask_to_cancel(work, station_id, payment_id)
        )
        if row is None:
            raise PaymentNotFound(payment_id)
        return await self._pursuit.look(row.id) if row.state == PENDING else row

    def _ask_to_cancel(self, work: Work, station_id: str, payment_id: str) -> PaymentRow | None:
        connection, now = work.connection, self._ledger.clock.now()
        repository.alone_with(connection, payment_id)
        row = repository.payment(connection, payment_id, lock=True)
        if row is None:
            repository.call_off(connection, payment_id, station_id, now)
            return None
        if row.station_id != station_id:
            return None
        if row.state == PENDING and row.cancel_asked_at is None:
            repository.change_payment(connection, row.id, cancel_asked_at=now, look_at=now)
            repository.record(connection, row.id, now, "cancel_asked")
        return row

    async def refund_of_station(
        self, station_id: str, refund_id: str, payment_id: str, amount_fen: int, reason: str
    ) -> RefundRow:
        """Gives back part or all of a captured payment of this station. Raises PaymentNotFound and as refund does."""
        row = await self._ledger.of_station(station_id, payment_id)
        return await self._refunding.refund(refund_id, row.id, amount_fen, reason, "station")

    async def refund_query_of_station(self, station_id: str, refund_id: str) -> RefundRow:
        """How a refund of this station stands; asks the provider while it is pending. Raises PaymentNotFound."""
        row = await self._ledger.database.read(lambda c: repository.refund(c, refund_id))
        if row is None:
            raise PaymentNotFound(refund_id)
        await self._ledger.of_station(station_id, row.payment_id)
        return await self._refunding.carry_out(row.id) if row.state == PENDING else row

    def _begin_code(self, work: Work, wanted: PaymentRow) -> tuple[PaymentRow, bool]:
        repository.alone_with(work.connection, wanted.id)
        row, is_new = self._ledger.add(work, wanted)
        if is_new and repository.is_called_off(work.connection, row.id, row.station_id):
            row = self._ledger.outcomes.ended(work, row.id, CANCELLED, "cancelled_at_counter")
        return row, is_new
