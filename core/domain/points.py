"""Points of a member as money on a bill: set aside at the cloud, then spent or free again."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import MemberId, PointsUseId, SaleId
from core.domain.member import PointsRule
from core.domain.money import ZERO, Money


class PointsUseState(StrEnum):
    """pending -> held -> redeemed; held -> released; pending -> refused."""

    PENDING = "pending"
    HELD = "held"
    REDEEMED = "redeemed"
    RELEASED = "released"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PointsUse:
    """Points of a member as money on a counter sale; its id is the hold's id at the cloud.

    `asked` are set aside at the cloud; `points` of them are spent as the bill stands, for `worth`.
    """

    id: PointsUseId
    sale: SaleId
    member: MemberId
    asked: int
    rule_points: int = 100  # of PointsRule
    rule_percent: int = 50
    points: int = 0
    worth: Money = ZERO
    state: PointsUseState = PointsUseState.PENDING
    reason: str = ""  # the code of the refusal, when refused, or why nothing came off

    @property
    def rule(self) -> PointsRule:
        """The members' rule as it was when they were asked for."""
        return PointsRule(self.rule_points, self.rule_percent)
