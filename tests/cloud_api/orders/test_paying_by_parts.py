"""An order paid by wallet, card and points, alone or beside a provider; every part goes back to where it came from."""

from typing import Any

import pytest

from tests.cloud_api.conftest import Cloud, DriverPhone, code_of, wait_until
from tests.cloud_api.ledger.holders import a_card, faults, given_points, topped_up

_WECHAT = {"provider": "wechat", "channel": "h5"}


def _wallet(fen: int) -> dict[str, Any]:
    return {"tender": "wallet", "amount_fen": fen}


def _pay(driver: DriverPhone, order_id: str, body: dict[str, Any], status: int = 201) -> Any:
    return driver.post(f"/v1/orders/{order_id}/payments", body, status, key=driver.new_id())


def _balance(driver: DriverPhone) -> int:
    return int(driver.get("/v1/me/wallet")["balance_fen"])


def _parts(order: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(one["tender"], one["amount_fen"], one["returned_fen"]) for one in order["tenders"]]


def test_an_order_is_paid_from_the_wallet_alone(either_cloud: Cloud) -> None:
    cloud = either_cloud
    driver, station = cloud.driver(), cloud.station()
    topped_up(cloud, driver, 15000, 10000)
    order_id = driver.order(station)["id"]
    key, body = driver.new_id(), {"parts": [_wallet(20000)]}
    started = driver.post(f"/v1/orders/{order_id}/payments", body, 201, key=key)
    assert (started["provider"], started["pay_url"]) == (None, None)
    assert driver.post(f"/v1/orders/{order_id}/payments", body, 201, key=key) == started
    order = driver.look(order_id)
    assert (order["state"], order["paid_fen"], order["provider"]) == ("reserved", 20000, None)
    assert (_parts(order), _balance(driver)) == ([("wallet", 20000, 0)], 5000)
    station.claim(order_id)
    station.tell(station.complete(order_id, 16327))
    order = driver.look(order_id)
    assert (order["settlement"]["refund_fen"], order["settlement"]["refund_state"]) == (3673, "refunded")
    assert (_parts(order), _balance(driver)) == ([("wallet", 20000, 3673)], 8673)
    assert [one["what"] for one in order["timeline"]][-2:] == ["completed", "refunded"]
    assert faults(cloud) == []


def test_wallet_card_and_points_beside_a_provider_and_a_part_fill(either_cloud: Cloud) -> None:
    cloud = either_cloud
    driver, station, card = cloud.driver(), cloud.station(), a_card(cloud, 4000)
    topped_up(cloud, driver, 5000)
    given_points(cloud, driver, 1500)
    order_id = driver.order(station)["id"]
    parts = [
        {"tender": "points", "points": 1500},
        {"tender": "card", "amount_fen": 4000, "code": card.code},
        _wallet(5000),
    ]
    started = _pay(driver, order_id, {**_WECHAT, "parts": parts})
    assert cloud.wechat.payment(started["payment_id"])["amount_fen"] == 20000 - 1500 - 4000 - 5000
    assert (driver.look(order_id)["state"], _balance(driver)) == ("pending_payment", 0)
    cloud.wechat.pay(started["payment_id"])
    wait_until(lambda: driver.look(order_id)["state"] == "reserved", "it is paid")
    station.claim(order_id)
    station.tell(station.complete(order_id, 5000))
    wait_until(lambda: driver.look(order_id)["settlement"]["refund_state"] == "refunded", "the refund")
    # 150.00 are left over: all that came through WeChat and from the card, then what is missing from the wallet.
    assert _parts(driver.look(order_id)) == [
        ("points", 1500, 0),
        ("card", 4000, 4000),
        ("wallet", 5000, 1500),
        ("online", 9500, 9500),
    ]
    assert cloud.wechat.payment(started["payment_id"])["refunded_fen"] == 9500
    assert (_balance(driver), faults(cloud)) == (1500, [])


