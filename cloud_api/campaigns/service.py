"""Rules of campaigns: kept by the head office, claimed, shared and given; nothing beyond stock, budget and limits."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection

from cloud_api import first_answers
from cloud_api.abuse.repository import CaseRow
from cloud_api.abuse.service import Abuse, Asker
from cloud_api.campaigns import limits, repository
from cloud_api.campaigns.limits import Claimer
from cloud_api.campaigns.repository import BatchRow, ShareRow
from cloud_api.clock import Clock
from cloud_api.coupons import campaigns as rows
from cloud_api.coupons import driver_days
from cloud_api.coupons import repository as coupons
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.service import new_batch_coupon, new_coupon
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from core.domain.abuse import SoftAction, Verdict
from core.domain.campaign import MOST_PIECES, CampaignPlan, LimitKey, Way, lowered
from core.domain.refusals.offers import (
    BirthdayKnown,
    CampaignNotFound,
    CampaignOver,
    CampaignPaused,
    CampaignSoldOut,
    CampaignUnfit,
    CouponAlreadyUsed,
    CouponForFirstTimers,
    CouponNotFound,
    ShareNotFound,
    ShareOfOneself,
    ShareUsedUp,
)
from core.domain.scan import CodeKind, cleaned, what_is

_DELAY = timedelta(hours=24)
_SHARE_LIVES = timedelta(days=7)
MOST_CODES_AT_ONCE = 10_000


class PointsPurse(Protocol):
    """Where points are given for a coupon, once for its id. Raises PointsNotEnough."""

    def spend_on_coupon(self, work: Work, coupon_id: str, driver_id: str, points: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Person:
    """A driver as campaigns need one."""

    id: str
    phone: str
    plates: tuple[str, ...]
    since: datetime | None


class Campaigns:
    """Campaigns and how their coupons get to people."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        abuse: Abuse,
        points: PointsPurse,
        person_of: Callable[[Connection, str], Person],
    ) -> None:
        self._database, self._clock, self._abuse, self._points = database, clock, abuse, points
        self._person_of = person_of
        abuse.tell(self._decide)

    # --- keeping ---

    def add(self, work: Work, plan: CampaignPlan, by: str) -> CampaignRow:
        """A new campaign. Raises CampaignUnfit."""
        plan.check()
        now = self._clock.now()
        budget_fen = None if plan.budget is None else plan.budget.fen
        row = CampaignRow(
            new_id(now),
            plan.title,
            plan.terms,
            plan.stock,
            min(now, plan.terms.valid_from),
            plan.terms.valid_until,
            stock=plan.stock,
            way=plan.way,
            occasion=plan.occasion,
            away_days=plan.away_days,
            days=plan.days,
            points_price=plan.points_price,
            budget_fen=budget_fen,
            budget_left_fen=budget_fen,
            limits=plan.limits,
            friends=plan.friends,
            margin_li=plan.margin_li,
            baseline_days=plan.baseline_days,
        )
        rows.add_campaign(work.connection, row, now)
        repository.add_version(work.connection, row, by, now)
        return row

    def change(self, work: Work, campaign_id: str, plan: CampaignPlan, by: str) -> CampaignRow:
        """New terms for coupons from now on; what was issued keeps its own. Way, stock and budget stay.

        Raises CampaignNotFound, CampaignUnfit.
        """
        plan.check()
        # Two who change it at once make two versions, one after the other.
        rows.lock_campaign(work.connection, campaign_id)
        known = self.get(work.connection, campaign_id)
        if plan.way is not known.way or (known.budget_fen is not None and plan.terms.most is None):
            raise CampaignUnfit("way" if plan.way is not known.way else "cap_fen")
        row = replace(
            known,
            title=plan.title,
            terms=plan.terms,
            days=plan.days,
            limits=plan.limits,
            version=known.version + 1,
            claim_until=plan.terms.valid_until,
        )
        rows.change_campaign(
            work.connection,
            campaign_id,
            title=row.title,
            terms=rows.terms_fields(row.terms),
            days=row.days,
            limits=dict(row.limits) or None,
            version=row.version,
            claim_until=row.claim_until,
        )
        repository.add_version(work.connection, row, by, self._clock.now())
        return row

    def pause(self, work: Work, campaign_id: str, *, paused: bool) -> CampaignRow:
        """Nothing more is given out until it goes on; coupons that are out stay good. Raises CampaignNotFound."""
        self.get(work.connection, campaign_id)
        rows.change_campaign(work.connection, campaign_id, paused=paused)
        return self.get(work.connection, campaign_id)

    def add_stock(self, work: Work, campaign_id: str, pieces: int, budget_fen: int) -> CampaignRow:
        """More of both. Raises CampaignNotFound, CampaignUnfit (a budget for a campaign that has none)."""
        known = self.get(work.connection, campaign_id)
        if budget_fen and known.budget_fen is None:
            raise CampaignUnfit("budget_fen")
        if known.stock + pieces > MOST_PIECES:
            raise CampaignUnfit("stock")
        rows.add_to_stock(work.connection, campaign_id, pieces, budget_fen)
        return self.get(work.connection, campaign_id)

    @staticmethod
    def get(connection: Connection, campaign_id: str) -> CampaignRow:
        """Raises CampaignNotFound."""
        found = rows.campaign(connection, campaign_id)
        if found is None:
            raise CampaignNotFound
        return found

    # --- claiming ---

    async def running(self, driver_id: str | None) -> list[tuple[CampaignRow, bool]]:
        """What can be claimed now, and whether this driver has."""
        now = self._clock.now()

        def load(connection: Connection) -> list[tuple[CampaignRow, bool]]:
            claimed = repository.claims_of(connection, driver_id) if driver_id else set()
            return [(row, row.id in claimed) for row in rows.running_campaigns(connection, now)]

        return await self._database.read(load)

    async def claim(self, campaign_id: str, claimer: Claimer, key: str) -> CouponRow:
        """A coupon of a campaign that is open to claims, as far as stock, budget and limits go.

        Raises CampaignNotFound, CampaignOver, CampaignPaused, CampaignSoldOut, CampaignAlreadyClaimed,
        CampaignLimitReached, CouponForFirstTimers, PointsNotEnough.
        """
        claimer, verdict = await self._judged(claimer)
        return await self._database.write(lambda work: self._claim(work, campaign_id, claimer, key, verdict))

    async def _judged(self, claimer: Claimer) -> tuple[Claimer, Verdict]:
        person = await self._database.read(lambda c: self._person_of(c, claimer.driver_id))
        claimer = replace(claimer, phone=person.phone, plates=person.plates)
        asker = Asker(person.id, person.phone, person.plates, person.since)
        return claimer, await self._abuse.judge(asker, claimer.circumstances)

    def _claim(self, work: Work, campaign_id: str, claimer: Claimer, key: str, verdict: Verdict) -> CouponRow:
        connection, request = work.connection, {"campaign_id": campaign_id}
        answered = self._answered(connection, claimer.driver_id, "claim", key, request)
        if answered is not None:
            return answered
        campaign = self._open(connection, campaign_id, Way.CLAIM)
        place = self._check_and_count(connection, campaign, claimer)
        coupon = self._made(campaign, claimer.driver_id, verdict)
        if campaign.points_price:
            self._points.spend_on_coupon(work, coupon.id, claimer.driver_id, campaign.points_price)
        self._give(work, campaign, coupon, f"claim {place}", verdict)
        self._keep(connection, claimer.driver_id, "claim", key, request, coupon)
        return coupon

    def _open(self, connection: Connection, campaign_id: str, way: Way) -> CampaignRow:
        campaign, now = self.get(connection, campaign_id), self._clock.now()
        if campaign.way is not way:
            raise CampaignNotFound
        if not campaign.claim_from <= now < campaign.claim_until:
            raise CampaignOver
        if campaign.paused:
            raise CampaignPaused
        return campaign

    def _check_and_count(self, connection: Connection, campaign: CampaignRow, claimer: Claimer) -> int:
        if campaign.terms.first_timers and not driver_days.is_new(connection, claimer.driver_id):
            raise CouponForFirstTimers
        return limits.use_up(connection, campaign, claimer, self._clock.now())

    def _made(self, campaign: CampaignRow, driver_id: str, verdict: Verdict) -> CouponRow:
        """The coupon, as softly cut as the verdict says."""
        now = self._clock.now()
        coupon = new_coupon(campaign, now, driver_id)
        terms = coupon.terms
        match verdict.action:
            case SoftAction.ALLOW:
                return coupon
            case SoftAction.DELAY:
                later = max(terms.valid_from, min(now + _DELAY, terms.valid_until - timedelta(hours=1)))
                return replace(coupon, terms=replace(terms, valid_from=later))
            case SoftAction.LOWER:
                return replace(coupon, terms=lowered(terms))
            case SoftAction.REVIEW:
                return replace(coupon, state="review")

    def _give(
        self, work: Work, campaign: CampaignRow, coupon: CouponRow, occasion: str, verdict: Verdict | None
    ) -> bool:
        """Writes the coupon and takes it from stock and budget, that row last. False: had one for this occasion.

        Raises CampaignSoldOut.
        """
        connection, now, driver_id = work.connection, self._clock.now(), coupon.driver_id
        coupons.add_coupons(connection, [coupon], now)
        if driver_id is not None and not repository.grant(
            connection, campaign.id, driver_id, occasion, coupon.id, now
        ):
            return False
        if verdict is not None and driver_id is not None:
            self._abuse.keep(work, verdict, "claim", driver_id, campaign.id, coupon.id)
        if not rows.take_from_stock(connection, campaign.id, 1, coupon.reserved_fen or 0):
            raise CampaignSoldOut
        return True

    def give(self, work: Work, campaign: CampaignRow, driver_id: str, occasion: str) -> CouponRow | None:
        """A coupon for a person and an occasion, once; None where they had it. Raises CampaignSoldOut."""
        coupon = new_coupon(campaign, self._clock.now(), driver_id)
        savepoint = work.connection.begin_nested()
        try:
            is_given = self._give(work, campaign, coupon, occasion, None)
        except BaseException:
            savepoint.rollback()
            raise
        if is_given:
            savepoint.commit()
            return coupon
        savepoint.rollback()
        return None

    @staticmethod
    def _answered(
        connection: Connection, driver_id: str, route: str, key: str, request: Mapping[str, object]
    ) -> CouponRow | None:
        answered = first_answers.recall(connection, driver_id, route, key, request)
        if answered is None:
            return None
        known = coupons.coupon(connection, answered["coupon_id"])
        if known is None:
            raise CouponNotFound("")
        return known

    def _keep(  # noqa: PLR0917 - what an answer belongs to
        self,
        connection: Connection,
        driver_id: str,
        route: str,
        key: str,
        request: Mapping[str, object],
        coupon: CouponRow,
    ) -> None:
        first_answers.keep(
            connection,
            asker=driver_id,
            route=route,
            key=key,
            request=request,
            answer={"coupon_id": coupon.id},
            now=self._clock.now(),
        )

    async def tell_birthday(self, driver_id: str, month_day: str) -> None:
        """Kept once; the same again changes nothing. Raises BirthdayKnown for another one."""
        now = self._clock.now()
        if not await self._database.write(
            lambda work: repository.tell_birthday(work.connection, driver_id, month_day, now)
        ):
            raise BirthdayKnown

    # --- sharing ---

    async def share(self, campaign_id: str, driver_id: str) -> tuple[str, ShareRow]:
        """A link for friends, told this once. Raises CampaignNotFound, CampaignOver, CampaignPaused, CampaignLimitReached."""

        def add(work: Work) -> tuple[str, ShareRow]:
            campaign, now = self._open(work.connection, campaign_id, Way.SHARE), self._clock.now()
            limits.use_share(work.connection, campaign, driver_id)
            token = secrets.token_urlsafe(24)
            until = min(now + _SHARE_LIVES, campaign.claim_until)
            row = ShareRow(new_id(now), campaign_id, driver_id, campaign.friends, until)
            repository.add_share(work.connection, row, _token_hash(token), now)
            return token, row

        return await self._database.write(add)

    async def claim_shared(self, token: str, claimer: Claimer, key: str) -> CouponRow:
        """A friend takes the gift.

        Raises ShareNotFound, ShareUsedUp, ShareOfOneself, and what a claim says no to.
        """
        claimer, verdict = await self._judged(claimer)
        return await self._database.write(lambda work: self._claim_shared(work, token, claimer, key, verdict))

    def _claim_shared(
        self, work: Work, token: str, claimer: Claimer, key: str, verdict: Verdict
    ) -> CouponRow:
        connection, request = work.connection, {"share": _token_hash(token)}
        answered = self._answered(connection, claimer.driver_id, "claim share", key, request)
        if answered is not None:
            return answered
        found = repository.share(connection, _token_hash(token))
        if found is None or self._clock.now() >= found.expires_at:
            raise ShareNotFound
        if found.driver_id == claimer.driver_id:
            raise ShareOfOneself
        campaign = self._open(connection, found.campaign_id, Way.SHARE)
        place = self._check_and_count(connection, campaign, claimer)
        if not repository.take_friend(connection, found.id):
            raise ShareUsedUp
        coupon = self._made(campaign, claimer.driver_id, verdict)
        self._give(work, campaign, coupon, f"claim {place}", verdict)
        self._keep(connection, claimer.driver_id, "claim share", key, request, coupon)
        return coupon

    # --- codes ---

    def make_batch(self, work: Work, campaign_id: str, count: int, by: str) -> tuple[BatchRow, list[str]]:
        """So many codes, told this once. Raises CampaignNotFound, CampaignSoldOut, CampaignUnfit."""
        campaign, now = self.get(work.connection, campaign_id), self._clock.now()
        if campaign.way is not Way.CODE or not 1 <= count <= MOST_CODES_AT_ONCE:
            raise CampaignUnfit("way" if campaign.way is not Way.CODE else "count")
        batch = BatchRow(new_id(now), campaign_id, count, by, now)
        repository.add_batch(work.connection, batch)
        made = [new_batch_coupon(campaign, now, batch.id) for _ in range(count)]
        coupons.add_coupons(work.connection, [row for _code, row in made], now)
        reserved = count * (campaign.reserves_fen or 0)
        if not rows.take_from_stock(work.connection, campaign_id, count, reserved):
            raise CampaignSoldOut
        return batch, [code for code, _row in made]

    async def bind_code(self, claimer: Claimer, code: str) -> CouponRow:
        """A driver types a code from a batch: the coupon is theirs. The same code again is the same.

        Raises CouponNotFound, CouponAlreadyUsed, TooManyTries, and what the campaign's limits say no to.
        """
        await self._abuse.check_guesses(claimer.driver_id)
        claimer, verdict = await self._judged(claimer)
        try:
            return await self._database.write(lambda work: self._bind(work, claimer, cleaned(code), verdict))
        except CouponNotFound:
            await self._abuse.note_miss(claimer.driver_id)
            raise

    def _bind(self, work: Work, claimer: Claimer, code: str, verdict: Verdict) -> CouponRow:
        connection, now = work.connection, self._clock.now()
        found = coupons.coupon_of_code(connection, code) if what_is(code) is CodeKind.COUPON else None
        if found is None or found.driver_id not in (None, claimer.driver_id):
            # Another's coupon is none that there is, for whoever tries codes out.
            raise CouponNotFound(code)
        if found.driver_id == claimer.driver_id:
            return found
        campaign = self.get(connection, found.campaign_id)
        place = self._check_and_count(connection, campaign, claimer)
        if not coupons.give_to(connection, found.id, claimer.driver_id):
            raise CouponAlreadyUsed
        repository.grant(connection, campaign.id, claimer.driver_id, f"claim {place}", found.id, now)
        if verdict.action is SoftAction.REVIEW:
            coupons.change_state(connection, found.id, "review", of=("available",))
            self._abuse.keep(work, verdict, "code", claimer.driver_id, campaign.id, found.id)
        return coupons.coupon(connection, found.id) or found

    # --- taking back ---

    def void(self, work: Work, coupon_id: str) -> CouponRow:
        """Takes back a coupon that is not in use. Raises CouponNotFound, CouponAlreadyUsed."""
        found = coupons.coupon(work.connection, coupon_id)
        if found is None:
            raise CouponNotFound("")
        if not coupons.change_state(work.connection, coupon_id, "void", of=("available", "review", "void")):
            raise CouponAlreadyUsed
        return replace(found, state="void")

    def _decide(self, work: Work, case: CaseRow, lift: bool) -> None:
        """A case about a coupon is answered: lifted, it is what it would have been; upheld, one under review is void."""
        if case.coupon_id is None:
            return
        found = coupons.coupon(work.connection, case.coupon_id)
        if found is None:
            return
        if lift:
            whole = self._whole(work.connection, found)
            coupons.restore(work.connection, found.id, whole)
        elif case.action == SoftAction.REVIEW.value:
            coupons.change_state(work.connection, found.id, "void", of=("review",))

    def _whole(self, connection: Connection, coupon: CouponRow) -> Any:
        """The terms that the coupon would have had, from the version it was issued from."""
        versions = {row.version: row for row in repository.versions_of(connection, coupon.campaign_id)}
        version = versions.get(coupon.version)
        if version is None:
            return coupon.terms
        return replace(
            rows.terms_of(version.terms),
            valid_from=min(coupon.terms.valid_from, self._clock.now()),
            valid_until=coupon.terms.valid_until,
        )


def plan_limits(limits_asked: Sequence[tuple[str, int]]) -> dict[LimitKey, int]:
    """The limits by their names. Raises CampaignUnfit."""
    try:
        return {LimitKey(name): most for name, most in limits_asked}
    except ValueError as error:
        raise CampaignUnfit("limits") from error


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
