"""Leases: who owns what only one program of the station may own at a time, such as the pumps."""

from datetime import datetime
from typing import Any

from core.persistence.database import Database
from core.persistence.tables.leases import leases
from core.persistence.transaction import Command, Query
from core.persistence.words import Executable, bindparam, delete, insert_of, or_, select


def _take() -> Executable:
    fresh: Any = insert_of(leases).values(
        name=bindparam("name"), holder=bindparam("holder"), until=bindparam("until")
    )
    taken: Executable = fresh.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": fresh.excluded.holder, "until": fresh.excluded.until},
        where=or_(
            leases.c.holder == fresh.excluded.holder,
            leases.c.until <= bindparam("now", type_=leases.c.until.type),
        ),
    )
    return taken


_TAKE = Command(_take(), asks=("name", "holder", "until", "now"))
_RELEASE = Command(
    delete(leases).where(leases.c.name == bindparam("name"), leases.c.holder == bindparam("holder"))
)
_HOLDER = Query(
    select(leases.c.holder).where(leases.c.name == bindparam("name"), leases.c.until > bindparam("now")), str
)


class Leases:
    """Leases in the station's database, one a name. All programs' clocks must agree to within the lease's length."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Take the lease, or hold it for longer. False while another holds it and its time has not run out."""
        with self._database.writing() as transaction:
            return transaction.run(_TAKE, name, holder, until, now) == 1

    def release(self, name: str, holder: str) -> None:
        """Give the lease back before its time; nothing happens where another holds it."""
        with self._database.writing() as transaction:
            transaction.run(_RELEASE, name, holder)

    def holder(self, name: str, now: datetime) -> str | None:
        """Who holds the lease now, if anybody does."""
        with self._database.reading() as transaction:
            return transaction.first(_HOLDER, name, now)
