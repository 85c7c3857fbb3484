"""Fuel paid before it flows: released, filled, moved, left behind; every fen is fuel or back with the customer."""

from datetime import timedelta

import pytest

from core.domain.blocker import BlockerKind
from core.domain.count import cash_count
from core.domain.events.prepays import PrepayOverran, PrepayOverrunWaived
from core.domain.fill import FillState
from core.domain.ids import FillId, GradeCode, PumpNumber
from core.domain.litres import Litres
from core.domain.money import ZERO, Money, total
from core.domain.payment import Tender
from core.domain.prepay import Prepay, PrepayState
from core.domain.product import G92, G95
from core.domain.pump import Preset, PresetKind
from core.domain.refund import LegState, RefundKind, RefundReason, Wanted
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.prepays import (
    OverrunOnBill,
    PrepayFillBegan,
    PrepayIsClosed,
    PrepayIsOpen,
    PrepayIsReleased,
    PrepayNotFound,
    PrepayNotOverrun,
    PrepayOwes,
    PumpHasPrepay,
    PumpIsPaidFor,
)
from core.domain.refusals.pumps import PumpBusy
from core.domain.refusals.sales import LineUnfit
from core.domain.refusals.typed import AmountUnfit, ReasonMissing
from core.domain.report import ShiftReport
from core.domain.sale import Sale
from core.domain.staff import Permission
from core.ports.payment_gateway import RefundState
from core.protocol.codec import unwrap
from core.protocol.from_station import PrepaidFilled
from core.services.journal import JournalDesk
from tests.services.small_station import (
    COUPON,
    FLOAT,
    NOZZLE_1,
    NOZZLE_2,
    PUMP_1,
    PUMP_2,
    WECHAT_CODE,
    SmallStation,
)

PAID = Money(20_000)


def on_a_bill(station: SmallStation, amount: Money = PAID, pump: PumpNumber = PUMP_1) -> Sale:
    sale = station.sales.open(station.cashier)
    return station.sales.add_prepay(sale.id, pump, NOZZLE_1, station.cashier, amount=amount)


def prepaid(station: SmallStation, amount: Money = PAID, pump: PumpNumber = PUMP_1) -> Prepay:
    """Paid in cash; what waits for its pump, or is released there already."""
    bill = on_a_bill(station, amount, pump)
    station.payments.take_cash(bill.id, bill.due, station.cashier)
    return station.prepays.open_ones()[-1]


def by_code(station: SmallStation) -> Prepay:
    station.payments.take_code(on_a_bill(station).id, WECHAT_CODE, station.cashier)
    return station.prepays.open_ones()[-1]


def now(station: SmallStation, prepay: Prepay) -> Prepay:
    return station.prepays.get(prepay.id)


def authorisations(station: SmallStation, pump: PumpNumber = PUMP_1) -> list[Preset]:
    with station.work.reading() as work:
        return [each.preset for each in work.authorisations.open_ones() if each.pump == pump]


def report(station: SmallStation) -> ShiftReport:
    with station.work.reading() as work:
        shift = work.shifts.current() or work.shifts.recent(1)[0]
        return work.shift_reports.of(shift.id)


def fill_of(station: SmallStation, prepay: Prepay) -> FillState:
    with station.work.reading() as work:
        return work.fills.get(prepay.fill or FillId("")).state


def drawer(station: SmallStation) -> Money:
    return report(station).expected_cash


# --- onto the bill -----------------------------------------------------------------------------------------------------


def test_a_paid_amount_releases_its_pump_for_exactly_that_amount(station: SmallStation) -> None:
    prepay = prepaid(station)
    assert prepay.state is PrepayState.RELEASED
    assert (prepay.number, prepay.grade) == ("P20261122-0001-1", G92)
    assert authorisations(station) == [Preset(PresetKind.AMOUNT, amount=PAID)]


def test_litres_become_money_rounded_up_to_the_fen(station: SmallStation) -> None:
    station.prices.read_confirmed()
    sale = station.sales.open(station.cashier)
    bill = station.sales.add_prepay(sale.id, PUMP_1, NOZZLE_2, station.cashier, volume=Litres(10_010))
    assert (bill.total, bill.lines[0].grade) == (Money(8_329), G95)  # 83.2832 yuan
    with pytest.raises(AmountUnfit):
        station.sales.add_prepay(sale.id, PUMP_2, NOZZLE_1, station.cashier, volume=Litres(0))


