"""What a bill costs and why: litre offers, floors, and the one function that till and cloud reckon by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.copying import replace
from core.domain.coupon import (
    NOBODY_KNOWN,
    BasketLine,
    CouponCustomer,
    CouponKind,
    CouponTerms,
    discount_for,
)
from core.domain.ids import GradeCode, LineId, OfferId, StationId
from core.domain.litres import NO_LITRES, Litres
from core.domain.member import MemberCoupon, PointsRule, SaleMember
from core.domain.money import ZERO, Money, half_up, total
from core.domain.price import UnitPrice
from core.domain.refusals.offers import CouponBelowThreshold
from core.domain.refusals.refusal import Refusal

NO_FLOORS: Mapping[GradeCode, UnitPrice] = {}
BY_HAND_NOTHING: Mapping[LineId, Money] = {}


class RoundTo(StrEnum):
    """How far a total is rounded down: not at all, to ten fen, to a yuan."""

    NONE = "none"
    JIAO = "jiao"
    YUAN = "yuan"

    @property
    def fen(self) -> int:
        """The unit in fen."""
        return {"none": 1, "jiao": 10, "yuan": 100}[self.value]


class StepKind(StrEnum):
    """In the order in which they are taken off."""

    MANUAL = "manual"
    MEMBER = "member"
    CAMPAIGN = "campaign"
    COUPON = "coupon"
    POINTS = "points"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was taken off, or was not: then `amount` is zero and `why` says why.

    `why` beside an amount says that it was trimmed. `need` and `have` are what a threshold asked and found.
    """

    kind: StepKind
    title: str = ""
    amount: Money = ZERO
    parts: tuple[tuple[LineId, Money], ...] = ()
    why: str = ""
    need: Money = ZERO
    have: Money = ZERO

    @property
    def applied(self) -> bool:
        """Whether it took something off."""
        return bool(self.amount)


@dataclass(frozen=True, slots=True)
class LitreOffer:
    """So many li off each litre of these grades; of every grade where none are named.

    A MEMBER offer is for members of these levels, or of any level; a CAMPAIGN is for everybody unless it names levels.
    Days and hours are the station's own; hours that end before they begin go over midnight.
    """

    id: OfferId
    title: str
    kind: StepKind
    off_li: int
    valid_from: datetime
    valid_until: datetime | None = None
    grades: tuple[GradeCode, ...] = ()
    levels: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()  # Monday is 0
    month_days: tuple[int, ...] = ()
    from_hour: int = 0
    until_hour: int = 24
    least_volume: Litres = NO_LITRES
    stacks: bool = False  # with others that stack, too

    def hinders(self, member: SaleMember | None, moment: datetime) -> str:
        """Why this customer does not have it at this moment (in the station's zone), whatever he buys; or nothing."""
        if not self._runs_at(moment):
            return "offer_not_now"
        if self.kind is StepKind.MEMBER and member is None:
            return "offer_for_members"
        if self.levels and (member is None or member.level not in self.levels):
            return "offer_for_members" if member is None else "offer_of_another_level"
        return ""

    def is_for(self, line: BasketLine) -> bool:
        """Whether it is for this fuel at all."""
        return line.grade is not None and (not self.grades or line.grade in self.grades)

    def off(self, volume: Litres) -> Money:
        """What it takes off so much fuel, rounded half up."""
        return Money(half_up(self.off_li * volume.millilitres, 10_000))

    def _runs_at(self, moment: datetime) -> bool:
        if moment < self.valid_from or (self.valid_until is not None and moment >= self.valid_until):
            return False
        if self.weekdays and moment.weekday() not in self.weekdays:
            return False
        if self.month_days and moment.day not in self.month_days:
            return False
        if self.from_hour < self.until_hour:
            return self.from_hour <= moment.hour < self.until_hour
        return moment.hour >= self.from_hour or moment.hour < self.until_hour


@dataclass(frozen=True, slots=True)
class BillRules:
    """The station's own rules for bills."""

    round_to: RoundTo = RoundTo.NONE  # every bill, by itself
    hand_round_to: RoundTo = RoundTo.YUAN  # how far a person may round
    points_most_percent: int = 100  # on top of the members' own rule
    guard_line_void: bool = False  # taking a line off a bill with fuel or one that was held needs a right


