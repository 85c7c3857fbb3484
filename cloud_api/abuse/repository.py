"""Rows of abuse: counters and sightings by hashes, cases, and the deeds of staff by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cloud_api.abuse.tables import abuse_cases, seen_with, staff_days, velocity_counters


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: str
    at: datetime
    about: str
    subject: str
    station_id: str | None
    deed: str
    score: int
    action: str
    reasons: list[dict[str, Any]]
    campaign_id: str | None
    coupon_id: str | None
    state: str
    appeal: str = ""
    appealed_at: datetime | None = None
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffDayRow:
    station_id: str
    staff: str
    what: str
    whom: str
    count: int
    amount_fen: int


def _insert(connection: Connection) -> Any:
    return postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert


def count(connection: Connection, what: str, key: str, window: str, forget_at: datetime) -> int:
    """One more in this window; how many that makes."""
    counters = velocity_counters.c
    counted = (
        _insert(connection)(velocity_counters)
        .values(what=what, key=key, window=window, count=1, forget_at=forget_at)
        .on_conflict_do_update(
            index_elements=[counters.what, counters.key, counters.window], set_={"count": counters.count + 1}
        )
        .returning(counters.count)
    )
    made: int = connection.execute(counted).scalar_one()
    return made


def counted(connection: Connection, what: str, key: str, window: str) -> int:
    """How many there were in this window."""
    counters = velocity_counters.c
    found = connection.execute(
        select(counters.count).where(counters.what == what, counters.key == key, counters.window == window)
    ).scalar()
    return found or 0


def forget(connection: Connection, now: datetime) -> None:
    connection.execute(delete(velocity_counters).where(velocity_counters.c.forget_at <= now))


def see(connection: Connection, kind: str, key: str, driver_id: str, now: datetime) -> None:
    """This driver came with this device, plate or payer."""
    seen = seen_with.c
    connection.execute(
        _insert(connection)(seen_with)
        .values(kind=kind, key=key, driver_id=driver_id, last_at=now)
        .on_conflict_do_update(index_elements=[seen.kind, seen.key, seen.driver_id], set_={"last_at": now})
    )


def drivers_seen_with(connection: Connection, kind: str, key: str, since: datetime) -> int:
    """How many drivers came with it."""
    found: int = connection.execute(
        select(func.count()).where(
            seen_with.c.kind == kind, seen_with.c.key == key, seen_with.c.last_at >= since
        )
    ).scalar_one()
    return found


def keys_of(connection: Connection, kind: str, driver_id: str) -> list[str]:
    """The hashes of what this driver was seen with."""
    rows = connection.execute(
        select(seen_with.c.key)
        .where(seen_with.c.driver_id == driver_id, seen_with.c.kind == kind)
        .order_by(seen_with.c.key)
    )
    return list(rows.scalars())


# --- cases ---

_CASE = tuple(abuse_cases.c[each.name] for each in fields(CaseRow))


def add_case(connection: Connection, row: CaseRow) -> None:
    connection.execute(
        insert(abuse_cases).values(**{each.name: getattr(row, each.name) for each in fields(CaseRow)})
    )


def case(connection: Connection, case_id: str) -> CaseRow | None:
    row = connection.execute(
        select(*_CASE).where(abuse_cases.c.id == case_id).with_for_update()
    ).one_or_none()
    return CaseRow(*row) if row else None


def case_of_coupon(connection: Connection, coupon_id: str) -> CaseRow | None:
    row = connection.execute(
        select(*_CASE).where(abuse_cases.c.coupon_id == coupon_id).order_by(abuse_cases.c.id.desc()).limit(1)
    ).one_or_none()
    return CaseRow(*row) if row else None


def case_of_staff(connection: Connection, station_id: str, staff: str, deed: str) -> CaseRow | None:
    """What was written down about this day of this member of staff."""
    row = connection.execute(
        select(*_CASE).where(
            abuse_cases.c.subject == staff,
            abuse_cases.c.station_id == station_id,
            abuse_cases.c.deed == deed,
        )
    ).one_or_none()
    return CaseRow(*row) if row else None


def cases(
    connection: Connection, states: Sequence[str], about: str | None, limit: int, before: str | None
) -> list[CaseRow]:
    """Newest first; those that wait for an answer are asked for by their states."""
    asked = select(*_CASE).order_by(abuse_cases.c.id.desc()).limit(limit)
    if states:
        asked = asked.where(abuse_cases.c.state.in_(states))
    if about is not None:
        asked = asked.where(abuse_cases.c.about == about)
    if before is not None:
        asked = asked.where(abuse_cases.c.id < before)
    return [CaseRow(*row) for row in connection.execute(asked)]


def change_case(connection: Connection, case_id: str, **values: Any) -> None:
    connection.execute(update(abuse_cases).where(abuse_cases.c.id == case_id).values(**values))


# --- staff ---


def add_deed(  # noqa: PLR0917 - the key of a row
    connection: Connection,
    station_id: str,
    staff: str,
    day: str,
    what: str,
    whom: str,
    amount_fen: int,
    *,
    times: int = 1,
) -> None:
    days = staff_days.c
    connection.execute(
        _insert(connection)(staff_days)
        .values(
            station_id=station_id,
            staff=staff,
            day=day,
            what=what,
            whom=whom,
            count=times,
            amount_fen=amount_fen,
        )
        .on_conflict_do_update(
            index_elements=[days.station_id, days.staff, days.day, days.what, days.whom],
            set_={"count": days.count + times, "amount_fen": days.amount_fen + amount_fen},
        )
    )


def deeds_of(connection: Connection, station_id: str, staff: str, day: str) -> Mapping[str, int]:
    """How often on this day, by deed; of deeds for one member, those for whom there were most."""
    rows = connection.execute(
        select(staff_days.c.what, func.max(staff_days.c.count).label("most"))
        .where(staff_days.c.station_id == station_id, staff_days.c.staff == staff, staff_days.c.day == day)
        .group_by(staff_days.c.what)
    )
    return {row.what: row.most for row in rows}


def deeds_on(connection: Connection, station_id: str | None, day: str) -> list[StaffDayRow]:
    asked = (
        select(*(staff_days.c[each.name] for each in fields(StaffDayRow)))
        .where(staff_days.c.day == day)
        .order_by(staff_days.c.station_id, staff_days.c.staff, staff_days.c.what, staff_days.c.whom)
    )
    if station_id is not None:
        asked = asked.where(staff_days.c.station_id == station_id)
    return [StaffDayRow(*row) for row in connection.execute(asked)]
