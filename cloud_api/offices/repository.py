"""Rows of office users, their roles and groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from cloud_api.offices.insertion import insert_unless_there
from cloud_api.offices.tables import (
    office_recovery_codes,
    office_roles,
    office_user_groups,
    office_user_roles,
    office_users,
)
from core.domain.office import Duty


@dataclass(frozen=True, slots=True)
class RoleRow:
    id: str
    title: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user with what they may. `is_enrolled` is whether they have a password and a code of their own."""

    id: str
    login: str
    name: str
    is_active: bool
    is_enrolled: bool
    created_at: datetime
    roles: tuple[str, ...]
    duties: frozenset[Duty]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecretsRow:
    """What a sign-in is checked against; never leaves this room."""

    id: str
    password_hash: str | None
    totp_secret: str | None


def roles(connection: Connection) -> list[RoleRow]:
    rows = connection.execute(
        select(office_roles.c.id, office_roles.c.title, office_roles.c.duties).order_by(office_roles.c.title)
    )
    return [RoleRow(row.id, row.title, _duties(row.duties)) for row in rows]


def lock_roles(connection: Connection) -> None:
    """Until the end of the transaction nobody else changes who may what."""
    connection.execute(select(office_roles.c.id).order_by(office_roles.c.id).with_for_update()).all()


def put_role(connection: Connection, role: RoleRow) -> None:
    values = {"title": role.title, "duties": ",".join(role.duties)}
    if not insert_unless_there(connection, office_roles, {"id": role.id, **values}):
        connection.execute(update(office_roles).where(office_roles.c.id == role.id).values(values))


def remove_role(connection: Connection, role_id: str) -> bool:
    return connection.execute(delete(office_roles).where(office_roles.c.id == role_id)).rowcount == 1


def people_of_role(connection: Connection, role_id: str) -> int:
    return connection.execute(
        select(func.count()).select_from(office_user_roles).where(office_user_roles.c.role_id == role_id)
    ).scalar_one()


def users(connection: Connection, user_id: str | None = None) -> list[UserRow]:
    """All of them, or the one; the office is small."""
    query = select(office_users).order_by(office_users.c.login)
    if user_id is not None:
        query = query.where(office_users.c.id == user_id)
    found = connection.execute(query).all()
    ids = [row.id for row in found]
    carried: dict[str, list[tuple[str, str]]] = {}
    for owner, role_id, duties in connection.execute(
        select(office_user_roles.c.user_id, office_roles.c.id, office_roles.c.duties)
        .join(office_roles, office_roles.c.id == office_user_roles.c.role_id)
        .where(office_user_roles.c.user_id.in_(ids))
        .order_by(office_roles.c.id)
    ):
        carried.setdefault(owner, []).append((role_id, duties))
    limits: dict[str, list[str]] = {}
    for owner, group_id in connection.execute(
        select(office_user_groups.c.user_id, office_user_groups.c.group_id)
        .where(office_user_groups.c.user_id.in_(ids))
        .order_by(office_user_groups.c.group_id)
    ):
        limits.setdefault(owner, []).append(group_id)
    return [
        UserRow(
            id=row.id,
            login=row.login,
            name=row.name,
            is_active=row.is_active,
            is_enrolled=row.password_hash is not None,
            created_at=row.created_at,
            roles=tuple(role_id for role_id, _ in carried.get(row.id, ())),
            duties=frozenset(duty for _, duties in carried.get(row.id, ()) for duty in _duties(duties)),
            groups=tuple(limits.get(row.id, ())),
        )
        for row in found
    ]


def add_user(connection: Connection, user_id: str, login: str, name: str, now: datetime) -> bool:
    """False where the id or the login is somebody's."""
    return insert_unless_there(
        connection,
        office_users,
        {"id": user_id, "login": login, "name": name, "is_active": True, "created_at": now, "totp_step": 0},
    )