def test_no_offer_coupon_or_hand_takes_anything_off_it(station: SmallStation) -> None:
    station.issue_coupon(threshold_yuan=10)
    bill = on_a_bill(station)
    bill = station.sales.add_goods(bill.id, "6901234500018", 2, station.cashier)
    bill = station.sales.apply_coupon(bill.id, COUPON, station.cashier)
    assert bill.lines[0].discount == ZERO
    assert bill.lines[1].discount == Money(800)
    with pytest.raises(LineUnfit):
        station.sales.discount_line(bill.id, bill.lines[0].id, Money(100), "熟客", station.manager)


def test_a_pump_has_one_customer_who_pays_first(station: SmallStation) -> None:
    bill = on_a_bill(station)
    with pytest.raises(PumpHasPrepay):
        station.sales.add_prepay(bill.id, PUMP_1, NOZZLE_2, station.cashier, amount=PAID)
    station.payments.take_cash(bill.id, bill.due, station.cashier)
    with pytest.raises(PumpBusy):
        on_a_bill(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(100))
    with pytest.raises(PumpHasPrepay):
        on_a_bill(station)


def test_a_busy_pump_is_not_paid_for(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.cashier)
    with pytest.raises(PumpBusy):
        on_a_bill(station)


def test_two_prepays_and_goods_stand_on_one_bill(station: SmallStation) -> None:
    bill = on_a_bill(station)
    bill = station.sales.add_prepay(bill.id, PUMP_2, NOZZLE_1, station.cashier, amount=Money(5_000))
    bill = station.sales.add_goods(bill.id, "6901234500018", 1, station.cashier)
    station.payments.take_cash(bill.id, bill.due, station.cashier)
    assert [each.number[-2:] for each in station.prepays.open_ones()] == ["-1", "-2"]
    assert (report(station).prepaid, report(station).goods_amount) == (Money(25_000), Money(1_500))


# --- filled ------------------------------------------------------------------------------------------------------------


def test_what_the_pump_did_not_deliver_goes_back_in_cash_without_anybodys_agreement(
    station: SmallStation,
) -> None:
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_327))
    filled = now(station, prepay)
    assert (filled.state, filled.to_return, filled.used) == (
        PrepayState.FILLED,
        Money(3_673),
        Money(16_327),
    )
    assert station.forecourt.unpaid() == []
    assert fill_of(station, filled) is FillState.FOR_PREPAY
    refund = station.refunds.return_prepaid(prepay.id, station.cashier)
    assert (refund.kind, refund.total, refund.is_settled) == (RefundKind.PREPAY_RETURN, Money(3_673), True)
    settled = now(station, prepay)
    assert (settled.state, settled.returned) == (PrepayState.SETTLED, Money(3_673))
    assert fill_of(station, settled) is FillState.SETTLED
    assert drawer(station) == FLOAT + Money(16_327)
    with pytest.raises(PrepayIsClosed):
        station.refunds.return_prepaid(prepay.id, station.cashier)


def test_what_a_pump_cannot_measure_beyond_it_is_absorbed_and_shown(station: SmallStation) -> None:
    station.pumps.overrun = Money(7)
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(99_999))
    done = now(station, prepay)
    assert (done.state, done.overrun, done.to_return) == (PrepayState.SETTLED, Money(7), ZERO)
    [fuel] = report(station).fuel
    assert fuel.amount == PAID
    assert drawer(station) == FLOAT + PAID


def overran(station: SmallStation, over: int = 700) -> Prepay:
    """Filled with more than was paid."""
    station.pumps.overrun = Money(over)
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(99_999))
    station.pumps.overrun = ZERO
    return now(station, prepay)


