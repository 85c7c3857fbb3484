"""Coupon terms for tests: valid by default, a test says only what matters."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.domain.coupon import CouponKind, CouponTerms
from core.domain.money import Money
from tests.cloud_api.simulated.outside_world import MovableClock


def terms(clock: MovableClock, **other: Any) -> CouponTerms:
    """15 yuan off from 100 yuan on, for everything, from now for 30 days."""
    usual = CouponTerms(
        kind=CouponKind.AMOUNT_OFF,
        valid_from=clock.now(),
        valid_until=clock.now() + timedelta(days=30),
        off=Money(1500),
        threshold=Money(10000),
    )
    return replace(usual, **other)
