"""Orders from the phone, each to one of its ends: how it is paid, what is given back, and by which way news comes."""

from typing import Any

import httpx

from tests.cloud_api.conftest import DriverPhone
from tests.cloud_api.coupons.terms import terms
from tests.cloud_api.kills.world import World
from tests.cloud_api.ledger.holders import a_card, given_points, topped_up
from tests.cloud_api.simulated.outside_world import Control, plain_http

_WECHAT = {"provider": "wechat", "channel": "h5"}
_ALIPAY = {"provider": "alipay", "channel": "h5"}


def _placed(world: World, driver: DriverPhone, **wish: Any) -> str:
    return str(driver.order(world.station, **wish)["id"])


def _started(driver: DriverPhone, order_id: str, body: dict[str, Any]) -> str:
    """The payment's id; where it is paid on a page of Alipay's, that is open."""
    key = driver.new_id()
    started = driver.post(f"/v1/orders/{order_id}/payments", body, 201, key=key)
    if body.get("provider") == "alipay":
        httpx.get(started["pay_url"], verify=plain_http(), trust_env=False).raise_for_status()
    return key


def _stands(world: World, driver: DriverPhone, order_id: str, state: str) -> None:
    world.until(lambda: driver.look(order_id)["state"] == state, f"the order {state}")


def _filled(world: World, driver: DriverPhone, order_id: str, fen: int) -> dict[str, Any]:
    """The order after the station took it and told of the fill, again where it was not answered."""
    _stands(world, driver, order_id, "reserved")
    world.station.claim(order_id)
    told = world.station.tell(world.station.complete(order_id, fen))
    assert told["refused"] == []
    return driver.look(order_id)


def _goes_back(world: World, gateway: Control, payment_id: str, fen: int) -> None:
    world.until(lambda: gateway.payment(payment_id)["refunded_fen"] == fen, f"{fen} fen to go back")


def _balance(driver: DriverPhone) -> int:
    return int(driver.get("/v1/me/wallet")["balance_fen"])


def from_the_wallet_in_one_request(world: World) -> None:
    driver, station = world.driver(), world.station
    topped_up(world.cloud, driver, 15_000, 10_000)
    coupon = world.cloud.claim(driver, terms(world.clock))
    asked = {
        "station_id": station.id, "pump": 1, "nozzle": 1, "by": "amount", "amount_fen": 20_000,
        "coupon_id": coupon["id"], "to_pay_fen": 18_500, "plate": "云A12345",
    }  # fmt: skip
    world.begin()
    order = driver.post("/v1/orders/from-wallet", asked, 201, key=driver.new_id())
    order = _filled(world, driver, order["id"], 16_000)
    assert order["settlement"]["refund_fen"] == 3_700
    assert _balance(driver) == 25_000 - 18_500 + 3_700
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "redeemed"


def wechat_tells_that_it_is_paid(world: World) -> None:
    driver = world.driver()
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, _WECHAT)
    world.wechat.pay(payment_id)
    assert _filled(world, driver, order_id, 20_000)["state"] == "completed"
    assert world.wechat.payment(payment_id)["refunded_fen"] == 0


def alipay_tells_that_it_is_paid_and_a_part_goes_back(world: World) -> None:
    driver = world.driver()
    coupon = world.cloud.claim(driver, terms(world.clock))
    world.begin()
    order_id = _placed(world, driver, coupon_id=coupon["id"])
    payment_id = _started(driver, order_id, _ALIPAY)
    world.alipay.pay(payment_id)
    _filled(world, driver, order_id, 12_000)
    _goes_back(world, world.alipay, payment_id, 18_500 - 11_100)
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "redeemed"


def wechat_never_tells(world: World) -> None:
    driver = world.driver()
    world.wechat.next("withheld", "notification", count=1000)
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, _WECHAT)
    world.wechat.pay(payment_id)
    _filled(world, driver, order_id, 5_000)
    _goes_back(world, world.wechat, payment_id, 15_000)


def alipay_never_tells_and_it_is_cancelled(world: World) -> None:
    driver = world.driver()
    world.alipay.next("withheld", "notification", count=1000)
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, _ALIPAY)
    world.alipay.pay(payment_id)
    _stands(world, driver, order_id, "reserved")
    assert driver.post(f"/v1/orders/{order_id}/cancel")["state"] == "cancelled"
    _goes_back(world, world.alipay, payment_id, 20_000)


def every_tender_beside_wechat_and_a_part_fill(world: World) -> None:
    driver, card = world.driver(), a_card(world.cloud, 4_000)
    topped_up(world.cloud, driver, 5_000)
    given_points(world.cloud, driver, 1_500)
    parts = [
        {"tender": "points", "points": 1_500},
        {"tender": "card", "amount_fen": 4_000, "code": card.code},
        {"tender": "wallet", "amount_fen": 5_000},
    ]
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, {**_WECHAT, "parts": parts})
    world.wechat.pay(payment_id)
    _filled(world, driver, order_id, 5_000)
    _goes_back(world, world.wechat, payment_id, 9_500)
    # What was missing of the 150.00 that went back came from the wallet; fills earn points.
    assert _balance(driver) == 1_500


def every_tender_and_nothing_filled(world: World) -> None:
    driver, card = world.driver(), a_card(world.cloud, 20_000)
    topped_up(world.cloud, driver, 5_000, 500)
    parts = [
        {"tender": "wallet", "amount_fen": 5_500},
        {"tender": "card", "amount_fen": 4_500, "code": card.code},
    ]
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, {**_ALIPAY, "parts": parts})
    world.alipay.pay(payment_id)
    assert _filled(world, driver, order_id, 0)["state"] == "cancelled"
    _goes_back(world, world.alipay, payment_id, 10_000)
    assert _balance(driver) == 5_500


