"""Deeds that take two people: one asks, another agrees, then the first does exactly what was agreed to, once.

A room that guards a deed calls `use` in the transaction of the deed; without agreement it raises SecondPersonNeeded(kind)
itself or SecondPersonDisagrees here. What was agreed to are `facts`, such as the amount and to whom.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from cloud_api.access import OfficeUser
from cloud_api.database import Work
from cloud_api.first_answers import fingerprint
from cloud_api.offices import journal
from cloud_api.offices.tables import office_requests
from cloud_api.sealing import blind_index
from core.domain.office import Duty
from core.domain.refusals.cloud import IdempotencyKeyReused, NotFound
from core.domain.refusals.offices import OfficeDutyMissing, RequestDecided, SecondPersonDisagrees
from core.domain.refusals.people import ApprovalOfOneself

_LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class RequestRow:
    id: str
    kind: str
    about: str
    facts: Mapping[str, Any]
    why: str
    duty: Duty
    state: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None


def ask(
    work: Work,
    user: OfficeUser,
    request_id: str,
    *,
    kind: str,
    about: str,
    facts: Mapping[str, object],
    why: str,
    duty: Duty,
    at: datetime,
) -> RequestRow:
    """Asks for the agreement of somebody else with this duty. The same again gets the same. Raises IdempotencyKeyReused."""
    before = request(work.connection, request_id)
    if before is not None:
        if (before.kind, before.about, dict(before.facts), before.asked_by) != (
            kind,
            about,
            dict(facts),
            user.id,
        ):
            raise IdempotencyKeyReused
        return before
    work.connection.execute(
        insert(office_requests).values(
            id=request_id,
            kind=kind,
            about=about,
            facts=json.dumps(dict(facts), ensure_ascii=False, sort_keys=True),
            fingerprint=fingerprint(facts),
            why=why,
            duty=duty,
            state="asked",
            asked_by=user.id,
            asked_at=at,
            expires_at=at + _LASTS,
        )
    )
    journal.note(work, user, "request.asked", request_id, {"kind": kind, "about": about}, at=at)
    return _there(work.connection, request_id)


def decide(work: Work, user: OfficeUser, request_id: str, *, agrees: bool, at: datetime) -> RequestRow:
    """Raises NotFound, ApprovalOfOneself, OfficeDutyMissing, RequestDecided."""
    row = request(work.connection, request_id, lock=True)
    if row is None:
        raise NotFound
    if row.asked_by == user.id:
        raise ApprovalOfOneself
    if row.duty not in user.duties:
        raise OfficeDutyMissing(row.duty)
    state = "agreed" if agrees else "refused"
    if row.state == state and row.decided_by == user.id:
        return row
    if row.state != "asked" or at >= row.expires_at:
        raise RequestDecided
    work.connection.execute(
        update(office_requests)
        .where(office_requests.c.id == request_id)
        .values(state=state, decided_by=user.id, decided_at=at)
    )
    journal.note(work, user, f"request.{state}", request_id, {"kind": row.kind, "about": row.about}, at=at)
    return _there(work.connection, request_id)


def use(
    work: Work,
    user: OfficeUser,
    request_id: str,
    *,
    kind: str,
    about: str,
    facts: Mapping[str, object],
    deed_id: str,
    at: datetime,
) -> RequestRow:
    """The deed itself, by whoever asked; the same deed again is no second use. Raises SecondPersonDisagrees."""
    requests = office_requests.c
    used = work.connection.execute(
        update(office_requests)
        .where(
            requests.id == request_id,
            requests.kind == kind,
            requests.about == about,
            requests.fingerprint == fingerprint(facts),
            requests.asked_by == user.id,
            or_(
                (requests.state == "agreed") & (requests.expires_at > at),
                (requests.state == "used") & (requests.used_for == deed_id),
            ),
        )
        .values(state="used", used_for=deed_id)
    )
    if used.rowcount != 1:
        raise SecondPersonDisagrees
    return _there(work.connection, request_id)


def secret_part(connection: Connection, row: RequestRow) -> str:
    """What whoever agreed hands on themselves, so that neither of the two holds all of a secret. 128 bits, always the same."""
    return blind_index(connection, f"{row.id} {row.decided_by}", "office request part")


def waiting(connection: Connection, user: OfficeUser, now: datetime) -> Sequence[RequestRow]:
    """What this user may decide, and what they asked for themselves; the newest first."""
    requests = office_requests.c
    mine = requests.asked_by == user.id
    others = (
        requests.duty.in_(sorted(user.duties)) & (requests.state == "asked") & (requests.expires_at > now)
    )
    rows = connection.execute(_rows().where(mine | others).order_by(requests.id.desc()).limit(100))
    return [_row(row) for row in rows]


def request(connection: Connection, request_id: str, *, lock: bool = False) -> RequestRow | None:
    query = _rows().where(office_requests.c.id == request_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _row(row) if row else None


def _there(connection: Connection, request_id: str) -> RequestRow:
    found = request(connection, request_id)
    if found is None:
        raise LookupError("the request was just written and is not there")
    return found


def _rows() -> Any:
    requests = office_requests.c
    return select(
        requests.id,
        requests.kind,
        requests.about,
        requests.facts,
        requests.why,
        requests.duty,
        requests.state,
        requests.asked_by,
        requests.asked_at,
        requests.expires_at,
        requests.decided_by,
        requests.decided_at,
    )


def _row(row: Any) -> RequestRow:
    number, kind, about, facts, why, duty, *rest = row
    return RequestRow(number, kind, about, json.loads(facts), why, Duty(duty), *rest)
