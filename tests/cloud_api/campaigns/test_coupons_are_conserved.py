"""Whatever is done with coupons in whatever order: each is used once, and budget and stock add up to the fen."""

import asyncio
import secrets
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cloud_api.coupons import repository
from cloud_api.coupons.repository import CouponRow
from core.domain.money import Money
from core.domain.refusals.offers import (
    CampaignAlreadyClaimed,
    CampaignOver,
    CampaignSoldOut,
    CouponAlreadyUsed,
    CouponExpired,
    CouponHeldElsewhere,
    CouponHoldGone,
    CouponVoid,
)
from core.domain.refusals.refusal import Refusal
from tests.cloud_api.campaigns.giver import OFF, workers

BUDGET, STOCK, STATION = 5 * OFF, 6, "5" * 32
UNFIT = (CouponAlreadyUsed, CouponHeldElsewhere, CouponExpired, CouponVoid, CouponHoldGone)


class Coupons(RuleBasedStateMachine):
    """The model: each coupon's state, its holder and its cost; the budget follows from them."""

    coupons = Bundle("coupons")
    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.file = self.migrated.with_name(f"{secrets.token_hex(8)}.db")
        shutil.copy(self.migrated, self.file)
        self.opened = workers(f"sqlite:///{self.file}")
        [self.worker] = self.opened.__enter__()
        self.campaign = self.worker.campaign(stock=STOCK, budget=Money(BUDGET), days=10)
        self.drivers = [self.worker.driver() for _ in range(8)]
        self.owners: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.holders: dict[str, str] = {}
        self.costs: dict[str, int] = {}
        self.worth: dict[str, int] = {}
        self.settled: set[str] = set()

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)
        for file in self.file.parent.glob(f"{self.file.stem}*"):
            file.unlink()

    def do(self, job: Any) -> Refusal | None:
        try:
            self.worker.database.write_now(job)
        except UNFIT as refusal:
            return refusal
        return None

    def is_over(self, coupon: str) -> bool:
        return self.worker.clock.now() >= self.worker.coupon(coupon).terms.valid_until

    @rule(target=coupons, who=st.integers(0, 7))
    def claim(self, who: int) -> str:
        driver = self.drivers[who]
        free = BUDGET - sum(self.reserved(coupon) for coupon in self.states)
        left = STOCK - len(self.states)
        try:
            coupon: CouponRow = asyncio.run(self.worker.claim(self.campaign, driver))
        except CampaignOver:
            assert self.worker.clock.now() >= self.campaign.claim_until
            return ""
        except CampaignAlreadyClaimed:
            assert driver in self.owners.values()
            return ""
        except CampaignSoldOut:
            assert left == 0 or free < OFF
            return ""
        assert self.worker.clock.now() < self.campaign.claim_until
        assert driver not in self.owners.values()
        assert left > 0
        assert free >= OFF
        self.owners[coupon.id], self.states[coupon.id] = driver, "available"
        self.worth[coupon.id] = OFF
        return coupon.id

    def reserved(self, coupon: str) -> int:
        """What the campaign cannot give to others: what it has cost, or what it may still cost."""
        if coupon in self.settled:
            return self.costs.get(coupon, 0)
        return self.worth[coupon]

    @rule(coupon=coupons, order=st.integers(0, 3))
    def hold_for_an_order(self, coupon: str, order: int) -> None:
        if not coupon:
            return
        holder = f"{order:032x}"
        refusal = self.do(
            lambda work: self.worker.coupons.hold_for_order(work, coupon, self.owners[coupon], holder)
        )
        is_free = self.states[coupon] == "available" or (
            self.states[coupon] == "held" and self.holders[coupon] == holder
        )
        if self.is_over(coupon) or not is_free:
            assert refusal is not None
        else:
            assert refusal is None
            self.states[coupon], self.holders[coupon] = "held", holder

    @rule(coupon=coupons, order=st.integers(0, 3), fen=st.integers(0, OFF))
    def redeem_for_an_order(self, coupon: str, order: int, fen: int) -> None:
        holder = f"{order:032x}"
        if not coupon or self.holders.get(coupon) != holder or self.states[coupon] != "held":
            return
        cost = min(fen, self.worth[coupon])
        self.do(lambda work: self.worker.coupons.redeem_for_order(work, coupon, holder, cost))
        self.states[coupon], self.costs[coupon] = "redeemed", cost

    @rule(coupon=coupons, order=st.integers(0, 3))
    def release_of_an_order(self, coupon: str, order: int) -> None:
        if not coupon:
            return
        holder = f"{order:032x}"
        self.do(lambda work: self.worker.coupons.release_for_order(work, coupon, holder))
        if self.states[coupon] == "held" and self.holders[coupon] == holder:
            self.states[coupon] = "available"

    @rule(coupon=coupons)
    def void(self, coupon: str) -> None:
        if not coupon:
            return
        refusal = self.do(lambda work: self.worker.campaigns.void(work, coupon))
        assert (refusal is None) == (self.states[coupon] in ("available", "void"))
        if refusal is None:
            self.states[coupon] = "void"

    @rule(coupon=coupons)
    def refund_the_whole_bill(self, coupon: str) -> None:
        if not coupon or self.states[coupon] != "redeemed":
            return
        holder = self.holders[coupon]
        self.do(lambda work: repository.unredeem(work.connection, coupon, holder))
        self.states[coupon] = "available"
        if coupon in self.settled:
            # The rest went back to the budget: it is worth what it was worth then.
            self.settled.discard(coupon)
            self.worth[coupon] = self.costs[coupon]
        del self.costs[coupon]

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        self.worker.clock.pass_seconds(days * 86_400)

    @rule()
    def settle(self) -> None:
        asyncio.run(self.worker.coupons.settle_budgets())
        for coupon, state in self.states.items():
            is_over = state in ("redeemed", "void") or (state == "available" and self.is_over(coupon))
            if is_over and coupon not in self.settled and self.reserved(coupon):
                self.settled.add(coupon)

    @invariant()
    def budget_and_stock_add_up(self) -> None:
        kept = self.worker.as_it_is(self.campaign)
        assert kept.remaining == STOCK - len(self.states)
        assert kept.budget_left_fen == BUDGET - sum(self.reserved(coupon) for coupon in self.states)
        assert sum(self.costs.values()) <= BUDGET

    @invariant()
    def every_coupon_is_where_it_should_be(self) -> None:
        for coupon, state in self.states.items():
            row = self.worker.coupon(coupon)
            assert row.state == state
            if state in ("held", "redeemed"):
                assert row.holder == self.holders[coupon]


@pytest.mark.parametrize(
    "examples", [3, pytest.param(400, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])]
)
def test_coupons_budget_and_stock_are_conserved(migrated_file: Path, examples: int) -> None:
    Coupons.migrated = migrated_file
    run_state_machine_as_test(
        Coupons, settings=settings(max_examples=examples, stateful_step_count=20, deadline=None)
    )
