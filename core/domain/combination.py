"""Which of a customer's coupons together make a bill cheapest, and why each of the others is not among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from core.domain.coupon import BasketLine
from core.domain.ids import GradeCode, LineId, StationId
from core.domain.member import MemberCoupon, SaleMember
from core.domain.money import ZERO, Money
from core.domain.offer import (
    BY_HAND_NOTHING,
    NO_FLOORS,
    LitreOffer,
    PointsAsked,
    Reckoning,
    Step,
    StepKind,
    in_order_of_taking,
    reckon,
)
from core.domain.price import UnitPrice

# Of coupons that go together, so many of the best are tried in every way, and so many go on one bill.
_MOST_TRIED = 8
_MOST_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class CouponFound:
    """What one coupon would save alone, whether it is taken, and why it is not, or not in full."""

    coupon: MemberCoupon
    alone: Money
    taken: Money = ZERO
    why: str = ""
    need: Money = ZERO
    have: Money = ZERO


@dataclass(frozen=True, slots=True)
class Combination:
    """The cheapest bill, and a word about every coupon, best first."""

    reckoning: Reckoning
    chosen: tuple[MemberCoupon, ...]
    found: tuple[CouponFound, ...]


@dataclass(frozen=True, slots=True)
class Bill:
    """What is bought, where, when and by whom; `moment` is in the station's zone."""

    basket: Sequence[BasketLine]
    moment: datetime
    station: StationId
    member: SaleMember | None = None
    offers: Sequence[LitreOffer] = ()
    points: PointsAsked | None = None
    floors: Mapping[GradeCode, UnitPrice] = field(default_factory=dict)
    manual: Mapping[LineId, Money] = field(default_factory=dict)

    def reckoned_with(self, coupons: Sequence[MemberCoupon]) -> Reckoning:
        """The bill with these coupons on it."""
        return reckon(
            self.basket,
            moment=self.moment,
            station=self.station,
            member=self.member,
            offers=self.offers,
            coupons=coupons,
            points=self.points,
            floors=self.floors,
            manual=self.manual,
        )


def best_combination(bill: Bill, coupons: Sequence[MemberCoupon]) -> Combination:
    """The cheapest of: no coupon, each alone, and those that go together up to three at a time.

    Of equally cheap ones the fewest coupons, then those that end first: what is not needed stays in the pocket.
    """
    plain = bill.reckoned_with(())
    tried: list[tuple[tuple[MemberCoupon, ...], Reckoning]] = [((), plain)]
    singles = {coupon.code: bill.reckoned_with((coupon,)) for coupon in coupons}
    tried += [((coupon,), singles[coupon.code]) for coupon in coupons]
    together = [
        coupon for coupon in coupons if coupon.terms.stack_group and _step(singles[coupon.code]).applied
    ]
    together.sort(key=lambda coupon: (singles[coupon.code].total.fen, *in_order_of_taking(coupon)))
    for many in range(2, _MOST_TOGETHER + 1):
        for some in combinations(together[:_MOST_TRIED], many):
            if len({coupon.terms.stack_group for coupon in some}) == many:
                tried.append((some, bill.reckoned_with(some)))
    chosen, cheapest = min(tried, key=_cheapness)
    taken = dict(zip(_codes(chosen), _steps(cheapest), strict=True))
    found = [_found(coupon, plain, singles[coupon.code], taken.get(coupon.code)) for coupon in coupons]
    found.sort(key=lambda each: (-each.taken.fen, -each.alone.fen, *in_order_of_taking(each.coupon)))
    kept = tuple(coupon for coupon in sorted(chosen, key=in_order_of_taking) if taken[coupon.code].applied)
    return Combination(cheapest, kept, tuple(found))


@dataclass(frozen=True, slots=True)
class BestCoupon:
    """The coupon that saves most, with what it saves; or none, with what the one that came nearest needs."""

    coupon: MemberCoupon | None
    saving: Money
    why: str
    need: Money = ZERO
    have: Money = ZERO


def best_coupon(
    coupons: Sequence[MemberCoupon],
    basket: Sequence[BasketLine],
    *,
    moment: datetime,
    station: StationId,
    member: SaleMember | None = None,
    offers: Sequence[LitreOffer] = (),
    floors: Mapping[GradeCode, UnitPrice] = NO_FLOORS,
    manual: Mapping[LineId, Money] = BY_HAND_NOTHING,
) -> BestCoupon | None:
    """Which of these coupons makes the bill cheapest; of equals the one that ends first. None for no coupons."""
    bill = Bill(basket, moment, station, member, offers, None, floors, manual)
    plain = bill.reckoned_with(())
    found = [_found(coupon, plain, bill.reckoned_with((coupon,)), None) for coupon in coupons]
    if not found:
        return None
    best = min(found, key=lambda each: (-each.alone.fen, each.coupon.terms.valid_until, each.coupon.code))
    if best.alone:
        others = any(other.alone for other in found if other is not best)
        return BestCoupon(best.coupon, best.alone, "saves_most" if others else "only_one")
    short = min(found, key=lambda each: (each.why != "coupon_below_threshold", each.need.fen - each.have.fen))
    return BestCoupon(None, ZERO, short.why, short.need, short.have)


def _cheapness(each: tuple[tuple[MemberCoupon, ...], Reckoning]) -> tuple[object, ...]:
    coupons, found = each
    ends = sorted((coupon.terms.valid_until, coupon.code) for coupon in coupons)
    return found.total.fen, len(coupons), ends


def _found(coupon: MemberCoupon, plain: Reckoning, single: Reckoning, taken: Step | None) -> CouponFound:
    alone, step = plain.total - single.total, _step(single)
    if taken is not None and taken.applied:
        return CouponFound(coupon, alone, taken.amount, taken.why)
    if step.applied:
        return CouponFound(coupon, alone, why="better_one_taken")
    return CouponFound(coupon, ZERO, why=step.why, need=step.need, have=step.have)


def _codes(coupons: Sequence[MemberCoupon]) -> list[str]:
    return [coupon.code for coupon in sorted(coupons, key=in_order_of_taking)]


def _steps(found: Reckoning) -> list[Step]:
    return [step for step in found.steps if step.kind is StepKind.COUPON]


def _step(found: Reckoning) -> Step:
    return _steps(found)[0]
