"""Money at a station's counter: scanned codes and shown ones, taken back and given back; coupons, points and cards there."""

from collections.abc import Callable
from typing import Any

from tests.cloud_api.conftest import StationMachine
from tests.cloud_api.coupons.terms import terms
from tests.cloud_api.kills.world import World
from tests.cloud_api.ledger.holders import a_card, cancelled, charged, given_points, refunded, topped_up
from tests.cloud_api.payments.conftest import alipay_code, unionpay_code, wechat_code
from tests.cloud_api.points.test_points import (
    at_the_counter,
    hold,
    points_of,
    redeem,
    refund,
    release,
    sale,
    tell,
)
from tests.cloud_api.simulated.outside_world import Control

_COUPON_HOLDS = "/v1/station/coupons/holds"
_FEN = 26_512
_LOOKS_BEFORE_TAKING_BACK = 8


def _looked(station: StationMachine, payment_id: str) -> dict[str, Any]:
    looked: dict[str, Any] = station.get(f"/v1/station/payments/{payment_id}")
    return looked


def _ended(world: World, payment_id: str) -> str:
    """The till asks until there is an end. What does not end it takes back, as a cashier does."""
    station, looks = world.station, 0

    def is_over() -> bool:
        nonlocal looks
        looks += 1
        if looks == _LOOKS_BEFORE_TAKING_BACK:
            cancelled(station, payment_id)
        return bool(_looked(station, payment_id)["state"] != "pending")

    world.until(is_over, "the payment's end")
    return str(_looked(station, payment_id)["state"])


def _kept(gateway: Control, payment_id: str) -> int:
    seen = gateway.payment(payment_id)
    return int(seen.get("charged_fen", 0)) - int(seen.get("refunded_fen", 0))


def _given_back(world: World, payment_id: str, fen: int) -> None:
    station, refund_id = world.station, world.station.new_id()
    refunded(station, payment_id, fen, refund_id)
    path = f"/v1/station/refunds/{refund_id}"
    world.until(lambda: station.get(path)["state"] == "refunded", "the refund")


def _a_code(world: World, gateway: Control, code: str) -> None:
    station = world.station
    payment_id = station.new_id()
    world.begin()
    charged(station, code, _FEN, payment_id)
    # Killed before the provider was asked, it ends as taken back; nobody was charged.
    state = _ended(world, payment_id)
    if state == "captured":
        for fen in (10_000, 16_512):
            _given_back(world, payment_id, fen)
    else:
        assert state == "cancelled"
    assert _kept(gateway, payment_id) == 0


def _taken_back(world: World, gateway: Control, code: str) -> None:
    """The payer is at the password, or the answer is lost; the cashier gives up."""
    station = world.station
    payment_id = station.new_id()
    world.begin()
    charged(station, code, _FEN, payment_id)
    cancelled(station, payment_id)
    world.until(lambda: _looked(station, payment_id)["state"] != "pending", "the payment's end")
    state = _looked(station, payment_id)["state"]
    assert state in ("cancelled", "captured")
    world.until(lambda: _kept(gateway, payment_id) == (_FEN if state == "captured" else 0), "the money")


def _a_shown_code(world: World, gateway: Control, provider: str) -> None:
    station = world.station
    payment_id = station.new_id()
    body = {
        "payment_id": payment_id, "sale_id": "5" * 32, "amount_fen": _FEN, "provider": provider, "description": "92号汽油",
    }  # fmt: skip
    world.begin()
    assert station.post("/v1/station/payments/qr", body)["qr"]
    gateway.pay(payment_id)
    world.until(lambda: _looked(station, payment_id)["state"] == "captured", "the payment")
    assert _kept(gateway, payment_id) == _FEN


def wechat_code_and_two_refunds(world: World) -> None:
    _a_code(world, world.wechat, wechat_code())


def alipay_code_and_two_refunds(world: World) -> None:
    _a_code(world, world.alipay, alipay_code())


def unionpay_code_and_two_refunds(world: World) -> None:
    _a_code(world, world.unionpay, unionpay_code())


def wechat_code_with_password_taken_back(world: World) -> None:
    _taken_back(world, world.wechat, wechat_code("02"))


def alipay_code_with_password_taken_back(world: World) -> None:
    _taken_back(world, world.alipay, alipay_code("02"))


def unionpay_code_with_password_taken_back(world: World) -> None:
    _taken_back(world, world.unionpay, unionpay_code("02"))


