"""Groups of stations: a region, an owner, a brand. Users of the head office may be limited to some."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, column, delete, func, insert, select, table, update

from cloud_api.offices.insertion import insert_unless_there
from cloud_api.offices.tables import office_user_groups, station_group_members, station_groups
from core.domain.refusals.cloud import StationNotFound

# Only whether a station is there; what it is like is its own room's business.
_STATIONS = table("stations", column("id"))


@dataclass(frozen=True, slots=True)
class GroupRow:
    id: str
    title: str
    stations: tuple[str, ...]


def all_groups(connection: Connection) -> list[GroupRow]:
    members: dict[str, list[str]] = {}
    for group_id, station_id in connection.execute(
        select(station_group_members.c.group_id, station_group_members.c.station_id).order_by(
            station_group_members.c.station_id
        )
    ):
        members.setdefault(group_id, []).append(station_id)
    rows = connection.execute(
        select(station_groups.c.id, station_groups.c.title).order_by(
            station_groups.c.title, station_groups.c.id
        )
    )
    return [GroupRow(row.id, row.title, tuple(members.get(row.id, ()))) for row in rows]


def stations_in(connection: Connection, group_ids: Iterable[str]) -> frozenset[str]:
    """For whoever limits something to groups, such as a campaign."""
    return frozenset(
        connection.execute(
            select(station_group_members.c.station_id).where(
                station_group_members.c.group_id.in_(list(group_ids))
            )
        ).scalars()
    )


def put(connection: Connection, group: GroupRow, now: datetime) -> None:
    """Raises StationNotFound."""
    wanted = sorted(set(group.stations))
    known = select(func.count()).select_from(_STATIONS).where(_STATIONS.c.id.in_(wanted))
    if connection.execute(known).scalar_one() != len(wanted):
        raise StationNotFound
    values = {"id": group.id, "title": group.title, "created_at": now}
    if not insert_unless_there(connection, station_groups, values):
        connection.execute(
            update(station_groups).where(station_groups.c.id == group.id).values(title=group.title)
        )
    connection.execute(delete(station_group_members).where(station_group_members.c.group_id == group.id))
    for station_id in wanted:
        connection.execute(insert(station_group_members).values(group_id=group.id, station_id=station_id))


def people_of(connection: Connection, group_id: str) -> int:
    return connection.execute(
        select(func.count()).select_from(office_user_groups).where(office_user_groups.c.group_id == group_id)
    ).scalar_one()


def remove(connection: Connection, group_id: str) -> bool:
    connection.execute(delete(station_group_members).where(station_group_members.c.group_id == group_id))
    return connection.execute(delete(station_groups).where(station_groups.c.id == group_id)).rowcount == 1
