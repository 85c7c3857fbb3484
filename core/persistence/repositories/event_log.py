"""The numbered event log."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from core.domain.events import Event
from core.persistence.column_types import to_json
from core.persistence.rows import written
from core.persistence.tables.mailbox import events
from core.persistence.transaction import Query, Transaction


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
_WRITE = written(events, ["number", "id", "kind", "body", "program", "actor", "at"])
_AFTER = Query(
    select(events.c.number, events.c.program, events.c.kind, events.c.body)
    .where(events.c.number > bindparam("after"))
    .order_by(events.c.number)
    .limit(bindparam("limit")),
    _Row,
)


def _kinds(kind: type[Event]) -> dict[str, type[Event]]:
    found = {kind.__name__: kind}
    for narrower in kind.__subclasses__():
        found |= _kinds(narrower)
    return found


_KINDS = _kinds(Event)
_FIELDS = {kind: tuple(field.name for field in fields(of)) for kind, of in _KINDS.items()}


class SqlEventLog:
    """Port EventLog, and the one place that numbers events."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._last: int | None = None

    def append(self, event: Event, made: Made) -> int:
        """Write the event down under the next number. Under the write lock numbers have no gaps and no rivals."""
        if self._last is None:
            self._last = self.latest()
        self._last += 1
        kind = type(event).__name__
        body = {name: getattr(event, name) for name in _FIELDS[kind]}
        self._transaction.run(
            _WRITE, self._last, made.id, kind, to_json(body), made.program, made.actor, made.at
        )
        return self._last

    def after(self, number: int, limit: int) -> Sequence[tuple[int, str, Event]]:
        found: list[tuple[int, str, Event]] = []
        while len(found) < limit:
            rows = self._transaction.all(_AFTER, number, limit)
            for row in rows:
                number = row.number
                event = _event(row.kind, row.body)
                if event is not None and len(found) < limit:
                    found.append((row.number, row.program, event))
            if len(rows) < limit:
                break
        return found

    def latest(self) -> int:
        return self._transaction.first(_LATEST) or 0


def _event(kind: str, body: str) -> Event | None:
    """The event again, or None for one that only another version of this program understands."""
    known = _KINDS.get(kind)
    if known is None:
        return None
    facts: dict[str, Any] = json.loads(body)
    if facts.keys() != set(_FIELDS[kind]):
        return None
    return known(**facts)