def test_what_the_pump_delivered_beyond_it_is_told_owed_and_stands_in_the_way_of_a_close(
    station: SmallStation,
) -> None:
    owing = overran(station)
    assert (owing.state, owing.owed, owing.to_return) == (PrepayState.FILLED, Money(700), ZERO)
    assert PrepayOverran(owing.id, owing.number, PUMP_1, 700) in station.events
    blockers = {blocker.kind: blocker for blocker in station.shifts.blockers()}
    blocker = blockers[BlockerKind.PREPAY_OVERRUN]
    assert (blocker.subject, blocker.label, blocker.amount) == (owing.id, "1", Money(700))
    assert blocker.asks_a_person
    assert report(station).prepays == ()
    for step in (
        lambda: station.refunds.return_prepaid(owing.id, station.cashier),
        lambda: station.prepays.leave_deposit(owing.id, station.cashier),
    ):
        with pytest.raises(PrepayOwes):
            step()


def test_what_was_delivered_beyond_it_is_paid_on_a_bill_and_becomes_fuel(station: SmallStation) -> None:
    owing = overran(station)
    bill = station.sales.open(station.cashier)
    bill = station.sales.add_goods(bill.id, "6901234500018", 1, station.cashier)
    bill = station.sales.add_overrun(bill.id, owing.id, station.cashier)
    again = station.sales.add_overrun(bill.id, owing.id, station.cashier)
    assert (again.total, len(again.lines)) == (Money(1_500 + 700), 2)
    with pytest.raises(LineUnfit):
        station.sales.discount_line(bill.id, bill.lines[1].id, Money(100), "熟客", station.manager)
    with pytest.raises(OverrunOnBill):
        station.prepays.waive_overrun(owing.id, "熟客", station.manager)
    paid = station.payments.take_cash(bill.id, bill.due, station.cashier)
    ended = now(station, owing)
    assert (ended.state, ended.owed, ended.overrun_sale) == (PrepayState.SETTLED, ZERO, paid.id)
    assert fill_of(station, ended) is FillState.SETTLED
    assert BlockerKind.PREPAY_OVERRUN not in {blocker.kind for blocker in station.shifts.blockers()}
    x = report(station)
    [fuel] = x.fuel
    assert (fuel.fills, fuel.amount) == (1, PAID + Money(700))
    assert x.net == fuel.amount + x.goods_amount + x.prepaid - x.prepaid_filled
    assert drawer(station) == FLOAT + PAID + Money(2_200)
    with pytest.raises(PrepayNotOverrun):
        station.sales.add_overrun(station.sales.open(station.cashier).id, owing.id, station.cashier)
    assert JournalDesk(station.work, station.totals).verify().sound


def test_a_bill_thrown_away_leaves_what_is_owed_for_the_next_one(station: SmallStation) -> None:
    owing = overran(station)
    bill = station.sales.open(station.cashier)
    station.sales.add_overrun(bill.id, owing.id, station.cashier)
    station.sales.cancel(bill.id, station.cashier)
    assert now(station, owing).owed == Money(700)
    other = station.sales.open(station.cashier)
    assert station.sales.add_overrun(other.id, owing.id, station.cashier).due == Money(700)


def test_what_nobody_pays_needs_a_reason_and_somebody_who_may(station: SmallStation) -> None:
    owing = overran(station)
    with pytest.raises(ReasonMissing):
        station.prepays.waive_overrun(owing.id, " ", station.cashier)
    with pytest.raises(ApprovalNeeded):
        station.prepays.waive_overrun(owing.id, "油机故障", station.cashier)
    ended = station.prepays.waive_overrun(owing.id, "油机故障", station.manager)
    assert (ended.state, ended.owed, ended.overrun_sale) == (PrepayState.SETTLED, ZERO, None)
    assert PrepayOverrunWaived(owing.id, owing.number, 700, "油机故障") in station.events
    assert fill_of(station, ended) is FillState.SETTLED
    [fuel] = report(station).fuel
    assert (fuel.amount, drawer(station)) == (PAID, FLOAT + PAID)
    with pytest.raises(PrepayNotOverrun):
        station.prepays.waive_overrun(owing.id, "油机故障", station.manager)


def test_a_paid_overrun_goes_back_like_any_line_without_counting_its_fill_twice(
    station: SmallStation,
) -> None:
    owing = overran(station)
    bill = station.sales.add_overrun(station.sales.open(station.cashier).id, owing.id, station.cashier)
    station.payments.take_cash(bill.id, bill.due, station.cashier)
    back = [Wanted(bill.lines[0].id, 1)]
    station.refunds.refund(bill.id, back, RefundReason.FUEL_COMPLAINT, station.manager)
    [fuel] = report(station).fuel
    assert fuel.fills == 1
    assert drawer(station) == FLOAT + PAID


