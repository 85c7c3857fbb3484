"""Rows of recharge cards."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.ledger.book import Kind
from cloud_api.ledger.tables import accounts
from cloud_api.recharge_cards.tables import card_batches, card_guesses, card_sales, recharge_cards
from core.domain.guessing import Guesses

NEW, ACTIVE, FROZEN, REDEEMED, REPLACED, VOID = "new", "active", "frozen", "redeemed", "replaced", "void"


@dataclass(frozen=True, slots=True)
class CardRow:
    id: str
    batch_id: str
    number: str
    state: str
    code_hash: str | None
    activated_at: datetime | None
    expires_at: datetime | None
    redeemed_by: str | None
    redeemed_fen: int
    # Of its batch.
    face_fen: int
    entity: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: str
    title: str
    face_fen: int
    count: int
    created_at: datetime
    entity: str = ""
    valid_years: int | None = None
    exported_at: datetime | None = None
    exported_by: str | None = None
    taken_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How a batch stands: cards by state, what they were sold for, what went into wallets and what they still hold, in fen."""

    cards: int
    sold: int
    frozen: int
    redeemed: int
    replaced: int
    sold_fen: int
    redeemed_fen: int
    outstanding_fen: int

    @property
    def spent_fen(self) -> int:
        return self.sold_fen - self.redeemed_fen - self.outstanding_fen


def add_batch(connection: Connection, row: BatchRow) -> None:
    connection.execute(
        insert(card_batches).values({field.name: getattr(row, field.name) for field in fields(row)})
    )


def batch(connection: Connection, batch_id: str, *, lock: bool = False) -> BatchRow | None:
    query = select(*(card_batches.c[field.name] for field in fields(BatchRow))).where(
        card_batches.c.id == batch_id
    )
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else BatchRow(*row)


def batches(connection: Connection, limit: int) -> list[BatchRow]:
    """The newest first."""
    rows = connection.execute(
        select(*(card_batches.c[field.name] for field in fields(BatchRow)))
        .order_by(card_batches.c.id.desc())
        .limit(limit)
    )
    return [BatchRow(*row) for row in rows]


def change_batch(connection: Connection, batch_id: str, **values: Any) -> None:
    connection.execute(update(card_batches).where(card_batches.c.id == batch_id).values(**values))


def add_cards(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(insert(recharge_cards), list(rows))


def tell_codes(connection: Connection, hashes: Sequence[tuple[str, str]]) -> None:
    """The hash of each card's code, by the card's id."""
    for card_id, code_hash in hashes:
        connection.execute(
            update(recharge_cards).where(recharge_cards.c.id == card_id).values(code_hash=code_hash)
        )


def cards_of(connection: Connection, batch_id: str, state: str | None = None) -> list[CardRow]:
    condition = recharge_cards.c.batch_id == batch_id
    if state is not None:
        condition = condition & (recharge_cards.c.state == state)
    rows = connection.execute(_cards(condition).order_by(recharge_cards.c.id))
    return [CardRow(*row) for row in rows]


def card_of_code(connection: Connection, hashes: Sequence[str]) -> CardRow | None:
    return _card(connection, recharge_cards.c.code_hash.in_(hashes))


def card_of_number(connection: Connection, number: str) -> CardRow | None:
    return _card(connection, recharge_cards.c.number == number)


def card(connection: Connection, card_id: str) -> CardRow | None:
    return _card(connection, recharge_cards.c.id == card_id)


def change_card(connection: Connection, card_id: str, **values: Any) -> None:
    connection.execute(update(recharge_cards).where(recharge_cards.c.id == card_id).values(values))


def void_new_cards(connection: Connection, batch_id: str) -> int:
    """Cards that were never sold pay nothing for ever; how many there were."""
    return connection.execute(
        update(recharge_cards)
        .where(recharge_cards.c.batch_id == batch_id, recharge_cards.c.state == NEW)
        .values(state=VOID)
    ).rowcount


def add_sale(connection: Connection, **values: Any) -> None:
    connection.execute(insert(card_sales).values(**values))


def figures(connection: Connection, batch_id: str) -> Figures:
    held = func.coalesce(func.sum(accounts.c.balance), 0)
    is_sold = recharge_cards.c.activated_at.is_not(None) & recharge_cards.c.replaced_by.is_(None)
    row = connection.execute(
        select(
            func.count(),
            func.count().filter(is_sold),
            *(func.count().filter(recharge_cards.c.state == state) for state in (FROZEN, REDEEMED, REPLACED)),
            func.coalesce(func.sum(recharge_cards.c.redeemed_fen), 0),
            held,
        )
        .select_from(recharge_cards)
        .outerjoin(accounts, (accounts.c.kind == Kind.CARD) & (accounts.c.owner == recharge_cards.c.id))
        .where(recharge_cards.c.batch_id == batch_id)
    ).one()
    total, sold, frozen, redeemed, replaced, redeemed_fen, outstanding_fen = (int(value) for value in row)
    face = connection.execute(
        select(card_batches.c.face_fen).where(card_batches.c.id == batch_id)
    ).scalar_one()
    return Figures(total, sold, frozen, redeemed, replaced, sold * face, redeemed_fen, outstanding_fen)


# --- guessing ---


def guesses(connection: Connection, guessers: Sequence[str], *, lock: bool = False) -> dict[str, Guesses]:
    query = select(card_guesses).where(card_guesses.c.guesser.in_(guessers)).order_by(card_guesses.c.guesser)
    rows = connection.execute(query.with_for_update() if lock else query)
    return {row.guesser: Guesses(row.wrong, row.since, row.strikes, row.locked_until) for row in rows}


def keep_guesses(connection: Connection, guesser: str, known: Guesses) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {
        "wrong": known.wrong,
        "since": known.since,
        "strikes": known.strikes,
        "locked_until": known.locked_until,
    }
    connection.execute(
        dialect.insert(card_guesses)
        .values(guesser=guesser, **values)
        .on_conflict_do_update(index_elements=["guesser"], set_=values)
    )


def _cards(condition: ColumnElement[bool]) -> Any:
    return (
        select(
            recharge_cards.c.id,
            recharge_cards.c.batch_id,
            recharge_cards.c.number,
            recharge_cards.c.state,
            recharge_cards.c.code_hash,
            recharge_cards.c.activated_at,
            recharge_cards.c.expires_at,
            recharge_cards.c.redeemed_by,
            recharge_cards.c.redeemed_fen,
            card_batches.c.face_fen,
            card_batches.c.entity,
        )
        .join(card_batches, card_batches.c.id == recharge_cards.c.batch_id)
        .where(condition)
    )


def _card(connection: Connection, condition: ColumnElement[bool]) -> CardRow | None:
    row = connection.execute(_cards(condition).with_for_update(of=recharge_cards)).one_or_none()
    return CardRow(*row) if row else None
