"""Rules of recharge cards: activated when sold, spent to exactly nothing or put into a wallet, frozen, replaced, never guessed."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, func, select

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.ledger import book, lots
from cloud_api.ledger.book import Entry, Kind, Posting, derived_id
from cloud_api.ledger.lots import NewLot
from cloud_api.ledger.stored_value import CannotPay, Drawn
from cloud_api.recharge_cards import repository
from cloud_api.recharge_cards.batches import MOST_FACE_FEN, CardBatches, PrintedCard, hash_of
from cloud_api.recharge_cards.guessing import Guesser, Guessing
from cloud_api.recharge_cards.repository import ACTIVE, FROZEN, NEW, REDEEMED, REPLACED, VOID, CardRow
from cloud_api.stations.tables import stations
from core.domain.refusals.cloud import TooManyTries
from core.domain.refusals.payments import RechargeCardNotFound
from core.domain.refusals.stored_value import (
    RechargeCardExpired,
    RechargeCardUnfit,
)
from core.domain.scan import cleaned

ACCOUNTS = (Kind.CARD,)
_CODE = re.compile(r"YC[0-9A-Z]{18}")
# What counts as a wrong try: nobody who holds a card in the hand types these.
_NOT_TO_BE_KNOWN = frozenset({NEW, VOID, REPLACED})

__all__ = ["ACCOUNTS", "MOST_FACE_FEN", "PrintedCard", "RechargeCards"]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a card has brought into a wallet."""

    number: str
    fen: int


class Room(Protocol):
    """Whether a person may keep so much more with us. Raises PrepaidLimitReached."""

    def __call__(self, connection: Connection, driver_id: str, amount_fen: int) -> None: ...


class RechargeCards(CardBatches):
    """Looking and paying for counters, redeeming for drivers; batches for the head office (CardBatches)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(clock)
        self._database = database
        self._guessing = Guessing(clock)

    async def look(self, station_id: str, code: str) -> tuple[CardRow, int]:
        """A card and what it holds. Raises RechargeCardNotFound, TooManyTries."""
        # A wrong try must be counted, so the refusal is raised only after the commit.
        found = await self._database.write(lambda work: self._look(work, station_id, code))
        if found is None:
            raise RechargeCardNotFound
        return found

    def _look(self, work: Work, station_id: str, code: str) -> tuple[CardRow, int] | None:
        card = self._tried(work, code, Guesser(station=station_id))
        return None if card is None else (card, book.balance(work.connection, Kind.CARD, card.id))

    def _tried(self, work: Work, code: str, guesser: Guesser) -> CardRow | None:
        wait = self._guessing.seconds_to_wait(work.connection, guesser)
        if wait:
            raise TooManyTries(wait)
        card = _card_of(work.connection, code)
        if card is None or card.state in (VOID, REPLACED):
            self._guessing.count_wrong(work, guesser)
            return None
        return card

    def draw(
        self,
        connection: Connection,
        code: str,
        amount_fen: int,
        station_id: str,
        *,
        guesser: str | None = None,
    ) -> Drawn:
        """Out of which card an amount is paid. Raises CannotPay; a code that is no card's is counted by the caller.

        `guesser` is the driver who types the code at home; otherwise the station's tries count.
        """
        if self._guessing.seconds_to_wait(connection, Guesser(person=guesser or station_id)):
            raise CannotPay("card_tries_locked")
        card = _card_of(connection, code)
        if card is None or card.state in _NOT_TO_BE_KNOWN:
            raise CannotPay("card_not_known")
        if card.state == FROZEN:
            raise CannotPay("account_blocked")
        if card.expires_at is not None and self._clock.now() >= card.expires_at:
            raise CannotPay("card_expired")
        if card.entity != _entity_of(connection, station_id):
            raise CannotPay("card_not_here")
        have = book.balance(connection, Kind.CARD, card.id, lock=True)
        if have < amount_fen:
            raise CannotPay("balance_short", have)
        return Drawn(card.id, Kind.CARD, amount_fen, left_fen=have - amount_fen)

    def count_wrong(self, work: Work, asker_id: str) -> None:
        """A code that is no card's was tried at this station, or by this driver."""
        self._guessing.count_wrong(work, Guesser(person=asker_id))

    async def redeem(self, driver_id: str, code: str, guesser: Guesser, room: Room) -> Redeemed:
        """Puts what a card holds into the driver's wallet; asked again by the same driver it answers the same.

        Raises RechargeCardNotFound, TooManyTries, RechargeCardUnfit, RechargeCardExpired, PrepaidLimitReached.
        """
        redeemed = await self._database.write(lambda work: self._redeem(work, driver_id, code, guesser, room))
        if redeemed is None:
            raise RechargeCardNotFound
        return redeemed

    def _redeem(self, work: Work, driver_id: str, code: str, guesser: Guesser, room: Room) -> Redeemed | None:
        connection, now = work.connection, self._clock.now()
        card = self._tried(work, code, guesser)
        if card is None or card.state == NEW:
            if card is not None:
                self._guessing.count_wrong(work, guesser)
            return None
        self._check(card, driver_id, now)
        fen = book.balance(connection, Kind.CARD, card.id, lock=True)
        if fen:
            room(connection, driver_id, fen)
            posting_id = derived_id("redeem card", f"{card.id} {card.redeemed_fen}")
            moved = (Entry(Kind.CARD, card.id, -fen), Entry(Kind.WALLET_PRINCIPAL, driver_id, fen))
            lot = NewLot(
                derived_id(Kind.WALLET_PRINCIPAL, posting_id),
                Kind.WALLET_PRINCIPAL,
                driver_id,
                fen,
                now,
                "card",
                posting_id,
                entity=card.entity,
            )
            lots.add(connection, lot)
            book.post(connection, Posting(posting_id, "card_redeemed", card.id, moved), now)
        repository.change_card(
            connection,
            card.id,
            state=REDEEMED,
            redeemed_by=driver_id,
            redeemed_at=now,
            redeemed_fen=card.redeemed_fen + fen,
        )
        return Redeemed(card.number, card.redeemed_fen + fen)

    @staticmethod
    def _check(card: CardRow, driver_id: str, now: datetime) -> None:
        is_mine = card.state == REDEEMED and card.redeemed_by == driver_id
        if card.state != ACTIVE and not is_mine:
            raise RechargeCardUnfit(card.number, card.state)
        if not is_mine and card.expires_at is not None and now >= card.expires_at:
            raise RechargeCardExpired(card.number, card.expires_at)


def _entity_of(connection: Connection, station_id: str) -> str:
    known = select(stations.c.entity).where(stations.c.id == station_id).scalar_subquery()
    entity: str = connection.execute(select(func.coalesce(known, lots.HOUSE))).scalar_one()
    return entity


def _card_of(connection: Connection, code: str) -> CardRow | None:
    code = cleaned(code)
    if not _CODE.fullmatch(code):
        return None
    keyed, plain = hash_of(connection, code), hashlib.sha256(code.encode()).hexdigest()
    card = repository.card_of_code(connection, (keyed, plain))
    if card is not None and card.code_hash == plain:
        # Of the time before codes were hashed with a key.
        repository.change_card(connection, card.id, code_hash=keyed)
    return card