def test_a_pump_that_was_paid_for_is_released_for_nobody_else(station: SmallStation) -> None:
    station.pumps.down = True
    prepay = prepaid(station)
    station.pumps.down = False
    assert prepay.state is PrepayState.PAID
    with pytest.raises(PumpIsPaidFor) as refused:
        station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.attendant)
    assert refused.value.number == prepay.number
    station.prepays.leave_deposit(prepay.id, station.cashier)
    station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.attendant)


def test_the_cloud_is_told_the_litres_of_the_bills_line(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_327))
    filled = now(station, prepay)
    with station.work.reading() as work:
        sent = [unwrap(envelope) for envelope in work.messages.waiting(100)]
    [told] = [message for message in sent if isinstance(message, PrepaidFilled)]
    assert (told.sale_id, told.line_id, told.fill_id) == (prepay.sale, prepay.line, filled.fill)
    assert (told.volume_ml, told.amount_fen) == (filled.volume.millilitres, 16_327)


def test_a_nozzle_lifted_and_hung_up_gives_everything_back(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, ZERO)
    assert now(station, prepay).to_return == PAID
    station.refunds.return_prepaid(prepay.id, station.cashier)
    assert now(station, prepay).state is PrepayState.RETURNED
    assert drawer(station) == FLOAT
    assert report(station).fuel == ()


def test_a_fill_that_nobody_paid_for_is_not_the_prepays(station: SmallStation) -> None:
    station.pumps.down = True
    prepay = prepaid(station)
    station.pumps.down = False
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(4_000))
    assert now(station, prepay).state is PrepayState.PAID
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(4_000)]


def test_a_fill_that_was_given_up_and_came_all_the_same_is_the_prepays(station: SmallStation) -> None:
    prepay = prepaid(station)
    ended = station.pumps.finish(PUMP_1, NOZZLE_1, Money(12_000), told=False)
    station.pumps.unheard.add(PUMP_1)
    lost, station.pumps._stored = station.pumps._stored, []
    station.forecourt.reconcile()
    station.pumps._stored = lost
    assert now(station, prepay).state is PrepayState.PAID
    station.ended(ended)
    assert (now(station, prepay).state, now(station, prepay).used) == (PrepayState.FILLED, Money(12_000))
    assert station.forecourt.unpaid() == []


# --- not released ------------------------------------------------------------------------------------------------------


def test_a_pump_that_cannot_be_asked_leaves_the_prepay_waiting_with_the_reason(station: SmallStation) -> None:
    station.pumps.down = True
    prepay = prepaid(station)
    assert prepay.state is PrepayState.PAID
    assert prepay.reason
    station.pumps.down = False
    station.prepays.release(prepay.id, station.cashier)
    assert now(station, prepay).state is PrepayState.RELEASED


def test_a_pump_that_is_busy_by_then_leaves_it_waiting(station: SmallStation) -> None:
    bill = on_a_bill(station)
    station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.attendant)
    station.payments.take_cash(bill.id, bill.due, station.cashier)
    [prepay] = station.prepays.open_ones()
    assert (prepay.state, prepay.reason) == (PrepayState.PAID, "pump_busy")
    with pytest.raises(PumpBusy):
        station.prepays.release(prepay.id, station.cashier)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(4_000))
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(4_000)]
    station.prepays.release(prepay.id, station.cashier)
    assert authorisations(station) == [Preset(PresetKind.AMOUNT, amount=PAID)]


def test_it_is_never_released_twice(station: SmallStation) -> None:
    prepay = prepaid(station)
    with pytest.raises(PrepayIsReleased):
        station.prepays.release(prepay.id, station.cashier)
    station.prepays.release_by_itself(prepay.id)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(100))
    with pytest.raises(PrepayIsClosed):
        station.prepays.release(prepay.id, station.cashier)
    copy = (
        "INSERT INTO authorisations (id, pump, nozzle, preset, requested_by, requested_at, state, reason, prepay)"
        " SELECT 'another', 9, nozzle, preset, requested_by, requested_at, 'finished', reason, prepay"
        " FROM authorisations WHERE prepay IS NOT NULL"
    )
    with pytest.raises(station.database.error), station.database.writing() as transaction:
        transaction.driver.execute(copy)


