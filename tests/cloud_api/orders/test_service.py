"""The station serves an order, and what was not used goes back."""

from typing import Any

import pytest

from core.protocol.moments import moment_text
from tests.cloud_api.conftest import Cloud, DriverPhone, StationMachine, wait_until
from tests.cloud_api.coupons.terms import terms


def _accepted(cloud: Cloud, with_coupon: bool = False) -> tuple[DriverPhone, StationMachine, str]:
    driver, station, order_id, _payment_id = _accepted_and_paid_by(cloud, with_coupon)
    return driver, station, order_id


def _accepted_and_paid_by(
    cloud: Cloud, with_coupon: bool = False
) -> tuple[DriverPhone, StationMachine, str, str]:
    driver, station = cloud.driver(), cloud.station()
    if with_coupon:
        cloud.claim(driver, terms(cloud.clock))
    order_id = driver.order(station)["id"]
    payment_id = driver.pay(cloud.wechat, order_id)
    station.claim(order_id)
    return driver, station, order_id, payment_id


def _wait_for_the_money(driver: DriverPhone, order_id: str) -> dict[str, Any]:
    def is_back() -> bool:
        order = driver.look(order_id)
        return bool((order["settlement"] or order["cancelled"])["refund_state"] == "refunded")

    wait_until(is_back, "the money to come back")
    return driver.look(order_id)


def test_a_part_fill_is_settled_by_the_pumps_amount_and_the_rest_comes_back(either_cloud: Cloud) -> None:
    driver, station, order_id, payment_id = _accepted_and_paid_by(either_cloud, with_coupon=True)
    station.tell(station.message("order_authorised", order_id=order_id))
    now = moment_text(either_cloud.clock.now())
    reading = {"order_id": order_id, "volume_ml": 5000, "amount_fen": 3905, "at": now}
    station.tell(station.message("order_fuelling", **reading))
    assert driver.look(order_id)["state"] == "fuelling"
    assert driver.look(order_id)["fuelling"] == {"volume_ml": 5000, "amount_fen": 3905, "at": now}
    done = station.complete(order_id, amount_fen=15620)
    assert station.tell(done)["accepted"] == [done["id"]]
    order = _wait_for_the_money(driver, order_id)
    assert order["state"] == "completed"
    # 15.00 off 200.00; of 156.20 that is 11.72 (half up), so 144.48 are owed of the 185.00 paid.
    assert order["settlement"] == {
        "used_fen": 15620,
        "discount_fen": 1172,
        "owed_fen": 14448,
        "refund_fen": 4052,
        "refund_state": "refunded",
    }
    assert order["fill"]["amount_fen"] == 15620
    assert [entry["what"] for entry in order["timeline"]] == [
        "placed",
        "paid",
        "accepted",
        "authorised",
        "fuelling",
        "filled",
        "completed",
        "refunded",
    ]
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "redeemed"
    assert either_cloud.wechat.payment(payment_id)["refunded_fen"] == 4052


@pytest.mark.parametrize("amount_fen", [20000, 20003])
def test_a_full_fill_and_a_few_pulses_too_many_cost_what_was_paid(cloud: Cloud, amount_fen: int) -> None:
    driver, station, order_id = _accepted(cloud)
    station.tell(station.complete(order_id, amount_fen=amount_fen))
    settlement = driver.look(order_id)["settlement"]
    assert (settlement["owed_fen"], settlement["refund_fen"]) == (20000, 0)
    assert settlement["refund_state"] == "none"


def test_nothing_filled_gives_everything_back(cloud: Cloud) -> None:
    driver, station, order_id = _accepted(cloud, with_coupon=True)
    station.tell(station.complete(order_id, amount_fen=0, volume_ml=0))
    order = _wait_for_the_money(driver, order_id)
    assert (order["state"], order["cancelled"]["reason"]) == ("cancelled", "nothing_filled")
    assert order["cancelled"]["refund_fen"] == 18500
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "available"


@pytest.mark.parametrize("reason", ["station_declined", "car_not_there"])
def test_a_declined_order_gives_everything_back(cloud: Cloud, reason: str) -> None:
    driver, station, order_id = _accepted(cloud)
    declined = station.message("order_declined", order_id=order_id, reason=reason, declined_by="王强")
    assert station.tell(declined)["refused"] == []
    order = _wait_for_the_money(driver, order_id)
    assert (order["cancelled"]["reason"], order["cancelled"]["refund_fen"]) == (reason, 20000)
    assert [message["kind"] for message in station.mailbox()] == ["order_placed"]


def test_the_same_fill_in_another_message_changes_nothing_and_another_fill_is_refused(cloud: Cloud) -> None:
    _driver, station, order_id = _accepted(cloud)
    done = station.complete(order_id, amount_fen=15620)
    repeated = {**done, "id": station.new_id()}
    assert station.tell(done, repeated)["refused"] == []
    other = station.complete(order_id, amount_fen=20000)
    assert [one["code"] for one in station.tell(other)["refused"]] == ["order_state_unfit"]


def test_a_reading_that_was_overtaken_says_nothing(cloud: Cloud) -> None:
    driver, station, order_id = _accepted(cloud)

    def reading(volume_ml: int) -> dict[str, Any]:
        now = moment_text(cloud.clock.now())
        return station.message("order_fuelling", order_id=order_id, volume_ml=volume_ml, amount_fen=1, at=now)

    early = reading(1000)
    cloud.clock.pass_seconds(2)
    station.tell(reading(2000), early)
    assert driver.look(order_id)["fuelling"]["volume_ml"] == 2000
    station.tell(station.complete(order_id, amount_fen=20000))
    assert station.tell(reading(3000))["refused"] == []
    assert driver.look(order_id)["state"] == "completed"


def test_a_station_cannot_complete_another_stations_order_nor_an_unpaid_one(cloud: Cloud) -> None:
    driver, station, order_id = _accepted(cloud)
    stranger = cloud.station()
    foreign = stranger.tell(stranger.complete(order_id, amount_fen=1))
    assert [one["code"] for one in foreign["refused"]] == ["order_not_found"]
    unpaid = driver.order(station)["id"]
    early = station.tell(station.complete(unpaid, amount_fen=1))
    assert [one["code"] for one in early["refused"]] == ["order_state_unfit"]


def test_a_refund_that_the_provider_does_not_take_is_asked_for_again(cloud: Cloud) -> None:
    driver, station, order_id, payment_id = _accepted_and_paid_by(cloud)
    cloud.wechat.next("system_error", count=2, path_contains="/refund/")
    station.tell(station.complete(order_id, amount_fen=15000))

    def is_back() -> bool:
        cloud.clock.pass_seconds(5)
        return bool(driver.look(order_id)["settlement"]["refund_state"] == "refunded")

    wait_until(is_back, "the refund to get through")
    assert cloud.wechat.payment(payment_id)["refunded_fen"] == 5000
    assert len(cloud.wechat.refunds(payment_id)) == 1
