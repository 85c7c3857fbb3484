"""What the head office did: who, when, what and about what. Lines are only added; the database refuses anything else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from cloud_api.access import OfficeUser
from cloud_api.database import Work
from cloud_api.identifiers import new_id
from cloud_api.offices.tables import office_journal, office_users


@dataclass(frozen=True, slots=True)
class JournalLine:
    id: str
    at: datetime
    user_id: str | None
    user_name: str | None
    what: str
    about: str
    details: Mapping[str, Any]


def note(
    work: Work,
    user: OfficeUser | None,
    what: str,
    about: str,
    details: Mapping[str, object] | None = None,
    *,
    at: datetime,
) -> None:
    """Writes a line in the transaction of the deed. `what` is room.deed, `people.revealed`; no user is a command on the server.

    `details` is kept sealed, and all the same holds no more of a person than the deed needs.
    """
    work.connection.execute(
        insert(office_journal).values(
            id=new_id(at),
            at=at,
            user_id=user.id if user else None,
            what=what,
            about=about,
            details=json.dumps(dict(details or {}), ensure_ascii=False, default=str),
        )
    )


def lines(
    connection: Connection,
    *,
    before: str | None = None,
    user_id: str | None = None,
    about: str | None = None,
    limit: int = 100,
) -> Sequence[JournalLine]:
    """The newest first; `before` is the last id of the page before."""
    journal = office_journal.c
    query = (
        select(
            journal.id,
            journal.at,
            journal.user_id,
            office_users.c.name,
            journal.what,
            journal.about,
            journal.details,
        )
        .outerjoin(office_users, office_users.c.id == journal.user_id)
        .order_by(journal.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(journal.id < before)
    if user_id is not None:
        query = query.where(journal.user_id == user_id)
    if about is not None:
        query = query.where(journal.about == about)
    return [JournalLine(*row[:-1], json.loads(row[-1])) for row in connection.execute(query)]
