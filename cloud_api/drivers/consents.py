"""What drivers have agreed to: which text, when, and until when (PIPL 13 to 16)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from cloud_api.database import Work
from cloud_api.drivers.tables import driver_consents
from cloud_api.identifiers import new_id
from core.domain.refusals.persons import ConsentPurposeUnknown

# Without terms and privacy nobody is served; each of the others may be refused and nothing else is lost by it.
PURPOSES = ("terms", "privacy", "marketing", "location", "profiling")


@dataclass(frozen=True, slots=True)
class ConsentRow:
    purpose: str
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


def of_driver(connection: Connection, driver_id: str) -> list[ConsentRow]:
    """All that were ever given, the newest first."""
    consents = driver_consents.c
    rows = connection.execute(
        select(consents.purpose, consents.version, consents.given_at, consents.withdrawn_at)
        .where(consents.driver_id == driver_id)
        .order_by(consents.id.desc())
    )
    return [ConsentRow(*row) for row in rows]


def holds(connection: Connection, driver_id: str, purpose: str) -> bool:
    """Whether the driver agrees to this now; ask before any push that is not about their own order."""
    return any(
        row.purpose == purpose and row.withdrawn_at is None for row in of_driver(connection, driver_id)
    )


def give(work: Work, driver_id: str, purpose: str, version: str, now: datetime) -> None:
    """The same text again changes nothing; a newer one takes the older's place. Raises ConsentPurposeUnknown."""
    if purpose not in PURPOSES:
        raise ConsentPurposeUnknown(purpose)
    held = [
        row
        for row in of_driver(work.connection, driver_id)
        if row.purpose == purpose and row.withdrawn_at is None
    ]
    if any(row.version == version for row in held):
        return
    withdraw(work, driver_id, purpose, now)
    work.connection.execute(
        insert(driver_consents).values(
            id=new_id(now), driver_id=driver_id, purpose=purpose, version=version, given_at=now
        )
    )


def withdraw(work: Work, driver_id: str, purpose: str | None, now: datetime) -> None:
    """One purpose, or all of them; raises ConsentPurposeUnknown."""
    if purpose is not None and purpose not in PURPOSES:
        raise ConsentPurposeUnknown(purpose)
    consents = driver_consents.c
    query = update(driver_consents).where(consents.driver_id == driver_id, consents.withdrawn_at.is_(None))
    if purpose is not None:
        query = query.where(consents.purpose == purpose)
    work.connection.execute(query.values(withdrawn_at=now))