def wechat_code_whose_answer_is_wrong_taken_back(world: World) -> None:
    _taken_back(world, world.wechat, wechat_code("05"))


def alipay_code_whose_answer_is_wrong_taken_back(world: World) -> None:
    _taken_back(world, world.alipay, alipay_code("05"))


def wechat_scans_our_code(world: World) -> None:
    _a_shown_code(world, world.wechat, "wechat")


def alipay_scans_our_code(world: World) -> None:
    _a_shown_code(world, world.alipay, "alipay")


def a_balance_pays_and_gets_back(world: World) -> None:
    station, driver = world.station, world.cloud.driver()
    topped_up(world.cloud, driver, 20_000, 1_000)
    code = driver.get("/v1/me/code")["code"]
    payment_id, left = station.new_id(), 21_000
    world.begin()
    charged(station, code, 12_000, payment_id)
    if _ended(world, payment_id) == "captured":
        _given_back(world, payment_id, 5_000)
        left -= 7_000
    another = station.new_id()
    charged(station, driver.get("/v1/me/code")["code"], 1_000, another)
    if _ended(world, another) == "captured":
        left -= 1_000
    assert driver.get("/v1/me/wallet")["balance_fen"] == left


def a_recharge_card_pays_and_gets_back(world: World) -> None:
    station, card = world.station, a_card(world.cloud, 10_000)
    payment_id, left = station.new_id(), 10_000
    world.begin()
    charged(station, card.code, 6_000, payment_id)
    if _ended(world, payment_id) == "captured":
        _given_back(world, payment_id, 1_000)
        left = 5_000
    cancelled(station, payment_id)
    found = station.post("/v1/station/recharge-cards/find", {"code": card.code})
    assert found["balance_fen"] == left


def a_coupon_is_held_and_used(world: World) -> None:
    station, driver = world.station, world.cloud.driver()
    coupon = world.cloud.claim(driver, terms(world.clock))
    asked = {"hold_id": station.new_id(), "code": coupon["code"], "sale_id": station.new_id()}
    world.begin()
    station.post(_COUPON_HOLDS, asked, 201)
    body = {"sale_id": asked["sale_id"], "discount_fen": 1_500}
    assert station.post(f"{_COUPON_HOLDS}/{asked['hold_id']}/redeem", body)["state"] == "redeemed"
    [mine] = driver.get("/v1/coupons")["coupons"]
    assert mine["state"] == "redeemed"


def a_coupon_is_held_and_let_go(world: World) -> None:
    station, driver = world.station, world.cloud.driver()
    coupon = world.cloud.claim(driver, terms(world.clock))
    world.begin()
    for _ in range(2):
        asked = {"hold_id": station.new_id(), "code": coupon["code"], "sale_id": station.new_id()}
        station.post(_COUPON_HOLDS, asked, 201)
        assert station.post(f"{_COUPON_HOLDS}/{asked['hold_id']}/release")["state"] == "released"
    [mine] = driver.get("/v1/coupons")["coupons"]
    assert mine["state"] == "available"


def points_are_spent_earned_and_taken_back(world: World) -> None:
    station, driver = world.station, world.cloud.driver()
    given_points(world.cloud, driver, 1_000)
    use_id, gone, sale_id = station.new_id(), station.new_id(), station.new_id()
    world.begin()
    at_the_counter(station, driver)
    hold(station, driver, 800, use_id, sale_id)
    assert redeem(station, use_id, 500, sale_id)["state"] == "redeemed"
    hold(station, driver, 300, gone, sale_id)
    assert release(station, gone)["state"] == "released"
    tell(station, sale(station, driver, 20_000, sale_id))
    assert points_of(world.cloud, driver) == 500 + 200
    tell(station, refund(station, sale_id, 20_000))
    assert points_of(world.cloud, driver) == 1_000


PATHS: tuple[Callable[[World], None], ...] = (
    wechat_code_and_two_refunds,
    alipay_code_and_two_refunds,
    unionpay_code_and_two_refunds,
    wechat_code_with_password_taken_back,
    alipay_code_with_password_taken_back,
    unionpay_code_with_password_taken_back,
    wechat_code_whose_answer_is_wrong_taken_back,
    alipay_code_whose_answer_is_wrong_taken_back,
    wechat_scans_our_code,
    alipay_scans_our_code,
    a_balance_pays_and_gets_back,
    a_recharge_card_pays_and_gets_back,
    a_coupon_is_held_and_used,
    a_coupon_is_held_and_let_go,
    points_are_spent_earned_and_taken_back,
)
