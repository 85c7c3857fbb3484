"""Coupon terms, what qualifies, and the discount for a basket: one pure function for till and cloud alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.copying import replace
from core.domain.ids import CouponUseId, GradeCode, SaleId, StationId
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money, half_up, total
from core.domain.refusals.offers import (
    CouponBelowThreshold,
    CouponExpired,
    CouponForFirstTimers,
    CouponHoldGone,
    CouponNotNow,
    CouponNotYetValid,
    CouponOfAnotherGrade,
    CouponOfAnotherLevel,
    CouponOfAnotherPlate,
    CouponOfAnotherStation,
    CouponOfOtherGoods,
)


class CouponKind(StrEnum):
    """How a coupon takes something off."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    PER_LITRE_OFF = "per_litre_off"
    FIXED_PRICE = "fixed_price"  # the fuel costs so much a litre, where it would cost more
    GOODS_FREE = "goods_free"  # one piece of these goods costs nothing: what points were given for


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """When, where and on what a coupon holds, and how much it takes off.

    Empty `grades` means the whole bill, goods included (a fixed price is fuel's alone); empty `stations`, `weekdays`,
    `levels` and `plates` mean all of them. `cap` of None means no cap. Moments are inclusive from, exclusive until; days
    and hours are the station's own, and hours that end before they begin go over midnight.
    Coupons of different `stack_group` go together on one bill, those of one group and those without any do not.
    """

    kind: CouponKind
    valid_from: datetime
    valid_until: datetime
    off: Money = ZERO  # amount_off
    percent: int = 0  # percent_off, 1..100
    off_li: int = 0  # per_litre_off, li per litre
    threshold: Money = ZERO
    cap: Money | None = None
    grades: tuple[GradeCode, ...] = ()
    stations: tuple[StationId, ...] = ()
    price_li: int = 0  # fixed_price, li per litre
    goods: tuple[str, ...] = ()  # goods_free: their names or barcodes
    weekdays: tuple[int, ...] = ()  # Monday is 0
    from_hour: int = 0
    until_hour: int = 24
    levels: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    first_timers: bool = False  # for who has never filled before
    with_offers: bool = True  # beside a member's price or a campaign's
    with_points: bool = True
    stack_group: str = ""

    @property
    def most(self) -> Money | None:
        """What it can take off at most, where the terms alone say so."""
        if self.kind is CouponKind.AMOUNT_OFF:
            return self.off if self.cap is None else min(self.off, self.cap)
        return self.cap


# What most coupons do not ask for, by its name, with what it is where nobody says so.
_CONDITIONS: Mapping[str, object] = {
    "price_li": 0,
    "goods": (),
    "weekdays": (),
    "from_hour": 0,
    "until_hour": 24,
    "levels": (),
    "plates": (),
    "first_timers": False,
    "with_offers": True,
    "with_points": True,
    "stack_group": "",
}


def conditions_of(terms: CouponTerms) -> dict[str, Any]:
    """The conditions that these terms make, in plain values, to be written down beside the rest."""
    made = {name: getattr(terms, name) for name in _CONDITIONS}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in made.items()
        if value != _CONDITIONS[name]
    }


