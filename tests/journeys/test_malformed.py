"""Requests that make no sense: each answers with a code and a sentence, and changes nothing."""

from typing import Any

import pytest

from tests.journeys.driver import Driver, fresh
from tests.journeys.outside import Outside
from tests.journeys.real_station import RealStation, read

X32 = "0123456789abcdef" * 2
# Who asks, what, with what, and the answer's status and code.
REQUESTS: list[tuple[str, str, str, Any, int, str]] = [
    ("nobody", "GET", "/v1/me", None, 401, "not_signed_in"),
    ("nobody", "POST", "/v1/sign-in/codes", {"phone": "12345"}, 422, "phone_unfit"),
    ("nobody", "POST", "/v1/sign-in/codes", {}, 422, "malformed_request"),
    ("nobody", "POST", "/v1/sign-in", {"phone": "13888001234", "code": "000000"}, 403, "sign_in_code_expired"),
    ("nobody", "POST", "/v1/orders", {"quote_id": X32, "plate": "云A12345"}, 401, "not_signed_in"),
    ("nobody", "GET", "/v1/nothing", None, 404, "not_found"),
    ("nobody", "GET", f"/v1/stations/{X32}", None, 404, "station_not_found"),
    ("nobody", "GET", "/v1/stations?lat=north", None, 422, "malformed_request"),
    ("nobody", "POST", "/v1/station-enrolments", {"pairing_code": 7}, 422, "malformed_request"),
    ("nobody", "POST", "/v1/station/messages", {"messages": []}, 401, "not_signed_in"),
    ("driver", "POST", "/v1/station/messages", {"messages": []}, 401, "not_signed_in"),
    ("driver", "POST", "/v1/quotes", {"station_id": X32}, 422, "malformed_request"),
    ("driver", "POST", "/v1/quotes", "not json", 422, "malformed_request"),
    ("driver", "POST", "/v1/orders", {"quote_id": X32, "plate": "云A12345"}, 404, "quote_not_found"),
    ("driver", "POST", "/v1/orders", {"quote_id": [], "plate": None}, 422, "malformed_request"),
    ("driver", "POST", "/v1/orders", {"quote_id": X32, "plate": "DROP TABLE"}, 422, "plate_unfit"),
    ("driver", "GET", f"/v1/orders/{X32}", None, 404, "order_not_found"),
    ("driver", "POST", f"/v1/orders/{X32}/cancel", {}, 404, "order_not_found"),
    ("driver", "PUT", "/v1/vehicles/nonsense", {}, 422, "plate_unfit"),
    ("station", "POST", "/v1/station/payments", {"payment_id": "x"}, 422, "malformed_request"),
    (
        "station", "POST", "/v1/station/payments",
        {"payment_id": X32, "sale_id": X32, "amount_fen": -1, "auth_code": "1" * 18, "description": ""},
        422, "malformed_request",
    ),
    (
        "station", "POST", "/v1/station/payments",
        {"payment_id": X32, "sale_id": X32, "amount_fen": 100, "auth_code": "6901234500018", "description": "水"},
        422, "not_a_payment_code",
    ),
    ("station", "GET", f"/v1/station/payments/{X32}", None, 404, "payment_not_found"),
    ("station", "POST", f"/v1/station/orders/{X32}/claim", {"claim_id": X32}, 404, "order_not_found"),
    ("station", "POST", "/v1/station/messages", {"messages": "none"}, 422, "malformed_request"),
    ("station", "POST", f"/v1/station/coupons/holds/{X32}/redeem", {"sale_id": X32, "discount_fen": 1}, 409, "coupon_hold_gone"),
    ("station", "GET", "/v1/station/mailbox?after=-1", None, 422, "malformed_request"),
    ("station", "GET", "/v1/me", None, 401, "not_signed_in"),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_answers_with_a_sentence_and_changes_nothing(
    audited: RealStation, outside: Outside, driver: Driver, language: str
) -> None:
    tokens = {"nobody": "", "driver": driver.token, "station": audited.token}
    before = _rows(outside)
    wrong = []
    for who, method, path, body, status, code in REQUESTS:
        headers = {"Accept-Language": language, "Idempotency-Key": fresh()}
        if tokens[who]:
            headers["Authorization"] = f"Bearer {tokens[who]}"
        content: dict[str, Any] = {"content": body} if isinstance(body, str) else {"json": body}
        answer = outside.http.request(method, outside.site + path, headers=headers, **content)
        error = answer.json().get("error", {})
        if (answer.status_code, error.get("code")) != (status, code):
            wrong.append(f"{who} {method} {path} {body}: {answer.status_code} {answer.text[:200]}")
            continue
        assert set(error) == {"code", "message", "data"}
        is_chinese = any("一" <= letter <= "鿿" for letter in error["message"])
        assert is_chinese == (language == "zh-CN"), error
    assert wrong == []
    assert _rows(outside) == before


def test_a_message_that_makes_no_sense_is_refused_alone(audited: RealStation, outside: Outside) -> None:
    messages = [
        {}, {"id": "x"}, {"id": fresh(), "kind": "order_completed", "version": 1, "at": "yesterday", "body": {}},
        {"id": fresh(), "kind": "sale_completed", "version": 99, "at": "2026-11-22T08:00:00Z", "body": {}},
    ]  # fmt: skip
    answer = outside.http.post(
        outside.site + "/v1/station/messages",
        json={"messages": messages},
        headers={"Authorization": f"Bearer {audited.token}"},
    )
    told = answer.json()
    assert (answer.status_code, told["accepted"], len(told["refused"])) == (200, [], len(messages))
    assert {each["code"] for each in told["refused"]} == {"unknown_message"}
    assert all(each["message"] for each in told["refused"])


# What is merely noted: that a station was seen, that a code was tried or sent, what was refused.
_NOTES = {"sign_in_codes", "sign_in_tries", "pairing_tries", "station_messages", "payments_called_off"}


def _rows(outside: Outside) -> dict[str, int]:
    tables = [
        row["name"] for row in read(outside.cloud_file, "SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    # The cloud goes on looking after payments of the tests before; of the one that is named here it notes nothing.
    of_whom = {"payment_events": f" WHERE payment_id = '{X32}'"}
    return {
        table: read(outside.cloud_file, f"SELECT count(*) AS n FROM {table}{of_whom.get(table, '')}")[0]["n"]  # noqa: S608
        for table in tables
        if table not in _NOTES
    }
