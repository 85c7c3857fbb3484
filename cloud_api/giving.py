"""Campaigns and what guards them, joined: who claims, what stations tell, and what the clock brings."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection

from cloud_api.abuse.service import Abuse
from cloud_api.abuse.staff import StaffWatch
from cloud_api.campaigns.keeping import CampaignKeeping
from cloud_api.campaigns.occasions import Occasions
from cloud_api.campaigns.service import Campaigns, Person, PointsPurse
from cloud_api.clock import Clock
from cloud_api.coupons.service import Coupons
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from core.domain.refusals.people import NotSignedIn

# As Stations calls whoever wants to hear of a message.
Listener = Callable[[Work, str, Any], None]


class Giving:
    """Everything that gives coupons away, and what keeps it from being taken."""

    def __init__(self, database: Database, clock: Clock, *, points: PointsPurse, coupons: Coupons) -> None:
        self._coupons, self._clock = coupons, clock
        self.abuse = Abuse(database, clock)
        self.staff = StaffWatch(clock)
        self.campaigns = Campaigns(database, clock, abuse=self.abuse, points=points, person_of=person_of)
        self._keeping = CampaignKeeping(database, clock, self.campaigns)
        self.occasions = Occasions(database, clock, self.campaigns)

    def open(self, app: FastAPI) -> None:
        """Where the routes find them."""
        app.state.campaigns, app.state.abuse = self.campaigns, self.abuse
        app.state.campaign_keeping, app.state.clock = self._keeping, self._clock

    @property
    def on_sale(self) -> Sequence[Listener]:
        """Who hears of a bill that was paid at a counter."""
        return [self._coupons.take_sale, self.staff.take_sale]

    @property
    def on_refund(self) -> Sequence[Listener]:
        """Who hears of money that was given back at a counter."""
        return [self.staff.take_refund]

    @property
    def on_shift(self) -> Sequence[Listener]:
        """Who hears of a closed shift."""
        return [self.staff.take_shift]

    @property
    def chores(self) -> Mapping[str, Callable[[], Awaitable[object]]]:
        """What runs by the clock; several workers may at once."""
        return {
            "give coupons on occasions": self.occasions.give_due,
            "settle budgets": self._coupons.settle_budgets,
            "forget what went together": self._coupons.forget_quotes,
            "forget counters": self.abuse.forget,
        }


def person_of(connection: Connection, driver_id: str) -> Person:
    """The driver with phone and plates. Raises NotSignedIn for one who is gone meanwhile."""
    people = drivers.people(connection, ids=[driver_id])
    if not people:
        raise NotSignedIn
    plates = tuple(vehicle.plate for vehicle in drivers.vehicles_of(connection, driver_id))
    return Person(driver_id, people[0].phone, plates, _made_at(driver_id))


def _made_at(new_id: str) -> datetime | None:
    """An id tells when it was made."""
    return datetime.fromtimestamp(int(new_id[:12], 16) / 1000, UTC)