def conditions_in(written: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions as CouponTerms takes them, from where they were written down."""
    return {
        name: tuple(written[name]) if isinstance(written[name], list) else written[name]
        for name in _CONDITIONS
        if written.get(name) is not None
    }


@dataclass(frozen=True, slots=True)
class CouponCustomer:
    """What a coupon may ask about who brings it; None where nobody knows."""

    level: str | None = None
    plates: tuple[str, ...] | None = None
    is_new: bool | None = None  # has never filled before


NOBODY_KNOWN = CouponCustomer()


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of a basket as the coupon rules see it; `grade` is None for goods, which are told by name or barcode."""

    key: str
    amount: Money
    grade: GradeCode | None = None
    volume: Litres = NO_LITRES
    goods: str = ""
    pieces: int = 1


@dataclass(frozen=True, slots=True)
class Discount:
    """What a coupon takes off, split over the lines it applies to; the parts sum to the whole."""

    amount: Money
    parts: tuple[tuple[str, Money], ...]


def discount_for(
    terms: CouponTerms,
    basket: Sequence[BasketLine],
    moment: datetime,
    station: StationId,
    customer: CouponCustomer = NOBODY_KNOWN,
) -> Discount:
    """The discount for this basket. Raises the refusal that says why there is none. `moment` is in the station's zone.

    A level or plate that nobody knows is not the right one; whether somebody is new is asked only where it is known, as
    the cloud has looked before it set the coupon aside.
    """
    _check_time(terms, moment)
    if terms.stations and station not in terms.stations:
        raise CouponOfAnotherStation
    check_customer(terms, customer)
    lines = _qualifying(terms, basket)
    qualifying = total(line.amount for line in lines)
    if qualifying < terms.threshold:
        raise CouponBelowThreshold(terms.threshold.fen, qualifying.fen)
    amount = min(_before_limits(terms, lines, qualifying), qualifying)
    if terms.cap is not None:
        amount = min(amount, terms.cap)
    shares = amount.split([line.amount.fen for line in lines])
    return Discount(amount, tuple((line.key, share) for line, share in zip(lines, shares, strict=True)))


def check_customer(terms: CouponTerms, customer: CouponCustomer) -> None:
    """Raises the refusal that says why the coupon is not for this customer."""
    if terms.levels and customer.level not in terms.levels:
        raise CouponOfAnotherLevel(terms.levels)
    if terms.plates and not set(terms.plates) & set(customer.plates or ()):
        raise CouponOfAnotherPlate
    if terms.first_timers and customer.is_new is False:
        raise CouponForFirstTimers


def hour_fits(hour: int, from_hour: int, until_hour: int) -> bool:
    """Whether the hour lies in these, which go over midnight where they end before they begin."""
    if from_hour < until_hour:
        return from_hour <= hour < until_hour
    return hour >= from_hour or hour < until_hour


def _check_time(terms: CouponTerms, moment: datetime) -> None:
    if moment < terms.valid_from:
        raise CouponNotYetValid(terms.valid_from)
    if moment >= terms.valid_until:
        raise CouponExpired(terms.valid_until)
    on_the_day = not terms.weekdays or moment.weekday() in terms.weekdays
    if not on_the_day or not hour_fits(moment.hour, terms.from_hour, terms.until_hour):
        raise CouponNotNow(terms.weekdays, terms.from_hour, terms.until_hour)


def _qualifying(terms: CouponTerms, basket: Sequence[BasketLine]) -> list[BasketLine]:
    if terms.kind is CouponKind.GOODS_FREE:
        lines = [line for line in basket if line.goods and line.goods in terms.goods]
        if not lines:
            raise CouponOfOtherGoods(terms.goods)
        # One piece: the dearest of them, and of equals the first on the bill.
        return [max(lines, key=lambda line: line.amount.fen // max(1, line.pieces))]
    only_fuel = terms.kind is CouponKind.FIXED_PRICE
    lines = [
        line
        for line in basket
        if (line.grade in terms.grades if terms.grades else line.grade is not None or not only_fuel)
    ]
    if not lines:
        raise CouponOfAnotherGrade(terms.grades)
    return lines


def _before_limits(terms: CouponTerms, lines: Sequence[BasketLine], qualifying: Money) -> Money:
    match terms.kind:
        case CouponKind.AMOUNT_OFF:
            return terms.off
        case CouponKind.PERCENT_OFF:
            return qualifying.part(terms.percent, 100)
        case CouponKind.PER_LITRE_OFF:
            millilitres = sum(line.volume.millilitres for line in lines)
            return Money(half_up(terms.off_li * millilitres, 10_000))
        case CouponKind.FIXED_PRICE:
            return total(_above(line, terms.price_li) for line in lines)
        case CouponKind.GOODS_FREE:
            return total(Money(line.amount.fen // max(1, line.pieces)) for line in lines)


def _above(line: BasketLine, price_li: int) -> Money:
    """What the fuel costs beyond this price a litre."""
    return max(ZERO, line.amount - Money(half_up(price_li * line.volume.millilitres, 10_000)))


class CouponUseState(StrEnum):
    """pending -> held -> redeemed; held -> released; pending -> refused."""

    PENDING = "pending"
    HELD = "held"
    REDEEMED = "redeemed"
    RELEASED = "released"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CouponUse:
    """A coupon on a counter sale; its id is the hold's id at the cloud."""

    id: CouponUseId
    sale: SaleId
    code: str
    state: CouponUseState = CouponUseState.PENDING
    title: str = ""
    terms: CouponTerms | None = None
    discount: Money = ZERO
    reason: str = ""  # the code of the refusal, when refused

    def held(self, title: str, terms: CouponTerms) -> "CouponUse":
        """After the cloud has set the coupon aside for this sale."""
        if self.state not in (CouponUseState.PENDING, CouponUseState.HELD):
            raise CouponHoldGone
        return replace(self, state=CouponUseState.HELD, title=title, terms=terms)
