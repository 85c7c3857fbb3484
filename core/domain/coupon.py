"""Coupon terms, what qualifies, and the discount for a basket: one pure function for till and cloud alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.copying import replace
from core.domain.ids import CouponUseId, GradeCode, SaleId, StationId
from core.domain.litres import NO_LITRES, Litres
from core.domain.money import ZERO, Money, half_up, total
from core.domain.refusals.offers import (
    CouponBelowThreshold,
    CouponExpired,
    CouponHoldGone,
    CouponNotYetValid,
    CouponOfAnotherGrade,
    CouponOfAnotherStation,
)


class CouponKind(StrEnum):
    """How a coupon takes something off."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    PER_LITRE_OFF = "per_litre_off"


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """When, where and on what a coupon holds, and how much it takes off.

    Empty `grades` means the whole bill, goods included; empty `stations` means every station.
    `cap` of None means no cap. Moments are inclusive from, exclusive until.
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


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of a basket as the coupon rules see it; `grade` is None for goods."""

    key: str
    amount: Money
    grade: GradeCode | None = None
    volume: Litres = NO_LITRES


@dataclass(frozen=True, slots=True)
class Discount:
    """What a coupon takes off, split over the lines it applies to; the parts sum to the whole."""

    amount: Money
    parts: tuple[tuple[str, Money], ...]


def discount_for(
    terms: CouponTerms, basket: Sequence[BasketLine], moment: datetime, station: StationId
) -> Discount:
    """The discount for this basket. Raises the refusal that says why there is none."""
    if moment < terms.valid_from:
        raise CouponNotYetValid(terms.valid_from)
    if moment >= terms.valid_until:
        raise CouponExpired(terms.valid_until)
    if terms.stations and station not in terms.stations:
        raise CouponOfAnotherStation
    lines = [line for line in basket if not terms.grades or line.grade in terms.grades]
    if not lines:
        raise CouponOfAnotherGrade(terms.grades)
    qualifying = total(line.amount for line in lines)
    if qualifying < terms.threshold:
        raise CouponBelowThreshold(terms.threshold.fen, qualifying.fen)
    amount = min(_before_limits(terms, lines, qualifying), qualifying)
    if terms.cap is not None:
        amount = min(amount, terms.cap)
    shares = amount.split([line.amount.fen for line in lines])
    return Discount(amount, tuple((line.key, share) for line, share in zip(lines, shares, strict=True)))


def _before_limits(terms: CouponTerms, lines: Sequence[BasketLine], qualifying: Money) -> Money:
    match terms.kind:
        case CouponKind.AMOUNT_OFF:
            return terms.off
        case CouponKind.PERCENT_OFF:
            return qualifying.part(terms.percent, 100)
        case CouponKind.PER_LITRE_OFF:
            millilitres = sum(line.volume.millilitres for line in lines)
            return Money(half_up(terms.off_li * millilitres, 10_000))


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
