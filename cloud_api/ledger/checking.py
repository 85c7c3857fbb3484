"""Looking at the books: entries against postings, balances against entries, lots against balances.

The whole is looked at by command; the chore looks at what was posted since its last look, and at what is cheap.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.ledger import book, lots, repository
from cloud_api.ledger.tables import ledger_checks

_log = logging.getLogger(__name__)
_EVERY = timedelta(minutes=10)
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the books, and what was wrong."""

    at: datetime
    from_number: int
    to_number: int
    faults: tuple[str, ...]


def faults(connection: Connection) -> list[str]:
    """What is wrong with the books; nothing, unless somebody reached around this room. Reads everything."""
    return book.faults(connection) + [
        f"the lots of {kind} of {owner} do not hold what the account holds"
        for kind, owner in lots.off_their_accounts(connection)
    ]


def latest_check(connection: Connection) -> Check | None:
    row = connection.execute(
        select(ledger_checks).order_by(ledger_checks.c.at.desc(), ledger_checks.c.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Check(row.at, row.from_number, row.to_number, tuple(row.faults))


class Books:
    """Looks at the books by the clock, and keeps what it found."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def check_now_and_then(self) -> None:
        """Chore: what was posted since the last look. What is wrong is logged, and kept for the head office."""
        last = await self._database.read(latest_check)
        now = self._clock.now()
        if last is not None and now - last.at < _EVERY:
            return
        # Once more what the last look saw: an entry may have been numbered before and committed after it.
        start = 0 if last is None else last.from_number
        check = await self._database.read(lambda connection: _looked(connection, start, last, now))
        for fault in check.faults:
            _log.error("the books: %s", fault)
        await self._database.write(lambda work: self._keep(work, check))

    async def check_whole(self) -> Check:
        """Everything, from the first posting on."""
        now = self._clock.now()

        def look(connection: Connection) -> Check:
            return Check(now, 0, repository.last_number(connection), tuple(faults(connection)[:_MOST_NAMED]))

        check = await self._database.read(look)
        await self._database.write(lambda work: self._keep(work, check))
        return check

    @staticmethod
    def _keep(work: Work, check: Check) -> None:
        work.connection.execute(
            insert(ledger_checks).values(
                id=new_id(check.at),
                at=check.at,
                from_number=check.from_number,
                to_number=check.to_number,
                faults=list(check.faults),
            )
        )


def _looked(connection: Connection, start: int, last: Check | None, now: datetime) -> Check:
    to_number = repository.last_number(connection)
    found = book.faults(connection, after=start)
    # The next look begins where this one's predecessor ended.
    begins = 0 if last is None else last.to_number
    return Check(now, begins, to_number, tuple(found[:_MOST_NAMED]))
