"""Rows of sessions: who is signed in where, and since when nobody heard of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from cloud_api.offices.tables import office_sessions


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: str
    user_id: str
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


_COLUMNS = (
    office_sessions.c.id,
    office_sessions.c.user_id,
    office_sessions.c.address,
    office_sessions.c.agent,
    office_sessions.c.created_at,
    office_sessions.c.seen_at,
    office_sessions.c.ends_at,
)


def add(connection: Connection, token_hash: str, row: SessionRow) -> None:
    connection.execute(
        insert(office_sessions).values(
            id=row.id,
            token_hash=token_hash,
            user_id=row.user_id,
            address=row.address,
            agent=row.agent,
            created_at=row.created_at,
            seen_at=row.seen_at,
            ends_at=row.ends_at,
        )
    )


def of_token(
    connection: Connection, token_hash: str, now: datetime, idle_since: datetime
) -> SessionRow | None:
    sessions = office_sessions.c
    row = connection.execute(
        select(*_COLUMNS).where(
            sessions.token_hash == token_hash, sessions.ends_at > now, sessions.seen_at > idle_since
        )
    ).one_or_none()
    return SessionRow(*row) if row else None


def of_user(connection: Connection, user_id: str, now: datetime, idle_since: datetime) -> list[SessionRow]:
    sessions = office_sessions.c
    rows = connection.execute(
        select(*_COLUMNS)
        .where(sessions.user_id == user_id, sessions.ends_at > now, sessions.seen_at > idle_since)
        .order_by(sessions.created_at.desc())
    )
    return [SessionRow(*row) for row in rows]


def see(connection: Connection, session_id: str, now: datetime) -> None:
    connection.execute(update(office_sessions).where(office_sessions.c.id == session_id).values(seen_at=now))


def end(connection: Connection, user_id: str, session_id: str) -> bool:
    ended = connection.execute(
        delete(office_sessions).where(
            office_sessions.c.id == session_id, office_sessions.c.user_id == user_id
        )
    )
    return ended.rowcount == 1


def end_all(connection: Connection, user_id: str, except_session: str = "") -> None:
    connection.execute(
        delete(office_sessions).where(
            office_sessions.c.user_id == user_id, office_sessions.c.id != except_session
        )
    )


def forget_ended(connection: Connection, now: datetime, idle_since: datetime) -> None:
    sessions = office_sessions.c
    connection.execute(
        delete(office_sessions).where((sessions.ends_at <= now) | (sessions.seen_at <= idle_since))
    )
