"""Coupons on occasions: a chore that several workers share, as each person and occasion is one row."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from cloud_api.campaigns import repository
from cloud_api.campaigns.service import Campaigns
from cloud_api.clock import Clock
from cloud_api.coupons import campaigns as rows
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.driver_days import day_of
from cloud_api.database import Database, Work
from core.domain.campaign import Occasion, Way
from core.domain.refusals.offers import CampaignSoldOut

_AT_ONCE = 100
_PAUSE = timedelta(minutes=1)
# A cloud that stood still for some days gives late rather than never.
_CATCH_UP = timedelta(days=3)


class Occasions:
    """Gives what birthdays, first fills and long absences bring."""

    def __init__(self, database: Database, clock: Clock, campaigns: Campaigns) -> None:
        self._database, self._clock, self._campaigns = database, clock, campaigns
        self._next = clock.now()

    async def give_due(self) -> None:
        """Chore: looks once a minute."""
        now = self._clock.now()
        if now < self._next:
            return
        self._next = now + _PAUSE
        await self.give_now()

    async def give_now(self) -> int:
        """Gives all that is due; how many."""
        now, given = self._clock.now(), 0
        for campaign in await self._database.read(lambda c: rows.running_campaigns(c, now, Way.EVENT)):
            given += await self._give_of(campaign)
        return given

    async def _give_of(self, campaign: CampaignRow) -> int:
        given = 0
        while due := await self._database.read(lambda c: self._due(c, campaign)):
            # Each person in a transaction of their own: what one of them meets costs nobody else anything.
            some = [await self._give_one(campaign, driver_id, occasion) for driver_id, occasion in due]
            given += sum(some)
            if not any(some):
                return given
        return given

    async def _give_one(self, campaign: CampaignRow, driver_id: str, occasion: str) -> bool:
        def give(work: Work) -> bool:
            return self._campaigns.give(work, campaign, driver_id, occasion) is not None

        try:
            return await self._database.write(give)
        except CampaignSoldOut:
            return False

    def _due(self, connection: Connection, campaign: CampaignRow) -> Sequence[tuple[str, str]]:
        """Whom it is for today, and for what; not who has it."""
        today = date.fromisoformat(day_of(self._clock.now()))
        match campaign.occasion:
            case Occasion.BIRTHDAY:
                occasion = f"birthday {today.year}"
                born = repository.born_on(connection, month_days(today), campaign.id, occasion, _AT_ONCE)
                return [(driver_id, occasion) for driver_id in born]
            case Occasion.FIRST_FILL:
                since = (today - _CATCH_UP).isoformat()
                new = repository.new_since(connection, since, campaign.id, "first fill", _AT_ONCE)
                return [(driver_id, "first fill") for driver_id in new]
            case Occasion.AWAY:
                last = today - timedelta(days=campaign.away_days)
                first = last - _CATCH_UP
                away = repository.away_between(
                    connection, first.isoformat(), last.isoformat(), campaign.id, _AT_ONCE
                )
                return [(driver_id, f"away {day}") for driver_id, day in away]
            case None:
                return ()


def month_days(today: date) -> list[str]:
    """The birthdays that are kept on this day: who was born on a 29th of February has it on the 28th in other years."""
    days = [f"{today.month:02d}-{today.day:02d}"]
    is_leap = today.year % 4 == 0 and (today.year % 100 != 0 or today.year % 400 == 0)
    if days == ["02-28"] and not is_leap:
        days.append("02-29")
    return days
