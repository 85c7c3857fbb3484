"""Coupons in a dictionary."""

from core.domain.coupon import CouponTerms
from core.domain.faults import CloudUnreachable
from core.domain.ids import CouponUseId, SaleId
from core.domain.money import Money
from core.domain.refusals.offers import CouponAlreadyUsed, CouponHeldElsewhere, CouponNotFound
from core.ports.coupon_desk import HeldCoupon


class MemoryCouponDesk:
    """Implements core.ports.coupon_desk.CouponDesk."""

    def __init__(self) -> None:
        self._coupons: dict[str, HeldCoupon] = {}
        self._held: dict[str, CouponUseId] = {}
        self.redeemed: dict[str, Money] = {}
        self._elsewhere: set[str] = set()
        self.asked = 0  # how often a hold was wanted
        self.down = False

    def issue(self, code: str, title: str, terms: CouponTerms) -> None:
        """A coupon that can be used once."""
        self._coupons[code] = HeldCoupon(title, terms)

    def holder(self, code: str) -> CouponUseId | None:
        """Who has it set aside."""
        return self._held.get(code)

    def take_elsewhere(self, code: str) -> None:
        """Whoever had it set aside took too long, and somebody else has it now."""
        self._held.pop(code, None)
        self._elsewhere.add(code)

    def hold(self, use: CouponUseId, sale: SaleId, code: str) -> HeldCoupon:
        """Set it aside."""
        self._answer()
        self.asked += 1
        if code not in self._coupons:
            raise CouponNotFound(code)
        if code in self.redeemed:
            raise CouponAlreadyUsed
        if code in self._elsewhere or self._held.setdefault(code, use) != use:
            raise CouponHeldElsewhere
        return self._coupons[code]

    def redeem(self, use: CouponUseId, sale: SaleId, discount: Money) -> None:
        """Use it up."""
        self._answer()
        for code, holder in self._held.items():
            if holder == use:
                self.redeemed[code] = discount

    def release(self, use: CouponUseId) -> None:
        """Free it."""
        self._answer()
        self._held = {code: holder for code, holder in self._held.items() if holder != use}

    def _answer(self) -> None:
        if self.down:
            raise CloudUnreachable
