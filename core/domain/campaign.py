"""Campaign: what its coupons are like, how they get to people, and what it may give to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.copying import replace
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.money import Money
from core.domain.refusals.offers import CampaignUnfit

# Beyond these somebody mistyped a year.
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
MOST_PIECES = 100_000_000


class Way(StrEnum):
    """How coupons get to people."""

    CLAIM = "claim"  # by a driver, in the app, perhaps for points
    CODE = "code"  # printed or sent, in batches
    EVENT = "event"  # by themselves, on an occasion
    SHARE = "share"  # by a friend
    GIFT = "gift"  # by the head office, to a person


class Occasion(StrEnum):
    """On what an event campaign gives."""

    BIRTHDAY = "birthday"
    FIRST_FILL = "first_fill"
    AWAY = "away"  # so many days without a fill


class LimitKey(StrEnum):
    """Whom a campaign counts: ever, but a network and everybody by the day."""

    PERSON = "person"
    PHONE = "phone"
    DEVICE = "device"
    PLATE = "plate"
    PAYER = "payer"
    PERSON_A_DAY = "person_a_day"
    NETWORK_A_DAY = "network_a_day"
    DAY = "day"
    SHARES = "shares"  # that one person hands out

    @property
    def by_day(self) -> bool:
        """Whether it is counted anew each day of the station's zone."""
        return self in (LimitKey.PERSON_A_DAY, LimitKey.NETWORK_A_DAY, LimitKey.DAY)


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """A campaign as whoever keeps it wants it.

    `days` makes each coupon hold so many days from its issue on, never beyond the terms' own end. `baseline_days` is how
    many days before the campaign its result is held against; None means as many as it lasts. `margin_li` is what a litre
    more brings, for the return.
    """

    title: str
    terms: CouponTerms
    stock: int
    way: Way = Way.CLAIM
    occasion: Occasion | None = None
    away_days: int = 60
    days: int | None = None
    points_price: int = 0
    budget: Money | None = None
    limits: Mapping[LimitKey, int] = field(default_factory=dict)
    friends: int = 0
    margin_li: int = 0
    baseline_days: int | None = None

    def check(self) -> None:
        """Raises CampaignUnfit with the first field that is missing or wrong."""
        terms = self.terms
        asked = {
            "title": bool(self.title.strip()),
            "stock": 1 <= self.stock <= MOST_PIECES,
            "valid_from": terms.valid_from.year >= _FIRST_YEAR,
            "valid_until": terms.valid_from < terms.valid_until and terms.valid_until.year <= _LAST_YEAR,
            "days": self.days is None or 1 <= self.days <= 3_650,
            "occasion": (self.occasion is not None) == (self.way is Way.EVENT),
            "away_days": 1 <= self.away_days <= 365,
            "points_price": self.points_price >= 0 and (self.way is Way.CLAIM or not self.points_price),
            "friends": self.friends >= 1 if self.way is Way.SHARE else self.friends == 0,
            # What cannot be said beforehand cannot be kept within a budget.
            "cap_fen": self.budget is None or terms.most is not None,
            "budget_fen": self.budget is None or self.budget.fen > 0,
            "limits": all(most >= 1 for most in self.limits.values()),
            "margin_li": self.margin_li >= 0,
            "baseline_days": self.baseline_days is None or 1 <= self.baseline_days <= 366,
            **_asked_of(terms),
        }
        for name, is_fit in asked.items():
            if not is_fit:
                raise CampaignUnfit(name)

    def terms_from(self, now: datetime) -> CouponTerms:
        """The terms of a coupon that is issued now."""
        return issued_terms(self.terms, self.days, now)


def issued_terms(terms: CouponTerms, days: int | None, now: datetime) -> CouponTerms:
    """The terms of a coupon that is issued now: by its dates, or for so many days."""
    if days is None:
        return terms
    starts = max(now, terms.valid_from)
    return replace(
        terms, valid_from=starts, valid_until=min(starts + timedelta(days=days), terms.valid_until)
    )


def lowered(terms: CouponTerms) -> CouponTerms:
    """Half of what the terms take off; a fixed price and free goods have no half and are capped at nothing less."""
    cap = None if terms.cap is None else Money(terms.cap.fen // 2)
    return replace(
        terms,
        off=Money(terms.off.fen // 2),
        percent=max(1, terms.percent // 2) if terms.percent else 0,
        off_li=terms.off_li // 2,
        cap=cap,
    )


def _asked_of(terms: CouponTerms) -> dict[str, bool]:
    asked = {
        CouponKind.AMOUNT_OFF: ("off_fen", terms.off.fen > 0),
        CouponKind.PERCENT_OFF: ("percent", 1 <= terms.percent <= 100),
        CouponKind.PER_LITRE_OFF: ("off_li", terms.off_li > 0),
        CouponKind.FIXED_PRICE: ("price_li", terms.price_li > 0),
        CouponKind.GOODS_FREE: ("goods", bool(terms.goods)),
    }
    name, is_fit = asked[terms.kind]
    return {
        name: is_fit,
        "threshold_fen": terms.threshold.fen >= 0,
        "cap": terms.cap is None or terms.cap.fen > 0,
        "weekdays": all(0 <= day <= 6 for day in terms.weekdays),
        "hours": 0 <= terms.from_hour <= 23
        and 0 <= terms.until_hour <= 24
        and terms.from_hour != terms.until_hour,
        "stack_group": len(terms.stack_group) <= 20,
    }
