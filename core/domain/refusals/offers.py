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


@dataclass(eq=False)
class CouponNotNow(Refusal):
    """The coupon holds on other days of the week or at other hours; Monday is 0."""

    weekdays: tuple[int, ...]
    from_hour: int
    until_hour: int


@dataclass(eq=False)
class CouponOfAnotherLevel(Refusal):
    """The coupon is for members of other levels."""

    levels: tuple[str, ...]


@dataclass(eq=False)
class CouponOfAnotherPlate(Refusal):
    """The coupon is for another car."""


@dataclass(eq=False)
class CouponForFirstTimers(Refusal):
    """The coupon is for a first fill, and this would not be the first."""


@dataclass(eq=False)
class CouponOfOtherGoods(Refusal):
    """None of the goods that the coupon pays for is on the bill."""

    goods: tuple[str, ...]


@dataclass(eq=False)
class CouponNotWithOffers(Refusal):
    """The coupon and the lower price of this bill do not go together; the lower price takes more off."""


@dataclass(eq=False)
class CouponsDoNotStack(Refusal):
    """The coupon and the others on the bill do not go together."""


@dataclass(eq=False)
class CouponUnderReview(Refusal):
    """Somebody looks first at how the coupon was claimed."""


@dataclass(eq=False)
class CouponVoid(Refusal):
    """The coupon was taken back."""


@dataclass(eq=False)
class CampaignUnfit(Refusal):
    """The campaign cannot be so; `wrong` names the field."""

    wrong: str


@dataclass(eq=False)
class CampaignPaused(Refusal):
    """Nothing of the campaign is given out for the time being."""


@dataclass(eq=False)
class CampaignLimitReached(Refusal):
    """The campaign gives no more to this `key`: person, phone, device, plate, payer, network, or to anybody today."""

    key: str
    most: int


@dataclass(eq=False)
class ShareNotFound(Refusal):
    """There is no such share, or its time is over."""


@dataclass(eq=False)
class ShareUsedUp(Refusal):
    """As many friends as may have claimed from this share."""


@dataclass(eq=False)
class ShareOfOneself(Refusal):
    """Nobody claims from what he shared himself."""


@dataclass(eq=False)
class BirthdayKnown(Refusal):
    """Another birthday was told before; it is kept once."""
