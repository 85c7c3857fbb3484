"""Batches of recharge cards: made, their codes told once, sold, frozen, replaced, prolonged, reckoned up."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from cloud_api.ledger import book, stored_value
from cloud_api.ledger.book import Entry, Kind, Posting, derived_id
from cloud_api.recharge_cards import repository
from cloud_api.recharge_cards.repository import (
    ACTIVE,
    FROZEN,
    NEW,
    REPLACED,
    BatchRow,
    CardRow,
    Figures,
)
from cloud_api.sealing import blind_index
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.payments import RechargeCardNotFound
from core.domain.refusals.stored_value import (
    CardBatchExported,
    CardBatchNotExported,
    CardBatchNotFound,
    CardBuyerNeeded,
    RechargeCardUnfit,
)

MARK = "YC"
# 18 of 32 letters that cannot be mistaken for each other: 90 bits, which one keyed hash keeps.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# A card without a name on it may hold 1000 yuan at most, is valid for three years at least, and from 10 000 yuan in one
# purchase the buyer's name is wanted (MOFCOM 2012 No. 9).
MOST_FACE_FEN = 100_000
LEAST_YEARS = 3
NAMED_FROM_FEN = 1_000_000
MOST_CARDS = 10_000
_BY_COMMAND = "command"
_NUMBER = re.compile(r"88[0-9]{14}")


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What is printed on a new card. The code is nowhere else and cannot be told again."""

    number: str
    code: str


