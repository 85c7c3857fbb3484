"""Rules of paying a balance back: set aside first, agreed to by rule or by the finance office, then back the way it came."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.ledger import book, lots
from cloud_api.ledger.book import Entry, Kind, Posting, derived_id
from cloud_api.ledger.lots import LotRow
from cloud_api.settings import Settings
from cloud_api.wallets import repository
from cloud_api.wallets.repository import (
    AGREED,
    BY_HAND,
    DONE,
    REFUSED,
    REVIEW,
    WAITING,
    ItemRow,
    RefundRow,
)
from cloud_api.wallets.service import ACCOUNTS
from core.domain.balance_refund import LotRefund, RefundLimits, TopUpLeft, Why, needs_a_look, refunds_of
from core.domain.faults import Fault
from core.domain.money import Money
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.stored_value import BalanceRefundDecided, BalanceRefundNotFound, NothingToPayBack

_log = logging.getLogger(__name__)
_MONTH = timedelta(days=30)
# A provider gives nothing back that was paid longer ago.
_PROVIDER_REMEMBERS = timedelta(days=360)


class RefundOfPayment(Protocol):
    """How a refund stands at the provider."""

    @property
    def state(self) -> str: ...


class Refunds(Protocol):
    """What is asked of the payments."""

    async def refund(
        self, refund_id: str, payment_id: str, amount_fen: int, reason: str
    ) -> RefundOfPayment: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What would go back, top-up by top-up, and whether somebody has to agree first."""

    refunds: tuple[LotRefund, ...]
    needs_a_look: bool

    @property
    def back_fen(self) -> int:
        return sum(one.back.fen for one in self.refunds)

    @property
    def bonus_gone_fen(self) -> int:
        return sum(one.bonus_gone.fen for one in self.refunds)


@dataclass(frozen=True, slots=True)
class _Group:
    """The principal and the bonus lot of one top-up, as a top-up that has so much left."""

    top_up: TopUpLeft
    lots: tuple[LotRow, ...]