def test_before_filling_it_is_taken_back_and_refunded_with_somebodys_agreement(station: SmallStation) -> None:
    prepay = prepaid(station)
    with pytest.raises(PrepayIsReleased):
        station.refunds.return_prepaid(prepay.id, station.manager)
    station.prepays.take_back(prepay.id, station.cashier)
    assert (now(station, prepay).state, now(station, prepay).reason) == (PrepayState.PAID, "not_promised")
    with pytest.raises(ApprovalNeeded):
        station.refunds.return_prepaid(prepay.id, station.cashier)
    refund = station.refunds.return_prepaid(prepay.id, station.manager)
    assert (refund.total, now(station, prepay).state) == (PAID, PrepayState.RETURNED)
    assert station.refunds.get(prepay.sale).rest == ()


def test_the_rest_of_its_bill_goes_back_only_after_it(station: SmallStation) -> None:
    prepay = prepaid(station)
    with pytest.raises(PrepayIsOpen):
        station.refunds.void(prepay.sale, RefundReason.WRONG_TENDER, station.manager)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_000))
    station.refunds.return_prepaid(prepay.id, station.cashier)
    void = station.refunds.void(prepay.sale, RefundReason.FUEL_COMPLAINT, station.manager)
    assert void.total == Money(16_000)
    [fuel] = report(station).refunded_fuel
    assert (fuel.grade, fuel.amount) == (G92, Money(16_000))
    assert drawer(station) == FLOAT


# --- moved -------------------------------------------------------------------------------------------------------------


def test_it_moves_to_another_pump_and_is_released_there(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.prepays.move(prepay.id, PUMP_2, NOZZLE_1, station.cashier)
    there = now(station, prepay)
    assert (there.state, there.pump, there.moved_from) == (PrepayState.RELEASED, PUMP_2, PUMP_1)
    assert (authorisations(station, PUMP_1), len(authorisations(station, PUMP_2))) == ([], 1)
    assert station.pumps.promised(PUMP_1) is None
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000))
    assert now(station, prepay).to_return == Money(15_000)


def test_moving_needs_the_right_to_it(station: SmallStation) -> None:
    prepay = prepaid(station)
    role = station.people
    seller = next(iter(role))
    assert Permission.MOVE_PREPAY in seller.permissions
    station.second_person.add(Permission.MOVE_PREPAY)
    station.restart()
    with pytest.raises(ApprovalNeeded):
        station.prepays.move(prepay.id, PUMP_2, NOZZLE_1, station.cashier)


def test_it_moves_to_another_grade_for_the_same_money(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.prepays.move(prepay.id, PUMP_1, NOZZLE_2, station.cashier)
    assert (now(station, prepay).grade, now(station, prepay).state) == (GradeCode(G95), PrepayState.RELEASED)


def test_a_fill_that_has_begun_is_not_moved(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.fuel(PUMP_1, Money(100))
    with pytest.raises(PrepayFillBegan):
        station.prepays.move(prepay.id, PUMP_2, NOZZLE_1, station.cashier)


def test_a_fill_that_begins_while_it_is_being_moved_wins(station: SmallStation) -> None:
    prepay = prepaid(station)
    owner, station.forecourt._releasing = station.forecourt._releasing, None  # nobody owns the pumps just now
    station.prepays.move(prepay.id, PUMP_2, NOZZLE_1, station.cashier)
    assert now(station, prepay).is_moving
    station.pumps.fuel(PUMP_1, Money(100))
    station.forecourt._releasing = owner
    station.prepays.recover()
    assert not now(station, prepay).is_moving
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_000))
    done = now(station, prepay)
    assert (done.pump, done.state, done.to_return) == (PUMP_1, PrepayState.FILLED, Money(4_000))
    assert authorisations(station, PUMP_2) == []


def test_a_taken_pump_takes_no_second_customer(station: SmallStation) -> None:
    first, second = prepaid(station), prepaid(station, pump=PUMP_2)
    with pytest.raises(PumpHasPrepay):
        station.prepays.move(first.id, PUMP_2, NOZZLE_1, station.cashier)
    assert now(station, second).state is PrepayState.RELEASED


