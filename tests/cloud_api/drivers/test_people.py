"""Drivers as persons: sessions, consents, a copy of everything, erasure, and what customer support sees."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from sqlalchemy import select, text

from cloud_api.drivers import erasing, repository
from cloud_api.identifiers import new_id
from cloud_api.ledger.book import Kind
from cloud_api.orders.tables import orders
from cloud_api.wallets.service import Wallets
from tests.cloud_api.conftest import Cloud, DriverPhone, code_of, wait_until

PLATE = "云A12345"


def _phone_of(cloud: Cloud, driver: DriverPhone) -> str:
    return cloud.database.read_now(lambda c: repository.phone_of(c, driver.id))


def _sent_code(cloud: Cloud, phone: str) -> str:
    cloud.post("/v1/sign-in/codes", {"phone": phone}, 202)
    found = re.search(r"\d{6}", cloud.town.text_for(phone))
    assert found
    return found[0]


def test_a_driver_sees_where_they_are_signed_in_and_ends_it(cloud: Cloud):
    phone = "13812345678"
    tokens = []
    for agent in ("phone", "tablet", "browser"):
        asked = {"phone": phone, "code": _sent_code(cloud, phone)}
        answer = cloud.client.post("/v1/sign-in", json=asked, headers={"User-Agent": agent})
        tokens.append({"Authorization": f"Bearer {answer.json()['token']}"})
        cloud.town.clock.pass_seconds(61)
    listed = cloud.client.get("/v1/me/sessions", headers=tokens[0]).json()["sessions"]
    assert [(one["agent"], one["is_this"]) for one in listed] == [
        ("browser", False),
        ("tablet", False),
        ("phone", True),
    ]
    ended = cloud.client.delete(f"/v1/me/sessions/{listed[1]['id']}", headers=tokens[0])
    assert ended.status_code == 204
    assert [cloud.client.get("/v1/me", headers=one).status_code for one in tokens] == [200, 401, 200]
    cloud.client.delete("/v1/me/sessions", headers=tokens[0])
    assert [cloud.client.get("/v1/me", headers=one).status_code for one in tokens] == [200, 401, 401]
    assert cloud.client.delete(f"/v1/me/sessions/{'0' * 32}", headers=tokens[0]).status_code == 404


def test_a_device_that_asks_for_many_phones_codes_is_held_up(cloud: Cloud):
    device = {"X-Device-Id": "one device"}
    asked = [{"phone": f"139000000{number:02d}"} for number in range(11)]
    answers = [cloud.client.post("/v1/sign-in/codes", json=one, headers=device).status_code for one in asked]
    assert answers == [202] * 10 + [429]
    assert cloud.client.post("/v1/sign-in/codes", json=asked[-1]).status_code == 202


def test_consents_say_which_text_and_until_when(cloud: Cloud):
    driver = cloud.driver()
    driver.put("/v1/me/consents/privacy", {"version": "2026-10"}, 204)
    driver.put("/v1/me/consents/privacy", {"version": "2026-10"}, 204)
    cloud.town.clock.pass_seconds(60)
    driver.put("/v1/me/consents/privacy", {"version": "2026-11"}, 204)
    driver.put("/v1/me/consents/marketing", {"version": "2026-11"}, 204)
    driver.delete("/v1/me/consents/marketing")
    rows = driver.get("/v1/me/consents")["consents"]
    held = {(row["purpose"], row["version"]): row["withdrawn_at"] is None for row in rows}
    assert held == {
        ("privacy", "2026-10"): False,
        ("privacy", "2026-11"): True,
        ("marketing", "2026-11"): False,
    }
    assert len(rows) == 3
    assert code_of(driver.put("/v1/me/consents/spying", {"version": "1"}, 404)) == "consent_purpose_unknown"


def test_a_copy_holds_what_is_of_the_driver_and_of_nobody_else_and_no_secret(cloud: Cloud):
    driver, other = cloud.driver(), cloud.driver()
    station = cloud.station()
    driver.put(f"/v1/vehicles/{PLATE}", {"car": "白色 丰田卡罗拉"})
    other.put("/v1/vehicles/云B54321", {})
    order = driver.order(station)
    copy_id = driver.new_id()
    assert driver.put(f"/v1/me/copies/{copy_id}", {}, 202)["state"] in ("asked", "ready")
    wait_until(lambda: driver.get("/v1/me/copies")["copies"][0]["state"] == "ready", "the copy")
    assert driver.put(f"/v1/me/copies/{copy_id}", {}, 202)["id"] == copy_id
    answer = cloud.client.get(f"/v1/me/copies/{copy_id}/file", headers=driver.headers)
    assert answer.headers["Content-Type"] == "application/zip"
    told: dict[str, Any] = json.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("data.json"))
    assert told["drivers"][0]["phone"] == _phone_of(cloud, driver)
    assert [row["plate"] for row in told["vehicles"]] == [PLATE]
    assert [row["id"] for row in told["orders"]] == [order["id"]]
    written = json.dumps(told, ensure_ascii=False)
    assert not any(word in written for word in ("token_hash", "_index", "salt", "云B54321", other.id))
    assert code_of(other.get(f"/v1/me/copies/{copy_id}/file", 404)) == "not_found"
    cloud.town.clock.pass_seconds(7 * 86400)
    assert code_of(driver.get(f"/v1/me/copies/{copy_id}/file", 404)) == "not_found"


def test_whoever_is_erased_is_nobody_any_more_and_the_books_stay(either_cloud: Cloud):
    cloud = either_cloud
    driver, station = cloud.driver(), cloud.station()
    phone = _phone_of(cloud, driver)
    driver.put(f"/v1/vehicles/{PLATE}", {})
    driver.put("/v1/me/consents/privacy", {"version": "2026-11"}, 204)
    order = driver.order(station)
    driver.start_to_pay(order["id"])
    erasure = {"code": "000000"}
    assert code_of(driver.post("/v1/me/erasure", erasure, 409)) == "person_has_open_orders"
    driver.post(f"/v1/orders/{order['id']}/cancel", None)
    assert code_of(driver.post("/v1/me/erasure", erasure, 403)) == "sign_in_code_expired"
    driver.post("/v1/me/erasure", {"code": _sent_code(cloud, phone)}, 204)
    driver.get("/v1/me", 401)
    with cloud.database.writing_engine.connect() as connection:
        row = (
            connection.execute(text("SELECT * FROM drivers WHERE id = :id"), {"id": driver.id}).one()._mapping
        )
        kept = connection.execute(select(orders.c.driver_id, orders.c.plate, orders.c.car)).one()
        cars = connection.execute(text("SELECT count(*) FROM vehicles")).scalar_one()
        answers = connection.execute(text("SELECT count(*) FROM first_answers")).scalar_one()
        agreed = connection.execute(text("SELECT withdrawn_at FROM driver_consents")).scalar_one()
        payers = connection.execute(text("SELECT payer_ip, payer_openid FROM payments")).all()
    assert payers == [(None, None)]
    assert [name for name, value in row.items() if value is not None] == ["id", "created_at", "erased_at"]
    assert (kept.driver_id, kept.plate, cars) == (driver.id, "云A**345", 0)
    assert (agreed is not None, answers) == (True, 0)
    cloud.town.clock.pass_seconds(61)
    again = cloud.post("/v1/sign-in", {"phone": phone, "code": _sent_code(cloud, phone)})
    assert again["driver"]["id"] != driver.id


def test_money_that_was_paid_in_stands_in_the_way_of_erasure(cloud: Cloud):
    driver = cloud.driver()
    now = cloud.clock.now()
    wallets = Wallets(cloud.database, cloud.clock)
    cloud.database.write_now(
        lambda work: wallets.top_up(work, new_id(now), driver.id, paid_fen=20_000, bonus_fen=0)
    )
    refused = driver.post("/v1/me/erasure", {"code": "000000"}, 409)
    assert (code_of(refused), refused["error"]["data"]) == ("person_has_balance", {"amount_fen": 20_000})
    assert "200.00" in refused["error"]["message"]
    assert {Kind.WALLET_PRINCIPAL.value, Kind.WALLET_REFUNDING.value} == set(erasing._MONEY)


def test_a_family_shares_a_car_and_a_crowd_does_not(cloud: Cloud):
    for _ in range(8):
        cloud.driver().put(f"/v1/vehicles/{PLATE}", {})
    refused = cloud.driver().put(f"/v1/vehicles/{PLATE}", {}, 409)
    assert code_of(refused) == "plate_of_too_many"


def test_support_sees_people_masked_and_reveals_with_a_reason_that_is_written_down(cloud: Cloud):
    driver, support = cloud.driver(), cloud.office("support")
    phone = _phone_of(cloud, driver)
    driver.put(f"/v1/vehicles/{PLATE}", {})
    cloud.database.write_now(lambda work: repository.name_driver(work.connection, driver.id, "张小明"))
    masked = {"id": driver.id, "phone_masked": f"138****{phone[-4:]}", "name_masked": "张**"}
    for said in (phone, f"+86 {phone}", PLATE, "云a·12345", driver.id):
        assert support.post("/v1/office/people/find", {"text": said})["people"] == [masked], said
    assert support.post("/v1/office/people/find", {"text": "13900000000"})["people"] == []
    seen = support.get(f"/v1/office/people/{driver.id}")
    assert seen["plates_masked"] == ["云A**345"]
    door = f"/v1/office/people/{driver.id}/revelations"
    assert code_of(support.post(door, {"what": "phone", "reason": ""}, 409)) == "reason_missing"
    for what, told in (("phone", phone), ("name", "张小明"), ("plates", PLATE)):
        assert support.post(door, {"what": what, "reason": "退款需要回电"}, 201)["told"] == [told]
    lines = cloud.office("administrator").get("/v1/office/journal", about=driver.id)["lines"]
    assert {line["user_id"] for line in lines} == {support.id}
    revealed = [line for line in lines if line["what"] == "people.revealed"]
    assert {line["details"]["what"] for line in revealed} == {"phone", "name", "plates"}
    assert [line["what"] for line in lines if line not in revealed] == ["people.seen"]
    cloud.office("finance").get(f"/v1/office/people/{driver.id}", 403)


@pytest.mark.parametrize("said", ["hello", "云A", "12345678901234567890"])
def test_support_that_types_nonsense_is_told(cloud: Cloud, said: str):
    answer = cloud.office("support").ask("/v1/office/people/find", {"text": said})
    assert answer.status_code == 422
