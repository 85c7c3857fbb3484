"""Rules of coupons: issued, held for an order or at a counter, redeemed, released, given back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.coupons import campaigns, driver_days, repository
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.repository import LETTERS_OF_BATCH, NO_COMPANIONS, CouponRow, HoldRow, code_hash
from cloud_api.coupons.rules import HoldFacts, is_plain, why_not, why_not_free
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.settings import Settings
from core.domain.campaign import issued_terms
from core.domain.coupon import CouponTerms
from core.domain.money import Money
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.offers import (
    CampaignNotFound,
    CampaignSoldOut,
    CouponAlreadyUsed,
    CouponExpired,
    CouponHoldGone,
    CouponNotFound,
    CouponNotYetValid,
)
from core.domain.scan import cleaned
from core.protocol.from_station import SaleCompleted

_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MOST_SHOWN = 200
_SETTLED_AT_ONCE = 500


class ShownState(StrEnum):
    """A coupon's state as its owner sees it."""

    AVAILABLE = "available"
    HELD = "held"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    REVIEW = "review"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class CounterHold:
    """A coupon set aside for a bill at a counter."""

    hold_id: str
    coupon: CouponRow
    expires_at: datetime


class Coupons:
    """Coupons once they are there. Orders call the `_for_order` methods inside their own transactions."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    # --- issue ---

    def add_campaign(self, work: Work, title: str, terms: CouponTerms, stock: int) -> str:
        """A new campaign; its coupons can be claimed as long as they would hold."""
        now = self._clock.now()
        row = CampaignRow(new_id(now), title, terms, stock, min(now, terms.valid_from), terms.valid_until)
        campaigns.add_campaign(work.connection, row, now)
        return row.id

    def issue(
        self, work: Work, campaign_id: str, count: int, driver_id: str | None = None
    ) -> list[CouponRow]:
        """So many new coupons out of the campaign's stock. Raises CampaignNotFound, CampaignSoldOut."""
        campaign = campaigns.campaign(work.connection, campaign_id)
        if campaign is None:
            raise CampaignNotFound
        now = self._clock.now()
        issued = [new_coupon(campaign, now, driver_id) for _ in range(count)]
        repository.add_coupons(work.connection, issued, now)
        if not campaigns.take_from_stock(
            work.connection, campaign_id, count, count * (campaign.reserves_fen or 0)
        ):
            raise CampaignSoldOut
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
        if row.state in ("review", "void"):
            return ShownState(row.state)
        if not row.is_free(now):
            return ShownState.HELD
        return ShownState.EXPIRED if now >= row.terms.valid_until else ShownState.AVAILABLE

    # --- orders ---

    def hold_for_order(
        self,
        work: Work,
        coupon_id: str,
        driver_id: str,
        order_id: str,
        *,
        quote_id: str | None = None,
        plate: str | None = None,
    ) -> CouponRow:
        """Sets a driver's coupon aside until the order ends, and those that the quote found to go with it.

        Raises CouponNotFound, CouponExpired, CouponNotYetValid, CouponAlreadyUsed, CouponHeldElsewhere, CouponUnderReview,
        CouponVoid, CouponForFirstTimers, CouponOfAnotherPlate.
        """
        coupon = repository.coupon(work.connection, coupon_id)
        if coupon is None:
            raise CouponNotFound("")
        together: Mapping[str, int] = NO_COMPANIONS
        if quote_id is not None and coupon.terms.stack_group:
            together = repository.coupons_of_quote(work.connection, quote_id)
        for other in sorted({coupon_id, *together}):
            one = coupon if other == coupon_id else repository.coupon(work.connection, other)
            if one is None:
                raise CouponNotFound("")
            self._hold_one(work, one, driver_id, order_id, plate, companions=together)
        return coupon

    def _hold_one(
        self,
        work: Work,
        coupon: CouponRow,
        driver_id: str,
        order_id: str,
        plate: str | None,
        *,
        companions: Mapping[str, int],
    ) -> None:
        now, connection = self._clock.now(), work.connection
        is_new = None if is_plain(coupon) else driver_days.is_new(connection, driver_id)
        refusal = why_not(coupon, HoldFacts(now, driver_id, plate=plate, is_new=is_new))
        if refusal is not None:
            raise refusal
        if not repository.hold(connection, coupon.id, order_id, None, now, companions=companions):
            raise why_not_free(repository.coupon(connection, coupon.id))

    def redeem_for_order(self, work: Work, coupon_id: str, order_id: str, discount_fen: int) -> None:
        """The order is completed: the coupon is used up, and those that were held with it."""
        now, connection = self._clock.now(), work.connection
        saving = repository.companions_of(connection, coupon_id) or {coupon_id: discount_fen}
        shares = Money(discount_fen).split(list(saving.values()))
        for one, share in zip(saving, shares, strict=True):
            repository.redeem(connection, one, order_id, share.fen, now)

    def release_for_order(self, work: Work, coupon_id: str, order_id: str) -> None:
        """The order ended without fuel: the coupon is its driver's again."""
        for one in repository.companions_of(work.connection, coupon_id) or (coupon_id,):
            repository.release(work.connection, one, order_id)

    def take_completed_order(
        self, work: Work, driver_id: str, *, volume_ml: int, amount_fen: int, at: datetime
    ) -> None:
        """An order was filled: what its driver fills by day decides who is new, who stays away and what campaigns move."""
        driver_days.add(work.connection, driver_id, at, volume_ml, amount_fen)

    def take_sale(self, work: Work, _station_id: str, sale: SaleCompleted) -> None:
        """A bill of a member is paid; the station's message is taken once."""
        fuel = [line for line in sale.lines if line.what == "fuel"]
        if sale.member_id is not None and fuel:
            volume_ml = sum(line.volume_ml or 0 for line in fuel)
            amount_fen = sum(line.gross_fen for line in fuel)
            driver_days.add(work.connection, sale.member_id, sale.completed_at, volume_ml, amount_fen)

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
        is_first = before is None or before.state != "held"
        refusal = why_not(coupon, self._counter_facts(connection, coupon, station_id, now))
        if refusal is not None and (is_first or not isinstance(refusal, CouponExpired | CouponNotYetValid)):
            raise refusal
        until = now + timedelta(seconds=self._settings.coupon_hold_seconds)
        if not repository.hold(connection, coupon.id, hold_id, until, now):
            raise why_not_free(repository.coupon(connection, coupon.id))
        repository.put_counter_hold(
            connection, HoldRow(hold_id, coupon.id, station_id, sale_id, "held", until), now
        )
        return CounterHold(hold_id, coupon, until)

    @staticmethod
    def _counter_facts(
        connection: Connection, coupon: CouponRow, station_id: str, now: datetime
    ) -> HoldFacts:
        is_new = None
        if coupon.terms.first_timers and coupon.driver_id is not None:
            is_new = driver_days.is_new(connection, coupon.driver_id)
        return HoldFacts(now, station_id=station_id, is_new=is_new)

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

    async def settle_budgets(self) -> None:
        """Chore: what ended coupons did not cost is their campaigns' again."""
        now = self._clock.now()

        def some(work: Work) -> int:
            found = campaigns.unsettled(work.connection, now, _SETTLED_AT_ONCE)
            campaigns.settle(work.connection, found)
            return len(found)

        if await self._database.read(lambda c: campaigns.has_unsettled(c, now)):
            while await self._database.write(some) == _SETTLED_AT_ONCE:
                pass

    async def forget_quotes(self) -> None:
        """Chore: which coupons went together for quotes that nobody took."""
        before = self._clock.now() - timedelta(days=1)
        if await self._database.read(lambda c: repository.has_quote_coupons(c, before)):
            await self._database.write(lambda work: repository.forget_quote_coupons(work.connection, before))


def new_coupon(campaign: CampaignRow, now: datetime, driver_id: str | None = None, **other: Any) -> CouponRow:
    """A coupon of this campaign, with the terms of its present version, not kept yet."""
    terms = issued_terms(campaign.terms, campaign.days, now)
    row = CouponRow(
        new_id(now),
        _new_code(),
        driver_id,
        campaign.title,
        terms,
        "available",
        None,
        None,
        campaign_id=campaign.id,
        version=campaign.version,
        reserved_fen=campaign.reserves_fen,
    )
    return replace(row, **other)


def new_batch_coupon(campaign: CampaignRow, now: datetime, batch_id: str) -> tuple[str, CouponRow]:
    """A code to be printed or sent, told this once, and its coupon, which keeps only the hash."""
    code = _new_code(LETTERS_OF_BATCH)
    return code, new_coupon(campaign, now, code="", code_hash=code_hash(code), batch_id=batch_id)


def _new_code(letters: int = 10) -> str:
    return "YZ" + "".join(secrets.choice(_CODE_LETTERS) for _ in range(letters))
