"""Points of members on counter sales, and what is still to be told to the cloud about them."""

from collections.abc import Sequence

from core.domain.ids import PointsUseId
from core.domain.points import PointsUse, PointsUseState
from core.domain.refusals.members import PointsHoldGone
from core.persistence.column_types import one_of
from core.persistence.repositories.coupon_uses import SALES
from core.persistence.rows import RowsOf
from core.persistence.tables.offers import POINTS_TO_SETTLE, UNSETTLED_POINTS, points_uses
from core.persistence.transaction import Command, Transaction
from core.persistence.words import bindparam, true, update

POINTS_OFF_THE_BILL = (PointsUseState.RELEASED, PointsUseState.REFUSED)
POINTS_USES = RowsOf(points_uses, PointsUse)
POINTS_USE = POINTS_USES.where(points_uses.c.id == bindparam("use"))
_TO_SETTLE = POINTS_USES.where(
    UNSETTLED_POINTS, one_of(points_uses.c.state, POINTS_TO_SETTLE), order=[points_uses.c.id]
)
_SETTLED = Command(update(points_uses).where(points_uses.c.id == bindparam("use")).values(settled=true()))


class SqlPointsUses:
    """Port PointsUses."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def to_settle(self) -> Sequence[PointsUse]:
        return self._transaction.all(_TO_SETTLE)

    def get(self, use: PointsUseId) -> PointsUse:
        found = self._transaction.first(POINTS_USE, use)
        if found is None:
            raise PointsHoldGone
        return found

    def save(self, use: PointsUse) -> None:
        self._transaction.memory.of(SALES).pop(use.sale, None)
        self._transaction.run(POINTS_USES.save, *POINTS_USES.of(use))

    def settled(self, use: PointsUseId) -> None:
        self._transaction.run(_SETTLED, use)
