"""Somebody orders, pays, is invoiced, looked at and looked up: the database and the log hold no word of who it was."""

import json
import logging
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from cloud_api.database import Work
from cloud_api.drivers import repository
from cloud_api.metadata import metadata
from cloud_api.wallets.service import Wallets
from tests.cloud_api.campaigns.plans import a_plan
from tests.cloud_api.conftest import DriverPhone, wait_until
from tests.cloud_api.invoices.conftest import Office

PHONE, PLATE, NAME = "13871234987", "云AQ7K31", "欧阳晓云"
OPENID, MAIL, CAR = "oPersonOpenid7701", "ouyang.xiao@example.cn", "珍珠白面包车"
DEVICE, AGENT, PAYER = "device-of-ouyang", "Agent-of-ouyang", "127.0.0.1"
# A plate by its ASCII, as it may be in escaped JSON; the others also as JSON escapes them.
WORDS = (PHONE, PLATE[1:], NAME, OPENID, MAIL, CAR, DEVICE, AGENT, PAYER)
NEEDLES = {word: (word.encode(), json.dumps(word)[1:-1].encode()) for word in WORDS}
# What may be plain, and why.
PLAIN = {
    ("pairing_tries", "address"): "a station's address, counted for a quarter of an hour against guessing",
    ("payments", "return_url"): "our own site's address, which here is the payer's machine",
}
# What is left, sealed, of whoever was erased, and why.
LEFT = {
    ("invoices", "title"): "accounts have to be kept with whom they name (invoices, for thirty years)",
    ("invoice_papers", "body"): "the same",
    (
        "office_journal",
        "details",
    ): "who looked at whom and why, in support's own words; the database lets it only grow",
    (
        "campaigns",
        "terms",
    ): "a plate that the house itself wrote down as its campaign's, not what the person told",
    ("campaign_versions", "terms"): "the same",
    ("coupons", "terms"): "the same",
}


@pytest.fixture
def person(office: Office) -> DriverPhone:
    """Signed in with a telephone that says what it is, with a name, a WeChat account, a car and a title."""
    cloud = office.cloud
    cloud.post("/v1/sign-in/codes", {"phone": PHONE}, 202)
    code = re.search(r"\d{6}", cloud.town.text_for(PHONE))
    assert code
    asked = {"phone": PHONE, "code": code[0], "device_id": DEVICE}
    signed_in = cloud.client.post("/v1/sign-in", json=asked, headers={"User-Agent": AGENT}).json()
    driver = DriverPhone(cloud.client, cloud.clock, signed_in["token"], signed_in["driver"]["id"])
    driver.headers |= {"User-Agent": AGENT, "X-Device-Id": DEVICE}

    def known(work: Work) -> None:
        repository.name_driver(work.connection, driver.id, NAME)
        repository.bind_openid(work.connection, driver.id, OPENID, None)

    cloud.database.write_now(known)
    driver.put(f"/v1/vehicles/{PLATE}", {"car": CAR})
    driver.put("/v1/me/consents/privacy", {"version": "2026-11"}, 204)
    return driver


def _orders(office: Office, driver: DriverPhone) -> str:
    """By WeChat with a coupon for this plate alone, and at once from the wallet; the id of the former."""
    cloud, station = office.cloud, office.station
    plan = a_plan(cloud)
    plan["terms"]["plates"] = [PLATE]
    campaign = cloud.office("operations").post("/v1/office/campaigns", plan, 201)
    coupon = driver.post(f"/v1/campaigns/{campaign['id']}/claims", None, 201, key=driver.new_id())
    quote = driver.quote(station)
    assert quote["coupon_id"] == coupon["id"]
    placing = {"quote_id": quote["id"], "plate": PLATE, "car": CAR}
    order = driver.post("/v1/orders", placing, 201, key=driver.new_id())
    payment = driver.new_id()
    paying = {"provider": "wechat", "channel": "mini_program"}
    driver.post(f"/v1/orders/{order['id']}/payments", paying, 201, key=payment)
    cloud.wechat.pay(payment)
    wait_until(lambda: driver.look(order["id"])["state"] == "reserved", "the payment's notification")
    wallets = Wallets(cloud.database, cloud.clock)
    cloud.database.write_now(
        lambda work: wallets.top_up(work, driver.new_id(), driver.id, paid_fen=20_000, bonus_fen=0)
    )
    wish = {
        "station_id": station.id, "pump": 1, "nozzle": 1, "by": "amount", "amount_fen": 20_000, "to_pay_fen": 20_000,
        "coupon_id": None, "plate": PLATE, "car": CAR,
    }  # fmt: skip
    at_once = driver.post("/v1/orders/from-wallet", wish, 201, key=driver.new_id())
    told = [one["body"] for one in station.mailbox() if one["kind"] == "order_placed"]
    assert [(body["plate"], body["car"], body["driver_phone_masked"]) for body in told] == [
        (PLATE, CAR, "138****4987")
    ] * 2
    for each in (order["id"], at_once["id"]):
        station.claim(each)
        station.tell(station.complete(each, 20_000))
    return str(order["id"])


