"""Rows of drivers, tokens, codes and cars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.drivers.tables import driver_tokens, drivers, sign_in_codes, sign_in_sends, vehicles


@dataclass(frozen=True, slots=True)
class DriverRow:
    id: str
    phone: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A driver as a counter needs one; the phone is in full here and must be masked before it leaves."""

    id: str
    phone: str
    name: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    salt: str
    code_hash: str
    tries: int
    sent_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: str
    agent: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class VehicleRow:
    plate: str
    car: str
    usual_grade: str | None


def driver_of_token(connection: Connection, token_hash: str, now: datetime) -> DriverRow | None:
    row = connection.execute(
        select(drivers.c.id, drivers.c.phone)
        .join(driver_tokens, driver_tokens.c.driver_id == drivers.c.id)
        .where(driver_tokens.c.token_hash == token_hash, driver_tokens.c.expires_at > now)
    ).one_or_none()
    return DriverRow(*row) if row else None


def driver_of_phone(connection: Connection, phone: str) -> DriverRow | None:
    row = connection.execute(
        select(drivers.c.id, drivers.c.phone).where(drivers.c.phone_index == phone)
    ).one_or_none()
    return DriverRow(*row) if row else None


def phone_of(connection: Connection, driver_id: str) -> str:
    """Empty where the driver has been erased."""
    return connection.execute(select(drivers.c.phone).where(drivers.c.id == driver_id)).scalar_one() or ""


def people(
    connection: Connection,
    *,
    ids: Sequence[str] | None = None,
    phone: str | None = None,
    plate: str | None = None,
) -> list[PersonRow]:
    """The drivers of these ids, of this phone, or with a car of this plate; the longest known first."""
    query = select(drivers.c.id, drivers.c.phone, drivers.c.name).order_by(drivers.c.created_at, drivers.c.id)
    if ids is not None:
        query = query.where(drivers.c.id.in_(ids))
    if phone is not None:
        query = query.where(drivers.c.phone_index == phone)
    if plate is not None:
        query = query.join(vehicles, vehicles.c.driver_id == drivers.c.id).where(
            vehicles.c.plate_index == plate
        )
    query = query.where(drivers.c.erased_at.is_(None)).limit(20)
    return [PersonRow(row.id, row.phone, row.name or "") for row in connection.execute(query)]


def name_driver(connection: Connection, driver_id: str, name: str) -> None:
    connection.execute(update(drivers).where(drivers.c.id == driver_id).values(name=name))


def driver_signing_in(connection: Connection, phone: str, new_id: str, now: datetime) -> DriverRow:
    """The driver of this phone; a new one at the first time. Two at once become one."""
    values = {"id": new_id, "phone": phone, "phone_index": phone, "created_at": now}
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(drivers).values(values).on_conflict_do_nothing())
    else:
        connection.execute(sqlite.insert(drivers).values(values).on_conflict_do_nothing())
    found = driver_of_phone(connection, phone)
    if found is None:
        raise LookupError("the driver was just written and is not there")
    return found


def add_token(
    connection: Connection,
    token_hash: str,
    driver_id: str,
    *,
    device_id: str | None,
    now: datetime,
    until: datetime,
    agent: str | None = None,
) -> None:
    connection.execute(
        insert(driver_tokens).values(
            token_hash=token_hash,
            driver_id=driver_id,
            device_id=device_id,
            agent=agent,
            created_at=now,
            expires_at=until,
        )
    )


def openid_of(connection: Connection, driver_id: str) -> str | None:
    """Who the driver is to our mini program; nothing where they never came that way."""
    openid: str | None = connection.execute(
        select(drivers.c.openid).where(drivers.c.id == driver_id)
    ).scalar_one_or_none()
    return openid


def driver_of_openid(connection: Connection, openid: str) -> DriverRow | None:
    row = connection.execute(
        select(drivers.c.id, drivers.c.phone).where(drivers.c.openid_index == openid)
    ).one_or_none()
    return DriverRow(*row) if row else None


def bind_openid(connection: Connection, driver_id: str, openid: str, unionid: str | None) -> None:
    """From now on this WeChat account is this driver's, and no other's."""
    connection.execute(
        update(drivers)
        .where(drivers.c.openid_index == openid, drivers.c.id != driver_id)
        .values(openid=None, openid_index=None, unionid=None, unionid_index=None)
    )
    connection.execute(
        update(drivers)
        .where(drivers.c.id == driver_id)
        .values(openid=openid, openid_index=openid, unionid=unionid, unionid_index=unionid)
    )


def sessions_of(connection: Connection, driver_id: str, now: datetime) -> list[SessionRow]:
    """The newest first."""
    rows = connection.execute(
        select(
            driver_tokens.c.token_hash,
            driver_tokens.c.agent,
            driver_tokens.c.created_at,
            driver_tokens.c.expires_at,
        )
        .where(driver_tokens.c.driver_id == driver_id, driver_tokens.c.expires_at > now)
        .order_by(driver_tokens.c.created_at.desc(), driver_tokens.c.token_hash)
    )
    return [SessionRow(session_id_of(row[0]), row[1] or "", row[2], row[3]) for row in rows]


