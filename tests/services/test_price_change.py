"""A price change from its proposal to the last nozzle: two people, refusals, silence, releases, guide prices, power cuts."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from core.domain.counter import CounterWhy
from core.domain.events.event import Event
from core.domain.events.prices import (
    NozzleNotSwitched,
    NozzlePriceApplied,
    PriceApplied,
    PriceApproved,
    PriceExpired,
    PriceOvertaken,
    PriceProposed,
)
from core.domain.ids import NozzleId, PumpNumber, StaffId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import PriceChange, PriceChangeState, UnitPrice
from core.domain.price_paper import CheckPoint
from core.domain.price_switch import BlockWhy, SwitchState
from core.domain.price_view import PriceRules
from core.domain.product import G92, G95
from core.domain.pump import AuthorisationState, Preset, PresetKind, PumpState
from core.domain.refusals.people import ApprovalNeeded, NotAllowed
from core.domain.refusals.prices import (
    GuidePriceUnfit,
    NothingToTryAgain,
    NozzleBlocked,
    NozzleTakesPrice,
)
from core.domain.refusals.pumps import PriceChangeClosed, PriceChangeTwice
from core.domain.report import sums_of_grades
from core.domain.staff import Permission, Role
from core.reports.pdf_writer import PdfWriter
from core.services.reports import ReportDesk
from core.wording.formats import STATION_ZONE, end_moment, short_end_moment
from tests.services.small_station import NOZZLE_1, NOZZLE_2, PUMP_1, PUMP_2, SmallStation

OLD, NEW, LATER = UnitPrice(7_810), UnitPrice(7_950), UnitPrice(7_990)
HOUR = timedelta(hours=1)
FULL = Preset(PresetKind.FULL)
Told = TypeVar("Told", bound=Event)
AT_1, AT_2 = NozzleId("1-1"), NozzleId("2-1")


def _state(station: SmallStation, change: PriceChange) -> PriceChangeState:
    return {each.id: each.state for each in station.prices.view().changes}[change.id]


def _switches(station: SmallStation, change: PriceChange) -> dict[NozzleId, SwitchState]:
    return {each.nozzle: each.state for each in station.prices.view().switches[change.id]}


def _heard(station: SmallStation, kind: type[Told]) -> list[Told]:
    return [event for event in station.events if isinstance(event, kind)]


def _now(station: SmallStation, price: UnitPrice = NEW) -> PriceChange:
    change = station.prices.schedule(G92, price, None, station.manager)
    station.prices.apply_due()
    return change


def _two_people(station: SmallStation) -> StaffId:
    station.price_rules = PriceRules(second_person=True)
    station.restart()
    return station.staff.add("陈静", Role.MANAGER, "4321", station.manager).id


# --- several grades, moments ---------------------------------------------------------------------------------------------


def test_several_grades_change_at_one_go_or_none_does(station: SmallStation) -> None:
    due_at = station.clock.now() + HOUR
    station.prices.schedule(G95, UnitPrice(8_400), due_at, station.manager)
    with pytest.raises(PriceChangeTwice):
        station.prices.plan({G92: NEW, G95: UnitPrice(8_500)}, due_at, station.manager)
    assert len(station.prices.view().changes) == 1
    changes = station.prices.plan({G92: NEW, G95: UnitPrice(8_500)}, due_at + HOUR, station.manager)
    assert len({change.together for change in changes}) == 1
    station.clock.move(2 * HOUR)
    station.prices.apply_due()
    board = station.prices.view().board
    assert (board.of(G92), board.of(G95)) == (NEW, UnitPrice(8_500))


def test_a_nozzle_is_confirmed_once_in_the_journal_also_beside_another_grade(station: SmallStation) -> None:
    station.prices.plan({G92: NEW, G95: UnitPrice(8_500)}, None, station.manager)
    for _ in range(3):
        station.prices.apply_due()
    told = [(event.nozzle, event.price_li) for event in _heard(station, NozzlePriceApplied)]
    assert sorted(told) == [("1-1", 7_950), ("1-2", 8_500), ("2-1", 7_950)]
    assert len(_heard(station, PriceApplied)) == 2


def test_a_clock_set_back_neither_undoes_nor_repeats_a_change(station: SmallStation) -> None:
    station.clock.move(HOUR)
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.pumps.fuel(PUMP_1, Money(1_000))
    first = _now(station)
    station.clock.move(-HOUR)
    station.prices.apply_due()
    assert _state(station, first) is PriceChangeState.APPLYING
    second = station.prices.schedule(G92, LATER, station.clock.now() + HOUR / 2, station.manager)
    station.clock.move(HOUR / 2)
    station.prices.apply_due()
    station.clock.move(HOUR)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(5_000))
    station.prices.apply_due()
    assert _state(station, first) is PriceChangeState.SUPERSEDED
    assert _state(station, second) is PriceChangeState.APPLIED
    assert station.prices.view().board.of(G92) == LATER
    assert len(_heard(station, PriceOvertaken)) == 1


# --- two people --------------------------------------------------------------------------------------------------------


def test_a_proposed_price_waits_for_a_second_person_and_both_names_are_kept(station: SmallStation) -> None:
    second = _two_people(station)
    (change,) = station.prices.plan({G92: NEW}, station.clock.now() + HOUR, station.manager)
    assert change.state is PriceChangeState.PROPOSED
    assert len(_heard(station, PriceProposed)) == 1
    with pytest.raises(ApprovalNeeded):
        station.prices.approve(change.together, station.manager)
    (agreed,) = station.prices.approve(change.together, second)
    assert (agreed.scheduled_by, agreed.approved_by) == (station.manager, second)
    (told,) = _heard(station, PriceApproved)
    assert told.maker == station.manager
    station.clock.move(HOUR)
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == NEW


def test_the_second_person_may_agree_at_the_makers_desk(station: SmallStation) -> None:
    second = _two_people(station)
    (change,) = station.prices.plan({G92: NEW}, None, station.manager)
    approval = station.staff.approve(
        second, "4321", Permission.SCHEDULE_PRICES, station.manager, change.together
    )
    (agreed,) = station.prices.approve(change.together, station.manager, approval.id)
    assert agreed.approved_by == second
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == NEW


def test_a_proposal_that_nobody_agreed_to_is_over_at_its_moment(station: SmallStation) -> None:
    second = _two_people(station)
    (change,) = station.prices.plan({G92: NEW}, station.clock.now() + HOUR, station.manager)
    station.clock.move(HOUR)
    with pytest.raises(PriceChangeClosed):
        station.prices.approve(change.together, second)
    station.prices.apply_due()
    assert _state(station, change) is PriceChangeState.EXPIRED
    assert len(_heard(station, PriceExpired)) == 1
    assert station.prices.view().board.of(G92) == OLD


def test_a_proposal_for_at_once_begins_when_the_second_person_agrees(station: SmallStation) -> None:
    second = _two_people(station)
    (change,) = station.prices.plan({G92: NEW}, None, station.manager)
    station.clock.move(HOUR)
    station.prices.apply_due()
    assert _state(station, change) is PriceChangeState.PROPOSED
    (agreed,) = station.prices.approve(change.together, second)
    assert agreed.due_at == station.clock.now()


def test_drivers_do_not_hear_of_a_price_that_is_only_proposed(station: SmallStation) -> None:
    _two_people(station)
    station.prices.plan({G92: NEW}, station.clock.now() + HOUR, station.manager)
    station.mailbox.send_waiting()
    assert station.cloud_mailbox.received[-1].body["coming"] == []


def test_a_price_above_the_guide_price_needs_a_second_person(station: SmallStation) -> None:
    station.prices.set_guides({G92: UnitPrice(7_900)}, station.clock.now(), station.manager)
    (under,) = station.prices.plan({G92: UnitPrice(7_900)}, station.clock.now() + HOUR, station.manager)
    assert under.state is PriceChangeState.SCHEDULED
    (above,) = station.prices.plan({G92: NEW}, station.clock.now() + 2 * HOUR, station.manager)
    assert (above.state, above.over) == (PriceChangeState.PROPOSED, UnitPrice(7_900))


def test_a_guide_price_counts_from_its_moment_on(station: SmallStation) -> None:
    station.prices.set_guides({G92: UnitPrice(7_900)}, station.clock.now() + HOUR, station.manager)
    (before,) = station.prices.plan({G92: NEW}, station.clock.now() + HOUR / 2, station.manager)
    (after,) = station.prices.plan({G92: NEW}, station.clock.now() + HOUR, station.manager)
    assert before.state is PriceChangeState.SCHEDULED
    assert after.state is PriceChangeState.PROPOSED
    with pytest.raises(GuidePriceUnfit):
        station.prices.set_guides({G92: NEW}, station.clock.now() - 25 * HOUR, station.manager)
    with pytest.raises(ApprovalNeeded):
        station.prices.set_guides({G92: NEW}, station.clock.now(), station.cashier)


# --- nozzles that do not take it ----------------------------------------------------------------------------------------


def test_a_nozzle_that_refuses_is_blocked_for_everybody_until_it_takes_the_price(
    station: SmallStation,
) -> None:
    station.pumps.price_refusers.add(PUMP_2)
    change = _now(station)
    view = station.prices.view()
    assert view.blocks[AT_2].why is BlockWhy.REFUSED
    assert _switches(station, change) == {AT_1: SwitchState.CONFIRMED, AT_2: SwitchState.BLOCKED}
    assert view.board.of(G92) == NEW
    with pytest.raises(NozzleBlocked):
        station.forecourt.request(PUMP_2, NOZZLE_1, FULL, station.cashier)
    with pytest.raises(NozzleBlocked):
        station.forecourt.request(PUMP_2, None, FULL, station.attendant)
    station.pumps.price_refusers.clear()
    station.prices.apply_due()
    assert AT_2 in station.prices.view().blocks  # nobody asked for it
    station.prices.try_again(AT_2, station.attendant)
    station.prices.apply_due()
    assert station.prices.view().blocks == {}
    assert _switches(station, change)[AT_2] is SwitchState.CONFIRMED
    assert station.a_fill(PUMP_2).price == NEW
    with pytest.raises(NothingToTryAgain):
        station.prices.try_again(AT_2, station.manager)


def test_an_order_is_not_filled_from_a_blocked_nozzle(station: SmallStation) -> None:
    station.pumps.price_refusers.add(PUMP_2)
    order = station.an_order(pump=PUMP_2)
    _now(station)
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    with station.work.reading() as work:
        assert work.authorisations.open_on(PUMP_2) is None
        assert work.orders.get(order).reason == "nozzle_blocked"


def test_another_nozzle_of_the_pump_still_sells(station: SmallStation) -> None:
    station.prices.apply_due()
    station.pumps.price_refusers.add(PUMP_1)
    _now(station)
    asked = station.forecourt.request(PUMP_1, NOZZLE_2, FULL, station.cashier)
    with station.work.reading() as work:
        assert work.authorisations.get(asked.id).state is AuthorisationState.AUTHORISED


def test_a_pump_that_says_yes_and_shows_the_old_price_is_blocked(station: SmallStation) -> None:
    station.pumps.price_liars.add(PUMP_2)
    _now(station)
    block = station.prices.view().blocks[AT_2]
    assert (block.why, block.inside, block.wanted) == (BlockWhy.OTHER_PRICE, OLD, NEW)
    (told,) = _heard(station, NozzleNotSwitched)
    assert told.nozzle == "2-1"


def test_a_blocked_nozzle_whose_price_comes_late_is_seen_without_being_asked_again(
    station: SmallStation,
) -> None:
    station.pumps.price_refusers.add(PUMP_2)
    change = _now(station)
    station.pumps.price_refusers.clear()
    station.pumps.set_prices(PUMP_2, {NOZZLE_1: NEW})
    station.pumps.price_refusers.add(PUMP_2)
    station.clock.move(timedelta(seconds=20))
    station.prices.apply_due()
    assert station.prices.view().blocks == {}
    assert _switches(station, change)[AT_2] is SwitchState.CONFIRMED


def test_a_pump_whose_answer_is_lost_is_asked_three_times_and_then_blocked(station: SmallStation) -> None:
    station.pumps.price_mutes.add(PUMP_2)
    change = _now(station)
    station.prices.apply_due()
    assert station.prices.view().blocks == {}
    station.prices.apply_due()
    assert station.prices.view().blocks[AT_2].why is BlockWhy.SILENT
    station.restart()
    station.pumps.price_mutes.clear()
    station.prices.read_confirmed()
    station.prices.apply_due()
    assert _switches(station, change)[AT_2] is SwitchState.CONFIRMED
    assert [told.nozzle for told in _heard(station, NozzlePriceApplied)].count("2-1") == 1


def test_a_pump_that_cannot_be_heard_takes_the_price_by_itself_when_it_is_back(
    station: SmallStation,
) -> None:
    station.pumps.tell(PUMP_2, PumpState.OFFLINE)
    change = _now(station)
    assert _state(station, change) is PriceChangeState.APPLYING
    station.clock.move(timedelta(minutes=1))
    station.prices.apply_due()
    assert station.prices.view().blocks[AT_2].why is BlockWhy.OFFLINE
    assert _state(station, change) is PriceChangeState.APPLIED
    station.pumps.tell(PUMP_2, PumpState.IDLE)
    station.prices.apply_due()
    assert station.prices.view().blocks == {}


def test_a_later_change_takes_over_a_blocked_nozzle(station: SmallStation) -> None:
    station.pumps.price_refusers.add(PUMP_2)
    first = _now(station)
    station.pumps.price_refusers.clear()
    station.clock.move(HOUR)
    second = _now(station, LATER)
    assert _switches(station, first)[AT_2] is SwitchState.OVERTAKEN
    assert _switches(station, second)[AT_2] is SwitchState.CONFIRMED
    assert station.prices.view().blocks == {}


# --- releases and fills -------------------------------------------------------------------------------------------------


def test_nothing_is_released_at_the_old_price_while_the_nozzle_is_to_take_the_new_one(
    station: SmallStation,
) -> None:
    station.pumps.tell(PUMP_1, PumpState.CALLING)
    _now(station)
    with pytest.raises(NozzleTakesPrice):
        station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.pumps.tell(PUMP_1, PumpState.IDLE)
    station.prices.apply_due()
    assert station.a_fill(PUMP_1).price == NEW


def test_a_release_that_nobody_comes_to_is_taken_back_so_that_the_nozzle_can_switch(
    station: SmallStation,
) -> None:
    asked = station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    change = _now(station)
    station.clock.move(timedelta(minutes=2))
    station.prices.apply_due()
    with station.work.reading() as work:
        assert work.authorisations.get(asked.id).state is AuthorisationState.AUTHORISED
    station.clock.move(timedelta(minutes=1))
    station.prices.apply_due()
    station.prices.apply_due()
    with station.work.reading() as work:
        assert work.authorisations.get(asked.id).state is AuthorisationState.CANCELLED
    assert _switches(station, change)[AT_1] is SwitchState.CONFIRMED


def test_an_order_that_was_released_before_keeps_its_price(station: SmallStation) -> None:
    order = station.an_order(pump=PUMP_2)
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    _now(station)
    station.clock.move(HOUR)
    station.prices.apply_due()
    assert station.pumps.finish(PUMP_2, NOZZLE_1, Money(20_000)).price == OLD
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == NEW


def test_an_order_paid_at_the_old_price_is_filled_at_it_after_the_switch(station: SmallStation) -> None:
    order = station.an_order(pump=PUMP_2)
    _now(station)
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    assert station.pumps.finish(PUMP_2, NOZZLE_1, Money(20_000)).price == OLD


@pytest.mark.parametrize(("minutes", "price"), [(4, OLD), (5, NEW)])
def test_a_prepay_keeps_the_price_it_was_paid_at_for_five_minutes(
    station: SmallStation, minutes: int, price: UnitPrice
) -> None:
    station.prices.read_confirmed()
    station.releases = False
    bill = station.sales.open(station.cashier)
    bill = station.sales.add_prepay(bill.id, PUMP_1, NOZZLE_1, station.cashier, amount=Money(10_000))
    station.payments.take_cash(bill.id, bill.due, station.cashier)
    station.clock.move(timedelta(seconds=1))
    _now(station)
    station.clock.move(timedelta(minutes=minutes, seconds=-1))
    with station.work.reading() as work:
        (prepay,) = work.prepays.open_on(PUMP_1)
    station.prepays.release(prepay.id, station.cashier)
    assert station.pumps.finish(PUMP_1, NOZZLE_1, Money(10_000)).price == price


def test_the_counter_is_read_at_the_switch_between_the_old_and_the_new_litres(station: SmallStation) -> None:
    station.prices.read_confirmed()
    station.a_fill(PUMP_1, 100)
    change = _now(station)
    station.a_fill(PUMP_1, 100)
    switch = {each.nozzle: each for each in station.prices.view().switches[change.id]}[AT_1]
    assert (switch.counter, switch.before) == (OLD.volume_for(Money(10_000)), OLD)
    with station.work.reading() as work:
        taken = [
            each.volume
            for each in work.counters.between(station.clock.now() - HOUR, station.clock.now() + HOUR)
            if each.why is CounterWhy.PRICE_SWITCH and (each.pump, each.nozzle) == (PUMP_1, NOZZLE_1)
        ]
    assert taken == [switch.counter]
    assert taken != [Litres(0)]


# --- the list ------------------------------------------------------------------------------------------------------------


def test_a_person_ticks_off_that_the_pole_shows_the_new_prices(station: SmallStation) -> None:
    change = _now(station)
    station.prices.tick_off(change.together, CheckPoint.POLE, station.attendant)
    station.prices.tick_off(change.together, CheckPoint.POLE, station.manager)
    (check,) = station.prices.view().checks[change.together]
    assert check.by == station.attendant
    station.staff.leave(station.attendant, station.manager)
    with pytest.raises(NotAllowed):
        station.prices.tick_off(change.together, CheckPoint.BOARDS, station.attendant)


def test_an_unknown_pump_does_not_hold_a_change(station: SmallStation) -> None:
    station.pumps.tell(PumpNumber(1), PumpState.OFFLINE)
    station.pumps.tell(PumpNumber(2), PumpState.OFFLINE)
    change = _now(station)
    station.clock.move(HOUR)
    station.prices.apply_due()
    assert _state(station, change) is PriceChangeState.APPLIED


def test_the_z_splits_litres_and_money_by_price_and_the_parts_sum_to_the_whole(
    station: SmallStation, tmp_path: Path
) -> None:
    station.prices.read_confirmed()
    fills = [station.a_fill(PUMP_1, 123), station.a_fill(PUMP_2, 77)]
    _now(station)
    fills += [station.a_fill(PUMP_1, 211)]
    for fill in fills:
        bill = station.a_bill(fill)
        station.payments.take_cash(bill.id, bill.due, station.cashier)
    shift = station.shifts.current()
    assert shift is not None
    with station.work.reading() as work:
        report = work.shift_reports.of(shift.id)
    parts = [(each.price, each.fills, each.volume, each.amount) for each in report.fuel]
    assert parts == [
        (OLD, 2, fills[0].volume + fills[1].volume, Money(20_000)),
        (NEW, 1, fills[2].volume, Money(21_100)),
    ]
    (both,) = sums_of_grades(report.fuel).values()
    assert both.amount == Money(41_100) == report.net
    assert both.volume == sum((fill.volume for fill in fills), Litres(0))
    station.prices.tick_off(station.prices.view().changes[0].together, CheckPoint.POLE, station.attendant)
    reports = ReportDesk(station.work, station.totals, station.clock, PdfWriter(tmp_path), "昆明北站加油站")
    reports.print_so_far(station.manager)
    station.receipts.work_queue()
    assert "92号汽油小计" in str(station.printer.receipts[-1])
    paper = reports.price_change_pdf(station.prices.view().changes[0].together, station.manager)
    assert paper.read_bytes().startswith(b"%PDF")
    assert paper.name.startswith("price-change-2026-11-22")


def test_midnight_is_written_as_the_end_of_the_day_before() -> None:
    midnight = datetime(2026, 11, 23, tzinfo=STATION_ZONE)
    assert end_moment(midnight) == "2026-11-22 24:00"
    assert short_end_moment(midnight) == "11-22 24:00"
    assert end_moment(midnight + timedelta(minutes=1)) == "2026-11-23 00:01"
