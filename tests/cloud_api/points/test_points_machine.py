"""Points earned, set aside, spent, taken back and ended in any order: nothing is lost, nothing is made, nobody is below zero."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import Connection, func, select

from cloud_api.ledger import book
from cloud_api.ledger.book import Kind, derived_id
from cloud_api.ledger.tables import accounts
from cloud_api.points.service import Points
from cloud_api.settings import Settings
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.points_earning import BoughtFuel
from core.domain.refusals.members import PointsHoldGone, PointsNotEnough
from core.protocol.from_station import RefundCompleted
from tests.cloud_api.machines import OverDatabase, run_over, sizes
from tests.cloud_api.simulated.outside_world import MovableClock

STATION = "5" * 32
NUMBERS = st.integers(0, 4)


class Pocket(OverDatabase):
    """One driver's points, against what a person would reckon on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.driver, self.clock = derived_id("driver", "1"), MovableClock()
        self.points = Points(self.database, self.clock, Settings(database="", points_live_months=2))
        self.refunds = 0

    def id(self, kind: str, number: int) -> str:
        return derived_id(kind, f"{self.driver} {number}")

    @rule(number=NUMBERS, fen=st.integers(0, 90_000))
    def buy(self, number: int, fen: int) -> None:
        """An online order; the same again, also for another amount, is none."""
        fuel = BoughtFuel("G92", Litres(20_000), Money(fen))
        earn = partial(
            self.points.take_completed_order,
            order_id=self.id("sale", number),
            station_id=STATION,
            driver_id=self.driver,
            at=self.clock.now(),
            paid_fen=fen,
            fuel=fuel,
        )
        self.database.write_now(earn)
        self.database.write_now(earn)

    @rule(number=NUMBERS, fen=st.integers(1, 60_000))
    def give_money_back(self, number: int, fen: int) -> None:
        self.refunds += 1
        refund = RefundCompleted(
            refund_id=self.id("refund", self.refunds), sale_id=self.id("sale", number), number="1",
            shift_id=STATION, completed_at=self.clock.now(), lines=[], legs=[], total_fen=fen,
        )  # fmt: skip
        self.database.write_now(partial(self.points.take_refund, station_id=STATION, refund=refund))

    @rule(number=NUMBERS, points=st.integers(1, 900))
    def give(self, number: int, points: int) -> None:
        gift = self.id(f"gift {points}", number)
        self.database.write_now(lambda work: self.points.give(work, gift, self.driver, points))

    @rule(number=NUMBERS, points=st.integers(1, 600))
    def hold(self, number: int, points: int) -> None:
        have = self.of(Kind.POINTS)
        use_id = self.id(f"use {points}", number)
        known = self.database.read_now(lambda c: self.points.known_use(c, use_id))
        try:
            self.database.write_now(
                lambda work: self.points.hold(
                    work,
                    use_id,
                    station_id=STATION,
                    sale_id=self.id("sale", number),
                    driver_id=self.driver,
                    points=points,
                )
            )
        except PointsNotEnough:
            assert have < points
        except PointsHoldGone:
            assert known is not None

    @rule(number=NUMBERS, points=st.integers(1, 600), share=st.floats(0.1, 1), free=st.booleans())
    def settle_a_hold(self, number: int, points: int, share: float, free: bool) -> None:
        use_id = self.id(f"use {points}", number)
        work = (
            partial(self.points._free, state="released")
            if free
            else partial(self.points._redeem, station_id=STATION, sale_id=self.id("sale", number))
        )
        row = self.database.read_now(lambda c: self.points.known_use(c, use_id))
        if row is None or (free and row.state != "held"):
            return
        try:
            if free:
                self.database.write_now(lambda one: work(one, row=row))
            else:
                spent = max(1, int(row.points * share))
                self.database.write_now(lambda one: work(one, use_id=use_id, points=spent))
        except PointsHoldGone:
            assert row.state in ("released", "overdue")

    @rule(number=NUMBERS, points=st.integers(1, 400))
    def take_goods(self, number: int, points: int) -> None:
        have, coupon = self.of(Kind.POINTS), self.id(f"coupon {points}", number)
        spend = partial(self.points.spend_on_coupon, coupon_id=coupon, driver_id=self.driver, points=points)
        try:
            self.database.write_now(spend)
        except PointsNotEnough:
            assert have < points
            return
        after = self.of(Kind.POINTS)
        self.database.write_now(spend)
        assert self.of(Kind.POINTS) == after

    @rule(days=st.integers(1, 40))
    def let_time_pass(self, days: int) -> None:
        self.clock.pass_seconds(timedelta(days=days).total_seconds())
        self.database.write_now(self.points._end_old)
        self.database.write_now(self.points._release_overdue)

    def of(self, kind: Kind) -> int:
        return self.database.read_now(lambda c: book.balance(c, kind, self.driver))

    @invariant()
    def nobody_is_below_zero_and_all_points_come_from_somewhere(self) -> None:
        def told(connection: Connection) -> tuple[int, int, int, int]:
            points, held, owed = (
                book.balance(connection, kind, self.driver)
                for kind in (Kind.POINTS, Kind.POINTS_HELD, Kind.POINTS_OWED)
            )
            return points, held, owed, _all_points(connection)

        points, held, owed, altogether = self.database.read_now(told)
        assert min(points, held) >= 0
        assert owed <= 0
        assert altogether == 0


def _all_points(connection: Connection) -> int:
    return int(
        connection.execute(
            select(func.coalesce(func.sum(accounts.c.balance), 0)).where(accounts.c.kind.like("points%"))
        ).scalar_one()
    )


@sizes(10)
def test_points_stay_right_whatever_is_asked_and_however_often(
    request: pytest.FixtureRequest, make: str, examples: int, steps: int
) -> None:
    run_over(request, Pocket, make, examples, steps)
