"""A user of the head office at work: who, by which clock, at which database, and what is written down of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from cloud_api.access import OfficeUser, office_user_with
from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.offices import journal
from cloud_api.parameters import TheClock, TheDatabase
from core.domain.office import Duty


@dataclass(frozen=True, slots=True)
class Desk:
    """What a deed needs that is done in one transaction with its line in the journal."""

    user: OfficeUser
    database: Database
    clock: Clock

    def now(self) -> datetime:
        return self.clock.now()

    def note(self, work: Work, what: str, about: str, **details: object) -> None:
        """`what` is room.deed."""
        journal.note(work, self.user, what, about, details, at=self.now())


def _desk_with(duty: Duty) -> Callable[[OfficeUser, Database, Clock], Awaitable[Desk]]:
    async def desk(
        user: Annotated[OfficeUser, Depends(office_user_with(duty))], database: TheDatabase, clock: TheClock
    ) -> Desk:
        return Desk(user, database, clock)

    return desk


FinanceDesk = Annotated[Desk, Depends(_desk_with(Duty.FINANCE))]
OperationsDesk = Annotated[Desk, Depends(_desk_with(Duty.OPERATIONS))]
