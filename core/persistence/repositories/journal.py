"""The journal as it is stored, compared with the money it tells of."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from core.domain.ids import ShiftId
from core.domain.journal import (
    Finding,
    JournalHead,
    JournalRow,
    MoneyChanged,
    MoneyMissing,
    changed_parts,
    pinned,
)
from core.domain.refusals.refusal import Refusal
from core.persistence.pins import PINS, Pin
from core.persistence.repositories.event_log import event_of
from core.persistence.tables.mailbox import events, outbox
from core.persistence.tables.sales import sales
from core.persistence.transaction import Query, Transaction
from core.persistence.words import ColumnElement, Executable, as_bytes, bindparam, literal_column, select
from core.ports.journal import Wanted

if TYPE_CHECKING:
    from core.ports.unit_of_work import Work

_TEXTS = ("id", "kind", "body", "program", "actor", "approver")


def _row(number: int, at: int, content: bytes, link: bytes, *texts: Any) -> JournalRow:
    id_, kind, body, program, actor, approver = map(_text, texts)
    return JournalRow(number, id_, kind, body, program, actor, approver, at, content, link)


def _text(value: Any) -> str:
    # What a hand put in need not be text at all; it must still come out, to be found wanting.
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _rows(*conditions: ColumnElement[bool], newest_first: bool = False) -> Executable:
    texts = [as_bytes(events.c[name]) for name in _TEXTS]
    at: ColumnElement[Any] = literal_column("events.at")
    order = events.c.number.desc() if newest_first else events.c.number
    question = select(events.c.number, at, events.c.content, events.c.hash, *texts)
    return question.where(*conditions).order_by(order).limit(bindparam("limit"))


_AFTER = Query(_rows(events.c.number > bindparam("after")), _row)
_CLOSED_SHIFTS = Query(_rows(events.c.kind == literal_column("'ShiftClosed'"), newest_first=True), _row)
_SENT = Query(
    select(outbox.c.body)
    .where(outbox.c.kind == literal_column("'shift_closed'"))
    .order_by(outbox.c.position),
    _text,
)
_COMPLETED = Query(
    select(sales.c.number, sales.c.id)
    .where(sales.c.number > literal_column("''"), sales.c.number > bindparam("after"))
    .order_by(sales.c.number)
    .limit(bindparam("limit")),
    lambda number, sale: (number, sale),
)


@cache
def _question(person: bool, kinds: int, since: bool, until: bool) -> Query[JournalRow]:
    conditions: list[ColumnElement[bool]] = [events.c.number < bindparam("before")]
    if person:
        conditions.append(
            (events.c.actor == bindparam("actor")) | (events.c.approver == bindparam("approver"))
        )
    if kinds:
        conditions.append(events.c.kind.in_([bindparam(f"kind_{place}") for place in range(kinds)]))
    if since:
        conditions.append(events.c.at >= bindparam("since"))
    if until:
        conditions.append(events.c.at < bindparam("until"))
    return Query(_rows(*conditions, newest_first=True), _row)


# Those that a till asks by itself, for its clock and a shift's report, stand in the book; SQLAlchemy writes what else
# people ask.
_question(person=False, kinds=1, since=False, until=False)
_question(person=False, kinds=2, since=True, until=False)


class SqlJournal:
    """Port Journal. `work` reads the money anew."""

    def __init__(self, transaction: Transaction, head: Callable[[], JournalHead], work: "Work") -> None:
        self._transaction = transaction
        self._head = head
        self._work = work

    def head(self) -> JournalHead:
        return self._head()

    def rows(self, after: int, limit: int) -> Sequence[JournalRow]:
        return self._transaction.all(_AFTER, after, limit)

    def find(self, wanted: Wanted, before: int, limit: int) -> Sequence[JournalRow]:
        asked = (
            wanted.person is not None,
            len(wanted.kinds),
            wanted.since is not None,
            wanted.until is not None,
        )
        values: list[Any] = [before]
        if wanted.person is not None:
            values += [wanted.person, wanted.person]
        values += wanted.kinds
        values += [moment for moment in (wanted.since, wanted.until) if moment is not None]
        return self._transaction.all(_question(*asked), *values, limit)

    def pins(self, row: JournalRow) -> bool:
        return bool(row.content)

    def compare(self, row: JournalRow) -> Finding | None:
        event = event_of(row.kind, row.body)
        pin = PINS.get(type(event)) if event is not None else None
        if not row.content or event is None or pin is None:
            return None  # nothing pinned, or only another version knows how to read it
        name = pin.name(event)
        try:
            now = pinned(pin.read(self._work, event))
        except (Refusal, LookupError):
            return MoneyMissing(row.number, pin.thing, name)
        except Exception:  # noqa: BLE001 - what nobody but a forger can have written may fail to be read in any way
            return MoneyChanged(row.number, pin.thing, name, pin.parts)
        if now == row.content:
            return None
        return MoneyChanged(row.number, pin.thing, name, _changed(pin, row.content, now))

    def anchor(self, shift: ShiftId) -> JournalHead | None:
        for row in self._transaction.all(_CLOSED_SHIFTS, 1_000_000):
            if row.facts.get("shift") == shift:
                return JournalHead(row.number, row.hash)
        return None

    def sent_anchors(self) -> Sequence[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for body in self._transaction.all(_SENT):
            head = json.loads(body).get("journal")
            if head is not None:
                found.append((head["number"], head["hash"]))
        return found

    def completed_sales(self, after: str, limit: int) -> Sequence[tuple[str, str]]:
        return self._transaction.all(_COMPLETED, after, limit)


def _changed(pin: Pin, then: bytes, now: bytes) -> tuple[str, ...]:
    return changed_parts(pin.parts, then, now) or pin.parts