# --- power cuts and silence --------------------------------------------------------------------------------------------


def test_a_power_cut_before_the_pump_is_asked_is_made_good_at_the_restart(station: SmallStation) -> None:
    station.releases = False
    prepay = prepaid(station)
    assert prepay.state is PrepayState.PAID
    station.releases = True
    station.restart()
    assert now(station, prepay).state is PrepayState.RELEASED
    assert len(authorisations(station)) == 1


def test_after_a_long_time_in_the_dark_a_person_looks_first(station: SmallStation) -> None:
    station.releases = False
    prepay = prepaid(station)
    station.clock.move(timedelta(minutes=11))
    station.restart()
    assert now(station, prepay).state is PrepayState.PAID


def test_a_power_cut_while_the_pump_is_being_asked_releases_it_once_or_not_at_all(
    station: SmallStation,
) -> None:
    carry_out, station.forecourt.carry_out = station.forecourt.carry_out, lambda _id: None  # type: ignore[method-assign,assignment]
    prepay = prepaid(station)
    assert prepay.state is PrepayState.RELEASED
    station.forecourt.carry_out = carry_out  # type: ignore[method-assign]
    station.restart()
    waiting = now(station, prepay)
    assert (waiting.state, waiting.reason) == (PrepayState.PAID, "pump_not_asked")
    assert station.pumps.promised(PUMP_1) is None
    station.prepays.release(prepay.id, station.cashier)
    assert len(authorisations(station)) == 1


def test_a_power_cut_in_the_middle_of_the_fill_books_it_at_the_restart(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.fuel(PUMP_1, Money(4_000))
    station.pumps.stop()
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(15_000))
    station.restart()
    assert (now(station, prepay).state, now(station, prepay).to_return) == (
        PrepayState.FILLED,
        Money(5_000),
    )
    assert station.forecourt.unpaid() == []


def test_a_power_cut_in_the_middle_of_a_move_ends_it_at_the_restart(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.forecourt._releasing = None
    station.prepays.move(prepay.id, PUMP_2, NOZZLE_1, station.cashier)
    station.restart()
    there = now(station, prepay)
    assert (there.pump, there.state) == (PUMP_2, PrepayState.RELEASED)
    assert station.pumps.promised(PUMP_1) is None


def test_a_pump_that_falls_silent_in_the_middle_keeps_its_prepay(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.fuel(PUMP_1, Money(4_000))
    station.pumps.unheard.add(PUMP_1)
    station.forecourt.reconcile()
    assert now(station, prepay).state is PrepayState.RELEASED
    station.pumps.unheard.clear()
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(9_000))
    assert now(station, prepay).used == Money(9_000)


# --- money back --------------------------------------------------------------------------------------------------------


def test_it_goes_back_to_the_payer_and_is_settled_though_the_provider_takes_its_time(
    station: SmallStation,
) -> None:
    prepay = by_code(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_327))
    station.gateway.down = True
    refund = station.refunds.return_prepaid(prepay.id, station.cashier)
    assert (refund.legs[0].tender, refund.legs[0].state) == (Tender.WECHAT, LegState.PENDING)
    assert now(station, prepay).state is PrepayState.SETTLED
    station.restart()
    station.gateway.down = False
    station.refunds.settle_pending()
    assert station.refunds.unsettled() == []
    assert total(station.gateway.returned_of(p.id) for p in station.sale(prepay.sale).payments) == Money(
        3_673
    )


def test_what_the_provider_refuses_is_paid_from_the_drawer(station: SmallStation) -> None:
    prepay = by_code(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_327))
    station.gateway.next_refund = RefundState.REFUSED
    refund = station.refunds.return_prepaid(prepay.id, station.cashier)
    assert refund.legs[0].state is LegState.REFUSED
    station.refunds.pay_in_cash(refund.legs[0].id, station.manager)
    assert drawer(station) == FLOAT - Money(3_673)


# --- left behind, over shifts ------------------------------------------------------------------------------------------


