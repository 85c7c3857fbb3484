"""Rules of recharge cards: made in batches, activated when sold, spent to exactly nothing, frozen, never guessed."""

import hashlib
import math
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.ledger import book
from cloud_api.ledger.book import Entry, Kind, Posting, derived_id
from cloud_api.ledger.stored_value import CannotPay, Drawn
from cloud_api.recharge_cards import repository
from cloud_api.recharge_cards.repository import ACTIVE, FROZEN, NEW, CardRow
from core.domain.refusals.cloud import TooManyTries
from core.domain.refusals.payments import RechargeCardNotFound
from core.domain.scan import cleaned

ACCOUNTS = (Kind.CARD,)
MARK = "YC"
# 18 of 32 letters that cannot be mistaken for each other: 90 bits, which one plain hash keeps.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE = re.compile(r"YC[0-9A-Z]{18}")
# A card without a name on it may hold 1000 yuan at most (MOFCOM 2012 No. 9).
MOST_FACE_FEN = 100_000
_MOST_WRONG = 10
_WRONG_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What is printed on a new card. The code is nowhere else and cannot be told again."""

    number: str
    code: str


class RechargeCards:
    """Batches for whoever keeps the cloud; looking and paying for counters."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def make_batch(self, work: Work, title: str, face_fen: int, count: int) -> list[PrintedCard]:
        """New cards, worth nothing until they are activated."""
        if not 0 < face_fen <= MOST_FACE_FEN or count < 1:
            raise ValueError(f"a card holds up to {MOST_FACE_FEN} fen, and a batch at least one card")
        now = self._clock.now()
        batch_id = new_id(now)
        repository.add_batch(work.connection, batch_id, title=title, face_fen=face_fen, count=count, now=now)
        printed = [PrintedCard(f"88{secrets.randbelow(10**14):014d}", _new_code()) for _ in range(count)]
        repository.add_cards(
            work.connection, batch_id, [(new_id(now), card.number, _hash(card.code)) for card in printed]
        )
        return printed

    def activate(self, work: Work, number: str) -> int:
        """The card was sold: from now on it holds its face value, once. Raises RechargeCardNotFound."""
        card = _found(repository.card_of_number(work.connection, number))
        if card.state == NEW:
            now = self._clock.now()
            moved = (Entry(Kind.CARD, card.id, card.face_fen), Entry(Kind.PAID_IN, "", -card.face_fen))
            book.post(
                work.connection, Posting(derived_id("activate", card.id), "activated", card.id, moved), now
            )
            repository.change_state(work.connection, card.id, ACTIVE, now)
        return card.face_fen

    def freeze(self, work: Work, number: str, *, frozen: bool = True) -> None:
        """A lost card pays nothing until it is thawed; what it holds stays. Raises RechargeCardNotFound."""
        card = _found(repository.card_of_number(work.connection, number))
        if card.state != NEW:
            repository.change_state(work.connection, card.id, FROZEN if frozen else ACTIVE)

    async def look(self, station_id: str, code: str) -> tuple[CardRow, int]:
        """A card and what it holds. Raises RechargeCardNotFound, TooManyTries."""
        # A wrong try must be counted, so the refusal is raised only after the commit.
        found = await self._database.write(lambda work: self._look(work, station_id, code))
        if found is None:
            raise RechargeCardNotFound
        return found

    def _look(self, work: Work, station_id: str, code: str) -> tuple[CardRow, int] | None:
        wait = self._locked_for(work.connection, station_id)
        if wait:
            raise TooManyTries(wait)
        card = _card_of(work.connection, code)
        if card is None:
            self.count_wrong(work, station_id)
            return None
        return card, book.balance(work.connection, Kind.CARD, card.id)

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

        `guesser` is whose wrong tries count: the driver's who types the code at home, otherwise the station's.
        """
        if self._locked_for(connection, guesser or station_id):
            raise CannotPay("card_tries_locked")
        card = _card_of(connection, code)
        if card is None or card.state == NEW:
            raise CannotPay("card_not_known")
        if card.state == FROZEN:
            raise CannotPay("account_blocked")
        have = book.balance(connection, Kind.CARD, card.id, lock=True)
        if have < amount_fen:
            raise CannotPay("balance_short", have)
        return Drawn(card.id, Kind.CARD, amount_fen)

    def count_wrong(self, work: Work, station_id: str) -> None:
        now = self._clock.now()
        repository.forget_tries_before(work.connection, now - 4 * _WRONG_WITHIN)
        repository.count_try(work.connection, new_id(now), station_id, now)

    def _locked_for(self, connection: Connection, station_id: str) -> int:
        """How many seconds this station must wait before it may try another code; 0 where it may."""
        now = self._clock.now()
        count, first = repository.tries_since(connection, station_id, now - _WRONG_WITHIN)
        if count < _MOST_WRONG or first is None:
            return 0
        return max(1, math.ceil((first + _WRONG_WITHIN - now).total_seconds()))


def _card_of(connection: Connection, code: str) -> CardRow | None:
    code = cleaned(code)
    return repository.card_of_code(connection, _hash(code)) if _CODE.fullmatch(code) else None


def _found(card: CardRow | None) -> CardRow:
    if card is None:
        raise RechargeCardNotFound
    return card


def _new_code() -> str:
    return MARK + "".join(secrets.choice(_LETTERS) for _ in range(18))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
