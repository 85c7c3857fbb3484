"""Rules of campaigns and coupons: issue, claim, hold, redeem, release."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from cloud_api import first_answers
from cloud_api.clock import Clock
from cloud_api.coupons import repository
from cloud_api.coupons.repository import CampaignRow, CouponRow, HoldRow
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.settings import Settings
from core.domain.coupon import CouponTerms
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.offers import (
    CampaignAlreadyClaimed,
    CampaignNotFound,
    CampaignOver,
    CampaignSoldOut,
    CouponAlreadyUsed,
    CouponExpired,
    CouponHeldElsewhere,
    CouponHoldGone,
    CouponNotFound,
    CouponNotYetValid,
    CouponOfAnotherStation,
)
from core.domain.scan import cleaned

_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MOST_SHOWN = 200


class ShownState(StrEnum):
    """A coupon's state as its owner sees it."""

    AVAILABLE = "available"
    HELD = "held"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CounterHold:
    """A coupon set aside for a bill at a counter."""

    hold_id: str
    coupon: CouponRow
    expires_at: datetime


class Coupons:
    """Campaigns and their coupons. Orders call the `_for_order` methods inside their own transactions."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    # --- campaigns ---

    def add_campaign(self, work: Work, title: str, terms: CouponTerms, stock: int) -> str:
        """A new campaign; its coupons can be claimed as long as they would hold."""
        now = self._clock.now()
        row = CampaignRow(new_id(now), title, terms, stock, min(now, terms.valid_from), terms.valid_until)
        repository.add_campaign(work.connection, row, now)
        return row.id

    async def campaigns(self, driver_id: str | None) -> list[tuple[CampaignRow, bool]]:
        """What can be claimed now, and whether this driver has."""
        now = self._clock.now()

        def load(connection: Connection) -> list[tuple[CampaignRow, bool]]:
            claimed = repository.claimed_by(connection, driver_id) if driver_id else set()
            return [(row, row.id in claimed) for row in repository.running_campaigns(connection, now)]

        return await self._database.read(load)

    async def claim(self, campaign_id: str, driver_id: str, key: str) -> CouponRow:
        """One coupon a driver, as long as there are any.

        Raises CampaignNotFound, CampaignOver, CampaignSoldOut, CampaignAlreadyClaimed.
        """
        return await self._database.write(lambda work: self._claim(work, campaign_id, driver_id, key))

    def _claim(self, work: Work, campaign_id: str, driver_id: str, key: str) -> CouponRow:
        now, connection = self._clock.now(), work.connection
        request = {"campaign_id": campaign_id}
        answered = first_answers.recall(connection, driver_id, "claim", key, request)
        if answered is not None:
            known = repository.coupon(connection, answered["coupon_id"])
            if known is None:
                raise CouponNotFound("")
            return known
        campaign = self._campaign(connection, campaign_id)
        if not campaign.claim_from <= now < campaign.claim_until:
            raise CampaignOver
        # Taking from the stock locks the campaign's row, so that what is asked next cannot change underneath.
        in_stock = repository.take_from_stock(connection, campaign_id, 1)
        if repository.has_claimed(connection, campaign_id, driver_id):
            raise CampaignAlreadyClaimed
        if not in_stock:
            raise CampaignSoldOut
        [coupon] = self._issue(connection, campaign, 1, driver_id, now)
        repository.note_claim(connection, campaign_id, driver_id, coupon.id, now)
        first_answers.keep(
            connection,
            asker=driver_id,
            route="claim",
            key=key,
            request=request,
            answer={"coupon_id": coupon.id},
            now=now,
        )
        return coupon

    def issue(
        self, work: Work, campaign_id: str, count: int, driver_id: str | None = None
    ) -> list[CouponRow]:
        """So many new coupons out of the campaign's stock. Raises CampaignNotFound, CampaignSoldOut."""
        campaign = self._campaign(work.connection, campaign_id)
        if not repository.take_from_stock(work.connection, campaign_id, count):
            raise CampaignSoldOut
        return self._issue(work.connection, campaign, count, driver_id, self._clock.now())

    @staticmethod
    def _campaign(connection: Connection, campaign_id: str) -> CampaignRow:
        campaign = repository.campaign(connection, campaign_id)
        if campaign is None:
            raise CampaignNotFound
        return campaign

    @staticmethod
    def _issue(
        connection: Connection, campaign: CampaignRow, count: int, driver_id: str | None, now: datetime
    ) -> list[CouponRow]:
        issued = [
            CouponRow(
                new_id(now), _new_code(), driver_id, campaign.title, campaign.terms, "available", None, None
            )
            for _ in range(count)
        ]
        repository.add_coupons(connection, campaign.id, issued, now)
        return issued

    # --- a driver's coupons ---

    async def coupons_of(self, driver_id: str, only: ShownState | None, usable: bool) -> list[CouponRow]:
        """A driver's coupons; `usable` leaves only what would be taken right now."""
        now = self._clock.now()
        rows = await self._database.read(lambda c: repository.coupons_of(c, driver_id, _MOST_SHOWN))
        if usable:
            rows = [
                row
                for row in rows
                if row.is_free(now) and row.terms.valid_from <= now < row.terms.valid_until
            ]
            rows.sort(key=lambda row: (row.terms.valid_until, row.id))
        if only is not None:
            rows = [row for row in rows if self.shown_state(row) is only]
        return rows

    def shown_state(self, row: CouponRow) -> ShownState:
        now = self._clock.now()
        if row.state == "redeemed":
            return ShownState.REDEEMED
        if not row.is_free(now):
            return ShownState.HELD
        return ShownState.EXPIRED if now >= row.terms.valid_until else ShownState.AVAILABLE

    # --- orders ---

    def hold_for_order(self, work: Work, coupon_id: str, driver_id: str, order_id: str) -> CouponRow:
        """Sets a driver's coupon aside until the order ends.

        Raises CouponNotFound, CouponExpired, CouponNotYetValid, CouponAlreadyUsed, CouponHeldElsewhere.
        """
        now = self._clock.now()
        coupon = repository.coupon(work.connection, coupon_id)
        if coupon is None or coupon.driver_id != driver_id:
            raise CouponNotFound("")
        _check_time(coupon, now)
        if not repository.hold(work.connection, coupon_id, order_id, None, now):
            raise _why_not_free(work.connection, coupon_id)
        return coupon

    def redeem_for_order(self, work: Work, coupon_id: str, order_id: str, discount_fen: int) -> None:
        """The order is completed: the coupon is used up."""
        repository.redeem(work.connection, coupon_id, order_id, discount_fen, self._clock.now())

    def release_for_order(self, work: Work, coupon_id: str, order_id: str) -> None:
        """The order ended without fuel: the coupon is its driver's again."""
        repository.release(work.connection, coupon_id, order_id)

    # --- counters ---

    async def hold_at_counter(self, station_id: str, hold_id: str, code: str, sale_id: str) -> CounterHold:
        """Sets a coupon aside for a bill. The same hold again answers the same and lasts anew."""
        return await self._database.write(
            lambda work: self._hold(work, station_id, hold_id, cleaned(code), sale_id)
        )

    def _hold(self, work: Work, station_id: str, hold_id: str, code: str, sale_id: str) -> CounterHold:
        now, connection = self._clock.now(), work.connection
        coupon = repository.coupon_of_code(connection, code)
        if coupon is None:
            raise CouponNotFound(code)
        before = repository.counter_hold(connection, hold_id)
        asked = (coupon.id, station_id, sale_id)
        if before is not None and (before.coupon_id, before.station_id, before.sale_id) != asked:
            raise IdempotencyKeyReused
        if coupon.state == "redeemed":
            raise CouponAlreadyUsed
        if before is None or before.state != "held":
            _check_time(coupon, now)
        if coupon.terms.stations and station_id not in coupon.terms.stations:
            raise CouponOfAnotherStation
        until = now + timedelta(seconds=self._settings.coupon_hold_seconds)
        if not repository.hold(connection, coupon.id, hold_id, until, now):
            raise _why_not_free(connection, coupon.id)
        repository.put_counter_hold(
            connection, HoldRow(hold_id, coupon.id, station_id, sale_id, "held", until), now
        )
        return CounterHold(hold_id, coupon, until)

    async def redeem_at_counter(self, station_id: str, hold_id: str, sale_id: str, discount_fen: int) -> None:
        """The bill is paid. A hold whose time was over still counts while nobody else has the coupon."""
        await self._database.write(
            lambda work: self._redeem(work, station_id, hold_id, sale_id, discount_fen)
        )

    def _redeem(self, work: Work, station_id: str, hold_id: str, sale_id: str, discount_fen: int) -> None:
        now = self._clock.now()
        held = repository.counter_hold(work.connection, hold_id)
        if held is None or held.station_id != station_id or held.sale_id != sale_id:
            raise CouponHoldGone
        if held.state == "redeemed":
            return
        if not repository.redeem(work.connection, held.coupon_id, hold_id, discount_fen, now):
            raise CouponHoldGone
        redeemed = HoldRow(hold_id, held.coupon_id, station_id, sale_id, "redeemed", held.expires_at)
        repository.put_counter_hold(work.connection, redeemed, now)

    async def release_at_counter(self, station_id: str, hold_id: str) -> None:
        """The coupon is taken off the bill. Raises CouponHoldGone, CouponAlreadyUsed."""
        await self._database.write(lambda work: self._release(work, station_id, hold_id))

    def _release(self, work: Work, station_id: str, hold_id: str) -> None:
        held = repository.counter_hold(work.connection, hold_id)
        if held is None or held.station_id != station_id:
            raise CouponHoldGone
        if held.state == "redeemed":
            raise CouponAlreadyUsed
        repository.release(work.connection, held.coupon_id, hold_id)
        released = HoldRow(hold_id, held.coupon_id, station_id, held.sale_id, "released", held.expires_at)
        repository.put_counter_hold(work.connection, released, self._clock.now())

    def give_back(self, work: Work, station_id: str, sale_id: str) -> None:
        """The whole bill was given back: the coupon on it is its owner's again, while it would still hold."""
        now = self._clock.now()
        for hold_id in repository.redeemed_holds(work.connection, station_id, sale_id):
            held = repository.counter_hold(work.connection, hold_id)
            if held is not None and held.state == "redeemed":
                repository.unredeem(work.connection, held.coupon_id, hold_id)
                released = HoldRow(hold_id, held.coupon_id, station_id, sale_id, "released", now)
                repository.put_counter_hold(work.connection, released, now)

    async def release_overdue(self) -> None:
        """Chore: holds that counters forgot."""
        now = self._clock.now()
        if await self._database.read(lambda c: repository.has_overdue(c, now)):
            await self._database.write(lambda work: repository.release_overdue(work.connection, now))


def _check_time(coupon: CouponRow, now: datetime) -> None:
    if now < coupon.terms.valid_from:
        raise CouponNotYetValid(coupon.terms.valid_from)
    if now >= coupon.terms.valid_until:
        raise CouponExpired(coupon.terms.valid_until)


def _why_not_free(connection: Connection, coupon_id: str) -> CouponAlreadyUsed | CouponHeldElsewhere:
    coupon = repository.coupon(connection, coupon_id)
    return CouponAlreadyUsed() if coupon is not None and coupon.state == "redeemed" else CouponHeldElsewhere()


def _new_code() -> str:
    return "YZ" + "".join(secrets.choice(_CODE_LETTERS) for _ in range(10))
