"""Rows of stations, their proofs, nozzles and messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from cloud_api.stations.tables import (
    nozzles,
    pairing_codes,
    pairing_tries,
    station_messages,
    station_reports,
    station_tokens,
    stations,
)


@dataclass(frozen=True, slots=True)
class StationRow:
    id: str
    name: str
    address: str
    lat: float
    lng: float
    phone_policy: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class NozzleRow:
    pump: int
    nozzle: int
    grade: str


_STATION = (
    stations.c.id,
    stations.c.name,
    stations.c.address,
    stations.c.lat,
    stations.c.lng,
    stations.c.phone_policy,
    stations.c.seen_at,
)


def all_stations(connection: Connection) -> list[StationRow]:
    return [StationRow(*row) for row in connection.execute(select(*_STATION).order_by(stations.c.id))]


def station(connection: Connection, station_id: str) -> StationRow | None:
    row = connection.execute(select(*_STATION).where(stations.c.id == station_id)).one_or_none()
    return StationRow(*row) if row else None


def add_station(connection: Connection, row: StationRow, now: datetime) -> None:
    connection.execute(
        insert(stations).values(
            id=row.id,
            name=row.name,
            address=row.address,
            lat=row.lat,
            lng=row.lng,
            phone_policy=row.phone_policy,
            created_at=now,
            mailbox_latest=0,
            mailbox_safe=0,
        )
    )


def describe(connection: Connection, row: StationRow, described: Sequence[NozzleRow]) -> None:
    connection.execute(
        update(stations)
        .where(stations.c.id == row.id)
        .values(name=row.name, address=row.address, lat=row.lat, lng=row.lng, phone_policy=row.phone_policy)
    )
    connection.execute(delete(nozzles).where(nozzles.c.station_id == row.id))
    if described:
        connection.execute(
            insert(nozzles),
            [
                {"station_id": row.id, "pump": one.pump, "nozzle": one.nozzle, "grade": one.grade}
                for one in described
            ],
        )


def mark_seen(connection: Connection, station_id: str, now: datetime) -> None:
    connection.execute(update(stations).where(stations.c.id == station_id).values(seen_at=now))


def nozzles_of(connection: Connection, station_id: str) -> list[NozzleRow]:
    rows = connection.execute(
        select(nozzles.c.pump, nozzles.c.nozzle, nozzles.c.grade)
        .where(nozzles.c.station_id == station_id)
        .order_by(nozzles.c.pump, nozzles.c.nozzle)
    )
    return [NozzleRow(*row) for row in rows]


def grade_of_nozzle(connection: Connection, station_id: str, pump: int, nozzle: int) -> str | None:
    grade: str | None = connection.execute(
        select(nozzles.c.grade).where(
            nozzles.c.station_id == station_id, nozzles.c.pump == pump, nozzles.c.nozzle == nozzle
        )
    ).scalar_one_or_none()
    return grade


def station_of_token(connection: Connection, token_hash: str) -> StationRow | None:
    row = connection.execute(
        select(*_STATION)
        .join(station_tokens, station_tokens.c.station_id == stations.c.id)
        .where(station_tokens.c.token_hash == token_hash)
    ).one_or_none()
    return StationRow(*row) if row else None


def replace_token(connection: Connection, station_id: str, token_hash: str, now: datetime) -> None:
    """A station has one token: pairing a new machine shuts the old one out."""
    connection.execute(delete(station_tokens).where(station_tokens.c.station_id == station_id))
    connection.execute(
        insert(station_tokens).values(token_hash=token_hash, station_id=station_id, created_at=now)
    )


def add_pairing_code(connection: Connection, code_hash: str, station_id: str, until: datetime) -> None:
    """A new code makes the ones before it worthless."""
    connection.execute(
        delete(pairing_codes).where(
            pairing_codes.c.station_id == station_id, pairing_codes.c.used_at.is_(None)
        )
    )
    connection.execute(
        insert(pairing_codes).values(code_hash=code_hash, station_id=station_id, expires_at=until)
    )


def use_pairing_code(connection: Connection, code_hash: str, now: datetime) -> str | None:
    """The station of an unused code that is still good, which is used from now on; None for any other."""
    station_id: str | None = connection.execute(
        update(pairing_codes)
        .where(
            pairing_codes.c.code_hash == code_hash,
            pairing_codes.c.used_at.is_(None),
            pairing_codes.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(pairing_codes.c.station_id)
    ).scalar_one_or_none()
    return station_id


def count_pairing_try(connection: Connection, try_id: str, address: str, now: datetime) -> None:
    connection.execute(insert(pairing_tries).values(id=try_id, address=address, at=now))


def pairing_tries_since(connection: Connection, address: str, since: datetime) -> tuple[int, datetime | None]:
    count, first = connection.execute(
        select(func.count(), func.min(pairing_tries.c.at)).where(
            pairing_tries.c.address == address, pairing_tries.c.at > since
        )
    ).one()
    return count, first


def newest_message(connection: Connection, station_id: str, before: timedelta) -> str | None:
    """Of those that came so much before the last one, or earlier, the last one's id."""
    of_station = station_messages.c.station_id == station_id
    last = connection.execute(
        select(func.max(station_messages.c.received_at)).where(of_station)
    ).scalar_one_or_none()
    if last is None:
        return None
    found: str | None = connection.execute(
        select(station_messages.c.id)
        .where(of_station, station_messages.c.received_at <= last - before)
        .order_by(station_messages.c.received_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def is_taken(connection: Connection, station_id: str, message_id: str) -> bool | None:
    """True for a message taken in, False for one refused before, None for a new one."""
    row = connection.execute(
        select(station_messages.c.refusal).where(
            station_messages.c.station_id == station_id, station_messages.c.id == message_id
        )
    ).one_or_none()
    return None if row is None else row.refusal is None


def note_message(
    connection: Connection, station_id: str, message_id: str, *, kind: str, now: datetime, refusal: str | None
) -> None:
    changed = connection.execute(
        update(station_messages)
        .where(station_messages.c.station_id == station_id, station_messages.c.id == message_id)
        .values(refusal=refusal, received_at=now)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(station_messages).values(
                station_id=station_id, id=message_id, kind=kind, received_at=now, refusal=refusal
            )
        )


def _of_report(station_id: str, kind: str, report_id: str) -> ColumnElement[bool]:
    return and_(
        station_reports.c.station_id == station_id,
        station_reports.c.kind == kind,
        station_reports.c.id == report_id,
    )


def report(connection: Connection, station_id: str, kind: str, report_id: str) -> dict[str, Any] | None:
    """What was reported under that id, or None."""
    question = select(station_reports.c.body).where(_of_report(station_id, kind, report_id))
    found: dict[str, Any] | None = connection.execute(question).scalar_one_or_none()
    return found


def change_report(
    connection: Connection, station_id: str, kind: str, report_id: str, *, body: dict[str, Any]
) -> None:
    """More is known of it."""
    connection.execute(
        update(station_reports).where(_of_report(station_id, kind, report_id)).values(body=body)
    )


def add_report(
    connection: Connection, station_id: str, kind: str, report_id: str, *, at: datetime, body: dict[str, Any]
) -> None:
    """Keeps a sale or a shift; the same one in another message changes nothing."""
    if report(connection, station_id, kind, report_id) is None:
        connection.execute(
            insert(station_reports).values(station_id=station_id, kind=kind, id=report_id, at=at, body=body)
        )
