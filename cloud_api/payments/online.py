"""Payments of online orders: begun on the driver's phone, closed when the order is."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloud_api.database import Work
from cloud_api.payments import repository
from cloud_api.payments.ledger import Ledger, found
from cloud_api.payments.official_account import OfficialAccount
from cloud_api.payments.outcomes import first_look
from cloud_api.payments.provider import Order, PaymentProvider, ProviderRefused, ProviderSilent
from cloud_api.payments.pursuit import Pursuit
from cloud_api.payments.repository import DECLINED, PENDING, PaymentRow
from core.domain.faults import ProviderUnreachable
from core.domain.refusals.payments import ChannelNotOffered, PayerNotKnown, PaymentIsFinal

_log = logging.getLogger(__name__)


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


class OnlinePayments:
    """What the orders ask for. Ids are made by the caller, and the same id is never charged twice."""

    def __init__(
        self, ledger: Ledger, pursuit: Pursuit, official_account: OfficialAccount | None = None
    ) -> None:
        self._ledger, self._pursuit = ledger, pursuit
        self._official_account = official_account

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
        payer_code: str | None = None,
    ) -> StartedPayment:
        """Begins a payment on the driver's phone; the same payment id again answers the same.

        `payer_openid` is who pays to our mini program; a page inside WeChat, where an official account has an appid of its own,
        brings `payer_code` instead. Raises ProviderNotOffered, ChannelNotOffered, PayerNotKnown, WechatCodeUnfit,
        WechatAccountBlocked, IdempotencyKeyReused, PaymentIsFinal, ProviderUnreachable (nothing was charged; the same id may
        be tried again).
        """
        asked = self._ledger.provider(provider)
        if provider == "wechat" and channel == "jsapi" and self._official_account is not None:
            payer_openid = await self._payer_of_page(self._official_account, payment_id, payer_code)
        if channel in ("mini_program", "jsapi") and payer_openid is None:
            raise PayerNotKnown
        now = self._ledger.clock.now()
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
        row = await self._ledger.written_down(wanted)
        if row.pay_url is None and row.mini_program is None:
            if row.state != PENDING:
                raise PaymentIsFinal(row.id, row.state)
            row = await self._opened(asked, row)
        lives = asked.page_lives if row.channel == "h5" else None
        until = row.expires_at if lives is None else min(row.expires_at, row.created_at + lives)
        return StartedPayment(row.id, row.provider, until, row.pay_url, row.mini_program)

    async def _payer_of_page(
        self, account: OfficialAccount, payment_id: str, payer_code: str | None
    ) -> str | None:
        """Who pays to the official account. A code serves once: whoever asks again is who the first one told."""
        row = await self._ledger.database.read(lambda c: repository.payment(c, payment_id))
        if row is not None:
            return row.payer_openid
        return None if payer_code is None else await account.openid_of(payer_code)

    async def close_order_payments(self, order_id: str, *, but_fen: int | None = None) -> None:
        """Makes every unpaid payment of the order unpayable, but those over `but_fen`; money that comes all the same goes
        back by itself."""

        def ask(work: Work) -> Sequence[str]:
            now, pending = self._ledger.clock.now(), repository.pending_of_order(work.connection, order_id)
            rows = [row for row in pending if row.amount_fen != but_fen]
            for row in rows:
                repository.change_payment(work.connection, row.id, cancel_asked_at=now, look_at=now)
                repository.record(work.connection, row.id, now, "close_asked")
            return [row.id for row in rows]

        for payment_id in await self._ledger.database.write(ask):
            await self._pursuit.look(payment_id)

    async def _opened(self, provider: PaymentProvider, row: PaymentRow) -> PaymentRow:
        order = Order(
            payment_id=row.id,
            amount_fen=row.amount_fen,
            description=row.description,
            expires_at=row.expires_at,
            payer_ip=row.payer_ip or "127.0.0.1",
            payer_openid=row.payer_openid,
            return_url=row.return_url or "",
            on_page=row.channel == "jsapi",
        )
        try:
            if row.channel in ("mini_program", "jsapi"):
                values: dict[str, Any] = {"mini_program": dict(await provider.open_mini_program(order))}
            elif row.is_qr:
                values = {"pay_url": await provider.open_qr(order)}
            else:
                values = {"pay_url": await provider.open_page(order)}
        except ProviderRefused as no:
            await self._ledger.end(row, DECLINED, no.reason)
            if no.reason == "channel_not_offered":
                raise ChannelNotOffered(row.provider, row.channel) from no
            _log.error("%s refuses payment %s: %s", provider.name, row.id, no)
            raise ProviderUnreachable(row.provider) from no
        except ProviderSilent as silence:
            await self._ledger.silent(row, silence)
            raise ProviderUnreachable(row.provider) from silence

        def write_down(work: Work) -> PaymentRow:
            repository.change_payment(work.connection, row.id, **values)
            repository.record(work.connection, row.id, self._ledger.clock.now(), "opened")
            return found(repository.payment(work.connection, row.id), row.id)

        return await self._ledger.database.write(write_down)
