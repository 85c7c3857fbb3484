"""Rules of topping up: placed with the bonus it will bring, paid at a provider, put into the wallet once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal, Protocol

from sqlalchemy import Connection, select

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as people
from cloud_api.drivers.tables import drivers
from cloud_api.identifiers import new_id
from cloud_api.ledger import lots
from cloud_api.ledger.lots import HOUSE
from cloud_api.settings import Settings
from cloud_api.stations.tables import stations
from cloud_api.wallets import repository
from cloud_api.wallets.repository import CLOSED, PAID, PENDING, TopUpRow
from cloud_api.wallets.service import ACCOUNTS, Wallets
from core.domain.money import Money
from core.domain.refusals.cloud import IdempotencyKeyReused, NotFound, StationNotFound
from core.domain.refusals.stored_value import PrepaidLimitReached, TopUpClosed, TopUpNotFound
from core.domain.top_up import BonusRule, PrepaidLimits, best_bonus
from core.wording.catalogue import _


class Started(Protocol):
    """Where a payment that was begun is paid."""

    @property
    def expires_at(self) -> datetime: ...
    @property
    def pay_url(self) -> str | None: ...
    @property
    def mini_program(self) -> Mapping[str, str] | None: ...


class OnlinePayments(Protocol):
    """What top-ups ask of the payments: an order of theirs is a top-up here."""

    async def start_order_payment(  # noqa: PLR0917 - the words of the payments
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
        payer_ip: str = ...,
        payer_openid: str | None = ...,
        payer_code: str | None = ...,
    ) -> Started: ...

    async def close_order_payments(self, order_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """What a driver may top up now, and what it would bring."""

    room_fen: int
    limit_fen: int
    is_named: bool
    rules: tuple[BonusRule, ...]
    used: frozenset[str]


class TopUps:
    """Top-ups of drivers. What one person may keep with us counts paid-in money, with what is about to be paid."""

    def __init__(self, database: Database, clock: Clock, settings: Settings, wallets: Wallets) -> None:
        self._database, self._clock, self._settings, self._wallets = database, clock, settings, wallets
        self._limits = PrepaidLimits(Money(settings.prepaid_unnamed_fen), Money(settings.prepaid_named_fen))

    # --- rules ---

    def add_rule(self, work: Work, rule: BonusRule, entity: str = HOUSE) -> str:
        repository.add_rule(work.connection, rule, entity)
        return rule.id

    def stop_rule(self, work: Work, rule_id: str) -> None:
        """No new top-up brings it; those placed before still do. Raises NotFound."""
        if not repository.stop_rule(work.connection, rule_id, self._clock.now()):
            raise NotFound

    def rules(self, connection: Connection) -> Sequence[tuple[str, BonusRule]]:
        return repository.rules(connection, None, self._clock.now())

    # --- a driver ---

    async def offer(self, driver_id: str, entity: str = HOUSE) -> Offer:
        return await self._database.read(lambda c: self._offer(c, driver_id, entity))

    def _offer(self, connection: Connection, driver_id: str, entity: str) -> Offer:
        now = self._clock.now()
        is_named = repository.is_named(connection, driver_id)
        held = self.held_fen(connection, driver_id)
        running = [rule for _entity, rule in repository.rules(connection, entity, now)]
        return Offer(
            self._limits.room(Money(held), is_named=is_named).fen,
            self._limits.limit(is_named=is_named).fen,
            is_named,
            tuple(rule for rule in running if rule.starts_at <= now),
            frozenset(repository.rules_used(connection, driver_id)),
        )

    @staticmethod
    def held_fen(connection: Connection, driver_id: str) -> int:
        """Paid-in money that a person has with us, and what waits to be paid."""
        principal = lots.of_owner(connection, driver_id, ACCOUNTS[:1])
        return sum(lot.left for lot in principal) + repository.pending_fen(connection, driver_id)

    def check_room(self, connection: Connection, driver_id: str, amount_fen: int) -> None:
        """Raises PrepaidLimitReached. The driver's row is locked, so that two at once do not both find room."""
        connection.execute(select(drivers.c.id).where(drivers.c.id == driver_id).with_for_update())
        is_named = repository.is_named(connection, driver_id)
        room = self._limits.room(Money(self.held_fen(connection, driver_id)), is_named=is_named)
        if amount_fen > room.fen:
            raise PrepaidLimitReached(self._limits.limit(is_named=is_named).fen, room.fen)

    async def place(
        self, driver_id: str, top_up_id: str, amount_fen: int, station_id: str | None = None
    ) -> TopUpRow:
        """A new top-up under the phone's own id; the same again is the same. It belongs to the station's legal entity.

        Raises PrepaidLimitReached, StationNotFound, IdempotencyKeyReused.
        """
        return await self._database.write(
            lambda work: self._place(work, driver_id, top_up_id, amount_fen, station_id)
        )

    def _place(
        self, work: Work, driver_id: str, top_up_id: str, amount_fen: int, station_id: str | None
    ) -> TopUpRow:
        connection, now = work.connection, self._clock.now()
        entity = _entity(connection, station_id)
        known = repository.top_up(connection, top_up_id)
        if known is not None:
            if (known.driver_id, known.amount_fen, known.entity) != (driver_id, amount_fen, entity):
                raise IdempotencyKeyReused
            return known
        self.check_room(connection, driver_id, amount_fen)
        rules = [rule for _entity, rule in repository.rules(connection, entity, now)]
        used = repository.rules_used(connection, driver_id)
        chosen = best_bonus(rules, Money(amount_fen), now, used=used)
        row = TopUpRow(
            top_up_id,
            driver_id,
            entity,
            amount_fen,
            0 if chosen is None else chosen.bonus.fen,
            None if chosen is None else chosen.rule.id,
            PENDING,
            now,
            now + timedelta(seconds=self._settings.unpaid_order_seconds),
        )
        if chosen is not None and chosen.rule.once:
            repository.use_rule(connection, chosen.rule.id, driver_id, top_up_id)
        repository.add_top_up(connection, row)
        return row

    async def top_up(self, driver_id: str, top_up_id: str) -> TopUpRow:
        """Raises TopUpNotFound, also for somebody else's."""
        return await self._database.read(lambda c: _own(c, driver_id, top_up_id))

    async def top_ups_of(self, driver_id: str) -> list[TopUpRow]:
        return await self._database.read(lambda c: repository.top_ups_of(c, driver_id, 50))

    async def pay(  # noqa: PLR0917 - the words of the payments
        self,
        payments: OnlinePayments,
        driver_id: str,
        top_up_id: str,
        payment_id: str,
        provider: str,
        channel: str,
        *,
        payer_ip: str,
        payer_code: str | None = None,
    ) -> Started:
        """Begins an attempt to pay; the same payment id again answers the same.

        Raises TopUpNotFound, TopUpClosed, and what payments say no to.
        """
        row = await self.top_up(driver_id, top_up_id)
        if row.state != PENDING or self._clock.now() >= row.pay_before:
            raise TopUpClosed(top_up_id, row.state)
        openid = None
        if provider == "wechat" and channel != "h5":
            openid = await self._database.read(lambda c: people.openid_of(c, driver_id))
        return await payments.start_order_payment(
            top_up_id,
            payment_id,
            provider,
            channel,
            row.amount_fen,
            _("Wallet top-up"),
            f"{self._settings.site_url}/",
            row.pay_before,
            payer_ip=payer_ip,
            payer_openid=openid,
            payer_code=payer_code,
        )

    # --- its money ---

    def captured(  # noqa: PLR0917 - called by payments in this order
        self, work: Work, top_up_id: str, payment_id: str, amount_fen: int, provider: str, paid_at: datetime
    ) -> Literal["taken", "late"] | None:
        """A payment for this id has come: does it pay the top-up, or must it go back? None where the id is no top-up's."""
        row = repository.top_up(work.connection, top_up_id, lock=True)
        if row is None:
            return None
        if row.payment_id == payment_id:
            return "taken"
        if row.state != PENDING or amount_fen != row.amount_fen:
            return "late"
        repository.change_top_up(
            work.connection,
            top_up_id,
            state=PAID,
            paid_at=paid_at,
            payment_id=payment_id,
            provider=provider,
            payments_to_close=True,
        )
        self._wallets.top_up(
            work,
            top_up_id,
            row.driver_id,
            paid_fen=row.amount_fen,
            bonus_fen=row.bonus_fen,
            entity=row.entity,
            source="online",
        )
        return "taken"

    async def close_overdue(self, payments: OnlinePayments) -> None:
        """Chore: top-ups nobody paid end, and attempts that lost against another one are closed at the providers."""
        now = self._clock.now()
        if await self._database.read(lambda c: repository.top_ups_to_close(c, now)):
            await self._database.write(self._close_overdue)
        for top_up_id in await self._database.read(repository.payments_to_close):
            await payments.close_order_payments(top_up_id)
            await self._database.write(partial(_closed, top_up_id=top_up_id))

    def _close_overdue(self, work: Work) -> None:
        now = self._clock.now()
        for top_up_id in repository.top_ups_to_close(work.connection, now):
            row = repository.top_up(work.connection, top_up_id, lock=True)
            if row is not None and row.state == PENDING:
                repository.change_top_up(work.connection, top_up_id, state=CLOSED, payments_to_close=True)
                repository.free_rule(work.connection, top_up_id)

    # --- the head office ---

    def register(self, work: Work, driver_id: str, by: str) -> None:
        """Somebody has seen this person's document: the higher limit holds from now on. Raises NotFound."""
        if work.connection.execute(select(drivers.c.id).where(drivers.c.id == driver_id)).first() is None:
            raise NotFound
        repository.register(work.connection, driver_id, self._clock.now(), by)

    def new_rule_id(self) -> str:
        return new_id(self._clock.now())


def _own(connection: Connection, driver_id: str, top_up_id: str) -> TopUpRow:
    row = repository.top_up(connection, top_up_id)
    if row is None or row.driver_id != driver_id:
        raise TopUpNotFound(top_up_id)
    return row


def _entity(connection: Connection, station_id: str | None) -> str:
    if station_id is None:
        return HOUSE
    found = connection.execute(select(stations.c.entity).where(stations.c.id == station_id)).one_or_none()
    if found is None:
        raise StationNotFound
    entity: str = found.entity
    return entity


def _closed(work: Work, top_up_id: str) -> None:
    repository.change_top_up(work.connection, top_up_id, payments_to_close=False)
