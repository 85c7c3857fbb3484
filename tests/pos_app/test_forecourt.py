"""An attendant serves online orders, pressed through the real window over a real database."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from core.domain.ids import OrderId, PumpNumber
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.pump import Preset, PresetKind, PumpState
from core.domain.refusals.pumps import FillTaken, PumpsStopped
from core.domain.staff import Role
from core.domain.station_order import ServiceState
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import an_order
from tests.pos_app.test_bill import Keyboard
from tests.pos_app.till_station import RunningTill, TillStation
from tests.services.small_station import NOZZLE_1

_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    """The attendant is signed in at the touchscreen."""
    opened = open_till(place="forecourt", size=(1280, 800))
    opened.sign_in(Role.ATTENDANT)
    return opened


@pytest.fixture
def order(till: RunningTill) -> OrderId:
    """云A12345 at pump 4 for 200 yuan, paid 42 seconds ago."""
    return an_order(till, "云A12345", 4, 20_000, 42)


def test_one_button_leads_through_the_whole_order(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    pump = PumpNumber(4)
    assert till.read(f"order_plate_{order}") == "云A12345"
    for words in ("受理", "车牌相符", "授权加油"):
        assert till.read(f"order_next_{order}") == f"{words}\nCtrl+1"
        till.press(f"order_next_{order}")
    assert station.orders.get(order).state is ServiceState.AUTHORISED
    station.pumps.fuel(pump, Money(12_345))
    station.pump_shows(4, PumpState.FUELLING, volume=15_807, fen=12_345)
    assert till.read(f"order_live_{order}") == "15.807 升   ￥123.45"
    station.pumps.finish(pump, NOZZLE_1, Money(18_000))
    assert till.read(f"order_live_{order}").endswith("￥180.00")
    till.press(f"order_next_{order}")
    assert station.orders.get(order).state is ServiceState.COMPLETED
    assert not till.shows(f"order_card_{order}")


def test_each_card_keeps_its_keys_while_others_come_and_go(station: TillStation, till: RunningTill) -> None:
    keys = Keyboard(till)
    first, second = an_order(till, "云A88888", 2, 10_000, 60), an_order(till, "云A99999", 3, 10_000, 30)
    keys.key(Qt.Key.Key_2, _CTRL)
    assert station.orders.get(second).state is ServiceState.ACCEPTED
    keys.key(Qt.Key.Key_F1, _CTRL)
    till.press("decline_station_declined")
    assert station.orders.get(first).state is ServiceState.DECLINED
    keys.key(Qt.Key.Key_2, _CTRL)
    assert station.orders.get(second).state is ServiceState.PLATE_CHECKED
    third = an_order(till, "云A77777", 4, 10_000, 5)
    keys.key(Qt.Key.Key_1, _CTRL)
    assert station.orders.get(third).state is ServiceState.ACCEPTED


def test_a_new_order_is_announced_once(till: RunningTill) -> None:
    rung: list[object] = []
    till.presenters.orders.arrived.connect(rung.append)
    an_order(till, "云A88888", 2, 10_000, 0)
    till.presenters.orders.reload()
    assert len(rung) == 1


def test_an_order_that_nobody_accepts_turns_red_and_rings(till: RunningTill) -> None:
    rung: list[bool] = []
    till.presenters.orders.ring.connect(lambda: rung.append(True))
    order = an_order(till, "云A88888", 2, 10_000, 96)
    till.station.clock.move(timedelta(seconds=20))
    till.presenters.orders.tick()
    till.presenters.orders.tick()
    assert rung == [True]
    assert till.read(f"order_state_{order}") == "01:56 未受理"


def test_an_order_that_is_gone_is_told_and_leaves_the_list(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    station.order_desk.gone[order] = "cancelled"
    till.press(f"order_next_{order}")
    assert till.notices.now is not None
    assert not till.shows(f"order_card_{order}")


def test_a_car_that_is_not_there_sends_the_order_back(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    till.press(f"order_decline_{order}")
    assert till.reason("decline_car_not_there") != ""
    till.press("decline_sheet_back")
    till.press(f"order_next_{order}")
    till.press(f"order_decline_{order}")
    till.press("decline_car_not_there")
    declined = station.orders.get(order)
    assert (declined.state, declined.reason) == (ServiceState.DECLINED, CancelReason.CAR_NOT_THERE)
    assert not till.shows(f"order_card_{order}")


def test_a_pump_that_is_not_free_says_so_and_the_order_stays(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    till.press(f"order_next_{order}")
    till.press(f"order_next_{order}")
    station.pump_shows(4, PumpState.FUELLING, volume=1_000, fen=800)
    till.press(f"order_next_{order}")
    assert till.notices.now is not None
    assert "4" in till.notices.now.text
    assert station.orders.get(order).state is ServiceState.PLATE_CHECKED


def test_an_order_whose_fill_stayed_empty_goes_back_whole(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    for _step in range(3):
        till.press(f"order_next_{order}")
    station.pumps.finish(PumpNumber(4), NOZZLE_1, Money(0))
    till.press(f"order_decline_{order}")
    declined = station.orders.get(order)
    assert (declined.state, declined.reason) == (ServiceState.DECLINED, CancelReason.NOTHING_FILLED)


def test_stopping_every_pump_asks_once(station: TillStation, till: RunningTill) -> None:
    station.forecourt.request(PumpNumber(1), NOZZLE_1, Preset(PresetKind.FULL), station.attendant)
    till.press("stop_all")
    till.press("stop_all_question_yes")
    assert station.forecourt.wall()[0].authorisation is None


def test_a_stop_stands_until_somebody_says_that_the_danger_is_over(
    station: TillStation, till: RunningTill
) -> None:
    till.press("stop_all")
    till.press("stop_all_question_yes")
    assert till.read("stop_all").startswith("解除急停")
    with pytest.raises(PumpsStopped):
        station.forecourt.request(PumpNumber(1), NOZZLE_1, Preset(PresetKind.FULL), station.attendant)
    till.press("stop_all")
    till.press("release_all_question_no")
    assert station.forecourt.stopped() is not None
    till.press("stop_all")
    till.press("release_all_question_yes")
    assert station.forecourt.stopped() is None
    assert till.read("stop_all").startswith("全站急停")
    station.forecourt.request(PumpNumber(1), NOZZLE_1, Preset(PresetKind.FULL), station.attendant)


# --- orders that cannot simply be served ---------------------------------------------------------------------------------


def released(till: RunningTill, order: OrderId) -> None:
    for _step in range(3):
        till.press(f"order_next_{order}")


def test_the_driver_is_asked_about_a_plate_that_differs(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    till.press(f"order_next_{order}")
    till.press(f"order_decline_{order}")
    till.press("plate_key_7")
    till.press("plate_key_4")
    till.press("order_ask_driver")
    asked = station.orders.get(order)
    assert (asked.state, asked.differs) == (ServiceState.OTHER_CAR, "47")
    assert till.read(f"order_state_{order}").startswith("等司机确认")
    till.press(f"order_decline_{order}")
    assert till.reason("order_ask_driver") != ""
    till.press("decline_sheet_back")
    till.press(f"order_next_{order}")  # seen again: it is the right one after all
    assert station.orders.get(order).state is ServiceState.PLATE_CHECKED


def test_an_order_is_served_at_the_pump_where_its_car_stands(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    released(till, order)
    till.press(f"order_decline_{order}")
    assert not till.shows("order_move_3_1")  # another fuel
    till.press("order_move_2_1")
    moved = station.orders.get(order)
    assert (moved.state, moved.pump) == (ServiceState.PLATE_CHECKED, PumpNumber(2))
    till.press(f"order_next_{order}")
    station.pumps.finish(PumpNumber(2), NOZZLE_1, Money(20_000))
    till.press(f"order_next_{order}")
    assert station.orders.get(order).state is ServiceState.COMPLETED


@pytest.mark.parametrize("reason", [CancelReason.DRIVER_CHANGED_MIND, CancelReason.PUMP_BROKEN])
def test_a_released_order_goes_back_by_one_tap(
    station: TillStation, till: RunningTill, order: OrderId, reason: CancelReason
) -> None:
    released(till, order)
    till.press(f"order_decline_{order}")
    till.press(f"decline_{reason.value}")
    declined = station.orders.get(order)
    assert (declined.state, declined.reason) == (ServiceState.DECLINED, reason)
    assert not till.shows(f"order_card_{order}")


def test_a_running_fill_can_only_be_ended(station: TillStation, till: RunningTill, order: OrderId) -> None:
    released(till, order)
    station.pumps.fuel(PumpNumber(4), Money(12_345))
    till.press(f"order_decline_{order}")
    assert not till.shows("decline_pump_broken")
    till.press("order_end_fill")
    assert [type(event).__name__ for event in station.events].count("PumpStopRequested") == 1


def test_what_needs_somebody_stands_first_and_no_card_moves_under_a_finger(
    station: TillStation, till: RunningTill, order: OrderId
) -> None:
    second, third = an_order(till, "云A88888", 2, 10_000, 30), an_order(till, "云A99999", 1, 10_000, 10)

    def sequence() -> list[str]:
        cards = [till.find(f"order_card_{each}") for each in (order, second, third)]
        return [card.objectName()[-3:] for card in sorted(cards, key=lambda card: card.y())]

    def ends(*orders: OrderId) -> list[str]:
        return [each[-3:] for each in orders]

    assert sequence() == ends(order, second, third)
    released(till, order)
    assert sequence() == ends(second, third, order)
    station.pumps.finish(
        PumpNumber(4), NOZZLE_1, Money(10_000)
    )  # to be confirmed, behind those that waited before
    assert sequence() == ends(second, third, order)


def test_a_car_that_does_not_come_is_told_on_its_card(till: RunningTill, order: OrderId) -> None:
    till.press(f"order_next_{order}")
    till.station.clock.move(timedelta(minutes=6))
    till.presenters.orders.tick()
    assert till.read(f"order_state_{order}").startswith("车没来")


# --- the forecourt and the counter ---------------------------------------------------------------------------------------


def test_a_call_for_help_rings_until_somebody_answers(station: TillStation, till: RunningTill) -> None:
    rung: list[int] = []
    till.presenters.helping.ring.connect(rung.append)
    till.press("pump_tile_3")
    till.press("release_help")
    till.press("forecourt_help")
    said = till.read("help_words")
    assert said.startswith("王强 在 3")
    assert said.endswith("呼叫支援   00:00   另有 1 个")
    till.station.clock.move(timedelta(seconds=16))
    till.presenters.helping.tick()
    till.presenters.helping.tick()
    assert rung == [3, 3, 3]  # each call at once, and then every quarter of a minute
    till.press("help_answer")
    assert till.read("help_words").startswith("王强 在场地呼叫支援")
    till.press("help_answer")
    assert not till.shows("help_strip")
    told = [type(event).__name__ for event in station.events]
    assert (told.count("HelpCalled"), told.count("HelpAnswered")) == (2, 2)


def test_help_is_called_from_an_order(station: TillStation, till: RunningTill, order: OrderId) -> None:
    till.press(f"order_decline_{order}")
    till.press("order_help")
    [called] = station.helping.open_calls()
    assert (called.call.pump, called.call.order, called.name) == (4, order, "王强")


def test_an_attendant_names_a_fill_for_the_counter_once(station: TillStation, till: RunningTill) -> None:
    station.an_unreleased_fill(5, 10_000)
    [fill] = station.forecourt.unpaid()
    till.press("pump_tile_5")
    till.press(f"fill_hand_{fill.id}")
    assert [(view.fill.id, view.name) for view in station.helping.handed()] == [(fill.id, "王强")]
    till.press("pump_tile_5")
    assert "王强" in till.reason(f"fill_hand_{fill.id}")
    till.press("fill_release")
    assert till.shows("release_sheet")


def test_the_counter_sees_first_whose_customer_is_on_the_way(
    station: TillStation, open_till: OpenTill
) -> None:
    counter = open_till()
    counter.sign_in()
    counter.write("shift_float", "500")
    counter.press("shift_open_go")
    station.an_unreleased_fill(3, 26_512)
    station.an_unreleased_fill(5, 10_000)
    early, late = station.forecourt.unpaid()
    station.helping.hand(late.id, station.attendant)
    assert counter.read(f"sent_by_{late.id}") == "王强 让他来的"
    first, second = (counter.find(f"unpaid_fill_{fill.id}") for fill in (late, early))
    assert first.y() < second.y()
    counter.press(f"unpaid_fill_{late.id}")
    assert not counter.shows(f"sent_by_{late.id}")
    with pytest.raises(FillTaken):
        station.helping.hand(late.id, station.attendant)