@dataclass(frozen=True, slots=True)
class OfferBook:
    """What holds at a station now."""

    offers: tuple[LitreOffer, ...] = ()
    floors: Mapping[GradeCode, UnitPrice] = field(default_factory=dict)
    rules: BillRules = BillRules()


@dataclass(frozen=True, slots=True)
class PointsAsked:
    """Points that the customer wants to spend."""

    points: int
    rule: PointsRule


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What comes off a bill, step by step; `discounts` are each line's, without the rounding."""

    steps: tuple[Step, ...] = ()
    discounts: Mapping[LineId, Money] = field(default_factory=dict)
    gross: Money = ZERO
    rounding: Money = ZERO
    points: int = 0  # of those asked for, spent

    @property
    def discount(self) -> Money:
        """All that comes off the lines."""
        return total(self.discounts.values())

    @property
    def total(self) -> Money:
        """What is left to pay."""
        return self.gross - self.discount - self.rounding

    def of(self, kind: StepKind) -> Money:
        """What the steps of this kind take off."""
        return total(step.amount for step in self.steps if step.kind is kind)

    def step(self, kind: StepKind) -> Step | None:
        """The first step of this kind."""
        return next((step for step in self.steps if step.kind is kind), None)


def reckon(
    basket: Sequence[BasketLine],
    *,
    moment: datetime,
    station: StationId,
    member: SaleMember | None = None,
    offers: Sequence[LitreOffer] = (),
    coupon_terms: CouponTerms | None = None,
    coupon_title: str = "",
    coupons: Sequence[MemberCoupon] = (),
    points: PointsAsked | None = None,
    round_off: RoundTo = RoundTo.NONE,
    floors: Mapping[GradeCode, UnitPrice] = NO_FLOORS,
    manual: Mapping[LineId, Money] = BY_HAND_NOTHING,
) -> Reckoning:
    """Everything that comes off this basket, in one fixed order, and why whatever does not.

    By hand, then per litre (the best one of each line, or all that stack where they give more), then the coupon on what
    is left (of several that go together: free goods, prices, per cent, amounts), then points, then the rounding, which
    belongs to no line. A coupon that stands no lower price beside it takes its place where that makes the bill cheaper.
    No fuel goes below its grade's floor by the first four. The order in which lines, offers and coupons are given makes
    no difference. `moment` is in the station's zone.
    """
    lines = sorted(basket, key=lambda line: line.key)
    sorted_offers = sorted(offers, key=lambda offer: (_ORDER[offer.kind], offer.id))
    given = [*coupons, MemberCoupon("", coupon_title, coupon_terms)] if coupon_terms else [*coupons]
    on_bill = sorted(given, key=in_order_of_taking)

    def worked_out(*, with_offers: bool) -> Reckoning:
        left = _Left(lines, floors)
        steps = _by_hand(lines, left, manual)
        if with_offers:
            steps += _per_litre(lines, left, sorted_offers, member, moment)
        else:
            meant = [offer for offer in sorted_offers if any(offer.is_for(line) for line in lines)]
            steps += [Step(offer.kind, offer.title, why="coupon_instead") for offer in meant]
        steps += _by_coupons(
            lines, left, on_bill, _Occasion(moment, station, member), _has_lower_price(steps)
        )
        spent = 0
        if points is not None and points.points > 0:
            if _keeps_points_off(on_bill, steps):
                step = Step(StepKind.POINTS, "0", why="points_not_with_coupon")
            else:
                step, spent = _by_points(lines, left, points)
            steps.append(step)
        rounding = ZERO
        if round_off is not RoundTo.NONE and lines:
            step = _rounded(left.total(), round_off)
            rounding = step.amount
            if step.amount or step.why:
                steps.append(step)
        gross = total(line.amount for line in lines)
        return Reckoning(tuple(steps), left.discounts(), gross, rounding, spent)

    found = worked_out(with_offers=True)
    if all(coupon.terms.with_offers for coupon in on_bill) or not _has_lower_price(found.steps):
        return found
    instead = worked_out(with_offers=False)
    return instead if instead.total < found.total else found


_KIND_ORDER = {
    CouponKind.GOODS_FREE: 0,
    CouponKind.FIXED_PRICE: 1,
    CouponKind.PER_LITRE_OFF: 2,
    CouponKind.PERCENT_OFF: 3,
    CouponKind.AMOUNT_OFF: 4,
}