@pytest.mark.parametrize("ending", ["cancelled", "not paid in time", "nothing filled"])
def test_every_part_is_whole_again_where_nothing_is_filled(cloud: Cloud, ending: str) -> None:
    driver, station = cloud.driver(), cloud.station()
    topped_up(cloud, driver, 5000)
    given_points(cloud, driver, 1000)
    order_id = driver.order(station)["id"]
    parts = [_wallet(5000), {"tender": "points", "points": 1000}]
    started = _pay(driver, order_id, {**_WECHAT, "parts": parts})
    if ending == "cancelled":
        driver.post(f"/v1/orders/{order_id}/cancel")
    elif ending == "not paid in time":
        cloud.clock.pass_seconds(cloud.settings.unpaid_order_seconds + 1)
    else:
        cloud.wechat.pay(started["payment_id"])
        wait_until(lambda: driver.look(order_id)["state"] == "reserved", "it is paid")
        station.claim(order_id)
        station.tell(station.complete(order_id, 0, 0))
    wait_until(lambda: driver.look(order_id)["state"] == "cancelled", "it ends")
    assert [(one["amount_fen"], one["returned_fen"]) for one in driver.look(order_id)["tenders"]][:2] == [
        (5000, 5000),
        (1000, 1000),
    ]
    assert _balance(driver) == 5000
    assert cloud.database.read_now(lambda c: cloud.points.standing(c, driver.id)).points == 1000
    paid = cloud.wechat.payment(started["payment_id"])
    wait_until(
        lambda: cloud.wechat.payment(started["payment_id"])["refunded_fen"] == paid["charged_fen"], "back"
    )
    assert faults(cloud) == []


