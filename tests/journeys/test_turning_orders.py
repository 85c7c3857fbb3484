"""Online orders led elsewhere or back, from the driver's phone to the pump and to the last fen."""

import pytest

from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.order import CancelReason
from core.domain.refusals.orders import OrderStateUnfit
from core.domain.station_order import ServiceState
from tests.journeys.driver import Driver
from tests.journeys.outside import eventually
from tests.journeys.real_station import RealStation
from tests.journeys.test_orders import Served, given_back


@pytest.fixture
def served(audited: RealStation, driver: Driver) -> Served:
    return Served(audited, driver)


def what(served: Served) -> list[str]:
    """The driver's own view of how it went."""
    return [entry["what"] for entry in served.driver.see(served.id)["timeline"]]


def kinds(served: Served) -> list[str]:
    """What the station's journal tells of orders, oldest first."""
    rows = served.station.rows("SELECT kind FROM events WHERE kind LIKE 'Order%' ORDER BY number")
    return [row["kind"] for row in rows]


def test_another_car_is_confirmed_on_the_phone_moved_to_the_right_pump_and_filled_in_part(
    served: Served,
) -> None:
    station, driver, turning = served.station, served.driver, served.station.till.orders.turning
    served.accept()
    turning.car_differs(served.id, "4", station.attendant)
    eventually(lambda: driver.see(served.id)["car_question"], "the driver is asked")
    assert driver.see(served.id)["car_question"]["differs"] == [4]
    driver.told("POST", f"/v1/orders/{served.id}/car", {"mine": True})
    station.wait_order(served.id, ServiceState.PLATE_CHECKED)

    station.till.orders.authorise(served.id, station.attendant)
    station.wait_order(served.id, ServiceState.AUTHORISED)
    turning.move(served.id, PumpNumber(1), NozzleNumber(1), station.attendant)
    station.wait_order(served.id, ServiceState.PLATE_CHECKED)
    eventually(lambda: station.reading(2) == "idle", "pump 2 is taken back")
    eventually(lambda: driver.see(served.id)["pump"] == 1, "the driver sees the other pump")

    station.till.orders.authorise(served.id, station.attendant)
    station.wait_order(served.id, ServiceState.AUTHORISED)
    station.at_pump(1, "serve", nozzle=1, target_amount_fen=12_345)
    served.confirm()
    settled = driver.wait(served.id, "completed")["settlement"]
    assert (settled["owed_fen"], settled["refund_fen"]) == (12_345, 7_655)
    told = what(served)
    assert [each for each in told if each in {"car_differs", "car_is_mine", "moved", "completed"}] == [
        "car_differs",
        "car_is_mine",
        "moved",
        "completed",
    ]
    assert {"OrderCarDiffers", "OrderCarAnswered", "OrderTurning", "OrderAtAnotherPump"} <= set(kinds(served))
    assert [fill["amount"] for fill in station.fills(1)] == [12_345]
    assert station.fills(2) == []


def test_a_driver_who_changes_his_mind_at_a_released_pump_has_all_back(served: Served) -> None:
    served.release()
    served.station.till.orders.turning.give_back(
        served.id, CancelReason.DRIVER_CHANGED_MIND, served.station.attendant
    )
    given_back(served, "driver_changed_mind", "您取消了订单，已付金额全部退回。")
    served.station.wait_order(served.id, ServiceState.DECLINED)
    eventually(lambda: served.station.reading(2) == "idle", "the pump is idle again")
    assert served.station.ledger() == []


def test_somebody_elses_car_leaves_the_order_to_wait_and_a_broken_pump_sends_it_back(served: Served) -> None:
    station, driver = served.station, served.driver
    served.accept()
    station.till.orders.turning.car_differs(served.id, "", station.attendant)
    eventually(lambda: driver.see(served.id)["car_question"], "the driver is asked")
    driver.told("POST", f"/v1/orders/{served.id}/car", {"mine": False})
    station.wait_order(served.id, ServiceState.ACCEPTED)
    station.till.orders.turning.give_back(served.id, CancelReason.PUMP_BROKEN, station.attendant)
    given_back(served, "pump_broken", "油机故障，已付金额全部退回。")


def test_a_plate_with_two_other_characters_is_looked_at_again_and_the_order_goes_on(served: Served) -> None:
    station, driver = served.station, served.driver
    served.accept()
    station.till.orders.turning.car_differs(served.id, "46", station.attendant)
    eventually(lambda: driver.see(served.id)["car_question"], "the driver is asked")
    assert driver.see(served.id)["car_question"]["differs"] == [4, 6]
    assert station.reading(2) == "idle"  # nothing is promised to a car that may be another's

    station.till.orders.check_plate(served.id, station.attendant)
    eventually(lambda: driver.see(served.id)["car_question"] is None, "the question is taken back")
    station.till.orders.authorise(served.id, station.attendant)
    station.wait_order(served.id, ServiceState.AUTHORISED)
    station.at_pump(2, "serve", nozzle=1, target_amount_fen=20_000)
    served.confirm()
    settled = driver.wait(served.id, "completed")["settlement"]
    assert (settled["owed_fen"], settled["refund_fen"]) == (20_000, 0)
    assert [fill["amount"] for fill in station.fills(2)] == [20_000]
    assert [each for each in what(served) if each in {"car_differs", "completed"}] == [
        "car_differs",
        "completed",
    ]


def test_a_plate_that_is_another_cars_sends_all_the_money_back_and_a_late_answer_changes_nothing(
    served: Served,
) -> None:
    station, driver, turning = served.station, served.driver, served.station.till.orders.turning
    served.accept()
    turning.car_differs(served.id, "4", station.attendant)
    eventually(lambda: driver.see(served.id)["car_question"], "the driver is asked")
    turning.give_back(served.id, CancelReason.OTHER_CAR, station.attendant)
    given_back(served, "other_car", "油枪旁的车和订单上的车牌不符，已付金额全部退回。")
    station.wait_order(served.id, ServiceState.DECLINED)
    assert driver.see(served.id)["car_question"] is None
    assert driver.ask("POST", f"/v1/orders/{served.id}/car", {"mine": True}).is_client_error
    assert (station.reading(2), station.ledger()) == ("idle", [])
    with pytest.raises(OrderStateUnfit):
        station.till.orders.authorise(served.id, station.attendant)