def session_id_of(token_hash: str) -> str:
    """What a session may be called by: half of its hash, which opens nothing."""
    return token_hash[:32]


def end_session(connection: Connection, driver_id: str, session_id: str) -> bool:
    ended = connection.execute(
        delete(driver_tokens).where(
            driver_tokens.c.driver_id == driver_id, driver_tokens.c.token_hash.startswith(session_id)
        )
    )
    return ended.rowcount > 0


def end_sessions(connection: Connection, driver_id: str, except_hash: str = "") -> None:
    connection.execute(
        delete(driver_tokens).where(
            driver_tokens.c.driver_id == driver_id, driver_tokens.c.token_hash != except_hash
        )
    )


def forget_sessions_before(connection: Connection, driver_id: str, moment: datetime) -> None:
    connection.execute(
        delete(driver_tokens).where(
            driver_tokens.c.driver_id == driver_id, driver_tokens.c.expires_at <= moment
        )
    )


def remove_token(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(driver_tokens).where(driver_tokens.c.token_hash == token_hash))


def code_of(connection: Connection, phone: str) -> CodeRow | None:
    row = connection.execute(
        select(
            sign_in_codes.c.salt,
            sign_in_codes.c.code_hash,
            sign_in_codes.c.tries,
            sign_in_codes.c.sent_at,
            sign_in_codes.c.expires_at,
        )
        .where(sign_in_codes.c.phone_index == phone)
        .with_for_update()
    ).one_or_none()
    return CodeRow(*row) if row else None


def replace_code(connection: Connection, phone: str, code: CodeRow) -> None:
    connection.execute(delete(sign_in_codes).where(sign_in_codes.c.phone_index == phone))
    connection.execute(
        insert(sign_in_codes).values(
            phone_index=phone,
            salt=code.salt,
            code_hash=code.code_hash,
            tries=code.tries,
            sent_at=code.sent_at,
            expires_at=code.expires_at,
        )
    )


def count_try(connection: Connection, phone: str) -> None:
    connection.execute(
        update(sign_in_codes)
        .where(sign_in_codes.c.phone_index == phone)
        .values(tries=sign_in_codes.c.tries + 1)
    )


def remove_code(connection: Connection, phone: str) -> None:
    connection.execute(delete(sign_in_codes).where(sign_in_codes.c.phone_index == phone))


def count_send(
    connection: Connection, send_id: str, now: datetime, *, phone: str, address: str, device: str | None
) -> None:
    connection.execute(
        insert(sign_in_sends).values(
            id=send_id, phone_index=phone, address_index=address, device_index=device, at=now
        )
    )


def sends_since(
    connection: Connection,
    since: datetime,
    *,
    phone: str | None = None,
    address: str | None = None,
    device: str | None = None,
) -> tuple[int, datetime | None]:
    """How many codes were asked for, and when the first of them."""
    query = select(func.count(), func.min(sign_in_sends.c.at)).where(sign_in_sends.c.at > since)
    if phone is not None:
        query = query.where(sign_in_sends.c.phone_index == phone)
    if address is not None:
        query = query.where(sign_in_sends.c.address_index == address)
    if device is not None:
        query = query.where(sign_in_sends.c.device_index == device)
    count, first = connection.execute(query).one()
    return count, first


def forget_sends_before(connection: Connection, moment: datetime) -> None:
    connection.execute(delete(sign_in_sends).where(sign_in_sends.c.at < moment))


def vehicles_of(connection: Connection, driver_id: str) -> list[VehicleRow]:
    rows = connection.execute(
        select(vehicles.c.plate, vehicles.c.car, vehicles.c.usual_grade, vehicles.c.created_at)
        .where(vehicles.c.driver_id == driver_id)
        .order_by(vehicles.c.created_at)
    )
    # The oldest first; what came at once, by its plate, which the database cannot read.
    cars = sorted(rows, key=lambda row: (row.created_at, row.plate))
    return [VehicleRow(row.plate, row.car, row.usual_grade) for row in cars]


def drivers_with(connection: Connection, plate: str) -> int:
    return connection.execute(
        select(func.count()).select_from(vehicles).where(vehicles.c.plate_index == plate)
    ).scalar_one()


def put_vehicle(connection: Connection, driver_id: str, vehicle: VehicleRow, now: datetime) -> None:
    changed = connection.execute(
        update(vehicles)
        .where(vehicles.c.driver_id == driver_id, vehicles.c.plate_index == vehicle.plate)
        .values(car=vehicle.car, usual_grade=vehicle.usual_grade)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(vehicles).values(
                driver_id=driver_id,
                plate=vehicle.plate,
                plate_index=vehicle.plate,
                car=vehicle.car,
                usual_grade=vehicle.usual_grade,
                created_at=now,
            )
        )


def remove_vehicle(connection: Connection, driver_id: str, plate: str) -> bool:
    removed = connection.execute(
        delete(vehicles).where(vehicles.c.driver_id == driver_id, vehicles.c.plate_index == plate)
    )
    return removed.rowcount == 1
