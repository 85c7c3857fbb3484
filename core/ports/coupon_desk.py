"""Hold, redeem, release a coupon."""

from dataclasses import dataclass
from typing import Protocol

from core.domain.coupon import CouponTerms
from core.domain.ids import CouponUseId, SaleId
from core.domain.money import Money


@dataclass(frozen=True, slots=True)
class HeldCoupon:
    """A coupon that is set aside for one sale."""

    title: str
    terms: CouponTerms


class CouponDesk(Protocol):
    """The cloud's coupons. All idempotent by the use's id. Raises the coupon refusals and CloudUnreachable."""

    def hold(self, use: CouponUseId, sale: SaleId, code: str) -> HeldCoupon:
        """Set the coupon aside for this sale, so that nobody else can use it."""
        ...

    def redeem(self, use: CouponUseId, sale: SaleId, discount: Money) -> None:
        """The sale is paid: the coupon is used up."""
        ...

    def release(self, use: CouponUseId) -> None:
        """The coupon is free again."""
        ...
