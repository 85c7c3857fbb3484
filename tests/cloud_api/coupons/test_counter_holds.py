"""A counter holds a coupon, then redeems or releases it."""

from typing import Any

from core.domain.ids import StationId
from tests.cloud_api.conftest import Cloud, StationMachine, at_once, code_of, wait_until
from tests.cloud_api.coupons.terms import terms

_HOLDS = "/v1/station/coupons/holds"


def _asked(station: StationMachine, code: str, hold_id: str | None = None) -> dict[str, Any]:
    return {"hold_id": hold_id or station.new_id(), "code": code, "sale_id": "5" * 32}


def _redeem(station: StationMachine, hold_id: str, status: int = 200) -> Any:
    body = {"sale_id": "5" * 32, "discount_fen": 1500}
    return station.post(f"{_HOLDS}/{hold_id}/redeem", body, status)


def test_a_held_coupon_is_redeemed_once(cloud: Cloud) -> None:
    station, code = cloud.station(), cloud.coupon_code(terms(cloud.clock))
    asked = _asked(station, code)
    held = station.post(_HOLDS, asked, 201)
    assert (held["code"], held["terms"]["threshold_fen"]) == (code, 10000)
    assert station.post(_HOLDS, asked, 201) == held
    assert _redeem(station, asked["hold_id"]) == {"hold_id": asked["hold_id"], "state": "redeemed"}
    assert _redeem(station, asked["hold_id"])["state"] == "redeemed"
    assert code_of(station.post(_HOLDS, _asked(station, code), 409)) == "coupon_already_used"
    assert code_of(station.post(f"{_HOLDS}/{asked['hold_id']}/release", None, 409)) == "coupon_already_used"


def test_a_code_is_found_however_it_was_typed(cloud: Cloud) -> None:
    station, code = cloud.station(), cloud.coupon_code(terms(cloud.clock))
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert station.post(_HOLDS, _asked(station, typed), 201)["code"] == code
    assert code_of(station.post(_HOLDS, _asked(station, "YZ2222222222"), 404)) == "coupon_not_found"


def test_a_released_coupon_is_free_again(cloud: Cloud) -> None:
    station, code = cloud.station(), cloud.coupon_code(terms(cloud.clock))
    asked = _asked(station, code)
    station.post(_HOLDS, asked, 201)
    assert code_of(station.post(_HOLDS, _asked(station, code), 409)) == "coupon_held_elsewhere"
    for _ in range(2):
        assert station.post(f"{_HOLDS}/{asked['hold_id']}/release")["state"] == "released"
    station.post(_HOLDS, _asked(station, code), 201)


def test_of_sixteen_counters_one_holds_the_coupon(either_cloud: Cloud) -> None:
    station, code = either_cloud.station(), either_cloud.coupon_code(terms(either_cloud.clock))
    answers = at_once([lambda: station.ask(_HOLDS, _asked(station, code)).status_code] * 16)
    assert sorted(answers) == [201] + [409] * 15


def test_a_forgotten_hold_ends_by_itself(cloud: Cloud) -> None:
    station, driver = cloud.station(), cloud.driver()
    coupon = cloud.claim(driver, terms(cloud.clock))
    station.post(_HOLDS, _asked(station, coupon["code"]), 201)
    assert driver.get("/v1/coupons")["coupons"][0]["state"] == "held"
    cloud.clock.pass_seconds(15 * 60)
    wait_until(lambda: driver.get("/v1/coupons")["coupons"][0]["state"] == "available", "the hold to end")
    station.post(_HOLDS, _asked(station, coupon["code"]), 201)


def test_a_hold_that_ended_still_redeems_while_nobody_else_has_the_coupon(cloud: Cloud) -> None:
    station, code = cloud.station(), cloud.coupon_code(terms(cloud.clock))
    late, later = _asked(station, code), _asked(station, code)
    station.post(_HOLDS, late, 201)
    cloud.clock.pass_seconds(16 * 60)
    station.post(_HOLDS, later, 201)
    assert code_of(_redeem(station, late["hold_id"], 409)) == "coupon_hold_gone"
    cloud.clock.pass_seconds(16 * 60)
    assert _redeem(station, later["hold_id"])["state"] == "redeemed"


def test_a_coupon_outside_its_time_or_station_is_refused(cloud: Cloud) -> None:
    station, clock = cloud.station(), cloud.clock
    clock.pass_seconds(1)
    soon = cloud.coupon_code(terms(clock, valid_from=terms(clock).valid_until.replace(second=1)))
    assert code_of(station.post(_HOLDS, _asked(station, soon), 409)) == "coupon_not_yet_valid"
    elsewhere = cloud.coupon_code(terms(clock, stations=(StationId("9" * 32),)))
    assert code_of(station.post(_HOLDS, _asked(station, elsewhere), 409)) == "coupon_of_another_station"
    old = cloud.coupon_code(terms(clock))
    clock.pass_seconds(30 * 86400)
    refused = station.post(_HOLDS, _asked(station, old), 409)
    assert code_of(refused) == "coupon_expired"
    assert "过期" in refused["error"]["message"]


def test_a_hold_belongs_to_its_station_and_its_bill(cloud: Cloud) -> None:
    station, other, code = cloud.station(), cloud.station(), cloud.coupon_code(terms(cloud.clock))
    asked = _asked(station, code)
    station.post(_HOLDS, asked, 201)
    assert code_of(other.post(_HOLDS, asked, 409)) == "idempotency_key_reused"
    assert code_of(_redeem(other, asked["hold_id"], 409)) == "coupon_hold_gone"
    assert code_of(station.post(_HOLDS, {**asked, "sale_id": "6" * 32}, 409)) == "idempotency_key_reused"
