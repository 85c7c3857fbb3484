"""Scheduled prices that no running fill feels, and people with their PINs."""

from datetime import timedelta

import pytest

from core.domain.money import Money
from core.domain.price import PriceChangeState, UnitPrice
from core.domain.product import D0, G92
from core.domain.pump import Preset, PresetKind, PumpState
from core.domain.refusals.people import (
    ApprovalNeeded,
    NotAllowed,
    PinLocked,
    PinUnfit,
    StaffNotFound,
    StationAlreadyOpen,
    WrongPin,
)
from core.domain.refusals.pumps import (
    GradeNotFound,
    PriceChangeClosed,
    PriceChangeInThePast,
    PriceChangeTwice,
    PriceOutOfRange,
)
from core.domain.refusals.shifts import ShiftAlreadyOpen
from core.domain.staff import Role
from core.services.opening import OpeningDesk, StationPlan
from tests.services.small_station import FLOAT, NOZZLE_1, PUMP_1, PUMP_2, SmallStation

NEW = UnitPrice(7_950)
HOUR = timedelta(hours=1)


def test_a_change_waits_for_its_moment_then_takes_nozzle_by_nozzle(station: SmallStation) -> None:
    change = station.prices.schedule(G92, NEW, station.clock.now() + HOUR, station.manager)
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == UnitPrice(7_810)
    station.clock.move(HOUR)
    station.prices.apply_due()
    view = station.prices.view()
    assert view.board.of(G92) == NEW
    assert view.changes[0].state is PriceChangeState.APPLIED
    assert view.changes[0].id == change.id
    assert station.pumps.prices(PUMP_1)[NOZZLE_1] == station.pumps.prices(PUMP_2)[NOZZLE_1] == NEW


def test_a_running_fill_keeps_its_price_and_its_nozzle_follows_when_idle(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.cashier)
    station.pumps.fuel(PUMP_1, Money(3_000))
    station.prices.schedule(G92, NEW, station.clock.now(), station.manager)
    station.prices.apply_due()
    assert station.prices.view().changes[0].state is PriceChangeState.APPLYING
    assert station.prices.view().board.of(G92) == UnitPrice(7_810)
    assert station.pumps.prices(PUMP_2)[NOZZLE_1] == NEW
    assert station.pumps.finish(PUMP_1, NOZZLE_1, Money(10_000)).price == UnitPrice(7_810)
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == NEW


def test_a_later_change_overtakes_one_that_still_waits_for_a_pump_and_is_never_undone(
    station: SmallStation,
) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, Preset(PresetKind.FULL), station.cashier)
    first = station.prices.schedule(G92, NEW, station.clock.now(), station.manager)
    station.prices.apply_due()
    station.clock.move(HOUR)
    station.prices.schedule(G92, UnitPrice(7_990), station.clock.now(), station.manager)
    station.prices.apply_due()
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(10_000))
    for _ in range(3):
        station.prices.apply_due()
    view = station.prices.view()
    assert view.board.of(G92) == UnitPrice(7_990)
    assert (
        station.pumps.prices(PUMP_1)[NOZZLE_1] == station.pumps.prices(PUMP_2)[NOZZLE_1] == UnitPrice(7_990)
    )
    assert {c.id: c.state for c in view.changes}[first.id] is PriceChangeState.SUPERSEDED


def test_of_two_changes_missed_while_the_till_was_off_the_later_counts(station: SmallStation) -> None:
    station.prices.schedule(G92, NEW, station.clock.now() + HOUR, station.manager)
    station.prices.schedule(G92, UnitPrice(7_990), station.clock.now() + 2 * HOUR, station.manager)
    station.clock.move(3 * HOUR)
    station.restart()
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == UnitPrice(7_990)


def test_a_till_that_dies_while_a_change_is_applied_goes_on_with_it(station: SmallStation) -> None:
    station.pumps.down = True
    station.prices.schedule(G92, NEW, station.clock.now(), station.manager)
    station.prices.apply_due()
    station.pumps.down = False
    station.restart()
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == NEW


def test_a_price_changed_behind_our_back_is_set_right(station: SmallStation) -> None:
    station.prices.read_confirmed()
    station.prices.apply_due()
    station.pumps.set_prices(PUMP_2, {NOZZLE_1: UnitPrice(1_000)})
    station.prices.read_confirmed()
    station.prices.apply_due()
    assert station.pumps.prices(PUMP_2)[NOZZLE_1] == UnitPrice(7_810)


