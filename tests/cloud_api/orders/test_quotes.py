"""The cloud says what a fill would cost, and which coupon is the best."""

import pytest

from core.domain.coupon import CouponKind
from core.domain.ids import GradeCode
from core.domain.money import Money
from tests.cloud_api.conftest import Cloud, code_of
from tests.cloud_api.coupons.terms import terms


def test_an_amount_is_quoted_with_the_litres_it_buys(cloud: Cloud) -> None:
    quote = cloud.driver().quote(cloud.station())
    assert (quote["grade"], quote["grade_name"], quote["price_li"]) == ("G92", "92号汽油", 7810)
    assert (quote["amount_fen"], quote["volume_ml"], quote["to_pay_fen"]) == (20000, 25610, 20000)
    assert (quote["coupon_id"], quote["offers"]) == (None, [])


def test_litres_are_quoted_with_what_they_cost(cloud: Cloud) -> None:
    quote = cloud.driver().quote(cloud.station(), by="volume", amount_fen=None, volume_ml=30000, nozzle=2)
    assert (quote["grade"], quote["amount_fen"], quote["volume_ml"]) == ("G95", 24990, 30000)


def test_the_best_coupon_is_chosen_and_every_other_says_why_not(cloud: Cloud) -> None:
    driver, station, clock = cloud.driver(), cloud.station(), cloud.clock
    small = cloud.claim(driver, terms(clock, off=Money(500)))
    best = cloud.claim(driver, terms(clock, kind=CouponKind.PERCENT_OFF, percent=20, cap=Money(3000)))
    diesel = cloud.claim(driver, terms(clock, grades=(GradeCode("D0"),)))
    large = cloud.claim(driver, terms(clock, threshold=Money(50000), off=Money(9000)))
    quote = driver.quote(station)
    assert (quote["coupon_id"], quote["discount_fen"], quote["to_pay_fen"]) == (best["id"], 3000, 17000)
    why = {
        offer["coupon_id"]: (offer["usable"], offer["saves_fen"], offer["why"]) for offer in quote["offers"]
    }
    assert why[best["id"]] == (True, 3000, "可省￥30.00，最划算。")
    assert why[small["id"]] == (True, 500, "可省￥5.00。")
    assert why[diesel["id"]][:2] == why[large["id"]][:2] == (False, 0)
    assert "￥500.00" in why[large["id"]][2]


def test_a_driver_may_choose_another_coupon_or_none(cloud: Cloud) -> None:
    driver, station, clock = cloud.driver(), cloud.station(), cloud.clock
    small = cloud.claim(driver, terms(clock, off=Money(500)))
    cloud.claim(driver, terms(clock))
    assert driver.quote(station, coupon_id=small["id"])["discount_fen"] == 500
    none = driver.quote(station, coupon_id=None)
    assert (none["discount_fen"], none["coupon_id"], len(none["offers"])) == (0, None, 2)


def test_a_coupon_that_does_not_fit_is_refused_when_asked_for(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    coupon = cloud.claim(driver, terms(cloud.clock, threshold=Money(50000)))
    refused = driver.quote(station, 409, coupon_id=coupon["id"])
    assert code_of(refused) == "coupon_below_threshold"
    assert refused["error"]["data"] == {"threshold_fen": 50000, "have_fen": 20000}
    assert code_of(cloud.driver().quote(station, 404, coupon_id=coupon["id"])) == "coupon_not_found"


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"amount_fen": 999}, 422, "amount_out_of_range"),
        ({"amount_fen": 200001}, 422, "amount_out_of_range"),
        ({"by": "volume", "amount_fen": None, "volume_ml": 990}, 422, "volume_out_of_range"),
        ({"by": "volume", "amount_fen": None, "volume_ml": 300010}, 422, "volume_out_of_range"),
        ({"by": "volume", "amount_fen": None, "volume_ml": 20005}, 422, "malformed_request"),
        ({"by": "volume"}, 422, "malformed_request"),
        ({"volume_ml": 20000}, 422, "malformed_request"),
        ({"amount_fen": 100.5}, 422, "malformed_request"),
        ({"amount_fen": "20000"}, 422, "malformed_request"),
        ({"amount_fen": 10**30}, 422, "malformed_request"),
        ({"amount_fen": True}, 422, "malformed_request"),
        ({"pump": 9}, 404, "pump_not_found"),
        ({"nozzle": 3}, 404, "pump_not_found"),
        ({"station_id": "0" * 32}, 404, "station_not_found"),
        ({"colour": "red"}, 422, "malformed_request"),
    ],
)
def test_what_cannot_be_quoted_is_refused(
    cloud: Cloud, wish: dict[str, object], status: int, code: str
) -> None:
    assert code_of(cloud.driver().quote(cloud.station(), status, **wish)) == code


def test_a_grade_that_left_the_board_is_not_sold(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    station.tell(station.prices(G95=8330))
    assert code_of(driver.quote(station, 404)) == "grade_not_found"
