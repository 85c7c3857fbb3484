"""Orders that are led elsewhere or back by their station, and what their drivers are asked and told."""

from typing import Any

import pytest

from core.protocol.moments import moment_text
from tests.cloud_api.conftest import Cloud, code_of, wait_until

_RETURNED = {
    "driver_changed_mind": "您取消了订单，已付金额全部退回。",
    "nobody_accepted": "油站未及时受理，已付金额全部退回。",
    "other_car": "油枪旁的车和订单上的车牌不符，已付金额全部退回。",
    "wrong_fuel": "您停的油枪不是所订的油品，已付金额全部退回，请重新下单。",
    "pump_broken": "油机故障，已付金额全部退回。",
    "nobody_came": "车辆一直没有到油枪旁，已付金额全部退回。",
}


def _claimed(cloud: Cloud) -> tuple[Any, Any, str]:
    driver, station = cloud.driver(), cloud.station()
    order = driver.order(station)["id"]
    driver.pay(cloud.wechat, order)
    station.claim(order)
    return driver, station, order


def _told(station: Any, kind: str, **body: Any) -> None:
    assert len(station.tell(station.message(kind, **body))["accepted"]) == 1


def _asked(cloud: Cloud, station: Any, order: str, *differs: int) -> None:
    now = moment_text(cloud.clock.now())
    _told(station, "order_car_differs", order_id=order, differs=list(differs), at=now)


def _what(order: dict[str, Any]) -> list[str]:
    return [entry["what"] for entry in order["timeline"]]


@pytest.mark.parametrize("mine", [True, False])
def test_a_driver_is_asked_about_another_car_and_his_first_answer_reaches_the_station(
    cloud: Cloud, mine: bool
) -> None:
    driver, station, order = _claimed(cloud)
    path = f"/v1/orders/{order}/car"
    assert code_of(driver.post(path, {"mine": mine}, 409)) == "no_question_open"
    _asked(cloud, station, order, 4, 6)
    question = driver.look(order)["car_question"]
    assert (question["differs"], question["sentence"]) == (
        [4, 6],
        "油枪旁的车不是 云A12345，是您要加油的车吗？",
    )
    for _ in range(2):
        assert driver.post(path, {"mine": mine})["car_question"] is None
    assert code_of(driver.post(path, {"mine": not mine}, 409)) == "no_question_open"
    [answer] = [each["body"] for each in station.mailbox() if each["kind"] == "order_car_answered"]
    assert answer == {"order_id": order, "mine": mine}
    assert _what(driver.look(order))[-2:] == ["car_differs", "car_is_mine" if mine else "car_is_not_mine"]
    assert code_of(cloud.driver().post(path, {"mine": True}, 404)) == "order_not_found"


def test_a_question_that_the_attendant_answered_himself_is_gone(cloud: Cloud) -> None:
    driver, station, order = _claimed(cloud)
    _asked(cloud, station, order)
    _told(station, "order_car_settled", order_id=order)
    assert driver.look(order)["car_question"] is None
    assert code_of(driver.post(f"/v1/orders/{order}/car", {"mine": True}, 409)) == "no_question_open"
    _asked(cloud, station, order)  # and may be asked again
    assert driver.look(order)["car_question"] is not None


def test_a_driver_sees_at_which_pump_the_order_is_served(cloud: Cloud) -> None:
    driver, station, order = _claimed(cloud)
    for _ in range(2):
        _told(station, "order_at_pump", order_id=order, pump=5, nozzle=2)
    seen = driver.look(order)
    assert (seen["pump"], seen["nozzle"], _what(seen).count("moved")) == (5, 2, 1)


@pytest.mark.parametrize("reason", sorted(_RETURNED))
def test_whatever_the_stations_reason_the_whole_money_goes_back(cloud: Cloud, reason: str) -> None:
    driver, station, order = _claimed(cloud)
    _told(station, "order_declined", order_id=order, reason=reason, declined_by="")
    cancelled = driver.look(order)["cancelled"]
    assert (cancelled["reason"], cancelled["sentence"]) == (reason, _RETURNED[reason])
    wait_until(lambda: driver.look(order)["cancelled"]["refund_state"] == "refunded", "the money to be back")
    assert driver.look(order)["cancelled"]["refund_fen"] == 20000
    assert [each["kind"] for each in station.mailbox()] == ["order_placed"]  # it knows
