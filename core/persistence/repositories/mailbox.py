"""Outbox, the number of the last message taken in, and the event log."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.domain.refusals.cloud import MessageNotAside
from core.persistence.column_types import is_word, to_json
from core.persistence.rows import written
from core.persistence.tables.mailbox import OutboxState, inbox, outbox
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import bindparam, func, insert_of, select, update
from core.ports.mailbox import MessageAside, Unsent
from core.protocol.envelope import Envelope
from core.protocol.plain import PlainMessage

_WAITING = is_word(outbox.c.state, OutboxState.WAITING)
_LAST_POSITION = Query(select(func.coalesce(func.max(outbox.c.position), 0)), int)
_POST = written(outbox, ["position", "id", "kind", "version", "at", "body", "state", "refusal"])
_COUNT = Query(select(func.count()).select_from(outbox).where(_WAITING), int)
_END = Command(
    update(outbox)
    .where(outbox.c.id == bindparam("message"))
    .values(state=bindparam("state"), refusal=bindparam("refusal")),
    asks=("message", "state", "refusal"),
)


_MOVE = Command(
    update(outbox).where(outbox.c.id == bindparam("message")).values(state=bindparam("state")),
    asks=("message", "state"),
)
_SET_ASIDE = is_word(outbox.c.state, OutboxState.SET_ASIDE)
_ASIDE = select(outbox.c.position, outbox.c.id, outbox.c.kind, outbox.c.at, outbox.c.refusal).where(
    _SET_ASIDE
)
_ASIDE_ONES = Query(_ASIDE.order_by(outbox.c.position).limit(bindparam("limit")), MessageAside)
_ONE_ASIDE = Query(_ASIDE.where(outbox.c.id == bindparam("message")), MessageAside)
_OLDEST = Query(
    select(outbox.c.at).where(_WAITING).order_by(outbox.c.position).limit(bindparam("limit")), lambda at: at
)


def _envelope(message: str, kind: str, version: int, at: datetime, body: str) -> Envelope:
    try:
        return Envelope(id=message, kind=kind, version=version, at=at, body=json.loads(body))
    except ValueError:
        # Somebody, or a dying disk, spoiled this row. It goes as it is: the cloud refuses it by name, and whatever stands
        # behind it is sent.
        spoiled = {"unreadable": body[:1_000]}
        return Envelope.model_construct(id=message, kind=kind, version=version, at=at, body=spoiled)


_WAITING_ONES = Query(
    select(outbox.c.id, outbox.c.kind, outbox.c.version, outbox.c.at, outbox.c.body)
    .where(_WAITING)
    .order_by(outbox.c.position)
    .limit(bindparam("limit")),
    _envelope,
)

_KNOWN = select(outbox.c.position).where(outbox.c.id == bindparam("known")).scalar_subquery()
_SAY_AGAIN = Command(
    update(outbox)
    .where(is_word(outbox.c.state, OutboxState.SENT), outbox.c.position > func.coalesce(_KNOWN, 0))
    .values(state=OutboxState.WAITING),
    asks=("known",),
)

_CLOUD = "cloud"
_LAST_TAKEN = Query(select(inbox.c.last_taken).where(inbox.c.mailbox == bindparam("mailbox")), int)


def _taken() -> Any:
    fresh = insert_of(inbox).values(mailbox=bindparam("mailbox"), last_taken=bindparam("last_taken"))
    # Only ever forward: an answer that comes late must not make a message be taken in twice.
    return fresh.on_conflict_do_update(
        index_elements=["mailbox"],
        set_={"last_taken": fresh.excluded.last_taken},
        where=fresh.excluded.last_taken > inbox.c.last_taken,
    )


_TAKEN = Command(_taken())


class SqlMessageLog:
    """Port MessageLog."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: dict[str, int] = transaction.memory.of("outbox")

    def post(self, envelope: Envelope | PlainMessage) -> None:
        last = self._known.get("last")
        position = (self._transaction.first(_LAST_POSITION) or 0 if last is None else last) + 1
        self._known["last"] = position
        self._transaction.run(
            _POST,
            position,
            envelope.id,
            envelope.kind,
            envelope.version,
            envelope.at,
            envelope.body if isinstance(envelope, PlainMessage) else to_json(envelope.body),
            OutboxState.WAITING,
            "",
        )

    def waiting(self, limit: int) -> Sequence[Envelope]:
        return self._transaction.all(_WAITING_ONES, limit)

    def waiting_count(self) -> int:
        return self._transaction.first(_COUNT) or 0

    def unsent(self) -> Unsent:
        count = self.waiting_count()
        return Unsent(count, self._transaction.all(_OLDEST, 1)[0]) if count else Unsent()

    def aside(self, limit: int) -> Sequence[MessageAside]:
        return self._transaction.all(_ASIDE_ONES, limit)

    def one_aside(self, message: str) -> MessageAside:
        found = self._transaction.first(_ONE_ASIDE, message)
        if found is None:
            raise MessageNotAside(message)
        return found

    def wait_again(self, message: str) -> None:
        self._transaction.run(_END, message, OutboxState.WAITING, "")

    def settled(self, message: str) -> None:
        self._transaction.run(_MOVE, message, OutboxState.SETTLED)

    def sent(self, message: str) -> None:
        self._transaction.run(_END, message, OutboxState.SENT, "")

    def set_aside(self, message: str, code: str, why: str) -> None:
        self._transaction.run(_END, message, OutboxState.SET_ASIDE, f"{code}: {why}" if why else code)

    def say_again(self, known: str) -> None:
        self._transaction.run(_SAY_AGAIN, known)

    def last_taken(self) -> int:
        return self._transaction.first(_LAST_TAKEN, _CLOUD) or 0

    def taken(self, number: int) -> None:
        self._transaction.run(_TAKEN, _CLOUD, number)