def _papers(office: Office, driver: DriverPhone, order_id: str) -> None:
    title = {"kind": "person", "name": NAME, "email": MAIL, "phone": PHONE}
    driver.put(f"/v1/invoice-titles/{driver.new_id()}", title | {"is_default": True})
    key = driver.new_id()
    driver.post("/v1/invoices", {"orders": [order_id], "title": title}, 201, key=key)
    office.until(driver, key, "issued")
    copy_id = driver.new_id()
    driver.put(f"/v1/me/copies/{copy_id}", {}, 202)
    wait_until(lambda: driver.get("/v1/me/copies")["copies"][0]["state"] == "ready", "the copy")


def _is_looked_at(office: Office, driver: DriverPhone) -> None:
    """At a counter, by support, and by whoever answers what looked like abuse."""
    cloud, support = office.cloud, office.cloud.office("support")
    for said in (PHONE, PLATE):
        office.station.post("/v1/station/members/find", {"text": said})
        support.post("/v1/office/people/find", {"text": said})
    for what in ("phone", "name", "plates"):
        reason = {"what": what, "reason": f"{NAME}来电 {PHONE}"}
        support.post(f"/v1/office/people/{driver.id}/revelations", reason, 201)
    # Two strangers share the telephone: what the third claims with it is looked at first.
    for _ in range(3):
        other = cloud.driver()
        other.headers["X-Device-Id"] = DEVICE
        campaign = cloud.office("operations").post("/v1/office/campaigns", a_plan(cloud), 201)
        other.post(f"/v1/campaigns/{campaign['id']}/claims", None, 201, key=other.new_id())
    campaign = cloud.office("operations").post("/v1/office/campaigns", a_plan(cloud), 201)
    coupon = driver.post(f"/v1/campaigns/{campaign['id']}/claims", None, 201, key=driver.new_id())
    appeal = {"words": f"我是{NAME}，{PLATE}，电话{PHONE}"}
    driver.post(f"/v1/coupons/{coupon['id']}/appeal", appeal)
    [case] = support.get("/v1/office/abuse")["cases"]
    answer = {"lift": True, "words": f"{NAME}，已解除"}
    support.post(f"/v1/office/abuse/{case['id']}/answer", answer)


def _cells(file: Path) -> list[tuple[str, str, bytes]]:
    with sqlite3.connect(file) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = []
        for table in tables:
            rows = raw.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            names = [one[0] for one in rows.description]
            for row in rows:
                cells += [
                    (table, name, cell if isinstance(cell, bytes) else str(cell).encode())
                    for name, cell in zip(names, row, strict=True)
                    if cell is not None
                ]
    raw.close()
    return cells


def _found(content: bytes) -> list[str]:
    return [word for word, written in NEEDLES.items() if any(one in content for one in written)]


def _plain(file: Path) -> dict[tuple[str, str], list[str]]:
    return {
        (table, column): found
        for table, column, cell in _cells(file)
        if (found := _found(cell)) and (table, column) not in PLAIN
    }


def _opened(connection: Connection) -> dict[tuple[str, str], list[str]]:
    """The same with the keys: what is there of the person for whoever may open it."""
    found: dict[tuple[str, str], list[str]] = {}
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)).mappings():
            for name, cell in row.items():
                content = cell if isinstance(cell, bytes) else str(cell).encode()
                words = [word for word in _found(content) if word != PAYER]
                if words:
                    found.setdefault((table.name, str(name)), []).extend(words)
    return found


def _erases(office: Office, driver: DriverPhone) -> None:
    cloud = office.cloud
    cloud.clock.pass_seconds(61)
    cloud.post("/v1/sign-in/codes", {"phone": PHONE}, 202)
    code = re.search(r"\d{6}", cloud.town.text_for(PHONE))
    assert code
    driver.post("/v1/me/erasure", {"code": code[0]}, 204)


def test_a_busy_person_is_in_no_cell_of_the_database_and_no_line_of_the_log(
    office: Office, person: DriverPhone, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    file = Path(str(office.cloud.database.url.database))
    _papers(office, person, _orders(office, person))
    _is_looked_at(office, person)
    held = office.cloud.database.read_now(_opened)
    # The journey did leave its words, where they are sealed.
    assert {word for words in held.values() for word in words} == set(WORDS) - {PAYER}
    assert _plain(file) == {}
    with sqlite3.connect(file) as raw:
        raw.execute("VACUUM INTO ?", (str(tmp_path / "whole.db"),))
    raw.close()
    assert [word for word in _found((tmp_path / "whole.db").read_bytes()) if word != PAYER] == []
    # Not those of the test's own client, which asks for the plate's page by its address.
    lines = [one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert _found("\n".join(lines).encode()) == []

    _erases(office, person)
    left = office.cloud.database.read_now(_opened)
    assert set(left) - set(LEFT) == set()
    assert _plain(file) == {}
    bodies: list[dict[str, Any]] = [one["body"] for one in office.station.mailbox() if "plate" in one["body"]]
    assert [(body["plate"], body["car"], body["driver_phone_masked"]) for body in bodies] == [
        ("云A**K31", "", "")
    ] * 2
