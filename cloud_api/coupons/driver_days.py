"""What each driver filled on each day: who is new, who stays away, and what a campaign moved."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cloud_api.coupons.tables import driver_days
from core.wording.formats import STATION_ZONE


def day_of(moment: datetime) -> str:
    """The day of the station's zone, as it is kept."""
    return moment.astimezone(STATION_ZONE).date().isoformat()


def add(connection: Connection, driver_id: str, at: datetime, volume_ml: int, amount_fen: int) -> None:
    """One more fill of this driver; the caller sees to it that it is told once."""
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    days = driver_days.c
    connection.execute(
        insert(driver_days)
        .values(driver_id=driver_id, day=day_of(at), fills=1, volume_ml=volume_ml, amount_fen=amount_fen)
        .on_conflict_do_update(
            index_elements=[days.driver_id, days.day],
            set_={
                "fills": days.fills + 1,
                "volume_ml": days.volume_ml + volume_ml,
                "amount_fen": days.amount_fen + amount_fen,
            },
        )
    )


def is_new(connection: Connection, driver_id: str) -> bool:
    """Whether this driver has never filled before."""
    found = connection.execute(
        select(driver_days.c.day).where(driver_days.c.driver_id == driver_id).limit(1)
    ).one_or_none()
    return found is None
