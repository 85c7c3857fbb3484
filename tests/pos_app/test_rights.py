"""Somebody agrees at the till, the till locks, and another person goes on."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest

from core.domain.events.people import ApprovalGiven, TillLocked, TillUnlocked
from core.domain.events.pumps import PumpStopRequested
from core.domain.events.shifts import DrawerOpened
from core.domain.staff import Permission, Role
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import begin_selling
from tests.pos_app.till_station import PINS, RunningTill, TillStation
from tests.services.small_station import WATER


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    opened = open_till()
    begin_selling(opened)
    return opened


def _card(station: TillStation, role: Role) -> str:
    return station.staff.give_card(station.people[role].id, station.manager)


def _agree(till: RunningTill, role: Role = Role.MANAGER) -> None:
    till.press(f"approval_person_{till.station.people[role].id}")
    till.write("approval_pin", PINS[role])
    till.press("approval_go")


def test_a_cashier_opens_the_drawer_with_a_manager_agreeing(till: RunningTill, station: TillStation) -> None:
    till.press("open_drawer")
    assert till.shows("approval_sheet")
    assert station.printer.drawer_openings == 0
    _agree(till)
    assert not till.shows("approval_sheet")
    assert station.printer.drawer_openings == 1
    told = [event for event in station.events if isinstance(event, ApprovalGiven | DrawerOpened)]
    assert [type(event) for event in told] == [ApprovalGiven, DrawerOpened]


def test_only_one_who_may_is_chosen_already_so_that_a_pin_is_enough(
    till: RunningTill, station: TillStation
) -> None:
    till.press("open_drawer")
    assert till.approvals.state.chosen == station.manager
    QTest.keyClicks(till.find("approval_pin"), PINS[Role.MANAGER])
    QTest.keyClick(till.find("approval_pin"), Qt.Key.Key_Return)
    assert station.printer.drawer_openings == 1


def test_with_several_who_may_one_is_chosen_by_key(till: RunningTill, station: TillStation) -> None:
    second = station.staff.add("钱二", Role.MANAGER, "3690", station.manager)
    till.press("open_drawer")
    assert till.approvals.state.chosen is None
    order = [person.id for person in till.approvals.state.people]
    QTest.keyClick(
        till.find("approval_sheet"), Qt.Key.Key_1 + order.index(second.id), Qt.KeyboardModifier.AltModifier
    )
    assert till.approvals.state.chosen == second.id
    QTest.keyClicks(till.find("approval_pin"), "3690")
    QTest.keyClick(till.find("approval_pin"), Qt.Key.Key_Return)
    given = next(event for event in station.events if isinstance(event, ApprovalGiven))
    assert given.approver == second.id


def test_a_scanned_card_agrees_at_once(till: RunningTill, station: TillStation) -> None:
    code = _card(station, Role.MANAGER)
    till.press("open_drawer")
    till.till.scanned(code)
    assert station.printer.drawer_openings == 1


def test_the_own_card_does_not_agree(till: RunningTill, station: TillStation) -> None:
    code = _card(station, Role.CASHIER)
    till.press("open_drawer")
    till.till.scanned(code)
    assert till.shows("approval_sheet")
    assert till.read("approval_trouble")
    assert station.printer.drawer_openings == 0


def test_a_wrong_pin_is_told_and_the_question_stays(till: RunningTill, station: TillStation) -> None:
    till.press("open_drawer")
    till.write("approval_pin", "0000")
    till.press("approval_go")
    assert till.read("approval_trouble")
    assert till.shows("approval_sheet")
    _agree(till)
    assert station.printer.drawer_openings == 1


def test_going_back_does_nothing(till: RunningTill, station: TillStation) -> None:
    till.press("open_drawer")
    till.press("approval_sheet_back")
    assert not till.shows("approval_sheet")
    assert station.printer.drawer_openings == 0
    assert till.reason("open_drawer") == ""


def test_goods_scanned_over_the_question_do_not_reach_the_bill(till: RunningTill) -> None:
    till.press("open_drawer")
    till.till.scanned(WATER)
    assert till.presenters.counter.state.sale is None


# --- signing in by card -----------------------------------------------------------------------------------------------


def test_a_card_signs_in(open_till: OpenTill, station: TillStation) -> None:
    opened = open_till()
    opened.till.scanned(_card(station, Role.CASHIER))
    assert opened.shows("shift_float")


def test_the_card_of_somebody_who_may_not_sell_does_not_sign_in(
    open_till: OpenTill, station: TillStation
) -> None:
    opened = open_till(place="counter")
    opened.till.scanned(_card(station, Role.ATTENDANT))
    assert opened.read("sign_in_trouble")
    assert not opened.shows("shift_float")


# --- locking ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def idle_till(open_till: OpenTill) -> RunningTill:
    opened = open_till(lock_after_seconds=300)
    begin_selling(opened)
    opened.till.scanned(WATER)
    opened.till.idle.touched()
    return opened


def _wait(till: RunningTill, seconds: int) -> None:
    till.station.clock.move(timedelta(seconds=seconds))
    till.till.idle.look()


def test_a_till_that_nobody_touches_locks_and_shows_no_bill(idle_till: RunningTill) -> None:
    _wait(idle_till, 299)
    assert idle_till.shows("due_amount")
    _wait(idle_till, 1)
    assert not idle_till.shows("due_amount")
    assert idle_till.shows("unlock_pin")
    assert any(isinstance(event, TillLocked) and event.idle for event in idle_till.station.events)


def test_the_attendants_wall_locks_after_its_own_while_and_can_still_stop_every_pump(
    open_till: OpenTill,
) -> None:
    wall = open_till(place="forecourt", lock_after_seconds=60, forecourt_lock_after_seconds=300)
    wall.sign_in(Role.ATTENDANT)
    _wait(wall, 299)
    assert not wall.shows("unlock_pin")
    _wait(wall, 1)
    assert wall.shows("unlock_pin")
    assert wall.shows("lock_stop_all")
    wall.write("unlock_pin", PINS[Role.ATTENDANT])
    wall.press("unlock_go")
    assert not wall.shows("unlock_pin")


@pytest.mark.parametrize(
    "touch",
    [QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.TouchBegin],
)
def test_every_touch_begins_the_wait_anew(idle_till: RunningTill, touch: QEvent.Type) -> None:
    _wait(idle_till, 299)
    assert not idle_till.till.idle.eventFilter(idle_till.window, QEvent(touch))
    _wait(idle_till, 299)
    assert idle_till.shows("due_amount")


def test_what_is_only_painted_is_no_touch(idle_till: RunningTill) -> None:
    _wait(idle_till, 299)
    idle_till.till.idle.eventFilter(idle_till.window, QEvent(QEvent.Type.Paint))
    _wait(idle_till, 1)
    assert not idle_till.shows("due_amount")


def test_a_clock_set_back_does_not_keep_it_open_for_hours(idle_till: RunningTill) -> None:
    _wait(idle_till, -7_200)
    _wait(idle_till, 300)
    assert idle_till.shows("unlock_pin")


def test_the_same_person_finds_everything_as_it_was(idle_till: RunningTill) -> None:
    idle_till.press("goods_list")
    _wait(idle_till, 300)
    idle_till.write("unlock_pin", PINS[Role.CASHIER])
    idle_till.press("unlock_go")
    assert idle_till.shows("goods_search")
    assert idle_till.read("due_amount") == "￥15.00"


def test_another_person_takes_over_and_the_bill_keeps_its_cashier(
    idle_till: RunningTill, station: TillStation
) -> None:
    _wait(idle_till, 300)
    idle_till.press(f"unlock_person_{station.manager}")
    idle_till.write("unlock_pin", PINS[Role.MANAGER])
    idle_till.press("unlock_go")
    sale = idle_till.presenters.counter.state.sale
    assert sale is not None
    assert sale.cashier == station.cashier
    assert station.people[Role.MANAGER].name in idle_till.read("status_who")
    assert TillUnlocked(station.manager, station.cashier) in station.events
    idle_till.press("open_drawer")
    assert station.printer.drawer_openings == 1  # a manager needs nobody's agreement
    assert station.shifts.current() is not None


def test_the_card_of_another_opens_it_too(idle_till: RunningTill, station: TillStation) -> None:
    code = _card(station, Role.MANAGER)
    _wait(idle_till, 300)
    idle_till.till.scanned(code)
    assert idle_till.shows("due_amount")
    assert station.people[Role.MANAGER].name in idle_till.read("status_who")


def test_an_attendant_does_not_open_a_counter(idle_till: RunningTill, station: TillStation) -> None:
    code = _card(station, Role.ATTENDANT)
    _wait(idle_till, 300)
    assert not idle_till.shows(f"unlock_person_{station.people[Role.ATTENDANT].id}")
    idle_till.till.scanned(code)
    assert idle_till.read("unlock_trouble")
    assert not idle_till.shows("due_amount")


def test_control_l_locks_over_any_sheet(idle_till: RunningTill) -> None:
    idle_till.press("goods_list")
    QTest.keyClick(idle_till.find("goods_search"), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert idle_till.shows("unlock_pin")
    assert not idle_till.shows("goods_search")


def test_an_emergency_does_not_wait_for_a_pin(idle_till: RunningTill) -> None:
    _wait(idle_till, 300)
    idle_till.press("lock_stop_all")
    idle_till.press("stop_all_question_yes")
    stopped = [event for event in idle_till.station.events if isinstance(event, PumpStopRequested)]
    assert [event.pump for event in stopped] == [0]


def test_what_another_asked_for_is_forgotten_when_somebody_takes_over(
    idle_till: RunningTill, station: TillStation
) -> None:
    idle_till.press("open_drawer")
    _wait(idle_till, 300)
    idle_till.press(f"unlock_person_{station.manager}")
    idle_till.write("unlock_pin", PINS[Role.MANAGER])
    idle_till.press("unlock_go")
    assert not idle_till.shows("approval_sheet")


def test_a_second_person_is_asked_even_of_a_manager_where_the_station_wants_it(
    open_till: OpenTill, station: TillStation
) -> None:
    assert Permission.OPEN_DRAWER in Role.MANAGER.permissions
    station.second_person.add(Permission.OPEN_DRAWER)
    opened = open_till()
    opened.sign_in(Role.MANAGER)
    opened.write("shift_float", "500")
    opened.press("shift_open_go")
    opened.press("open_drawer")
    assert opened.shows("approval_sheet")
    assert opened.approvals.state.people == ()
