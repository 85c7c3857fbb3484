"""Rows of recharge cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from cloud_api.recharge_cards.tables import card_batches, card_tries, recharge_cards

NEW, ACTIVE, FROZEN = "new", "active", "frozen"


@dataclass(frozen=True, slots=True)
class CardRow:
    id: str
    number: str
    state: str
    face_fen: int


def add_batch(
    connection: Connection, batch_id: str, *, title: str, face_fen: int, count: int, now: datetime
) -> None:
    connection.execute(
        insert(card_batches).values(id=batch_id, title=title, face_fen=face_fen, count=count, created_at=now)
    )


def add_cards(connection: Connection, batch_id: str, cards: Sequence[tuple[str, str, str]]) -> None:
    """Each with its id, its number and the hash of its code."""
    connection.execute(
        insert(recharge_cards),
        [
            {"id": card_id, "batch_id": batch_id, "number": number, "code_hash": code_hash, "state": NEW}
            for card_id, number, code_hash in cards
        ],
    )


def card_of_code(connection: Connection, code_hash: str) -> CardRow | None:
    return _card(connection, recharge_cards.c.code_hash == code_hash)


def card_of_number(connection: Connection, number: str) -> CardRow | None:
    return _card(connection, recharge_cards.c.number == number)


def change_state(
    connection: Connection, card_id: str, state: str, activated_at: datetime | None = None
) -> None:
    values: dict[str, object] = {"state": state}
    if activated_at is not None:
        values["activated_at"] = activated_at
    connection.execute(update(recharge_cards).where(recharge_cards.c.id == card_id).values(values))


def count_try(connection: Connection, try_id: str, station_id: str, now: datetime) -> None:
    connection.execute(insert(card_tries).values(id=try_id, station_id=station_id, at=now))


def tries_since(connection: Connection, station_id: str, since: datetime) -> tuple[int, datetime | None]:
    count, first = connection.execute(
        select(func.count(), func.min(card_tries.c.at)).where(
            card_tries.c.station_id == station_id, card_tries.c.at > since
        )
    ).one()
    return count, first


def forget_tries_before(connection: Connection, moment: datetime) -> None:
    connection.execute(delete(card_tries).where(card_tries.c.at < moment))


def _card(connection: Connection, condition: object) -> CardRow | None:
    row = connection.execute(
        select(recharge_cards.c.id, recharge_cards.c.number, recharge_cards.c.state, card_batches.c.face_fen)
        .join(card_batches, card_batches.c.id == recharge_cards.c.batch_id)
        .where(condition)  # type: ignore[arg-type]  # a column's comparison
        .with_for_update(of=recharge_cards)
    ).one_or_none()
    return CardRow(*row) if row else None
