"""The numbered event log: each row tied by its hash to all before it."""

import json
from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, NamedTuple

from core.domain.events.event import Event
from core.domain.events.every import events_by_kind
from core.domain.journal import JournalHead, chained
from core.persistence.column_types import Moment, to_json
from core.persistence.rows import written
from core.persistence.tables.mailbox import events
from core.persistence.transaction import Query, Transaction
from core.persistence.words import bindparam, func, select


class Made(NamedTuple):
    """Where, when and by whom an event came about; words without a person are empty."""

    id: str
    program: str
    at: datetime
    actor: str
    approver: str


class _Row(NamedTuple):
    number: int
    program: str
    kind: str
    body: str


_LATEST = Query(select(func.coalesce(func.max(events.c.number), 0)), int)
_HEAD = Query(
    select(events.c.number, events.c.hash).order_by(events.c.number.desc()).limit(bindparam("limit")),
    JournalHead,
)
_WRITE = written(
    events,
    ["number", "id", "kind", "body", "program", "actor", "at", "approver", "content", "hash"],
)
_AFTER = Query(
    select(events.c.number, events.c.program, events.c.kind, events.c.body)
    .where(events.c.number > bindparam("after"))
    .order_by(events.c.number)
    .limit(bindparam("limit")),
    _Row,
)
_LAST = "last"
_MICROSECONDS = Moment().to_column


_KINDS = events_by_kind()
_FIELDS = {kind: tuple(field.name for field in fields(of)) for kind, of in _KINDS.items()}
_REQUIRED = {
    kind: {each.name for each in fields(of) if each.default is MISSING and each.default_factory is MISSING}
    for kind, of in _KINDS.items()
}


class SqlEventLog:
    """Port EventLog, and the one place that numbers events and ties them together."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: dict[str, JournalHead] = transaction.memory.of("journal")

    def append(self, event: Event, made: Made, content: bytes) -> int:
        """Write the event down under the next number. Under the write lock numbers have no gaps and no rivals."""
        last = self.head()
        number = last.number + 1
        kind = type(event).__name__
        body = to_json({name: getattr(event, name) for name in _FIELDS[kind]})
        told = (
            number,
            _MICROSECONDS(made.at),
            made.id,
            made.program,
            made.actor,
            made.approver,
            kind,
        )
        head = JournalHead(number, chained(last.hash, told, content, body))
        self._transaction.run(
            _WRITE,
            number,
            made.id,
            kind,
            body,
            made.program,
            made.actor,
            made.at,
            made.approver,
            content,
            head.hash,
        )
        self._known[_LAST] = head
        return number

    def head(self) -> JournalHead:
        """The last row. It stays the last one as long as this transaction holds the write lock."""
        known = self._known.get(_LAST)
        if known is None:
            known = self._known[_LAST] = self._transaction.first(_HEAD, 1) or JournalHead()
        return known

    def after(self, number: int, limit: int) -> Sequence[tuple[int, str, Event]]:
        found: list[tuple[int, str, Event]] = []
        while len(found) < limit:
            rows = self._transaction.all(_AFTER, number, limit)
            for row in rows:
                number = row.number
                event = event_of(row.kind, row.body)
                if event is not None and len(found) < limit:
                    found.append((row.number, row.program, event))
            if len(rows) < limit:
                break
        return found

    def latest(self) -> int:
        return self._transaction.first(_LATEST) or 0


def event_of(kind: str, body: str) -> Event | None:
    """The event again, or None for one that only another version of this program understands."""
    known = _KINDS.get(kind)
    if known is None:
        return None
    try:
        facts: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(facts, dict) or not _REQUIRED[kind] <= facts.keys() <= set(_FIELDS[kind]):
        return None
    return known(**facts)
