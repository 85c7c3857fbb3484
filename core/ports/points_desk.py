"""Hold, redeem, release a member's points."""

from typing import Protocol

from core.domain.ids import MemberId, PointsUseId, SaleId


class PointsDesk(Protocol):
    """The cloud's points. All idempotent by the use's id. Raises CloudUnreachable and CloudAnswerLost."""

    def hold(self, use: PointsUseId, sale: SaleId, member: MemberId, points: int) -> None:
        """Set the points aside for this sale. Raises PointsNotEnough, MemberNotFound."""
        ...

    def redeem(self, use: PointsUseId, sale: SaleId, points: int) -> None:
        """The sale is paid: so many of those held are spent and the rest is free again. Raises PointsHoldGone."""
        ...

    def release(self, use: PointsUseId) -> None:
        """The points are free again."""
        ...