def another_split_takes_the_place_of_the_first(world: World) -> None:
    driver = world.driver()
    topped_up(world.cloud, driver, 9_000)
    world.begin()
    order_id = _placed(world, driver)
    first = _started(driver, order_id, {**_WECHAT, "parts": [{"tender": "wallet", "amount_fen": 5_000}]})
    second = _started(driver, order_id, {**_WECHAT, "parts": [{"tender": "wallet", "amount_fen": 8_000}]})
    world.wechat.pay(first, even_if_closed=True)
    _goes_back(world, world.wechat, first, 15_000)
    world.wechat.pay(second)
    assert _filled(world, driver, order_id, 20_000)["state"] == "completed"
    assert _balance(driver) == 1_000


def paid_after_it_was_closed(world: World) -> None:
    driver = world.driver()
    topped_up(world.cloud, driver, 5_000)
    coupon = world.cloud.claim(driver, terms(world.clock))
    world.begin()
    order_id = _placed(world, driver, coupon_id=coupon["id"])
    payment_id = _started(driver, order_id, {**_WECHAT, "parts": [{"tender": "wallet", "amount_fen": 5_000}]})
    world.clock.pass_seconds(world.cloud.settings.unpaid_order_seconds + 1)
    _stands(world, driver, order_id, "cancelled")
    world.wechat.pay(payment_id, even_if_closed=True)
    _goes_back(world, world.wechat, payment_id, 13_500)
    assert _balance(driver) == 5_000
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "available"


def cancelled_before_it_is_paid(world: World) -> None:
    driver = world.driver()
    coupon = world.cloud.claim(driver, terms(world.clock))
    world.begin()
    order_id = _placed(world, driver, coupon_id=coupon["id"])
    payment_id = _started(driver, order_id, _ALIPAY)
    assert driver.post(f"/v1/orders/{order_id}/cancel")["state"] == "cancelled"
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "available"
    world.alipay.pay(payment_id, even_if_closed=True)
    _goes_back(world, world.alipay, payment_id, 18_500)


def cancelled_before_it_is_accepted(world: World) -> None:
    driver = world.driver()
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, _WECHAT)
    world.wechat.pay(payment_id)
    _stands(world, driver, order_id, "reserved")
    assert driver.post(f"/v1/orders/{order_id}/cancel")["state"] == "cancelled"
    _goes_back(world, world.wechat, payment_id, 20_000)


def asked_back_after_it_was_accepted(world: World) -> None:
    driver, station = world.driver(), world.station
    topped_up(world.cloud, driver, 8_000)
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, {**_WECHAT, "parts": [{"tender": "wallet", "amount_fen": 8_000}]})
    world.wechat.pay(payment_id)
    _stands(world, driver, order_id, "reserved")
    station.claim(order_id)
    driver.post(f"/v1/orders/{order_id}/ask-back")
    body = {"order_id": order_id, "reason": "driver_changed_mind", "declined_by": ""}
    assert station.tell(station.message("order_declined", **body))["refused"] == []
    _goes_back(world, world.wechat, payment_id, 12_000)
    assert (driver.look(order_id)["state"], _balance(driver)) == ("cancelled", 8_000)


def nobody_accepts(world: World) -> None:
    driver = world.driver()
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, _WECHAT)
    world.wechat.pay(payment_id)
    _stands(world, driver, order_id, "reserved")
    world.clock.pass_seconds(world.cloud.settings.unclaimed_order_seconds + 1)
    _stands(world, driver, order_id, "cancelled")
    _goes_back(world, world.wechat, payment_id, 20_000)


def a_refund_that_is_refused_is_asked_for_again(world: World) -> None:
    driver, finance = world.driver(), world.cloud.office("finance")
    world.wechat.next("refused", "refund")
    world.begin()
    order_id = _placed(world, driver)
    payment_id = _started(driver, order_id, _WECHAT)
    world.wechat.pay(payment_id)
    _stands(world, driver, order_id, "reserved")
    driver.post(f"/v1/orders/{order_id}/cancel")
    path = "/v1/office/refunds/stuck"

    def is_back() -> bool:
        return bool(driver.look(order_id)["cancelled"]["refund_state"] == "refunded")

    # Killed before it had written the refusal down, the cloud asks again, and WeChat refuses once only.
    world.until(lambda: finance.get(path)["refunds"] or is_back(), "the refund to fail")
    body = {"way": "look_again", "note": "顾客已恢复账户"}
    for stuck in finance.get(path)["refunds"]:
        settled = finance.post(f"/v1/office/refunds/{stuck['id']}/settle", body)
        assert settled["state"] in ("pending", "refunded")
    world.until(is_back, "the order to hear of it")


PATHS = (
    from_the_wallet_in_one_request,
    wechat_tells_that_it_is_paid,
    alipay_tells_that_it_is_paid_and_a_part_goes_back,
    wechat_never_tells,
    alipay_never_tells_and_it_is_cancelled,
    every_tender_beside_wechat_and_a_part_fill,
    every_tender_and_nothing_filled,
    another_split_takes_the_place_of_the_first,
    paid_after_it_was_closed,
    cancelled_before_it_is_paid,
    cancelled_before_it_is_accepted,
    asked_back_after_it_was_accepted,
    nobody_accepts,
    a_refund_that_is_refused_is_asked_for_again,
)
