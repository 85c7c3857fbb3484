"""Whether a coupon may be set aside, as one pure function for every road that an order takes."""

from dataclasses import dataclass
from datetime import datetime

from cloud_api.coupons.repository import CouponRow
from core.domain.coupon import CouponTerms
from core.domain.refusals.offers import (
    CouponAlreadyUsed,
    CouponExpired,
    CouponForFirstTimers,
    CouponHeldElsewhere,
    CouponNotFound,
    CouponNotYetValid,
    CouponOfAnotherPlate,
    CouponOfAnotherStation,
    CouponUnderReview,
    CouponVoid,
)
from core.domain.refusals.refusal import Refusal


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """Who wants it and where; what is None is not known here and not asked. `is_new`: has never filled before."""

    now: datetime
    driver_id: str | None = None
    station_id: str | None = None
    plate: str | None = None
    is_new: bool | None = None


def is_plain(row: CouponRow) -> bool:
    """Whether the coupon's own row says everything: no first fill to look up, no others that go along."""
    return not row.terms.first_timers and not row.terms.stack_group


def why_not(row: CouponRow, facts: HoldFacts) -> Refusal | None:
    """The refusal that says why this coupon cannot be set aside now, or None."""
    if facts.driver_id is not None and row.driver_id != facts.driver_id:
        return CouponNotFound("")
    return why_state(row) or _why_not_now(row.terms, facts.now) or _why_not_here(row.terms, facts)


def _why_not_now(terms: CouponTerms, now: datetime) -> Refusal | None:
    if now < terms.valid_from:
        return CouponNotYetValid(terms.valid_from)
    return CouponExpired(terms.valid_until) if now >= terms.valid_until else None


def _why_not_here(terms: CouponTerms, facts: HoldFacts) -> Refusal | None:
    if facts.station_id is not None and terms.stations and facts.station_id not in terms.stations:
        return CouponOfAnotherStation()
    if facts.plate is not None and terms.plates and facts.plate not in terms.plates:
        return CouponOfAnotherPlate()
    if terms.first_timers and facts.is_new is False:
        return CouponForFirstTimers()
    return None


def why_state(row: CouponRow) -> Refusal | None:
    """What the coupon's state alone says against it; a hold is for the conditional update to judge."""
    if row.state == "redeemed":
        return CouponAlreadyUsed()
    if row.state == "review":
        return CouponUnderReview()
    if row.state == "void":
        return CouponVoid()
    return None


def why_not_free(row: CouponRow | None) -> Refusal:
    """Why the conditional update took nothing."""
    refusal = None if row is None else why_state(row)
    return refusal or CouponHeldElsewhere()