class BalanceRefunds:
    """Refunds of balances. While one is under way its money is set aside and pays for nothing."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database, self._clock = database, clock
        self._limits = RefundLimits(
            timedelta(days=settings.wallet_cooling_off_days),
            Money(settings.wallet_refund_unseen_fen),
            settings.wallet_refunds_unseen_a_month,
        )
        # What else follows when a top-up's money is back, in its transaction: its invoice is taken back.
        self.on_paid_back: list[Callable[[Work, str], None]] = []

    async def quote(self, driver_id: str, top_up_id: str | None = None, why: Why = Why.OWN_WISH) -> Asked:
        """What would go back now. Raises NothingToPayBack."""
        return await self._database.read(
            lambda c: self._asked(c, driver_id, _groups(c, driver_id, top_up_id), why)
        )

    async def ask(self, driver_id: str, refund_id: str, top_up_id: str | None = None) -> RefundRow:
        """A driver wants the balance back, once for this id. Raises NothingToPayBack, IdempotencyKeyReused."""
        return await self._database.write(
            lambda work: self.begin(work, driver_id, refund_id, top_up_id=top_up_id, why=Why.OWN_WISH)
        )

    def begin(
        self,
        work: Work,
        driver_id: str,
        refund_id: str,
        *,
        why: Why,
        top_up_id: str | None = None,
        by: str | None = None,
    ) -> RefundRow:
        """Sets aside what goes back. `by` is the person of the finance office who gives it back of the house's own accord.

        Raises NothingToPayBack, IdempotencyKeyReused.
        """
        connection, now = work.connection, self._clock.now()
        known = repository.refund(connection, refund_id)
        if known is not None:
            if (known.driver_id, known.top_up_id, known.why) != (driver_id, top_up_id, why):
                raise IdempotencyKeyReused
            return known
        groups = _groups(connection, driver_id, top_up_id, lock=True)
        asked = self._asked(connection, driver_id, groups, why)
        lot_of = {group.top_up.id: group.lots[0] for group in groups}
        items = [_item(connection, refund_id, one, lot_of[one.top_up.id], now) for one in asked.refunds]
        self._set_aside(connection, refund_id, driver_id, asked, groups)
        agreed = by is not None or not asked.needs_a_look
        row = RefundRow(
            refund_id,
            driver_id,
            why,
            top_up_id,
            asked.back_fen,
            asked.bonus_gone_fen,
            AGREED if agreed else REVIEW,
            now,
            now if agreed else None,
            by,
        )
        if agreed:
            items = [replace(item, state=_after_agreeing(item)) for item in items]
        repository.add_refund(connection, row, items)
        return row

    def _asked(self, connection: Connection, driver_id: str, groups: Sequence[_Group], why: Why) -> Asked:
        refunds = refunds_of([group.top_up for group in groups], why)
        if not refunds:
            raise NothingToPayBack
        now = self._clock.now()
        online = {group.top_up.id for group in groups if group.lots[0].source == "online"}
        look = needs_a_look(
            refunds,
            now,
            earlier_in_a_month=repository.refunds_since(connection, driver_id, now - _MONTH),
            all_online=all(one.top_up.id in online for one in refunds),
            limits=self._limits,
        )
        return Asked(tuple(refunds), look)

    def _set_aside(
        self,
        connection: Connection,
        refund_id: str,
        driver_id: str,
        asked: Asked,
        groups: Sequence[_Group],
    ) -> None:
        meant = {one.top_up.id for one in asked.refunds}
        taken = {lot.id: lot.left for group in groups if group.top_up.id in meant for lot in group.lots}
        lots.take_from(connection, refund_id, {lot_id: left for lot_id, left in taken.items() if left})
        moved = [
            Entry(Kind.WALLET_PRINCIPAL, driver_id, -sum(one.top_up.paid_left.fen for one in asked.refunds)),
            Entry(Kind.WALLET_BONUS, driver_id, -sum(one.top_up.bonus_left.fen for one in asked.refunds)),
            Entry(Kind.WALLET_REFUNDING, driver_id, asked.back_fen),
        ]
        entity_of = {group.top_up.id: group.lots[0].entity for group in groups}
        moved += [
            Entry(Kind.BONUS_GIVEN, entity_of[one.top_up.id], one.bonus_gone.fen) for one in asked.refunds
        ]
        book.post(connection, Posting(refund_id, "refund_asked", refund_id, tuple(moved)), self._clock.now())

    # --- the finance office ---

    def agree(self, work: Work, refund_id: str, by: str, note: str = "") -> RefundRow:
        """It goes back; the same decision again is the same. Raises BalanceRefundNotFound, BalanceRefundDecided."""
        decided = _decided_so(work.connection, refund_id, (AGREED, DONE), by, note)
        if decided is not None:
            return decided
        row = _in_review(work.connection, refund_id)
        now = self._clock.now()
        for item in repository.items_of(work.connection, refund_id):
            repository.change_item(work.connection, item.id, state=_after_agreeing(item))
        changes = {"state": AGREED, "decided_at": now, "decided_by": by, "note": note}
        repository.change_refund(work.connection, refund_id, **changes)
        return replace(row, state=AGREED, decided_at=now, decided_by=by, note=note)

    def refuse(self, work: Work, refund_id: str, by: str, note: str) -> RefundRow:
        """It does not go back: everything is in the wallet again, lot by lot; the same decision again is the same.

        Raises BalanceRefundNotFound, BalanceRefundDecided.
        """
        decided = _decided_so(work.connection, refund_id, (REFUSED,), by, note)
        if decided is not None:
            return decided
        connection, row, now = work.connection, _in_review(work.connection, refund_id), self._clock.now()
        taken = sum(part.taken for _lot, part in lots.of_use(connection, refund_id))
        back = lots.give_back(connection, refund_id, taken)
        gone: dict[str, int] = {}
        for item in repository.items_of(connection, refund_id):
            gone[item.entity] = gone.get(item.entity, 0) + item.bonus_gone_fen
        moved = [Entry(kind, row.driver_id, fen) for kind, fen in back.items()]
        moved += [Entry(Kind.WALLET_REFUNDING, row.driver_id, -row.amount_fen)]
        moved += [Entry(Kind.BONUS_GIVEN, entity, -fen) for entity, fen in gone.items()]
        posting = Posting(derived_id("refuse", refund_id), "refund_refused", refund_id, tuple(moved))
        book.post(connection, posting, now)
        repository.drop_items(connection, refund_id, now)
        changes = {"state": REFUSED, "decided_at": now, "decided_by": by, "note": note, "done_at": now}
        repository.change_refund(connection, refund_id, **changes)
        return replace(row, state=REFUSED, decided_at=now, decided_by=by, note=note, done_at=now)

    def paid_by_hand(self, work: Work, item_id: str, reference: str) -> ItemRow:
        """What no provider could give back was paid out otherwise, under this reference. Once.

        Raises BalanceRefundNotFound, BalanceRefundDecided.
        """
        item = repository.item(work.connection, item_id)
        if item is None:
            raise BalanceRefundNotFound(item_id)
        if item.state == DONE and item.reference == reference:
            return item
        if item.state != BY_HAND:
            raise BalanceRefundDecided(item.refund_id, item.state)
        return self._done(work, item, reference)

    def waiting(self, connection: Connection) -> list[tuple[RefundRow, list[ItemRow]]]:
        """What somebody of the finance office has to look at or to pay out."""
        rows = repository.refunds_in(connection, (REVIEW, AGREED), 200)
        return [(row, repository.items_of(connection, row.id)) for row in rows]

    async def refunds_of(self, driver_id: str) -> list[tuple[RefundRow, list[ItemRow]]]:
        def load(connection: Connection) -> list[tuple[RefundRow, list[ItemRow]]]:
            rows = repository.refunds_of(connection, driver_id, 50)
            return [(row, repository.items_of(connection, row.id)) for row in rows]

        return await self._database.read(load)

    # --- the money ---

    async def carry_out(self, payments: Refunds) -> None:
        """Chore: asks the providers for what was agreed to, always under the same number."""
        for item in await self._database.read(repository.items_waiting):
            await self._carry_out(payments, item)

    async def _carry_out(self, payments: Refunds, item: ItemRow) -> None:
        payment_id = item.payment_id or ""
        try:
            refund = await payments.refund(item.id, payment_id, item.amount_fen, "balance")
        except Fault:
            return
        except Refusal as refusal:
            # Too long ago, or given back already in part: somebody has to pay it out.
            _log.warning("refund %s of a balance cannot go back by itself: %s", item.id, refusal.code)
            await self._database.write(lambda work: self._by_hand(work, item.id))
            return
        if refund.state == "refunded":
            await self._database.write(lambda work: self.refunded(work, item.id))
        elif refund.state == "failed":
            await self._database.write(lambda work: self._by_hand(work, item.id))

    def refunded(self, work: Work, item_id: str) -> bool:
        """The provider has given it back; False where this is no refund of a balance. Counts once."""
        item = repository.item(work.connection, item_id)
        if item is None:
            return False
        if item.state in (WAITING, BY_HAND):
            self._done(work, item, None)
        return True

    def _by_hand(self, work: Work, item_id: str) -> None:
        item = repository.item(work.connection, item_id)
        if item is not None and item.state == WAITING:
            repository.change_item(work.connection, item_id, state=BY_HAND)

    def _done(self, work: Work, item: ItemRow, reference: str | None) -> ItemRow:
        connection, now = work.connection, self._clock.now()
        refund = repository.refund(connection, item.refund_id, lock=True)
        if refund is None:
            raise BalanceRefundNotFound(item.refund_id)
        moved = (
            Entry(Kind.WALLET_REFUNDING, refund.driver_id, -item.amount_fen),
            Entry(Kind.PAID_BACK, item.entity, item.amount_fen),
        )
        posting = Posting(derived_id("paid back", item.id), "paid_back", item.refund_id, moved)
        book.post(connection, posting, now)
        repository.change_item(connection, item.id, state=DONE, reference=reference, ended_at=now)
        for follow in self.on_paid_back:
            follow(work, item.source_id)
        left = [one for one in repository.items_of(connection, item.refund_id) if one.state != DONE]
        if not left:
            repository.change_refund(connection, item.refund_id, state=DONE, done_at=now)
        return replace(item, state=DONE, reference=reference, ended_at=now)


def _decided_so(
    connection: Connection, refund_id: str, states: tuple[str, ...], by: str, note: str
) -> RefundRow | None:
    """The refund, where this person has decided so already: they did not hear the answer, and ask again."""
    row = repository.refund(connection, refund_id, lock=True)
    is_theirs = row is not None and row.state in states and (row.decided_by, row.note) == (by, note)
    return row if is_theirs else None


def _in_review(connection: Connection, refund_id: str) -> RefundRow:
    row = repository.refund(connection, refund_id, lock=True)
    if row is None:
        raise BalanceRefundNotFound(refund_id)
    if row.state != REVIEW:
        raise BalanceRefundDecided(refund_id, row.state)
    return row


def _groups(
    connection: Connection, driver_id: str, top_up_id: str | None, *, lock: bool = False
) -> list[_Group]:
    """What a driver has, by the top-up that it came from."""
    by_source: dict[str, list[LotRow]] = {}
    for lot in lots.of_owner(connection, driver_id, ACCOUNTS, lock=lock):
        if top_up_id in (None, lot.source_id):
            by_source.setdefault(lot.source_id, []).append(lot)
    groups = []
    for source_id, both in by_source.items():
        whole = {lot.kind: lot for lot in lots.of_source(connection, driver_id, source_id)}
        paid, bonus = (whole.get(kind) for kind in ACCOUNTS)
        top_up = TopUpLeft(
            source_id,
            both[0].at,
            Money(0 if paid is None else paid.amount),
            Money(0 if bonus is None else bonus.amount),
            Money(0 if paid is None else paid.left),
            Money(0 if bonus is None else bonus.left),
        )
        groups.append(_Group(top_up, tuple(both)))
    return groups


def _item(connection: Connection, refund_id: str, one: LotRefund, lot: LotRow, now: datetime) -> ItemRow:
    paid = repository.top_up(connection, one.top_up.id) if lot.source == "online" else None
    is_too_old = paid is None or paid.paid_at is None or now - paid.paid_at > _PROVIDER_REMEMBERS
    return ItemRow(
        derived_id("refund of", f"{refund_id} {one.top_up.id}"),
        refund_id,
        lot.source,
        one.top_up.id,
        lot.entity,
        None if paid is None or is_too_old else paid.payment_id,
        one.back.fen,
        one.bonus_gone.fen,
        REVIEW,
    )


def _after_agreeing(item: ItemRow) -> str:
    return BY_HAND if item.payment_id is None else WAITING
