"""The first answer to a request that carries a key, kept so that the same request again gets the same answer."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, String, Table, insert, select

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import SealedJson, SealedText
from core.domain.refusals.cloud import IdempotencyKeyReused

first_answers = Table(
    "first_answers",
    metadata,
    # The driver or station who asked: a key is only theirs.
    Column("asker", Id(), primary_key=True),
    Column("route", String(60), primary_key=True),
    Column("key", Id(), primary_key=True),
    # Sealed too: whoever knows the order's other fields would try plates until it fits.
    Column("fingerprint", SealedText("first_answers.fingerprint"), nullable=False),
    # It says of the asker what the answer said: where their order is and for which car.
    Column("answer", SealedJson("first_answers.answer"), nullable=False),
    Column("at", Moment, nullable=False),
)


_in_one_order = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def fingerprint(request: Mapping[str, object]) -> str:
    """Tells one request from another; the order of its fields makes no difference."""
    return hashlib.sha256(_in_one_order(request).encode()).hexdigest()


def recall(
    connection: Connection, asker: str, route: str, key: str, request: Mapping[str, object]
) -> dict[str, Any] | None:
    """The answer given before, or None for a new key. Raises IdempotencyKeyReused for another request."""
    row = connection.execute(
        select(first_answers.c.fingerprint, first_answers.c.answer).where(
            first_answers.c.asker == asker, first_answers.c.route == route, first_answers.c.key == key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.fingerprint != fingerprint(request):
        raise IdempotencyKeyReused
    answer: dict[str, Any] = row.answer
    return answer


def keep(
    connection: Connection,
    *,
    asker: str,
    route: str,
    key: str,
    request: Mapping[str, object],
    answer: Mapping[str, object],
    now: datetime,
) -> None:
    """Keep an answer, in the same transaction as what it answers."""
    connection.execute(
        insert(first_answers).values(
            asker=asker, route=route, key=key, fingerprint=fingerprint(request), answer=dict(answer), at=now
        )
    )
