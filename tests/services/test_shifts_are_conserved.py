"""Random days of shifts: cash in and out, hand-overs with bills left open, counts; the drawer's formula holds, Z by Z."""

from collections import defaultdict
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from core.domain.cash import CashKind, CashMovement
from core.domain.count import Count
from core.domain.ids import ShiftId
from core.domain.money import ZERO, Money, total
from core.domain.payment import PaymentState, Tender
from core.domain.report import ShiftReport
from core.domain.shift import ShiftState
from tests.services.small_station import FLOAT, PUMP_1, WATER, WECHAT_CODE, SmallStation
from tests.services.test_every_tender_is_conserved import MoneyDay

_KINDS = (CashKind.PAID_IN, CashKind.PAID_OUT, CashKind.SAFE_DROP)


class ShiftDay(MoneyDay):
    """Everything that a day of money does, and a manager who moves cash and lets shifts follow each other."""

    @rule(kind=st.sampled_from(_KINDS), fen=st.integers(1, 30_000))
    def cash_moves(self, kind: CashKind, fen: int) -> None:
        moved: CashMovement | None = self.attempt(
            lambda: self.station.cash.move(kind, Money(fen), "换零钱", self.station.manager)
        )
        if moved is not None:
            self.drawer += moved.into_drawer

    @rule(slip=st.integers(-200, 200), fen=st.integers(0, 80_000))
    def handed_over_with_whatever_is_open(self, slip: int, fen: int) -> None:
        counted = max(self.drawer + Money(slip), ZERO)
        off = counted - self.drawer
        closed, follower = self.station.shifts.hand_over(
            Count(loose=counted), self.station.cashier, self.station.cashier, Money(fen), note="接着干"
        )
        assert closed.difference == off
        assert follower.opening_float == Money(fen)
        self.drawer = Money(fen)

    @rule()
    def closed_with_a_note(self) -> None:
        if self.drawer < ZERO:
            return
        closed = self.station.shifts.close(Count(loose=self.drawer), self.station.cashier, note="下一班接着")
        assert closed.difference == ZERO
        self.station.open_shift()
        self.drawer = FLOAT

    @invariant()
    def the_drawer_holds_what_the_formula_says(self) -> None:
        if not hasattr(self, "station"):
            return
        shift = self.station.shifts.current()
        assert shift is not None
        with self.station.work.reading() as work:
            assert work.shift_reports.of(shift.id).expected_cash == self.drawer
            pinned = [work.shifts.z(each.id) for each in work.shifts.recent(100)]
        numbers = [each.number for each in self.station.shifts.recent(100)]
        assert numbers == list(range(len(numbers), 0, -1))
        assert sum(z is not None for z in pinned) == len(numbers) - 1
        check_every_z(self.station)


TestShiftDay = ShiftDay.TestCase
TestShiftDay.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)


def check_every_z(station: SmallStation) -> None:
    """Each Z, against the rows themselves, its own shift's kept sums, and the Z before it."""
    with station.work.reading() as work:
        shifts = [shift for shift in work.shifts.recent(100) if shift.state is ShiftState.CLOSED]
        reports = {shift.id: work.shift_reports.of(shift.id) for shift in shifts}
        variances = {shift.id: tuple(work.shifts.variances(shift.id)) for shift in shifts}
        sold = work.sales.recent(10_000)
        refunds = [refund for sale in sold for refund in work.refunds.of_sale(sale.id)]
        moved = {shift.id: tuple(work.cash.of(shift.id)) for shift in shifts}
    taken: dict[tuple[ShiftId, Tender], Money] = defaultdict(Money)
    for sale in sold:
        for leg in sale.legs:
            taken[sale.shift, leg.tender] += leg.amount
    given: dict[tuple[str, Tender], Money] = defaultdict(Money)
    for back in (leg for refund in refunds for leg in refund.legs if leg.is_paid):
        given[back.shift or "", back.paid_by] += back.amount
    for shift in shifts:
        report = reports[shift.id]
        assert report.movements == moved[shift.id]
        assert report.variances == variances[shift.id]
        for figure in report.tenders:
            assert figure.amount == taken[shift.id, figure.tender]
            assert figure.refunded == given[shift.id, figure.tender]
        assert report.expected_cash == shift.expected_cash == _formula(report)
        assert {each.tender: each.expected for each in report.variances} == report.expected()
        if shift.number > 1:
            [before] = [other for other in reports.values() if other.shift.number == shift.number - 1]
            assert report.brought == before.unfinished


def _formula(report: ShiftReport) -> Money:
    """F1, written out once more: float and cash sales, less cash refunds, movements, and cash in unfinished bills."""
    drawer = report.shift.opening_float
    drawer += total(each.amount - each.refunded for each in report.tenders if each.tender is Tender.CASH)
    for move in report.movements:
        drawer += move.amount if move.kind in (CashKind.PAID_IN, CashKind.SETTLEMENT) else -move.amount
    drawer += total(each.amount for each in report.unfinished if each.tender is Tender.CASH)
    return drawer - total(each.amount for each in report.brought if each.tender is Tender.CASH)


@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_shifts_adds_up_on_both_databases(closed_station: SmallStation, seed: int) -> None:
    station, chance = closed_station, Random(seed)
    station.open_shift()
    drawer = FLOAT
    for _turn in range(4):
        for _customer in range(chance.randrange(1, 4)):
            fill = station.a_fill(PUMP_1, chance.randrange(50, 300))
            bill = station.a_bill(fill, pieces=chance.randrange(3))
            if chance.random() < 0.4:
                station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
            else:
                paid = station.payments.take_cash(bill.id, bill.total + Money(500), station.cashier)
                drawer += total(each.amount for each in paid.legs)
        kind = chance.choice(_KINDS)
        drawer += station.cash.move(
            kind, Money(chance.randrange(1, 9_000)), "换", station.manager
        ).into_drawer
        half = station.sales.add_goods(station.sales.open(station.cashier).id, WATER, 2, station.cashier)
        part = station.payments.take_cash(half.id, Money(1_000), station.cashier, amount=Money(1_000))
        assert part.payments[-1].state is PaymentState.CAPTURED
        drawer += Money(1_000)
        count = Count(loose=drawer)
        closed, _next = station.shifts.hand_over(count, station.cashier, station.cashier, drawer, note="班")
        assert closed.difference == ZERO
        done = station.payments.take_cash(half.id, part.due, station.cashier)
        drawer += done.legs[-1].amount
    check_every_z(station)
    with station.work.reading() as work:
        zs = [work.shift_reports.of(shift.id) for shift in work.shifts.recent(4)[1:]]
        litres = [total(each.amount for each in z.tenders) for z in zs]
        gaps = [figure.gap for z in zs[:-1] for figure in z.nozzles if figure.fills]
    assert all(amount > ZERO for amount in litres)
    assert all(not gap for gap in gaps)
