"""Coupon uses of counter sales, and what is still to be told to the cloud about them."""

from collections.abc import Sequence

from core.domain.coupon import CouponUse, CouponUseState
from core.domain.ids import CouponUseId
from core.domain.refusals.offers import CouponHoldGone
from core.persistence.column_types import one_of
from core.persistence.rows import RowsOf
from core.persistence.tables.sales import TO_SETTLE, UNSETTLED, coupon_uses
from core.persistence.transaction import Command, Transaction
from core.persistence.words import bindparam, true, update

# Bills are remembered under this name; whoever writes a part of one beside SqlSales forgets it there.
SALES = "sales"
OFF_THE_BILL = (CouponUseState.RELEASED, CouponUseState.REFUSED)
COUPON_USES = RowsOf(coupon_uses, CouponUse)
COUPON_USE = COUPON_USES.where(coupon_uses.c.id == bindparam("use"))
# Another state of a use whose terms are written already.
_MOVES = ("state", "discount", "reason")
COUPON_MOVED = Command(
    update(coupon_uses)
    .where(coupon_uses.c.id == bindparam("use"))
    .values({name: bindparam(name) for name in _MOVES}),
    asks=("use", *_MOVES),
)
_TO_SETTLE = COUPON_USES.where(UNSETTLED, one_of(coupon_uses.c.state, TO_SETTLE), order=[coupon_uses.c.id])
_SETTLED = Command(update(coupon_uses).where(coupon_uses.c.id == bindparam("use")).values(settled=true()))


class SqlCouponUses:
    """Port CouponUses."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def to_settle(self) -> Sequence[CouponUse]:
        return self._transaction.all(_TO_SETTLE)

    def get(self, use: CouponUseId) -> CouponUse:
        found = self._transaction.first(COUPON_USE, use)
        if found is None:
            raise CouponHoldGone
        return found

    def save(self, use: CouponUse) -> None:
        self._transaction.memory.of(SALES).pop(use.sale, None)
        self._transaction.run(COUPON_USES.save, *COUPON_USES.of(use))

    def settled(self, use: CouponUseId) -> None:
        self._transaction.run(_SETTLED, use)
