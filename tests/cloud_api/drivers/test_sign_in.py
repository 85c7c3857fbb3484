"""Drivers sign in with a phone and a code."""

import re
import sqlite3
from pathlib import Path

import pytest

from tests.cloud_api.conftest import Cloud, a_phone, at_once, code_of

_PATIENCE_SECONDS = 61


def _sent_code(cloud: Cloud, phone: str) -> str:
    cloud.post("/v1/sign-in/codes", {"phone": phone}, 202)
    found = re.search(r"\d{6}", cloud.town.text_for(phone))
    assert found
    return found[0]


def _another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_signs_in_once(cloud: Cloud) -> None:
    phone = a_phone()
    code = _sent_code(cloud, phone)
    signed_in = cloud.post("/v1/sign-in", {"phone": phone, "code": code})
    assert signed_in["driver"]["phone"] == f"138****{phone[-4:]}"
    assert code_of(cloud.post("/v1/sign-in", {"phone": phone, "code": code}, 403)) == "sign_in_code_expired"


def test_sixteen_phones_with_one_code_become_one_session(either_cloud: Cloud) -> None:
    phone = a_phone()
    code = _sent_code(either_cloud, phone)
    asked = {"phone": phone, "code": code}
    answers = at_once([lambda: either_cloud.client.post("/v1/sign-in", json=asked).status_code] * 16)
    assert sorted(answers) == [200] + [403] * 15


def test_the_same_phone_is_the_same_driver_again(cloud: Cloud) -> None:
    phone = a_phone()
    first = cloud.post("/v1/sign-in", {"phone": phone, "code": _sent_code(cloud, phone)})
    cloud.clock.pass_seconds(_PATIENCE_SECONDS)
    again = cloud.post("/v1/sign-in", {"phone": f"+86 {phone}", "code": _sent_code(cloud, phone)})
    assert first["driver"]["id"] == again["driver"]["id"]
    assert first["token"] != again["token"]


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(cloud: Cloud) -> None:
    phone = a_phone()
    code = _sent_code(cloud, phone)
    wrong = {"phone": phone, "code": _another(code)}
    for left in (4, 3, 2, 1):
        refused = cloud.post("/v1/sign-in", wrong, 403)
        assert (code_of(refused), refused["error"]["data"]) == ("sign_in_code_wrong", {"tries_left": left})
    assert code_of(cloud.post("/v1/sign-in", wrong, 403)) == "sign_in_code_expired"
    assert code_of(cloud.post("/v1/sign-in", {"phone": phone, "code": code}, 403)) == "sign_in_code_expired"


def test_a_code_lasts_five_minutes(cloud: Cloud) -> None:
    phone = a_phone()
    code = _sent_code(cloud, phone)
    cloud.clock.pass_seconds(300)
    assert code_of(cloud.post("/v1/sign-in", {"phone": phone, "code": code}, 403)) == "sign_in_code_expired"


def test_a_second_code_within_a_minute_is_refused_and_says_how_long_to_wait(cloud: Cloud) -> None:
    phone = a_phone()
    _sent_code(cloud, phone)
    cloud.clock.pass_seconds(20)
    answer = cloud.client.post("/v1/sign-in/codes", json={"phone": phone})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "40")
    assert answer.json()["error"]["data"] == {"retry_after_seconds": 40}


def test_a_phone_gets_ten_codes_a_day(cloud: Cloud) -> None:
    phone = a_phone()
    for _ in range(10):
        _sent_code(cloud, phone)
        cloud.clock.pass_seconds(_PATIENCE_SECONDS)
    refused = cloud.post("/v1/sign-in/codes", {"phone": phone}, 429)
    assert refused["error"]["data"]["retry_after_seconds"] > 3600


def test_what_is_no_phone_is_refused_in_the_asked_language(cloud: Cloud) -> None:
    english = {"Accept-Language": "en-GB,zh;q=0.5"}
    answer = cloud.client.post("/v1/sign-in/codes", json={"phone": "12345"}, headers=english)
    assert (answer.status_code, code_of(answer.json())) == (422, "phone_unfit")
    assert answer.json()["error"]["message"] == "This is not a mobile number. Check the 11 digits."


def test_when_the_text_message_house_fails_the_driver_may_ask_again_at_once(cloud: Cloud) -> None:
    phone = a_phone()
    cloud.town.sms.next("system_error")
    assert code_of(cloud.post("/v1/sign-in/codes", {"phone": phone}, 503)) == "sms_unreachable"
    _sent_code(cloud, phone)


def test_signing_out_ends_the_token(cloud: Cloud) -> None:
    driver = cloud.driver()
    driver.delete("/v1/sign-in")
    assert code_of(driver.get("/v1/me", 401)) == "not_signed_in"


def test_a_session_ends_after_half_a_year(cloud: Cloud) -> None:
    driver = cloud.driver()
    cloud.clock.pass_seconds(181 * 86400)
    assert code_of(driver.get("/v1/me", 401)) == "not_signed_in"


def test_a_stations_token_opens_no_drivers_door_nor_the_other_way_round(cloud: Cloud) -> None:
    assert code_of(cloud.station().get("/v1/me", 401)) == "not_signed_in"
    assert code_of(cloud.driver().get("/v1/station/me", 401)) == "not_signed_in"


def test_neither_code_nor_token_is_stored(cloud: Cloud, tmp_path: Path) -> None:
    phone = a_phone()
    code = _sent_code(cloud, phone)
    with sqlite3.connect(tmp_path / "cloud.db") as database:
        stored = "\n".join(database.iterdump())
    assert phone not in stored
    assert f"'{code}'" not in stored
    token = cloud.post("/v1/sign-in", {"phone": phone, "code": code})["token"]
    with sqlite3.connect(tmp_path / "cloud.db") as database:
        stored = "\n".join(database.iterdump())
    database.close()
    assert token not in stored
    assert token.removeprefix("yzd_") not in stored


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"phone": 13812345678}', b'{"phone":"1","x":1}', b"\xff"]
)
def test_a_malformed_request_says_where_and_why(cloud: Cloud, body: bytes) -> None:
    answer = cloud.client.post(
        "/v1/sign-in/codes", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert code_of(answer.json()) == "malformed_request"
    assert all(set(fault) == {"field", "why"} for fault in answer.json()["error"]["data"]["fields"])
