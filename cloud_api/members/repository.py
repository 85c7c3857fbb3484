"""Rows of member codes, proofs and confirmations."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from cloud_api.members.tables import member_codes, member_confirmations, member_proofs


@dataclass(frozen=True, slots=True)
class CodeRow:
    code_hash: str
    driver_id: str
    station_id: str | None
    sale_id: str | None
    expires_at: datetime
    used_by: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    id: str
    station_id: str
    sale_id: str
    driver_id: str
    salt: str
    code_hash: str
    tries: int
    sent_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None


def add_code(connection: Connection, row: CodeRow, now: datetime) -> None:
    """The driver's codes of long ago go with it."""
    connection.execute(
        delete(member_codes).where(
            member_codes.c.driver_id == row.driver_id,
            member_codes.c.expires_at < now,
            member_codes.c.used_by.is_(None),
        )
    )
    connection.execute(
        insert(member_codes).values({field.name: getattr(row, field.name) for field in fields(CodeRow)})
    )


def code(connection: Connection, code_hash: str) -> CodeRow | None:
    row = connection.execute(
        select(*(member_codes.c[field.name] for field in fields(CodeRow)))
        .where(member_codes.c.code_hash == code_hash)
        .with_for_update()
    ).one_or_none()
    return CodeRow(*row) if row else None


def use_code(connection: Connection, code_hash: str, payment_id: str) -> bool:
    """False where another payment has used it."""
    used = connection.execute(
        update(member_codes)
        .where(member_codes.c.code_hash == code_hash, member_codes.c.used_by.is_(None))
        .values(used_by=payment_id)
    )
    return used.rowcount == 1


def prove(connection: Connection, station_id: str, driver_id: str, sale_id: str, until: datetime) -> None:
    proof = member_proofs.c
    changed = connection.execute(
        update(member_proofs)
        .where(proof.station_id == station_id, proof.driver_id == driver_id, proof.sale_id == sale_id)
        .values(until=until)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(member_proofs).values(
                station_id=station_id, driver_id=driver_id, sale_id=sale_id, until=until
            )
        )


def is_proven(
    connection: Connection, station_id: str, driver_id: str, now: datetime, sale_id: str | None = None
) -> bool:
    """Whether the member stood here, for this bill or for any; without a bill named, whichever it was."""
    proof = member_proofs.c
    query = select(proof.until).where(
        proof.station_id == station_id, proof.driver_id == driver_id, proof.until > now
    )
    if sale_id is not None:
        query = query.where(proof.sale_id.in_(("", sale_id)))
    return connection.execute(query).first() is not None


def forget_proofs_before(connection: Connection, moment: datetime) -> None:
    connection.execute(delete(member_proofs).where(member_proofs.c.until < moment))


def confirmation(connection: Connection, confirmation_id: str) -> ConfirmationRow | None:
    row = connection.execute(
        select(*(member_confirmations.c[field.name] for field in fields(ConfirmationRow)))
        .where(member_confirmations.c.id == confirmation_id)
        .with_for_update()
    ).one_or_none()
    return ConfirmationRow(*row) if row else None


def add_confirmation(connection: Connection, row: ConfirmationRow) -> None:
    connection.execute(
        insert(member_confirmations).values(
            {field.name: getattr(row, field.name) for field in fields(ConfirmationRow)}
        )
    )


def sent_since(connection: Connection, driver_id: str, since: datetime) -> tuple[int, datetime | None]:
    """How many confirmations went to this driver, and when the latest."""
    count, latest = connection.execute(
        select(func.count(), func.max(member_confirmations.c.sent_at)).where(
            member_confirmations.c.driver_id == driver_id, member_confirmations.c.sent_at > since
        )
    ).one()
    return count, latest


def count_try(connection: Connection, confirmation_id: str) -> None:
    connection.execute(
        update(member_confirmations)
        .where(member_confirmations.c.id == confirmation_id)
        .values(tries=member_confirmations.c.tries + 1)
    )


def confirm(connection: Connection, confirmation_id: str, now: datetime) -> None:
    connection.execute(
        update(member_confirmations)
        .where(member_confirmations.c.id == confirmation_id)
        .values(confirmed_at=now)
    )


def remove_confirmation(connection: Connection, confirmation_id: str) -> None:
    connection.execute(delete(member_confirmations).where(member_confirmations.c.id == confirmation_id))
