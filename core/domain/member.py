"""Member: who a customer is to the cloud, as the counter sees it for the length of one bill."""

from dataclasses import dataclass

from core.domain.coupon import CouponTerms
from core.domain.ids import MemberId
from core.domain.litres import Litres
from core.domain.money import ZERO, Money

# Levels without a name of their own are shown by their code.
NO_LEVEL = ""


@dataclass(frozen=True, slots=True)
class PointsRule:
    """What points are worth: so many of them make one yuan off, on at most so many percent of what is left to pay."""

    points_per_yuan_off: int = 100
    most_percent: int = 50

    def __post_init__(self) -> None:
        if self.points_per_yuan_off < 1 or not 0 <= self.most_percent <= 100:
            raise ValueError(f"a points rule cannot be {self.points_per_yuan_off}, {self.most_percent} %")

    def worth(self, points: int) -> Money:
        """What the points take off, in whole fen, rounded down."""
        return Money(points * 100 // self.points_per_yuan_off)

    def points_for(self, worth: Money) -> int:
        """The fewest points that are worth this much."""
        return -(-worth.fen * self.points_per_yuan_off // 100)


@dataclass(frozen=True, slots=True)
class EarningRule:
    """Hundredths of a point for a yuan paid and for a litre filled, at a member's level."""

    per_yuan: int = 0
    per_litre: int = 0

    def earned(self, paid: Money, filled: Litres) -> int:
        """Whole points for what was paid, discounts and spent points already off, and for the litres; rounded down."""
        of_money, of_litres = max(0, paid.fen) * self.per_yuan * 10, filled.millilitres * self.per_litre
        return (of_money + of_litres) // 100_000


@dataclass(frozen=True, slots=True)
class MemberCoupon:
    """A coupon in the member's pocket."""

    code: str
    title: str
    terms: CouponTerms


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the cloud knows him at this moment: `level` is a code, `level_title` its name."""

    id: MemberId
    name: str
    phone_masked: str
    level: str = NO_LEVEL
    level_title: str = ""
    plates: tuple[str, ...] = ()
    balance: Money = ZERO
    points: int = 0
    points_rule: PointsRule = PointsRule()
    coupons: tuple[MemberCoupon, ...] = ()
    # Found by his code, so that his points and balance may be spent; a phone number or a plate alone only names him.
    proven: bool = False
    earning: EarningRule | None = None  # None where the cloud has not told it

    def on_bill(self, plate: str = "") -> "SaleMember":
        """What a bill remembers of him; `plate` is the one he was found by, where he was."""
        own = plate or (self.plates[0] if len(self.plates) == 1 else "")
        return SaleMember(
            self.id,
            self.name,
            self.phone_masked,
            self.level,
            self.level_title,
            own,
            self.proven,
            self.points_rule,
            self.points,
            self.earning,
        )


@dataclass(frozen=True, slots=True)
class SaleMember:
    """The member on a bill, as he was when he was put on it."""

    id: MemberId
    name: str
    phone_masked: str
    level: str = NO_LEVEL
    level_title: str = ""
    plate: str = ""
    proven: bool = False
    points_rule: PointsRule = PointsRule()
    points: int = 0  # what he had then, before this bill
    earning: EarningRule | None = None