class CardBatches:
    """What the head office does with cards, each inside a transaction of whoever asks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def make_batch(
        self, work: Work, title: str, face_fen: int, count: int, *, entity: str = ""
    ) -> list[PrintedCard]:
        """New cards with their codes, worth nothing until they are activated."""
        batch = self.plan_batch(work, new_id(self._clock.now()), title, face_fen, count, entity=entity)
        return self.export(work, batch.id, _BY_COMMAND)

    def plan_batch(
        self,
        work: Work,
        batch_id: str,
        title: str,
        face_fen: int,
        count: int,
        *,
        entity: str = "",
        valid_years: int | None = None,
    ) -> BatchRow:
        """Numbers of new cards, without codes yet; the same id again is the same batch. Raises IdempotencyKeyReused."""
        if not 0 < face_fen <= MOST_FACE_FEN or not 0 < count <= MOST_CARDS:
            raise ValueError(f"a card holds up to {MOST_FACE_FEN} fen, a batch from 1 to {MOST_CARDS} cards")
        if valid_years is not None and valid_years < LEAST_YEARS:
            raise ValueError(f"a card is valid for {LEAST_YEARS} years at least")
        known = repository.batch(work.connection, batch_id)
        if known is not None:
            asked = (title, face_fen, count, entity, valid_years)
            if (known.title, known.face_fen, known.count, known.entity, known.valid_years) != asked:
                raise IdempotencyKeyReused
            return known
        now = self._clock.now()
        batch = BatchRow(batch_id, title, face_fen, count, now, entity, valid_years)
        repository.add_batch(work.connection, batch)
        repository.add_cards(work.connection, [_new_card(batch_id, now) for _ in range(count)])
        return batch

    def export(self, work: Work, batch_id: str, by: str) -> list[PrintedCard]:
        """Makes the codes and tells them, this once: only their hashes are kept.

        Raises CardBatchNotFound, CardBatchExported.
        """
        connection = work.connection
        batch = _batch(connection, batch_id)
        if batch.exported_at is not None or batch.taken_back_at is not None:
            raise CardBatchExported(batch_id)
        cards = repository.cards_of(connection, batch_id, NEW)
        printed = [PrintedCard(card.number, _new_code()) for card in cards]
        repository.tell_codes(
            connection,
            [(card.id, hash_of(connection, one.code)) for card, one in zip(cards, printed, strict=True)],
        )
        repository.change_batch(connection, batch_id, exported_at=self._clock.now(), exported_by=by)
        return printed

    def take_back(self, work: Work, batch_id: str) -> int:
        """Cards of a batch that were never sold pay nothing for ever; how many. Raises CardBatchNotFound."""
        _batch(work.connection, batch_id)
        repository.change_batch(work.connection, batch_id, taken_back_at=self._clock.now())
        return repository.void_new_cards(work.connection, batch_id)

    # --- selling ---

    def activate(self, work: Work, number: str, *, buyer: str | None = None, by: str = _BY_COMMAND) -> int:
        """The card was sold: from now on it holds its face value, once; the face value.

        Raises RechargeCardNotFound, CardBatchNotExported, RechargeCardUnfit.
        """
        card = _found(repository.card_of_number(work.connection, number))
        if card.state == NEW:
            self._sell(work, [card], buyer, by)
        elif card.activated_at is None:
            raise RechargeCardUnfit(number, card.state)
        return card.face_fen

    def activate_batch(self, work: Work, batch_id: str, *, buyer: str | None, by: str) -> int:
        """All cards of a batch that were not sold yet are sold; how many.

        Raises CardBatchNotFound, CardBatchNotExported, CardBuyerNeeded.
        """
        _batch(work.connection, batch_id)
        cards = repository.cards_of(work.connection, batch_id, NEW)
        if cards:
            self._sell(work, cards, buyer, by)
        return len(cards)

    def _sell(self, work: Work, cards: Sequence[CardRow], buyer: str | None, by: str) -> None:
        connection, now = work.connection, self._clock.now()
        batch = _batch(connection, cards[0].batch_id)
        if batch.exported_at is None:
            raise CardBatchNotExported(batch.id)
        total_fen = sum(card.face_fen for card in cards)
        if total_fen >= NAMED_FROM_FEN and not buyer:
            raise CardBuyerNeeded(NAMED_FROM_FEN)
        sale_id = new_id(now)
        repository.add_sale(
            connection, id=sale_id, at=now, count=len(cards), total_fen=total_fen, buyer=buyer, sold_by=by
        )
        expires_at = None if batch.valid_years is None else _years_after(now, batch.valid_years)
        for card in cards:
            moved = (
                Entry(Kind.CARD, card.id, card.face_fen),
                Entry(Kind.PAID_IN, batch.entity, -card.face_fen),
            )
            posting = Posting(derived_id("activate", card.id), "activated", card.id, moved)
            book.post(connection, posting, now)
            repository.change_card(
                connection, card.id, state=ACTIVE, activated_at=now, expires_at=expires_at, sale_id=sale_id
            )

    # --- afterwards ---

    def freeze(self, work: Work, number: str, *, frozen: bool = True) -> None:
        """A lost card pays nothing until it is thawed; what it holds stays. Raises RechargeCardNotFound, RechargeCardUnfit."""
        card = _found(repository.card_of_number(work.connection, number))
        if card.state not in (ACTIVE, FROZEN):
            raise RechargeCardUnfit(number, card.state)
        repository.change_card(work.connection, card.id, state=FROZEN if frozen else ACTIVE)

    def replace(self, work: Work, number: str) -> PrintedCard:
        """A lost card gets a successor with a number and a code of its own, told this once; the old one is dead.

        What it holds, and what may still come back to it, is the successor's. Raises RechargeCardNotFound, RechargeCardUnfit.
        """
        connection, now = work.connection, self._clock.now()
        card = _found(repository.card_of_number(connection, number))
        if card.state not in (ACTIVE, FROZEN):
            raise RechargeCardUnfit(number, card.state)
        code, successor = _new_code(), _new_card(card.batch_id, now)
        successor |= {
            "state": ACTIVE,
            "code_hash": hash_of(connection, code),
            "activated_at": card.activated_at,
            "expires_at": card.expires_at,
        }
        repository.add_cards(connection, [successor])
        fen = book.balance(connection, Kind.CARD, card.id, lock=True)
        moved = (Entry(Kind.CARD, card.id, -fen), Entry(Kind.CARD, successor["id"], fen))
        posting = Posting(derived_id("replace card", card.id), "card_replaced", card.id, moved)
        book.post(connection, posting, now)
        stored_value.hand_over(connection, card.id, successor["id"])
        repository.change_card(connection, card.id, state=REPLACED, replaced_by=successor["id"])
        return PrintedCard(successor["number"], code)

    def prolong(self, work: Work, number: str, years: int = LEAST_YEARS) -> datetime | None:
        """A card that ran out, or will, is valid again from now for so long: what it holds is never forfeit.

        Raises RechargeCardNotFound, RechargeCardUnfit.
        """
        card = _found(repository.card_of_number(work.connection, number))
        if card.state not in (ACTIVE, FROZEN):
            raise RechargeCardUnfit(number, card.state)
        if card.expires_at is None:
            return None
        until = max(card.expires_at, _years_after(self._clock.now(), years))
        repository.change_card(work.connection, card.id, expires_at=until)
        return until

    def report(self, connection: Connection, batch_id: str) -> tuple[BatchRow, Figures]:
        """Raises CardBatchNotFound."""
        batch = repository.batch(connection, batch_id)
        if batch is None:
            raise CardBatchNotFound(batch_id)
        return batch, repository.figures(connection, batch_id)

    def batches(self, connection: Connection) -> list[BatchRow]:
        return repository.batches(connection, 200)

    def card(self, connection: Connection, number: str) -> tuple[CardRow, int]:
        """A card by its number, and what it holds. Raises RechargeCardNotFound."""
        card = _found(repository.card_of_number(connection, number) if _NUMBER.fullmatch(number) else None)
        return card, book.balance(connection, Kind.CARD, card.id)


def hash_of(connection: Connection, code: str) -> str:
    """What is kept of a code: nothing can be tried on it without the key, which the database does not have."""
    return blind_index(connection, code, "recharge card")


def _batch(connection: Connection, batch_id: str) -> BatchRow:
    batch = repository.batch(connection, batch_id, lock=True)
    if batch is None:
        raise CardBatchNotFound(batch_id)
    return batch


def _found(card: CardRow | None) -> CardRow:
    if card is None:
        raise RechargeCardNotFound
    return card


def _new_card(batch_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "batch_id": batch_id,
        "number": f"88{secrets.randbelow(10**14):014d}",
        "state": NEW,
    }


def _new_code() -> str:
    return MARK + "".join(secrets.choice(_LETTERS) for _ in range(18))


def _years_after(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        # From the 29th of February: the day after the 28th.
        return moment.replace(year=moment.year + years, month=3, day=1)
