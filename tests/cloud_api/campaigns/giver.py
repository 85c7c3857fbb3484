"""A cloud's rooms for campaigns with no web server: one worker at a database, and people who claim."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from cloud_api.abuse.circumstances import Circumstances
from cloud_api.campaigns.limits import Claimer
from cloud_api.coupons import campaigns as rows
from cloud_api.coupons import repository
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.service import Coupons
from cloud_api.database import Database
from cloud_api.drivers import repository as drivers
from cloud_api.giving import Giving
from cloud_api.identifiers import new_id
from cloud_api.points.service import Points
from cloud_api.settings import Settings
from core.domain.campaign import CampaignPlan
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.money import Money
from tests.cloud_api.simulated.outside_world import MovableClock

OFF = 1_500


class Worker:
    """One of the processes that serve the cloud, as far as it gives coupons away."""

    def __init__(self, url: str, clock: MovableClock) -> None:
        self.clock = clock
        self.database = Database(url)
        settings = Settings(database=url)
        self.coupons = Coupons(self.database, clock, settings)
        self.points = Points(self.database, clock, settings)
        self.giving = Giving(self.database, clock, points=self.points, coupons=self.coupons)
        self.campaigns = self.giving.campaigns

    def plan(self, **other: Any) -> CampaignPlan:
        """15 yuan off from 100 yuan on, for 30 days; `terms` are changes of them."""
        now = self.clock.now()
        terms = {
            "kind": CouponKind.AMOUNT_OFF,
            "valid_from": now,
            "valid_until": now + timedelta(days=30),
            "off": Money(OFF),
            "threshold": Money(10_000),
            **other.pop("terms", {}),
        }
        return CampaignPlan(**{"title": "满100减15", "stock": 100, "terms": CouponTerms(**terms), **other})

    def campaign(self, **other: Any) -> CampaignRow:
        plan = self.plan(**other)
        return self.database.write_now(lambda work: self.campaigns.add(work, plan, "tester"))

    def driver(self) -> str:
        """Somebody new; known for a while, so that nothing about them looks odd."""
        now = self.clock.now()
        phone, made = f"138{secrets.randbelow(10**8):08d}", now - timedelta(days=30)
        return self.database.write_now(
            lambda work: drivers.driver_signing_in(work.connection, phone, new_id(made), made).id
        )

    def as_it_is(self, campaign: CampaignRow) -> CampaignRow:
        found = self.database.read_now(lambda c: rows.campaign(c, campaign.id))
        assert found is not None
        return found

    def coupon(self, coupon_id: str) -> CouponRow:
        found = self.database.read_now(lambda c: repository.coupon(c, coupon_id))
        assert found is not None
        return found

    async def claim(self, campaign: CampaignRow, driver: str, **where: str) -> CouponRow:
        return await self.campaigns.claim(campaign.id, claimer(driver, **where), new_id(self.clock.now()))


def claimer(driver: str, **where: str) -> Claimer:
    """Somebody at home with a phone of their own."""
    usual = {"ip": "10.1.2.3", "device_id": f"phone of {driver}", "user_agent": "Mozilla/5.0 MicroMessenger"}
    return Claimer(driver, "", circumstances=Circumstances(**{**usual, **where}))


@contextmanager
def workers(url: str, how_many: int = 1) -> Iterator[list[Worker]]:
    """So many workers at one database, with one clock."""
    clock = MovableClock()
    some = [Worker(url, clock) for _ in range(how_many)]
    try:
        yield some
    finally:
        for worker in some:
            worker.database.close()