def test_another_split_takes_the_place_of_the_first_and_its_attempt_goes_back(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    topped_up(cloud, driver, 9000)
    order_id = driver.order(station)["id"]
    first = _pay(driver, order_id, {**_WECHAT, "parts": [_wallet(5000)]})
    second = _pay(driver, order_id, {**_WECHAT, "parts": [_wallet(8000)]})
    assert (_balance(driver), _parts(driver.look(order_id))) == (1000, [("wallet", 8000, 0)])
    # The payer was on the password page of the first one already.
    cloud.wechat.pay(first["payment_id"], even_if_closed=True)
    wait_until(lambda: cloud.wechat.payment(first["payment_id"])["refunded_fen"] == 15000, "it goes back")
    assert driver.look(order_id)["state"] == "pending_payment"
    cloud.wechat.pay(second["payment_id"])
    wait_until(lambda: driver.look(order_id)["state"] == "reserved", "it is paid")
    assert _parts(driver.look(order_id)) == [("wallet", 8000, 0), ("online", 12000, 0)]


def test_a_split_that_cannot_be_leaves_everything_as_it_was(cloud: Cloud) -> None:
    driver, station, card = cloud.driver(), cloud.station(), a_card(cloud, 4000)
    topped_up(cloud, driver, 5000)
    order_id = driver.order(station)["id"]
    _pay(driver, order_id, {**_WECHAT, "parts": [_wallet(5000)]})
    too_much = {"tender": "card", "amount_fen": 4001, "code": card.code}
    wrong = {"tender": "card", "amount_fen": 4000, "code": "YC" + "2" * 18}
    for parts, code in (
        ([_wallet(1000), too_much], "stored_value_short"),
        ([_wallet(1000), wrong], "recharge_card_not_found"),
        ([_wallet(5001)], "stored_value_short"),
        ([_wallet(20001)], "parts_unfit"),
        ([_wallet(1000), _wallet(1000)], "parts_unfit"),
        ([{"tender": "points", "points": 100}], "points_not_enough"),
    ):
        refused = driver.ask(f"/v1/orders/{order_id}/payments", {**_WECHAT, "parts": parts}, driver.new_id())
        assert code_of(refused.json()) == code
    assert code_of(_pay(driver, order_id, {"parts": [_wallet(1000)]}, 422)) == "parts_unfit"
    assert (_balance(driver), _parts(driver.look(order_id))) == (0, [("wallet", 5000, 0)])


def test_who_guesses_cards_must_wait_and_the_station_need_not(cloud: Cloud) -> None:
    driver, station, card = cloud.driver(), cloud.station(), a_card(cloud, 20000)
    order_id = driver.order(station)["id"]
    for number in range(10):
        guess = {"tender": "card", "amount_fen": 20000, "code": f"YC{number:018d}"}
        assert code_of(_pay(driver, order_id, {"parts": [guess]}, 404)) == "recharge_card_not_found"
    right = {"parts": [{"tender": "card", "amount_fen": 20000, "code": card.code}]}
    assert code_of(_pay(driver, order_id, right, 429)) == "too_many_tries"
    another = cloud.driver()
    other_id = another.order(station)["id"]
    _pay(another, other_id, right)
    assert another.look(other_id)["state"] == "reserved"


def test_a_silent_station_gets_no_orders(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    cloud.clock.pass_seconds(cloud.settings.silent_station_seconds + 1)
    quote = driver.quote(station)
    asked = {"quote_id": quote["id"], "plate": "云A12345"}
    assert code_of(driver.post("/v1/orders", asked, 409, key=driver.new_id())) == "station_silent"
    station.mailbox()
    assert driver.post("/v1/orders", asked, 201, key=driver.new_id())["state"] == "pending_payment"


def test_an_accepted_order_is_asked_back_and_the_station_gives_it(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    topped_up(cloud, driver, 20000)
    order_id = driver.order(station)["id"]
    _pay(driver, order_id, {"parts": [_wallet(20000)]})
    station.claim(order_id)
    asked = driver.post(f"/v1/orders/{order_id}/ask-back")
    assert asked["back_asked"]["declined_at"] is None
    assert driver.post(f"/v1/orders/{order_id}/ask-back") == asked
    assert [one["kind"] for one in station.mailbox()] == ["order_placed", "order_back_asked"]
    body = {"order_id": order_id, "reason": "driver_changed_mind", "declined_by": ""}
    station.tell(station.message("order_declined", **body))
    assert (driver.look(order_id)["state"], _balance(driver)) == ("cancelled", 20000)


def test_the_station_may_say_no_and_an_order_not_accepted_is_simply_cancelled(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    topped_up(cloud, driver, 40000)
    first, second = driver.order(station)["id"], driver.order(station)["id"]
    for order_id in (first, second):
        _pay(driver, order_id, {"parts": [_wallet(20000)]})
    assert driver.post(f"/v1/orders/{second}/ask-back")["state"] == "cancelled"
    station.claim(first)
    driver.post(f"/v1/orders/{first}/ask-back")
    at = station.message("")["at"]
    station.tell(station.message("order_back_declined", order_id=first, at=at))
    assert driver.look(first)["back_asked"]["declined_at"] is not None
    refused = driver.post(f"/v1/orders/{first}/ask-back", None, 409)
    assert code_of(refused) == "order_already_accepted"


def test_the_head_office_ends_what_a_station_accepted_before_it_lost_its_link(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    topped_up(cloud, driver, 20000)
    order_id = driver.order(station)["id"]
    _pay(driver, order_id, {"parts": [_wallet(20000)]})
    station.claim(order_id)
    path, body = f"/v1/office/orders/{order_id}/end", {"note": "电话核实：未加油"}
    operations = cloud.office("operations")
    assert code_of(operations.post(path, body, 409)) == "order_state_unfit"
    cloud.clock.pass_seconds(cloud.settings.silent_station_seconds + 1)
    assert code_of(cloud.office("support").post(path, body, 403)) == "office_duty_missing"
    ended = operations.post(path, body)
    assert (ended["state"], _balance(driver)) == ("cancelled", 20000)
    assert operations.post(path, body) == ended
    assert [one["kind"] for one in station.mailbox()] == ["order_placed", "order_withdrawn"]