def test_changes_that_cannot_be_are_refused(station: SmallStation) -> None:
    later = station.clock.now() + HOUR
    with pytest.raises(PriceChangeInThePast):
        station.prices.schedule(G92, NEW, station.clock.now() - HOUR, station.manager)
    with pytest.raises(PriceOutOfRange):
        station.prices.schedule(G92, UnitPrice(78_100), later, station.manager)
    with pytest.raises(GradeNotFound):
        station.prices.schedule(D0, NEW, later, station.manager)
    with pytest.raises(ApprovalNeeded):
        station.prices.schedule(G92, NEW, later, station.cashier)
    station.prices.schedule(G92, NEW, later, station.manager)
    with pytest.raises(PriceChangeTwice):
        station.prices.schedule(G92, UnitPrice(8_000), later, station.manager)


def test_a_withdrawn_change_never_comes(station: SmallStation) -> None:
    change = station.prices.schedule(G92, NEW, station.clock.now() + HOUR, station.manager)
    station.prices.withdraw(change.id, station.manager)
    station.clock.move(HOUR * 2)
    station.prices.apply_due()
    assert station.prices.view().board.of(G92) == UnitPrice(7_810)
    with pytest.raises(PriceChangeClosed):
        station.prices.withdraw(change.id, station.manager)


def test_the_cloud_hears_of_the_board_and_of_what_is_coming(station: SmallStation) -> None:
    station.prices.schedule(G92, NEW, station.clock.now() + HOUR, station.manager)
    station.mailbox.send_waiting()
    body = station.cloud_mailbox.received[-1].body
    assert {"grade": "G92", "price_li": 7_810} in body["prices"]
    assert body["coming"][0]["price_li"] == 7_950


def test_a_reading_is_kept_for_the_next_start(station: SmallStation) -> None:
    station.pumps.tell(PUMP_1, PumpState.CALLING)
    station.restart()
    assert station.forecourt.wall()[0].reading is not None


# --- people ------------------------------------------------------------------------------------------------------------


def test_the_right_pin_signs_in_and_wrong_ones_lock_for_a_while(station: SmallStation) -> None:
    assert station.staff.sign_in(station.cashier, "2580").name == "李敏"
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPin) as refused:
            station.staff.sign_in(station.cashier, "0000")
        assert refused.value.tries_left == left
    with pytest.raises(PinLocked):
        station.staff.sign_in(station.cashier, "0000")
    station.restart()
    with pytest.raises(PinLocked):
        station.staff.sign_in(station.cashier, "2580")
    station.clock.move(timedelta(minutes=5))
    assert station.staff.sign_in(station.cashier, "2580").failed_tries == 0


def test_who_left_signs_in_no_more_but_keeps_the_name(station: SmallStation) -> None:
    station.staff.leave(station.attendant, station.manager)
    with pytest.raises(StaffNotFound):
        station.staff.sign_in(station.attendant, "1470")
    with station.work.reading() as work:
        assert work.staff.get(station.attendant).name == "王强"


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４"])
def test_a_pin_that_is_none_is_refused(station: SmallStation, pin: str) -> None:
    with pytest.raises(PinUnfit):
        station.staff.add("新人", Role.CASHIER, pin, station.manager)


def test_only_a_manager_adds_people(station: SmallStation) -> None:
    with pytest.raises(NotAllowed):
        station.staff.add("新人", Role.MANAGER, "1111", station.cashier)
    added = station.staff.add("新人", Role.CASHIER, "1111", station.manager)
    assert station.staff.sign_in(added.id, "1111").role == Role.CASHIER


def test_pins_are_kept_as_hashes_only(station: SmallStation) -> None:
    assert all("2580" not in member.pin_hash for member in station.staff.people())


def test_one_shift_at_a_time(station: SmallStation) -> None:
    with pytest.raises(ShiftAlreadyOpen):
        station.shifts.open(FLOAT, station.manager)


def test_a_station_is_laid_out_once(station: SmallStation) -> None:
    with pytest.raises(StationAlreadyOpen):
        OpeningDesk(station.work, station.clock, station.ids).lay_out(StationPlan((), (), (), (), ()))
