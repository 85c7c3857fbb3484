"""A driver's best coupons for a fill, found and explained by the function that the till uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from cloud_api.coupons import driver_days
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.rules import HoldFacts, why_not
from core.domain.combination import Bill, best_combination
from core.domain.coupon import BasketLine, discount_for
from core.domain.ids import GradeCode, MemberId, StationId
from core.domain.litres import Litres
from core.domain.member import MemberCoupon, SaleMember
from core.domain.money import ZERO, Money
from core.domain.offer import customer_of
from core.domain.refusals.offers import CouponHeldElsewhere
from core.domain.refusals.refusal import Refusal
from core.wording.formats import STATION_ZONE


@dataclass(frozen=True, slots=True)
class Fill:
    """What a driver wants to fill, where, and as whom; `plates` are the driver's own."""

    driver_id: str
    station_id: str
    grade: str
    amount: Money
    volume: Litres
    level: str = ""
    plates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CouponOffer:
    """A coupon with what it would save alone, what it takes off as chosen, and why it is not, where it is not."""

    coupon: CouponRow
    alone: Money = ZERO
    taken: Money = ZERO
    refusal: Refusal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The coupons chosen, each with what it takes off, and a word about every other."""

    saving: dict[str, int]
    offers: tuple[CouponOffer, ...]

    @property
    def saves(self) -> Money:
        """All of them together."""
        return Money(sum(self.saving.values()))


def found_for(connection: Connection, fill: Fill, owned: Sequence[CouponRow], now: datetime) -> Found:
    """The cheapest combination of these coupons for this fill."""
    usable, offers = [], []
    for row in owned:
        refusal = _why_not(connection, fill, row, now)
        if refusal is None:
            usable.append(row)
        else:
            offers.append(CouponOffer(row, refusal=refusal))
    bill = _bill(fill, usable, now)
    best = best_combination(bill, [MemberCoupon(row.id, row.title, row.terms) for row in usable])
    rows = {row.id: row for row in usable}
    saving: dict[str, int] = {}
    told = []
    for each in best.found:
        row = rows[each.coupon.code]
        if each.taken:
            saving[row.id] = each.taken.fen
        refusal = None if each.alone or each.taken else _refused(bill, row)
        told.append(CouponOffer(row, each.alone, each.taken, refusal, each.why))
    # The quote names the coupon that takes most off; the others go with it.
    return Found(dict(sorted(saving.items(), key=lambda one: (-one[1], one[0]))), (*told, *offers))


def offer_of(connection: Connection, fill: Fill, row: CouponRow, now: datetime) -> CouponOffer:
    """This coupon alone."""
    [offer] = found_for(connection, fill, [row], now).offers
    return offer


def _why_not(connection: Connection, fill: Fill, row: CouponRow, now: datetime) -> Refusal | None:
    is_new = driver_days.is_new(connection, fill.driver_id) if row.terms.first_timers else None
    refusal = why_not(row, HoldFacts(now, fill.driver_id, fill.station_id, is_new=is_new))
    if refusal is None and not row.is_free(now):
        return CouponHeldElsewhere()
    return refusal


def _bill(fill: Fill, usable: Sequence[CouponRow], now: datetime) -> Bill:
    named = {plate for row in usable for plate in row.terms.plates}
    # Which of several cars it will be is said with the order; a coupon for one of them may count on it.
    plate = next((own for own in fill.plates if own in named), "")
    member = SaleMember(MemberId(fill.driver_id), "", "", fill.level, plate=plate)
    line = BasketLine("fuel", fill.amount, GradeCode(fill.grade), fill.volume)
    return Bill([line], now.astimezone(STATION_ZONE), StationId(fill.station_id), member)


def _refused(bill: Bill, row: CouponRow) -> Refusal | None:
    try:
        discount_for(row.terms, bill.basket, bill.moment, bill.station, customer_of(bill.member))
    except Refusal as refusal:
        return refusal
    return None
