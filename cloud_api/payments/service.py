"""Takes money for orders and counters: written down first, then asked of the provider, then written down how it ended."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.payments import repository
from cloud_api.payments.outcomes import OnCaptured, OnRefunded, Outcomes, Paid, end_reason, first_look
from cloud_api.payments.provider import (
    Notification,
    NotificationRefused,
    Order,
    PaidNotification,
    PaymentProvider,
    ProviderAnswer,
    ProviderNotReached,
    ProviderRefused,
    ProviderSilent,
    RefundAnswer,
    RefundNotification,
    RefundStanding,
    Standing,
)
from cloud_api.payments.repository import CANCELLED, DECLINED, PENDING, PaymentRow, RefundRow
from core.domain.faults import ProviderUnreachable
from core.domain.refusals import (
    ChannelNotOffered,
    IdempotencyKeyReused,
    NotAPaymentCode,
    PayerNotKnown,
    PaymentIsFinal,
    PaymentNotFound,
    ProviderNotOffered,
    RefundTooLarge,
)
from core.domain.scan import CodeKind, cleaned, masked, what_is

_log = logging.getLogger(__name__)

# WeChat itself gives up on a payer after 45 seconds.
_CODE_PATIENCE = timedelta(seconds=60)
# A request that left us may still reach the provider within this time.
_ON_ITS_WAY = timedelta(seconds=60)
_AT_ONCE = 50
_SIDE_BY_SIDE = 8
_PROVIDER_OF = {CodeKind.WECHAT: "wechat", CodeKind.ALIPAY: "alipay"}


@dataclass(frozen=True, slots=True)
class StartedPayment:
    """Where the driver pays: an address to go to, or what the mini program hands to its payment call.

    After `expires_at` it no longer works; a new attempt under a new id may.
    """

    payment_id: str
    provider: str
    expires_at: datetime
    pay_url: str | None = None
    mini_program: Mapping[str, str] | None = None


class Payments:
    """The use cases of charging and giving back. Ids are made by the caller, and the same id is never charged twice."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        providers: Mapping[str, PaymentProvider],
        on_captured: OnCaptured,
        on_refunded: OnRefunded,
    ) -> None:
        self._database, self._clock, self._providers = database, clock, providers
        self._outcomes = Outcomes(clock, on_captured, on_refunded)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._refunds_in_work: set[str] = set()

    async def close(self) -> None:
        """Lets go of the providers. What was under way stays pending and is taken up by the next settle_pending."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for provider in self._providers.values():
            await provider.end()

    # --- online orders ------------------------------------------------------------------------------------------------

    async def start_order_payment(  # noqa: PLR0917 - the words of the contract with the orders
        self,
        order_id: str,
        payment_id: str,
        provider: str,
        channel: str,
        amount_fen: int,
        description: str,
        return_url: str,
        expires_at: datetime,
        *,
        payer_ip: str = "127.0.0.1",
        payer_openid: str | None = None,
    ) -> StartedPayment:
        """Begins a payment on the driver's phone; the same payment id again answers the same.

        Raises ProviderNotOffered, ChannelNotOffered, PayerNotKnown, IdempotencyKeyReused, PaymentIsFinal,
        ProviderUnreachable (nothing was charged; the same id may be tried again).
        """
        asked = self._provider(provider)
        if channel == "mini_program" and payer_openid is None and provider == "wechat":
            raise PayerNotKnown
        now = self._clock.now()
        wanted = PaymentRow(
            id=payment_id,
            order_id=order_id,
            station_id=None,
            sale_id=None,
            provider=provider,
            channel=channel,
            amount_fen=amount_fen,
            description=description[:127],
            created_at=now,
            expires_at=expires_at,
            payer_ip=payer_ip,
            payer_openid=payer_openid,
            return_url=return_url,
            waiting_for="payer",
            look_at=first_look(now, is_code=False),
        )
        row = await self._written_down(wanted)
        if row.pay_url is None and row.mini_program is None:
            if row.state != PENDING:
                raise PaymentIsFinal(row.id, row.state)
            row = await self._opened(asked, row)
        lives = asked.page_lives if row.pay_url is not None else None
        until = row.expires_at if lives is None else min(row.expires_at, row.created_at + lives)
        return StartedPayment(row.id, row.provider, until, row.pay_url, row.mini_program)

    async def close_order_payments(self, order_id: str) -> None:
        """Makes every unpaid payment of the order unpayable; money that comes all the same goes back by itself."""

        def ask(work: Work) -> Sequence[str]:
            now, rows = self._clock.now(), repository.pending_of_order(work.connection, order_id)
            for row in rows:
                repository.change_payment(work.connection, row.id, cancel_asked_at=now, look_at=now)
                repository.record(work.connection, row.id, now, "close_asked")
            return [row.id for row in rows]

        for payment_id in await self._database.write(ask):
            await self._look(payment_id)

    # --- a station's counter ------------------------------------------------------------------------------------------

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
        provider, now = self._provider(_PROVIDER_OF[kind]), self._clock.now()
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
        row, is_new = await self._database.write(lambda work: self._begin_code(work, wanted))
        if not is_new or row.state != PENDING:
            return row
        try:
            answer = await provider.charge_code(row.id, amount_fen, code, description, station_id)
        except ProviderNotReached as unreached:
            # Nothing left this machine, so "not charged" is certain.
            _log.warning("%s", unreached)
            return await self._end(row, DECLINED, "provider_unreachable")
        except ProviderSilent as silence:
            return await self._silent(row, silence)
        return await self._apply(row, answer)

    async def payment_of(self, station_id: str, payment_id: str) -> PaymentRow:
        """How a payment of this station stands; asks the provider while it is pending. Raises PaymentNotFound."""
        row = await self._of_station(station_id, payment_id)
        return await self._look(row.id) if row.state == PENDING else row

    async def cancel(self, station_id: str, payment_id: str) -> PaymentRow:
        """Reverses a pending code payment until that is clear, giving back what was charged after all.

        A payment that is captured stays so: the counter has been told, and gives back by a refund. Raises PaymentNotFound
        for one that has not arrived; should it come later, it is not charged.
        """
        row = await self._database.write(lambda work: self._ask_to_cancel(work, station_id, payment_id))
        if row is None:
            raise PaymentNotFound(payment_id)
        return await self._look(row.id) if row.state == PENDING else row

    def _ask_to_cancel(self, work: Work, station_id: str, payment_id: str) -> PaymentRow | None:
        connection, now = work.connection, self._clock.now()
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
        row = await self._of_station(station_id, payment_id)
        return await self._refund(refund_id, row.id, amount_fen, reason, "station")

    # --- giving back --------------------------------------------------------------------------------------------------

    async def refund(self, refund_id: str, payment_id: str, amount_fen: int, reason: str) -> RefundRow:
        """Gives back part or all of an order's payment, once for the same refund id; `state` says how far it is.

        Raises PaymentNotFound, PaymentIsFinal (not captured), RefundTooLarge, IdempotencyKeyReused.
        """
        return await self._refund(refund_id, payment_id, amount_fen, reason, "order")

    async def _refund(
        self, refund_id: str, payment_id: str, amount_fen: int, reason: str, wanted_by: str
    ) -> RefundRow:
        def write_down(work: Work) -> tuple[RefundRow, bool]:
            connection, now = work.connection, self._clock.now()
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

        row, is_new = await self._database.write(write_down)
        return await self._carry_out(row.id, is_first=True) if is_new else row

    # --- the net under everything ---------------------------------------------------------------------------------------

    async def settle_pending(self) -> None:
        """Asks about every payment and refund whose time has come. Never raises for a single one."""
        payments, refunds = await self._database.read(self._due)
        if not payments and not refunds:
            return
        side_by_side = asyncio.Semaphore(_SIDE_BY_SIDE)

        await asyncio.gather(
            *(self._guarded(self._look(row.id), f"payment {row.id}", side_by_side) for row in payments),
            *(self._guarded(self._carry_out(row.id), f"refund {row.id}", side_by_side) for row in refunds),
        )

    @staticmethod
    async def _guarded(
        work: Coroutine[Any, Any, object], about: str, side_by_side: asyncio.Semaphore
    ) -> None:
        async with side_by_side:
            try:
                await work
            except Exception:  # noqa: BLE001 - one that cannot be settled must not keep the others from it
                _log.exception("%s could not be settled", about)

    def _due(self, connection: Connection) -> tuple[Sequence[PaymentRow], Sequence[RefundRow]]:
        now = self._clock.now()
        return (
            repository.payments_to_look_at(connection, now, _AT_ONCE),
            repository.refunds_to_look_at(connection, now, _AT_ONCE),
        )

    async def take_notification(self, provider: str, headers: Mapping[str, str], body: bytes) -> None:
        """Takes in what a provider tells by itself; returns once it is safe on disk. Raises NotificationRefused."""
        asked = self._providers.get(provider)
        if asked is None:
            raise NotificationRefused("we have no account there")
        told = asked.read_notification(headers, body)
        match told:
            case PaidNotification():
                paid = await self._database.write(lambda work: self._told_paid(work, asked.name, told))
                if paid is not None and paid.is_mismatch:
                    raise NotificationRefused("the amount is not what this payment asks for")
                self._give_back(paid.refund_id if paid is not None else None)
            case RefundNotification():
                if await self._database.write(lambda work: self._told_refund(work, asked.name, told)):
                    self._go_on(self._carry_out(told.refund_id))
            case _:
                _log.info("%s tells %s, which changes nothing here", provider, told.kind)

    def _told_paid(self, work: Work, provider: str, told: PaidNotification) -> Paid | None:
        row = repository.payment(work.connection, told.payment_id, lock=True)
        if row is None or row.provider != provider:
            raise NotificationRefused("there is no such payment here")
        if not self._is_news(work, provider, told, row.id):
            return None
        return self._outcomes.paid(work, row.id, told.answer)

    def _told_refund(self, work: Work, provider: str, told: RefundNotification) -> bool:
        """Whether the provider has to be asked, since it only said that something happened."""
        row = repository.refund(work.connection, told.refund_id, lock=True)
        if row is None:
            _log.info("%s tells of a refund that was not ours", provider)
            return False
        if not self._is_news(work, provider, told, row.id):
            return False
        if told.answer is not None:
            self._outcomes.refund_answered(work, row.id, told.answer, "notified")
        return told.answer is None and row.state == PENDING

    def _is_news(self, work: Work, provider: str, told: Notification, about: str) -> bool:
        return repository.is_new_notification(
            work.connection, provider, told.event_id, about, self._clock.now()
        )

    # --- one payment's way -----------------------------------------------------------------------------------------------

    async def _look(self, payment_id: str) -> PaymentRow:
        """Asks the provider how a payment stands and writes down what that means."""
        row = await self._read(payment_id)
        if row.state != PENDING and row.look_at is None:
            return row
        try:
            return await self._apply(row, await self._provider(row.provider).query(row.id))
        except ProviderSilent as silence:
            return await self._silent(row, silence)

    async def _apply(self, row: PaymentRow, answer: ProviderAnswer) -> PaymentRow:
        if answer.standing is Standing.PAID:
            paid = await self._database.write(lambda work: self._outcomes.paid(work, row.id, answer))
            self._give_back(paid.refund_id)
            row = paid.payment
            is_wanted_back = row.is_code and row.cancel_asked_at is not None and row.state == PENDING
            return await self._undo(row, answer) if is_wanted_back and not paid.is_mismatch else row
        if row.state != PENDING:
            return await self._watched(row, answer)
        if answer.standing is Standing.DECLINED:
            return await self._end(row, DECLINED, answer.reason)
        if answer.standing is Standing.CLOSED:
            return await self._end(row, CANCELLED, end_reason(row))
        current = await self._read(row.id)
        if current.state == PENDING and (
            current.cancel_asked_at is not None or self._clock.now() >= current.expires_at
        ):
            return await self._undo(current, answer)
        return await self._database.write(lambda work: self._outcomes.waiting(work, row.id, answer.standing))

    async def _undo(self, row: PaymentRow, last: ProviderAnswer) -> PaymentRow:
        """Makes a payment that nobody waits for unpayable, giving back what was paid in the last moment."""
        provider, now = self._provider(row.provider), self._clock.now()
        if row.is_code:
            earliest = row.created_at + timedelta(seconds=provider.seconds_before_reversing)
            if now < earliest:
                return await self._wait(row, last.standing, earliest)
        try:
            answer = await (provider.reverse(row.id) if row.is_code else provider.close(row.id))
            if answer.standing is Standing.PAID:
                return await self._apply(row, await provider.query(row.id))
        except ProviderSilent as silence:
            return await self._silent(row, silence)
        is_unknown = Standing.ABSENT in (last.standing, answer.standing)
        if answer.standing is Standing.CLOSED or (
            answer.standing is Standing.ABSENT and (not row.is_code or now - row.created_at >= _ON_ITS_WAY)
        ):
            return await self._end(row, CANCELLED, end_reason(row), watch=is_unknown)
        return await self._wait(row, answer.standing, None)

    async def _watched(self, row: PaymentRow, answer: ProviderAnswer) -> PaymentRow:
        """An ended payment, asked about once more. One that has come into being since is closed at last."""
        if answer.standing in (Standing.OPEN, Standing.WAITING):
            provider = self._provider(row.provider)
            await (provider.reverse(row.id) if row.is_code else provider.close(row.id))
            return await self._database.write(
                lambda work: self._outcomes.silent(work, row.id, "closed once more")
            )
        return await self._database.write(lambda work: self._outcomes.no_longer_watched(work, row.id))

    async def _opened(self, provider: PaymentProvider, row: PaymentRow) -> PaymentRow:
        order = Order(
            payment_id=row.id,
            amount_fen=row.amount_fen,
            description=row.description,
            expires_at=row.expires_at,
            payer_ip=row.payer_ip or "127.0.0.1",
            payer_openid=row.payer_openid,
            return_url=row.return_url or "",
        )
        try:
            if row.channel == "mini_program":
                values: dict[str, Any] = {"mini_program": dict(await provider.open_mini_program(order))}
            else:
                values = {"pay_url": await provider.open_page(order)}
        except ProviderRefused as no:
            await self._end(row, DECLINED, no.reason)
            if no.reason == "channel_not_offered":
                raise ChannelNotOffered(row.provider, row.channel) from no
            _log.error("%s refuses payment %s: %s", provider.name, row.id, no)
            raise ProviderUnreachable(row.provider) from no
        except ProviderSilent as silence:
            await self._silent(row, silence)
            raise ProviderUnreachable(row.provider) from silence

        def write_down(work: Work) -> PaymentRow:
            repository.change_payment(work.connection, row.id, **values)
            repository.record(work.connection, row.id, self._clock.now(), "opened")
            return self._found(repository.payment(work.connection, row.id), row.id)

        return await self._database.write(write_down)

    async def _carry_out(self, refund_id: str, *, is_first: bool = False) -> RefundRow:
        """Asks the provider for a refund, or how the one asked for stands; always under the same number."""
        refund, payment = await self._database.read(
            lambda connection: self._refund_and_payment(connection, refund_id)
        )
        if refund.state != PENDING or refund_id in self._refunds_in_work:
            return refund
        self._refunds_in_work.add(refund_id)
        try:
            answer, why = await self._asked_to_refund(refund, payment, is_first=is_first)
        finally:
            self._refunds_in_work.discard(refund_id)
        return await self._database.write(
            lambda work: self._outcomes.refund_answered(work, refund_id, answer, why)
        )

    async def _asked_to_refund(
        self, refund: RefundRow, payment: PaymentRow, *, is_first: bool
    ) -> tuple[RefundAnswer | None, str]:
        provider = self._provider(payment.provider)
        try:
            if refund.asked_at is not None and not is_first:
                answer = await provider.query_refund(refund.id, payment.id)
                if answer.standing is not RefundStanding.ABSENT:
                    return answer, "asked again"
            if refund.asked_at is None:
                now = self._clock.now()
                await self._database.write(
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

    def _give_back(self, refund_id: str | None) -> None:
        if refund_id is not None:
            self._go_on(self._carry_out(refund_id))

    def _go_on(self, work: Coroutine[Any, Any, object]) -> None:
        """Goes on in the background: whoever waits for us now, a provider with its five seconds, need not wait for this."""

        task = asyncio.ensure_future(self._guarded(work, "a refund", asyncio.Semaphore()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- rows ---------------------------------------------------------------------------------------------------------

    async def _written_down(self, wanted: PaymentRow) -> PaymentRow:
        row, _ = await self._database.write(lambda work: self._add(work, wanted))
        return row

    def _begin_code(self, work: Work, wanted: PaymentRow) -> tuple[PaymentRow, bool]:
        repository.alone_with(work.connection, wanted.id)
        row, is_new = self._add(work, wanted)
        if is_new and repository.is_called_off(work.connection, row.id, row.station_id):
            row = self._outcomes.ended(work, row.id, CANCELLED, "cancelled_at_counter")
        return row, is_new

    def _add(self, work: Work, wanted: PaymentRow) -> tuple[PaymentRow, bool]:
        """The row of this id, and whether it is new. Raises IdempotencyKeyReused where it is about something else."""
        if repository.add_payment(work.connection, wanted):
            detail = f"{wanted.provider} {wanted.channel} {wanted.amount_fen} fen {wanted.payer_code or ''}"
            repository.record(work.connection, wanted.id, wanted.created_at, "asked", detail)
            return wanted, True
        row = self._found(repository.payment(work.connection, wanted.id), wanted.id)
        same = all(
            getattr(row, name) == getattr(wanted, name)
            for name in ("order_id", "station_id", "sale_id", "channel", "amount_fen")
        )
        # A counter that asks again under the same id may have scanned another code; the first one counts.
        if not same or (not row.is_code and row.provider != wanted.provider):
            raise IdempotencyKeyReused
        return row, False

    async def _end(
        self, row: PaymentRow, state: str, reason: str | None, *, watch: bool = False
    ) -> PaymentRow:
        return await self._database.write(
            lambda work: self._outcomes.ended(work, row.id, state, reason, watch=watch)
        )

    async def _wait(self, row: PaymentRow, standing: Standing, look_at: datetime | None) -> PaymentRow:
        return await self._database.write(
            lambda work: self._outcomes.waiting(work, row.id, standing, look_at=look_at)
        )

    async def _silent(self, row: PaymentRow, silence: ProviderSilent) -> PaymentRow:
        return await self._database.write(lambda work: self._outcomes.silent(work, row.id, str(silence)))

    async def _read(self, payment_id: str) -> PaymentRow:
        row = await self._database.read(lambda connection: repository.payment(connection, payment_id))
        return self._found(row, payment_id)

    async def _of_station(self, station_id: str, payment_id: str) -> PaymentRow:
        row = await self._read(payment_id)
        if row.station_id != station_id:
            raise PaymentNotFound(payment_id)
        return row

    def _refund_and_payment(self, connection: Connection, refund_id: str) -> tuple[RefundRow, PaymentRow]:
        refund = repository.refund(connection, refund_id)
        if refund is None:
            raise PaymentNotFound(refund_id)
        return refund, self._found(repository.payment(connection, refund.payment_id), refund.payment_id)

    def _found(self, row: PaymentRow | None, payment_id: str) -> PaymentRow:
        if row is None:
            raise PaymentNotFound(payment_id)
        return row

    def _provider(self, name: str) -> PaymentProvider:
        provider = self._providers.get(name)
        if provider is None:
            raise ProviderNotOffered(name)
        return provider
