"""What the head office does with campaigns and coupons, each deed with its line in the journal."""

from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import Connection

from cloud_api.access import OfficeUser
from cloud_api.campaigns import repository
from cloud_api.campaigns.repository import BatchRow
from cloud_api.campaigns.results import Result, result_of
from cloud_api.campaigns.service import Campaigns
from cloud_api.clock import Clock
from cloud_api.coupons import campaigns as rows
from cloud_api.coupons import repository as coupons
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.repository import CouponRow
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.offices import journal
from cloud_api.offices.two_people import Agreement, Deed
from core.domain.campaign import CampaignPlan, Way
from core.domain.refusals.members import MemberNotFound
from core.domain.refusals.offers import (
    CampaignAlreadyClaimed,
    CampaignNotFound,
    CampaignUnfit,
    CouponNotFound,
)
from core.domain.refusals.offices import OfficeStationsLimited
from core.domain.scan import cleaned

Answer = TypeVar("Answer")
_MOST_COUPONS = 200


class CampaignKeeping:
    """The head office's hand on campaigns; who may is asked at the door.

    Whoever is limited to stations keeps the campaigns that have never held anywhere else: to them others are not there.
    """

    def __init__(self, database: Database, clock: Clock, campaigns: Campaigns) -> None:
        self._database, self._clock, self._campaigns = database, clock, campaigns

    async def all(self, user: OfficeUser, limit: int, before: str | None) -> list[CampaignRow]:
        """Newest first."""

        def load(connection: Connection) -> list[CampaignRow]:
            found: list[CampaignRow] = []
            last = before
            while page := rows.all_campaigns(connection, limit, last):
                found += [row for row in page if _is_theirs(connection, user, row)]
                if len(found) >= limit or len(page) < limit:
                    break
                last = page[-1].id
            return found[:limit]

        return await self._database.read(load)

    async def one(self, user: OfficeUser, campaign_id: str) -> CampaignRow:
        """Raises CampaignNotFound."""
        return await self._database.read(lambda c: self._seen(c, user, campaign_id))

    async def versions(self, user: OfficeUser, campaign_id: str) -> list[Any]:
        """What the campaign promised from when on; the last is what it promises now. Raises CampaignNotFound."""

        def load(connection: Connection) -> list[Any]:
            self._seen(connection, user, campaign_id)
            return repository.versions_of(connection, campaign_id)

        return await self._database.read(load)

    async def add(self, user: OfficeUser, plan: CampaignPlan) -> CampaignRow:
        """Raises CampaignUnfit, OfficeStationsLimited."""

        def add(work: Work) -> CampaignRow:
            _check_theirs(user, plan)
            row = self._campaigns.add(work, plan, user.id)
            self._note(work, user, "campaigns.added", row.id, stock=row.stock, budget_fen=row.budget_fen)
            return row

        return await self._database.write(add)

    async def change(self, user: OfficeUser, campaign_id: str, plan: CampaignPlan) -> CampaignRow:
        """A new version. Raises CampaignNotFound, CampaignUnfit, OfficeStationsLimited."""

        def change(work: Work) -> CampaignRow:
            self._held(work, user, campaign_id)
            _check_theirs(user, plan)
            row = self._campaigns.change(work, campaign_id, plan, user.id)
            self._note(work, user, "campaigns.changed", campaign_id, version=row.version)
            return row

        return await self._database.write(change)

    async def pause(self, user: OfficeUser, campaign_id: str, *, paused: bool) -> CampaignRow:
        """Raises CampaignNotFound."""

        def pause(work: Work) -> CampaignRow:
            self._held(work, user, campaign_id)
            row = self._campaigns.pause(work, campaign_id, paused=paused)
            self._note(work, user, "campaigns.paused" if paused else "campaigns.resumed", campaign_id)
            return row

        return await self._database.write(pause)

    async def add_stock(
        self, user: OfficeUser, campaign_id: str, pieces: int, budget_fen: int, agreement: Agreement
    ) -> CampaignRow:
        """Raises CampaignNotFound, CampaignUnfit, SecondPersonNeeded, SecondPersonDisagrees."""

        def add(work: Work) -> CampaignRow:
            if budget_fen > agreement.alone_fen:
                particulars = {"pieces": pieces, "budget_fen": budget_fen}
                # Each raise is a deed of its own: asked again, it wants another agreement.
                raised = new_id(self._clock.now())
                agreement.needed(work, user, Deed.BUDGET_RAISED, campaign_id, particulars, deed_id=raised)
            self._held(work, user, campaign_id)
            row = self._campaigns.add_stock(work, campaign_id, pieces, budget_fen)
            self._note(work, user, "campaigns.stocked", campaign_id, pieces=pieces, budget_fen=budget_fen)
            return row

        return await self._database.write(add)

    async def make_batch(self, user: OfficeUser, campaign_id: str, count: int) -> tuple[BatchRow, list[str]]:
        """The codes, told this once. Raises CampaignNotFound, CampaignSoldOut, CampaignUnfit."""

        def make(work: Work) -> tuple[BatchRow, list[str]]:
            self._held(work, user, campaign_id)
            batch, codes = self._campaigns.make_batch(work, campaign_id, count, user.id)
            self._note(work, user, "campaigns.codes_exported", campaign_id, batch=batch.id, count=count)
            return batch, codes

        return await self._database.write(make)

    async def batches(self, user: OfficeUser, campaign_id: str) -> list[BatchRow]:
        """Raises CampaignNotFound."""

        def load(connection: Connection) -> list[BatchRow]:
            self._seen(connection, user, campaign_id)
            return repository.batches_of(connection, campaign_id)

        return await self._database.read(load)

    async def give(self, user: OfficeUser, campaign_id: str, driver_id: str, occasion: str) -> CouponRow:
        """A gift, once a person and occasion.

        Raises CampaignNotFound, CampaignUnfit (not for gifts), MemberNotFound, CampaignAlreadyClaimed, CampaignSoldOut.
        """

        def give(work: Work) -> CouponRow:
            campaign = self._held(work, user, campaign_id)
            if campaign.way is not Way.GIFT:
                raise CampaignUnfit("way")
            if not drivers.people(work.connection, ids=[driver_id]):
                raise MemberNotFound(driver_id)
            coupon = self._campaigns.give(work, campaign, driver_id, f"gift {occasion}")
            if coupon is None:
                raise CampaignAlreadyClaimed
            self._note(work, user, "campaigns.given", campaign_id, driver=driver_id, coupon=coupon.id)
            return coupon

        return await self._database.write(give)

    async def result(self, user: OfficeUser, campaign_id: str) -> tuple[CampaignRow, Result]:
        """Raises CampaignNotFound."""

        def load(connection: Connection) -> tuple[CampaignRow, Result]:
            campaign = self._seen(connection, user, campaign_id)
            return campaign, result_of(connection, campaign, self._clock.now())

        return await self._database.read(load)

    async def coupons(self, user: OfficeUser, driver_id: str | None, code: str | None) -> list[CouponRow]:
        """Those of a driver, or the one of a code."""

        def load(connection: Connection) -> list[CouponRow]:
            if driver_id is not None:
                found = coupons.coupons_of(connection, driver_id, _MOST_COUPONS)
            else:
                of_code = coupons.coupon_of_code(connection, cleaned(code or ""))
                found = [] if of_code is None else [of_code]
            return [row for row in found if user.may_see_all(row.terms.stations)]

        return await self._database.read(load)

    async def void(self, user: OfficeUser, coupon_id: str, why: str) -> CouponRow:
        """Raises CouponNotFound, CouponAlreadyUsed."""

        def void(work: Work) -> CouponRow:
            row = self._campaigns.void(work, coupon_id)
            if not user.may_see_all(row.terms.stations):
                raise CouponNotFound("")
            self._note(work, user, "coupons.voided", coupon_id, why=why)
            return row

        return await self._database.write(void)

    def _seen(self, connection: Connection, user: OfficeUser, campaign_id: str) -> CampaignRow:
        """Raises CampaignNotFound, also where it holds at a station that the user may not see."""
        row = self._campaigns.get(connection, campaign_id)
        if not _is_theirs(connection, user, row):
            raise CampaignNotFound
        return row

    def _held(self, work: Work, user: OfficeUser, campaign_id: str) -> CampaignRow:
        """Until the end of the deed nobody lets it hold elsewhere. Raises CampaignNotFound."""
        if user.stations is not None:
            rows.lock_campaign(work.connection, campaign_id)
        return self._seen(work.connection, user, campaign_id)

    def _note(self, work: Work, user: OfficeUser, what: str, about: str, **details: object) -> None:
        journal.note(work, user, what, about, details, at=self._clock.now())


def _check_theirs(user: OfficeUser, plan: CampaignPlan) -> None:
    if not user.may_see_all(plan.terms.stations):
        raise OfficeStationsLimited


def _is_theirs(connection: Connection, user: OfficeUser, row: CampaignRow) -> bool:
    """Its results and coupons are of all that it ever promised, not of its last version alone."""
    if user.stations is None:
        return True
    return user.may_see_all(row.terms.stations) and all(
        user.may_see_all(rows.terms_of(version.terms).stations)
        for version in repository.versions_of(connection, row.id)
    )


def result_fields(result: Result) -> dict[str, Any]:
    """The result with what is reckoned from it."""
    row = asdict(result.row)
    del row["volume_before_ml"], row["amount_before_fen"]
    return {
        **row,
        "days": result.days,
        "baseline_days": result.baseline_days,
        "baseline_volume_ml": result.baseline_volume_ml,
        "baseline_amount_fen": result.baseline_amount_fen,
        "gained_ml": result.gained_ml,
        "gained_fen": result.gained_fen,
        "margin_fen": result.margin_fen,
        "return_percent": result.return_percent,
    }
