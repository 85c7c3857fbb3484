"""Coupons, campaigns and offers: what the rules say no to."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class CouponNotFound(Refusal):
    """No coupon has this code."""

    coupon_code: str


@dataclass(eq=False)
class CouponExpired(Refusal):
    """The coupon's time is over."""

    valid_until: datetime


@dataclass(eq=False)
class CouponNotYetValid(Refusal):
    """The coupon's time has not come."""

    valid_from: datetime


@dataclass(eq=False)
class CouponAlreadyUsed(Refusal):
    """The coupon was redeemed."""


@dataclass(eq=False)
class CouponHeldElsewhere(Refusal):
    """The coupon is on another bill or order right now."""


@dataclass(eq=False)
class CouponOfAnotherStation(Refusal):
    """The coupon is not for this station."""


@dataclass(eq=False)
class CouponOfAnotherGrade(Refusal):
    """Nothing on the bill is of a grade that the coupon is for."""

    grades: tuple[str, ...]


@dataclass(eq=False)
class CouponBelowThreshold(Refusal):
    """What qualifies on the bill is less than the coupon asks for."""

    threshold_fen: int
    have_fen: int


@dataclass(eq=False)
class CouponAlreadyOnBill(Refusal):
    """One coupon a bill."""


@dataclass(eq=False)
class CouponHoldGone(Refusal):
    """The hold on the coupon has ended and the coupon went elsewhere."""


@dataclass(eq=False)
class CampaignNotFound(Refusal):
    """There is no such campaign."""


@dataclass(eq=False)
class CampaignOver(Refusal):
    """The campaign's coupons can no longer, or not yet, be claimed."""


@dataclass(eq=False)
class CampaignSoldOut(Refusal):
    """Every coupon of the campaign has been claimed."""


@dataclass(eq=False)
class CampaignAlreadyClaimed(Refusal):
    """One coupon of a campaign a driver."""


@dataclass(eq=False)
class OfferUnfit(Refusal):
    """The offer cannot be so; `wrong` names the field."""

    wrong: str


@dataclass(eq=False)
class OfferNotFound(Refusal):
    """There is no such offer, or it has ended."""

    offer: str


@dataclass(eq=False)
class CouponBelowFloor(Refusal):
    """The fuel costs its floor already: the coupon could take nothing off."""