def change_user(
    connection: Connection,
    user_id: str,
    *,
    name: str,
    is_active: bool,
    role_ids: Iterable[str],
    group_ids: Iterable[str],
) -> None:
    connection.execute(
        update(office_users).where(office_users.c.id == user_id).values(name=name, is_active=is_active)
    )
    connection.execute(delete(office_user_roles).where(office_user_roles.c.user_id == user_id))
    for role_id in sorted(set(role_ids)):
        connection.execute(insert(office_user_roles).values(user_id=user_id, role_id=role_id))
    connection.execute(delete(office_user_groups).where(office_user_groups.c.user_id == user_id))
    for group_id in sorted(set(group_ids)):
        connection.execute(insert(office_user_groups).values(user_id=user_id, group_id=group_id))


def secrets_of(
    connection: Connection, *, login: str | None = None, user_id: str | None = None
) -> SecretsRow | None:
    """Only of somebody who may sign in."""
    query = select(office_users.c.id, office_users.c.password_hash, office_users.c.totp_secret).where(
        office_users.c.is_active
    )
    query = query.where(office_users.c.login == login if login is not None else office_users.c.id == user_id)
    row = connection.execute(query).one_or_none()
    return SecretsRow(*row) if row else None


def use_step(connection: Connection, user_id: str, step: int) -> bool:
    """False where this code, or a later one, has signed in before."""
    used = connection.execute(
        update(office_users)
        .where(office_users.c.id == user_id, office_users.c.totp_step < step)
        .values(totp_step=step)
    )
    return used.rowcount == 1


def put_recovery_codes(connection: Connection, user_id: str, codes: Iterable[str]) -> None:
    connection.execute(delete(office_recovery_codes).where(office_recovery_codes.c.user_id == user_id))
    for code in codes:
        connection.execute(insert(office_recovery_codes).values(user_id=user_id, code_index=code))


def use_recovery_code(connection: Connection, user_id: str, code: str) -> bool:
    used = connection.execute(
        delete(office_recovery_codes).where(
            office_recovery_codes.c.user_id == user_id, office_recovery_codes.c.code_index == code
        )
    )
    return used.rowcount == 1


def put_enrolment(connection: Connection, user_id: str, code_hash: str, until: datetime) -> None:
    """Whoever knew the old password and had the old authenticator is out."""
    connection.execute(
        update(office_users)
        .where(office_users.c.id == user_id)
        .values(enrolment_hash=code_hash, enrolment_until=until, password_hash=None, totp_secret=None)
    )
    put_recovery_codes(connection, user_id, ())


def forget_secrets(connection: Connection, user_id: str) -> None:
    """Nobody signs in as this user before a new enrolment, nor with a code of one that was made before."""
    connection.execute(
        update(office_users)
        .where(office_users.c.id == user_id)
        .values(enrolment_hash=None, enrolment_until=None, password_hash=None, totp_secret=None)
    )
    put_recovery_codes(connection, user_id, ())


def user_of_enrolment(connection: Connection, code_hash: str, now: datetime) -> tuple[str, str, str] | None:
    """Id, login and name of whoever this code enrols."""
    row = connection.execute(
        select(office_users.c.id, office_users.c.login, office_users.c.name).where(
            office_users.c.enrolment_hash == code_hash,
            office_users.c.enrolment_until > now,
            office_users.c.is_active,
        )
    ).one_or_none()
    return (row.id, row.login, row.name) if row else None


def enrol(
    connection: Connection, user_id: str, password_hash: str, totp_secret: str, code_hash: str | None = None
) -> bool:
    """False where the enrolment code was used in the meantime."""
    query = update(office_users).where(office_users.c.id == user_id)
    if code_hash is not None:
        query = query.where(office_users.c.enrolment_hash == code_hash)
    done = connection.execute(
        query.values(
            password_hash=password_hash,
            totp_secret=totp_secret,
            totp_step=0,
            enrolment_hash=None,
            enrolment_until=None,
        )
    )
    return done.rowcount == 1


def put_password(connection: Connection, user_id: str, password_hash: str) -> None:
    connection.execute(
        update(office_users).where(office_users.c.id == user_id).values(password_hash=password_hash)
    )


def _duties(written: str) -> tuple[Duty, ...]:
    return tuple(Duty(word) for word in written.split(",") if word)