def test_a_deposit_is_handed_over_and_collected_in_a_later_shift(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_327))
    left = station.prepays.leave_deposit(prepay.id, station.cashier, "云A·12345")
    assert (left.deposit, left.to_return) == (True, Money(3_673))
    [blocker] = [each for each in station.shifts.blockers() if each.kind is BlockerKind.OPEN_PREPAY]
    assert (blocker.label, blocker.amount) == ("1", Money(3_673))
    first = station.shifts.close(cash_count(FLOAT + PAID), station.cashier)
    with station.work.reading() as work:
        z = work.shift_reports.of(first.id)
    assert (z.prepaid, z.prepaid_filled, z.prepaid_returned) == (PAID, Money(16_327), ZERO)
    assert [(each.left, each.deposit, each.plate) for each in z.prepays] == [(Money(3_673), True, "云A12345")]
    station.open_shift()
    [found] = station.prepays.find("云A12345")
    station.refunds.return_prepaid(found.id, station.cashier)
    after = report(station)
    assert (after.prepaid_returned, after.refunded, after.prepays) == (Money(3_673), Money(3_673), ())
    assert drawer(station) == FLOAT - Money(3_673)
    assert after.goods_amount == ZERO


def test_a_boundary_between_paying_and_filling_balances_both_shifts(station: SmallStation) -> None:
    prepay = prepaid(station)
    first, _second = station.shifts.hand_over(
        cash_count(FLOAT + PAID), station.cashier, station.manager, FLOAT
    )
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_327))
    station.refunds.return_prepaid(prepay.id, station.cashier)
    with station.work.reading() as work:
        before = work.shift_reports.of(first.id)
    after = report(station)
    for each in (before, after):
        fuel = total(figure.amount for figure in each.fuel)
        assert each.net == fuel + each.goods_amount + each.prepaid - each.prepaid_filled
    assert (before.prepaid, before.owed_in_fuel, before.fuel) == (PAID, PAID, ())
    assert (after.net, after.prepaid_filled, after.prepaid_returned) == (ZERO, Money(16_327), Money(3_673))
    assert first.difference == ZERO
    assert drawer(station) == FLOAT - Money(3_673)


def test_what_was_never_filled_can_be_left_and_is_not_released_by_itself(station: SmallStation) -> None:
    station.releases = False
    prepay = prepaid(station)
    station.prepays.leave_deposit(prepay.id, station.cashier)
    station.releases = True
    station.restart()
    assert now(station, prepay).state is PrepayState.PAID
    released = station.prepays.release(prepay.id, station.cashier)
    assert (released.state, released.deposit) == (PrepayState.RELEASED, False)
    with pytest.raises(PrepayIsReleased):
        station.prepays.leave_deposit(prepay.id, station.cashier)


@pytest.mark.parametrize(
    "asked", ["P20261122-0001-1", "20261122-0001", "1", "0001", "https://x.example/i?n=20261122-0001"]
)
def test_it_is_found_by_its_number_or_its_bills(station: SmallStation, asked: str) -> None:
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, PAID)
    prepaid(station, pump=PUMP_2)
    assert [found.id for found in station.prepays.find(asked)] == [prepay.id]
    with pytest.raises(PrepayNotFound):
        station.prepays.find("0077")


def test_its_books_cannot_be_changed_by_hand(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_000))
    for change in (
        "UPDATE prepays SET amount = amount + 1",
        "UPDATE prepays SET used = used - 1",
        "UPDATE prepays SET returned = 4001",
        "DELETE FROM prepays",
    ):
        with pytest.raises(station.database.error), station.database.writing() as transaction:
            transaction.driver.execute(change)
    assert now(station, prepay).to_return == Money(4_000)


def test_the_journal_finds_a_changed_prepay(station: SmallStation) -> None:
    prepay = prepaid(station)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(16_000))
    journal = JournalDesk(station.work, station.totals)
    assert journal.verify().sound
    trigger, restore = "prepays_keep_fill", "UPDATE prepays SET used = used - 100, returned = 0"
    with station.database.writing() as transaction:
        on_table = "" if station.url.startswith("sqlite") else " ON prepays"
        transaction.driver.execute(f"DROP TRIGGER {trigger}{on_table}")
        transaction.driver.execute(restore)
    verdict = journal.verify()
    assert not verdict.sound
    assert prepay.number in str(verdict.findings)