def in_order_of_taking(coupon: MemberCoupon) -> tuple[int, datetime, str]:
    """Sorts coupons as one bill takes them: what is reckoned by pieces, litres or per cent before plain amounts."""
    return _KIND_ORDER[coupon.terms.kind], coupon.terms.valid_until, coupon.code


_ORDER = {kind: place for place, kind in enumerate(StepKind)}


class _Left:
    """What is left of each line, and how far it may still go down."""

    def __init__(self, lines: Sequence[BasketLine], floors: Mapping[GradeCode, UnitPrice]) -> None:
        self._gross = {LineId(line.key): line.amount.fen for line in lines}
        self.net = dict(self._gross)
        self._floor = {LineId(line.key): _floor_of(line, floors) for line in lines}

    def room(self, line: LineId) -> int:
        return max(0, self.net[line] - self._floor[line])

    def total(self) -> Money:
        return Money(sum(self.net.values()))

    def discounts(self) -> dict[LineId, Money]:
        return {line: Money(gross - self.net[line]) for line, gross in self._gross.items()}

    def take(self, line: LineId, fen: int) -> int:
        """Take at most so much off the line, and say how much it was."""
        taken = min(fen, self.room(line))
        self.net[line] -= taken
        return taken

    def spread(self, fen: int, lines: Sequence[LineId]) -> dict[LineId, int]:
        """Take so much off these lines, by what is left of each; what one cannot bear goes to the others."""
        parts = dict.fromkeys(lines, 0)
        open_ones = [line for line in lines if self.room(line)]
        while fen and open_ones:
            shares = Money(fen).split([self.net[line] for line in open_ones])
            for line, share in zip(open_ones, shares, strict=True):
                taken = self.take(line, share.fen)
                parts[line] += taken
                fen -= taken
            open_ones = [line for line in open_ones if self.room(line)]
        return parts


