"""A driver places an order, pays, and may think better of it until the station has accepted."""

from functools import partial
from typing import Any

import pytest

from core.domain.money import Money
from tests.cloud_api.conftest import Cloud, at_once, code_of, wait_until
from tests.cloud_api.coupons.terms import terms

_MINUTES = 60


def _coupon_state(driver: Any) -> str:
    return str(driver.get("/v1/coupons")["coupons"][0]["state"])


def _what(order: dict[str, Any]) -> list[str]:
    return [entry["what"] for entry in order["timeline"]]


def test_a_placed_order_waits_for_its_payment(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    driver.put("/v1/vehicles/云A12345", {"car": "白色 丰田卡罗拉"})
    order = driver.order(station)
    assert (order["state"], order["to_pay_fen"], order["paid_fen"]) == ("pending_payment", 20000, 0)
    assert (order["plate"], order["car"]) == ("云A12345", "白色 丰田卡罗拉")
    assert (len(order["code"]), order["code"].isdigit()) == (6, True)
    assert _what(order) == ["placed"]
    assert driver.look(order["id"]) == order
    assert station.mailbox() == []


def test_the_same_key_gets_the_same_order_and_another_body_is_refused(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    asked = {"quote_id": driver.quote(station)["id"], "plate": "云A12345"}
    key = driver.new_id()
    assert driver.post("/v1/orders", asked, 201, key) == driver.post("/v1/orders", asked, 201, key)
    other = {**asked, "plate": "云A54321"}
    assert code_of(driver.post("/v1/orders", other, 409, key)) == "idempotency_key_reused"
    stranger = cloud.driver()
    theirs = {"quote_id": stranger.quote(station)["id"], "plate": "云A12345"}
    assert code_of(stranger.post("/v1/orders", theirs, 409, key)) == "idempotency_key_reused"
    assert len(driver.get("/v1/orders")["orders"]) == 1


def test_sixteen_of_the_same_request_become_one_order(either_cloud: Cloud) -> None:
    driver, station = either_cloud.driver(), either_cloud.station()
    either_cloud.claim(driver, terms(either_cloud.clock))
    asked = {"quote_id": driver.quote(station)["id"], "plate": "云A12345"}
    key = driver.new_id()
    answers = at_once([lambda: driver.ask("/v1/orders", asked, key)] * 16)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(driver.get("/v1/orders")["orders"]) == 1


def test_one_quote_becomes_one_order_whatever_the_keys(either_cloud: Cloud) -> None:
    driver, station = either_cloud.driver(), either_cloud.station()
    asked = {"quote_id": driver.quote(station)["id"], "plate": "云A12345"}
    answers = at_once([lambda: driver.ask("/v1/orders", asked, driver.new_id()).status_code] * 16)
    assert sorted(answers) == [201] + [404] * 15


def test_sixteen_orders_at_once_hold_one_coupon_once(either_cloud: Cloud) -> None:
    driver, station = either_cloud.driver(), either_cloud.station()
    either_cloud.claim(driver, terms(either_cloud.clock))
    asked = [{"quote_id": driver.quote(station)["id"], "plate": "云A12345"} for _ in range(16)]
    answers = at_once([partial(driver.ask, "/v1/orders", body, driver.new_id()) for body in asked])
    refused = [code_of(answer.json()) for answer in answers if answer.status_code == 409]
    assert refused == ["coupon_held_elsewhere"] * 15


def test_a_quote_keeps_its_price_for_five_minutes_and_then_ends(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    old = {"quote_id": driver.quote(station)["id"], "plate": "云A12345"}
    cloud.clock.pass_seconds(5 * _MINUTES)
    assert code_of(driver.post("/v1/orders", old, 409, driver.new_id())) == "quote_expired"
    dearer = {"quote_id": driver.quote(station)["id"], "plate": "云A12345"}
    station.tell(station.prices(G92=7950))
    assert code_of(cloud.driver().post("/v1/orders", dearer, 404, driver.new_id())) == "quote_not_found"
    order = driver.post("/v1/orders", dearer, 201, driver.new_id())
    assert order["price_li"] == 7810
    unsold = {"quote_id": driver.quote(station)["id"], "plate": "云A12345"}
    assert driver.quote(station)["price_li"] == 7950
    station.tell(station.prices())
    assert code_of(driver.post("/v1/orders", unsold, 409, driver.new_id())) == "quote_expired"


def test_an_order_needs_a_key_and_a_plate(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    asked = {"quote_id": driver.quote(station)["id"], "plate": "12345"}
    assert code_of(driver.post("/v1/orders", asked, 422)) == "malformed_request"
    assert code_of(driver.post("/v1/orders", asked, 422, key="short")) == "malformed_request"
    assert code_of(driver.post("/v1/orders", asked, 422, key=driver.new_id())) == "plate_unfit"


def test_a_paid_order_lies_in_the_stations_mailbox(either_cloud: Cloud) -> None:
    driver, station = either_cloud.driver(), either_cloud.station()
    either_cloud.claim(driver, terms(either_cloud.clock))
    order = driver.order(station)
    driver.pay(either_cloud.wechat, order["id"])
    paid = driver.look(order["id"])
    assert (paid["paid_fen"], paid["provider"], _what(paid)) == (18500, "wechat", ["placed", "paid"])
    [message] = station.mailbox()
    assert (message["kind"], message["number"]) == ("order_placed", 1)
    told = message["body"]
    assert (told["order_id"], told["code"], told["plate"]) == (order["id"], order["code"], "云A12345")
    assert (told["amount_fen"], told["discount_fen"], told["paid_fen"]) == (20000, 1500, 18500)
    assert told["driver_phone_masked"][3:7] == "****"


def test_the_same_attempt_to_pay_is_the_same_and_a_paid_order_takes_no_other(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    order, payment = driver.order(station), driver.new_id()
    path, asked = f"/v1/orders/{order['id']}/payments", {"provider": "wechat", "channel": "h5"}
    first = driver.post(path, asked, 201, payment)
    assert driver.post(path, asked, 201, payment) == first
    assert f"id%3D{order['id']}" in first["pay_url"]
    other = {"provider": "alipay", "channel": "h5"}
    assert code_of(driver.post(path, other, 409, payment)) == "idempotency_key_reused"
    cloud.wechat.pay(payment)
    wait_until(lambda: driver.look(order["id"])["state"] == "reserved", "the payment")
    assert code_of(driver.post(path, asked, 409, driver.new_id())) == "order_state_unfit"


def test_an_order_paid_twice_gives_the_second_payment_back(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    order = driver.order(station)
    first, second = driver.start_to_pay(order["id"]), driver.start_to_pay(order["id"])
    cloud.wechat.pay(first)
    wait_until(lambda: driver.look(order["id"])["state"] == "reserved", "the payment")
    wait_until(lambda: cloud.wechat.payment(second)["state"] == "CLOSED", "the other attempt to be closed")
    cloud.wechat.pay(second, even_if_closed=True)
    wait_until(lambda: cloud.wechat.payment(second)["refunded_fen"] == 20000, "the second payment to go back")
    assert cloud.wechat.payment(first)["refunded_fen"] == 0
    assert driver.look(order["id"])["state"] == "reserved"
    assert len(station.mailbox()) == 1


def test_an_unpaid_order_is_cancelled_at_once_and_its_coupon_is_free(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    cloud.claim(driver, terms(cloud.clock))
    order = driver.order(station)
    payment = driver.start_to_pay(order["id"])
    assert _coupon_state(driver) == "held"
    for _ in range(2):
        cancelled = driver.post(f"/v1/orders/{order['id']}/cancel", {})
        assert (cancelled["state"], cancelled["cancelled"]["reason"]) == ("cancelled", "driver_changed_mind")
    assert _coupon_state(driver) == "available"
    assert station.mailbox() == []
    wait_until(
        lambda: cloud.wechat.payment(payment)["state"] == "CLOSED", "the provider's order to be closed"
    )
    cloud.wechat.pay(payment, even_if_closed=True)
    wait_until(lambda: cloud.wechat.payment(payment)["refunded_fen"] == 18500, "the late money to go back")
    assert driver.look(order["id"])["state"] == "cancelled"


def test_a_paid_order_is_cancelled_with_a_full_refund_and_withdrawn_from_the_station(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    order = driver.order(station)
    driver.pay(cloud.wechat, order["id"])
    cancelled = driver.post(f"/v1/orders/{order['id']}/cancel")
    assert (cancelled["state"], cancelled["cancelled"]["refund_fen"]) == ("cancelled", 20000)
    wait_until(
        lambda: driver.look(order["id"])["cancelled"]["refund_state"] == "refunded", "the money to come back"
    )
    assert _what(driver.look(order["id"])) == ["placed", "paid", "cancelled", "refunded"]
    assert [(one["number"], one["kind"]) for one in station.mailbox()] == [
        (1, "order_placed"),
        (2, "order_withdrawn"),
    ]
    assert station.claim(order["id"], 409)["error"]["data"]["state"] == "cancelled"


def test_a_claimed_order_is_the_stations(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    order = driver.order(station)
    assert code_of(station.claim(order["id"], 409)) == "order_no_longer_waiting"
    driver.pay(cloud.wechat, order["id"])
    claim = station.new_id()
    for _ in range(2):
        assert station.claim(order["id"], claim_id=claim) == {"order_id": order["id"], "claimed": True}
    assert code_of(station.claim(order["id"], 409)) == "order_no_longer_waiting"
    assert code_of(driver.post(f"/v1/orders/{order['id']}/cancel", {}, 409)) == "order_already_accepted"
    assert code_of(cloud.station().claim(order["id"], 404)) == "order_not_found"
    assert _what(driver.look(order["id"])) == ["placed", "paid", "accepted"]
    cloud.clock.pass_seconds(16 * _MINUTES)
    assert driver.look(order["id"])["state"] == "reserved"


def test_between_cancel_and_claim_one_wins(either_cloud: Cloud) -> None:
    driver, station = either_cloud.driver(), either_cloud.station()
    for _ in range(4):
        order = driver.order(station)
        driver.pay(either_cloud.wechat, order["id"])
        cancel = f"/v1/orders/{order['id']}/cancel"
        claim = f"/v1/station/orders/{order['id']}/claim"
        calls: list[Any] = [
            lambda cancel=cancel: driver.ask(cancel, {}).status_code,
            lambda claim=claim: station.ask(claim, {"claim_id": station.new_id()}).status_code,
        ]
        assert sorted(at_once(calls)) == [200, 409]


def test_an_order_that_is_not_paid_in_time_is_cancelled(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    cloud.claim(driver, terms(cloud.clock))
    order = driver.order(station)
    payment = driver.start_to_pay(order["id"])
    cloud.clock.pass_seconds(15 * _MINUTES)
    wait_until(lambda: driver.look(order["id"])["state"] == "cancelled", "the time to be over")
    cancelled = driver.look(order["id"])["cancelled"]
    assert (cancelled["reason"], cancelled["refund_fen"]) == ("not_paid_in_time", 0)
    assert "超时" in cancelled["sentence"]
    assert _coupon_state(driver) == "available"
    wait_until(
        lambda: cloud.wechat.payment(payment)["state"] == "CLOSED", "the provider's order to be closed"
    )


def test_an_order_that_nobody_accepts_is_cancelled_and_paid_back(either_cloud: Cloud) -> None:
    driver, station = either_cloud.driver(), either_cloud.station()
    order = driver.order(station)
    driver.pay(either_cloud.wechat, order["id"])
    either_cloud.clock.pass_seconds(15 * _MINUTES)
    wait_until(lambda: (driver.look(order["id"])["cancelled"] or {}).get("refund_state") == "refunded", "it")
    assert driver.look(order["id"])["cancelled"]["reason"] == "nobody_accepted"
    assert station.mailbox()[-1]["body"] == {"order_id": order["id"], "reason": "nobody_accepted"}


def test_a_coupon_that_pays_all_needs_no_provider(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    cloud.claim(driver, terms(cloud.clock, off=Money(20000)))
    order = driver.order(station)
    assert (order["state"], order["to_pay_fen"], order["provider"]) == ("reserved", 0, None)
    assert station.mailbox()[0]["body"]["paid_fen"] == 0
    driver.post(f"/v1/orders/{order['id']}/cancel")
    assert driver.look(order["id"])["cancelled"]["refund_state"] == "none"
    assert _coupon_state(driver) == "available"


def test_nobody_sees_or_touches_another_drivers_order(cloud: Cloud) -> None:
    order, stranger = cloud.driver().order(cloud.station()), cloud.driver()
    path = f"/v1/orders/{order['id']}"
    pay = {"provider": "wechat", "channel": "h5"}
    refused = [
        stranger.get(path, 404),
        stranger.post(f"{path}/cancel", {}, 404),
        stranger.post(f"{path}/payments", pay, 404, stranger.new_id()),
        stranger.get("/v1/orders", 404, before=order["id"]),
    ]
    assert {code_of(one) for one in refused} == {"order_not_found"}
    assert stranger.get("/v1/orders") == {"orders": []}


def test_orders_are_listed_newest_first_page_by_page(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    placed = []
    for _ in range(5):
        placed.append(driver.order(station)["id"])
        cloud.clock.pass_seconds(1)
    first = [order["id"] for order in driver.get("/v1/orders", limit=3)["orders"]]
    rest = [order["id"] for order in driver.get("/v1/orders", limit=3, before=first[-1])["orders"]]
    assert first + rest == placed[::-1]


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/me", "/v1/vehicles", "/v1/coupons", "/v1/station/me"])
def test_without_a_token_there_is_nothing_to_see(cloud: Cloud, path: str) -> None:
    answer = cloud.client.get(path, headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, code_of(answer.json())) == (401, "not_signed_in")