def _floor_of(line: BasketLine, floors: Mapping[GradeCode, UnitPrice]) -> int:
    price = floors.get(line.grade) if line.grade is not None else None
    return -(-price.li * line.volume.millilitres // 10_000) if price is not None else 0


def _step(
    kind: StepKind,
    title: str,
    taken: Mapping[LineId, int],
    *,
    trimmed: bool = False,
    why: str = "below_floor",
) -> Step:
    parts = tuple((line, Money(fen)) for line, fen in taken.items() if fen)
    amount = total(part for _line, part in parts)
    reason = why if trimmed else "" if amount else "nothing_to_take_off"
    return Step(kind, title, amount, parts, reason)


def _by_hand(lines: Iterable[BasketLine], left: _Left, manual: Mapping[LineId, Money]) -> list[Step]:
    steps = []
    for line in lines:
        key = LineId(line.key)
        wanted = manual.get(key, ZERO)
        if wanted > ZERO:
            taken = left.take(key, wanted.fen)
            steps.append(_step(StepKind.MANUAL, "", {key: taken}, trimmed=taken < wanted.fen))
    return steps


def _per_litre(
    lines: Sequence[BasketLine],
    left: _Left,
    offers: Sequence[LitreOffer],
    member: SaleMember | None,
    moment: datetime,
) -> list[Step]:
    fuel = [line for line in lines if line.grade is not None]
    meant = [offer for offer in offers if any(offer.is_for(line) for line in fuel)]
    hindered = {offer.id: offer.hinders(member, moment) for offer in meant}
    lost: dict[OfferId, str] = {}
    taken: dict[OfferId, dict[LineId, int]] = {offer.id: {} for offer in meant}
    trimmed: set[OfferId] = set()
    for line in fuel:
        fit = [offer for offer in meant if offer.is_for(line) and not hindered[offer.id]]
        enough = [offer for offer in fit if line.volume >= offer.least_volume]
        chosen = _chosen(enough, line.volume)
        for offer in chosen:
            wanted = offer.off(line.volume).fen
            got = left.take(LineId(line.key), wanted)
            taken[offer.id][LineId(line.key)] = got
            if got < wanted:
                trimmed.add(offer.id)
        for offer in fit:
            if offer not in chosen:
                lost[offer.id] = "better_one_taken" if offer in enough else "offer_below_volume"
    steps = []
    for offer in meant:
        if taken[offer.id]:
            steps.append(_step(offer.kind, offer.title, taken[offer.id], trimmed=offer.id in trimmed))
        else:
            steps.append(Step(offer.kind, offer.title, why=hindered[offer.id] or lost[offer.id]))
    return steps


def _chosen(offers: Sequence[LitreOffer], volume: Litres) -> list[LitreOffer]:
    """The best one, or all that stack where together they take more off."""
    if not offers:
        return []
    best = min(offers, key=lambda offer: (-offer.off(volume).fen, _ORDER[offer.kind], offer.id))
    stacked = [offer for offer in offers if offer.stacks]
    together = sum(offer.off(volume).fen for offer in stacked)
    return stacked if together > best.off(volume).fen else [best]


@dataclass(frozen=True, slots=True)
class _Occasion:
    """When, where and for whom a bill is reckoned."""

    moment: datetime
    station: StationId
    member: SaleMember | None


def customer_of(member: SaleMember | None) -> CouponCustomer:
    """Whom a coupon sees."""
    if member is None:
        return NOBODY_KNOWN
    return CouponCustomer(member.level, (member.plate,) if member.plate else None)


def _has_lower_price(steps: Iterable[Step]) -> bool:
    return any(step.applied for step in steps if step.kind in (StepKind.MEMBER, StepKind.CAMPAIGN))


def _by_coupons(
    lines: Sequence[BasketLine],
    left: _Left,
    coupons: Sequence[MemberCoupon],
    occasion: _Occasion,
    lower_price: bool,
) -> list[Step]:
    steps: list[Step] = []
    groups: set[str] = set()
    for coupon in coupons:
        group = coupon.terms.stack_group
        if groups and (not group or "" in groups or group in groups):
            steps.append(Step(StepKind.COUPON, coupon.title, why="coupons_do_not_stack"))
        elif lower_price and not coupon.terms.with_offers:
            steps.append(Step(StepKind.COUPON, coupon.title, why="coupon_not_with_offers"))
        else:
            steps.append(_by_coupon(lines, left, coupon.terms, coupon.title, occasion))
            if steps[-1].applied:
                groups.add(group)
    return steps


def _by_coupon(
    lines: Sequence[BasketLine], left: _Left, terms: CouponTerms, title: str, occasion: _Occasion
) -> Step:
    now = [replace(line, amount=Money(left.net[LineId(line.key)])) for line in lines]
    try:
        customer = customer_of(occasion.member)
        discount = discount_for(terms, now, occasion.moment, occasion.station, customer)
    except CouponBelowThreshold as refusal:
        need, have = Money(refusal.threshold_fen), Money(refusal.have_fen)
        return Step(StepKind.COUPON, title, why=refusal.code, need=need, have=have)
    except Refusal as refusal:
        return Step(StepKind.COUPON, title, why=refusal.code)
    taken = left.spread(discount.amount.fen, [LineId(key) for key, _share in discount.parts])
    return _step(StepKind.COUPON, title, taken, trimmed=sum(taken.values()) < discount.amount.fen)


def _keeps_points_off(coupons: Sequence[MemberCoupon], steps: Iterable[Step]) -> bool:
    taken = [step for step in steps if step.kind is StepKind.COUPON]
    return any(
        step.applied and not coupon.terms.with_points for coupon, step in zip(coupons, taken, strict=True)
    )


def _by_points(lines: Sequence[BasketLine], left: _Left, asked: PointsAsked) -> tuple[Step, int]:
    keys = [LineId(line.key) for line in lines]
    rule = asked.rule
    most = left.total().fen * rule.most_percent // 100
    room = sum(left.room(key) for key in keys)
    worth = rule.worth(min(asked.points, min(most, room) * rule.points_per_yuan_off // 100))
    spent = rule.points_for(worth)
    taken = left.spread(worth.fen, keys)
    why = "below_floor" if room < most else "points_over_share"
    trimmed = worth < rule.worth(asked.points)
    return _step(StepKind.POINTS, str(spent), taken, trimmed=trimmed, why=why), spent


def _rounded(left: Money, to: RoundTo) -> Step:
    off = Money(left.fen % to.fen)
    if off and off == left:
        return Step(StepKind.ROUNDING, to.value, why="nothing_would_be_left")
    return Step(StepKind.ROUNDING, to.value, off)
