"""Invoices from the asking to the papers, against a house that refuses what the tax bureau refuses."""

from functools import partial
from typing import Any

from cloud_api.invoices.nuonuo import signature
from tests.cloud_api.conftest import at_once, code_of, wait_until
from tests.cloud_api.invoices.conftest import COMPANY, PERSON, TAX_NUMBER, Office
from tests.conftest import ExpectLog


def test_the_signature_is_the_one_that_the_real_gateway_took() -> None:
    """Published by others who tried it on the live address."""
    signed = signature(
        "SECRET",
        "https://sdk.nuonuo.com/open/v1/services",
        '{"a":1}',
        app_key="APPKEY",
        senid="SENID",
        nonce="12345678",
        timestamp="1700000000",
    )
    assert signed == "7iSZiR+0g+376QEJ38xLM+3vGDs="


def test_an_order_gets_its_invoice_with_papers_once(office: Office) -> None:
    driver = office.cloud.driver()
    order_id, key = office.paid_order(driver, 20_000, filled=9_600), driver.new_id()
    body = {"orders": [order_id], "title": COMPANY, "form": "special"}
    (asked,) = driver.post("/v1/invoices", body, 201, key=key)
    assert (asked["id"], asked["amount_fen"], asked["tax_fen"]) == (key, 9_600, 1_104)
    assert driver.post("/v1/invoices", body, 201, key=key)[0]["id"] == key
    shown = office.until(driver, key, "issued")
    assert len(shown["number"]) == 20
    assert shown["papers"] == ["pdf", "xml"]
    (issued,) = office.ledger()["invoices"]
    (line,) = issued["invoiceDetail"]
    assert (issued["salerTaxNum"], issued["invoiceLine"], issued["specificFactor"]) == (TAX_NUMBER, "bs", "1")
    assert (line["num"], line["price"], line["unit"]) == ("12.29193342", "6.91150442", "升")
    assert (line["taxExcludedAmount"], line["tax"], line["taxIncludedAmount"]) == ("84.96", "11.04", "96.00")
    pdf = driver.client.get(f"/v1/invoices/{key}/pdf", headers=driver.headers)
    assert pdf.content.startswith(b"%PDF")
    again = driver.post("/v1/invoices", {"orders": [order_id], "title": PERSON}, 409, key=driver.new_id())
    assert code_of(again) == "already_invoiced"
    other = driver.post("/v1/invoices", body | {"title": PERSON}, 409, key=key)
    assert code_of(other) == "idempotency_key_reused"
    stranger = office.cloud.driver()
    assert code_of(stranger.get(f"/v1/invoices/{key}", 404)) == "invoice_not_found"
    stranger.post("/v1/invoices", {"orders": [order_id], "title": PERSON}, 404, key=stranger.new_id())


def test_many_orders_stand_on_one_invoice_and_sixteen_askers_get_one(office: Office) -> None:
    driver = office.cloud.driver()
    orders = [office.paid_order(driver, fen) for fen in (5_000, 7_810)]
    keys = [driver.new_id() for _ in range(16)]

    def ask(key: str) -> Any:
        return driver.ask("/v1/invoices", {"orders": orders, "title": PERSON}, key)

    answers = at_once([partial(ask, key) for key in keys])
    won = [key for key, answer in zip(keys, answers, strict=True) if answer.status_code == 201]
    assert len(won) == 1
    assert {answer.status_code for answer in answers} == {201, 409}
    assert office.until(driver, won[0], "issued")["amount_fen"] == 12_810
    assert len(office.ledger()["invoices"]) == 1


def test_what_cannot_be_invoiced_says_why(office: Office) -> None:
    driver = office.cloud.driver()
    waiting = driver.order(office.station)["id"]
    key = driver.new_id()
    no = driver.post("/v1/invoices", {"orders": [waiting], "title": PERSON}, 409, key=key)
    assert code_of(no) == "not_yet_invoiceable"
    wrong = COMPANY | {"tax_number": "91330106MA2AYNWD8X"}
    assert (
        code_of(driver.post("/v1/invoices", {"orders": [], "title": wrong}, 422, key=key))
        == "tax_number_unfit"
    )
    assert code_of(driver.post("/v1/invoices", {"title": PERSON}, 409, key=key)) == "nothing_to_invoice"
    paid = office.paid_order(driver)
    special = {"orders": [paid], "title": PERSON, "form": "special"}
    assert code_of(driver.post("/v1/invoices", special, 409, key=key)) == "special_invoice_unfit"


def test_titles_are_kept_and_used(office: Office) -> None:
    driver = office.cloud.driver()
    title_id = driver.new_id()
    (kept,) = driver.put(f"/v1/invoice-titles/{title_id}", COMPANY)
    assert (kept["is_default"], kept["tax_number"]) == (True, COMPANY["tax_number"])
    driver.put(f"/v1/invoice-titles/{driver.new_id()}", PERSON | {"is_default": True})
    assert [one["name"] for one in driver.get("/v1/invoice-titles")] == ["王小明", "昆明物流有限公司"]
    body = {"orders": [office.paid_order(driver)], "title_id": title_id}
    (asked,) = driver.post("/v1/invoices", body, 201, key=driver.new_id())
    assert asked["buyer"] == COMPANY["name"]
    driver.delete(f"/v1/invoice-titles/{title_id}")
    gone = driver.post("/v1/invoices", body, 404, key=driver.new_id())
    assert code_of(gone) == "invoice_title_not_found"


def test_a_receipt_is_scanned_and_invoiced_without_signing_in(office: Office) -> None:
    """Fuel and goods on papers of their own; the amount proves the receipt."""
    sale, cloud = office.sale(), office.cloud
    address = f"/v1/receipts/{office.station.id}/{sale['sale_id']}"
    assert code_of(cloud.get(address, 404, amount_fen=10_401)) == "receipt_not_found"
    found = cloud.get(address, amount_fen=10_400)
    assert (found["amount_fen"], found["is_invoiced"], len(found["lines"])) == (10_400, False, 2)
    key = office.station.new_id()
    answer = cloud.client.post(
        f"{address}/invoice", json={"amount_fen": 10_400, "title": COMPANY}, headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 201, answer.text
    fuel, goods = answer.json()
    assert (fuel["id"], fuel["amount_fen"], goods["amount_fen"]) == (key, 10_000, 400)
    assert goods["lines"][0]["name"] == "*软饮料*矿泉水550ml"
    for one in (fuel, goods):
        office.until(cloud, one["id"], "issued")
    assert cloud.get(address, amount_fen=10_400)["is_invoiced"]
    again = cloud.client.post(
        f"{address}/invoice",
        json={"amount_fen": 10_400, "title": PERSON},
        headers={"Idempotency-Key": office.station.new_id()},
    )
    assert code_of(again.json()) == "already_invoiced"


def test_the_page_behind_the_code_makes_the_invoice(office: Office) -> None:
    sale, client = office.sale(), office.cloud.client
    code = {"s": office.station.id, "n": sale["sale_id"], "a": "104.00"}
    page = client.get("/i", params=code, headers={"Accept-Language": "zh-CN"})
    assert "开具发票" in page.text
    assert "*软饮料*矿泉水550ml" in page.text
    assert client.get("/i", params=code | {"a": "104.01"}).status_code == 404
    assert client.get("/i", params=code | {"a": "²04"}).status_code == 404
    wrong = client.post("/i", params=code, data={"kind": "company", "name": "<b>公司", "tax_number": "1"})
    assert (wrong.status_code, "<b>" in wrong.text) == (409, False)
    form = {"kind": "company", "name": "<b>昆明物流", "tax_number": COMPANY["tax_number"]}
    made = client.post("/i", params=code, data=form)
    ids = made.headers["location"].removeprefix("i/").split("-")
    assert (made.status_code, len(ids)) == (303, 2)
    for one in ids:
        office.until(office.cloud, one, "issued")
    shown = client.get(f"/i/{'-'.join(ids)}").text
    assert shown.count("/pdf") == 2
    assert "<b>" not in shown
    assert "开具发票" not in client.get("/i", params=code).text


def test_what_is_given_back_turns_its_invoice_red_and_the_rest_is_invoiced_anew(office: Office) -> None:
    sale, driver = office.sale(), office.cloud.driver()
    receipt = {"station_id": office.station.id, "sale_id": sale["sale_id"], "amount_fen": 10_400}
    fuel, goods = driver.post(
        "/v1/invoices", {"receipts": [receipt], "title": PERSON}, 201, key=driver.new_id()
    )
    office.until(driver, goods["id"], "issued")
    office.until(driver, fuel["id"], "issued")
    office.refund(sale, 1, 200)
    reversed_one = office.until(driver, goods["id"], "reversed")
    rest = office.until(driver, reversed_one["followed_by"], "issued")
    assert (rest["amount_fen"], rest["buyer"]) == (200, "王小明")
    assert reversed_one["papers"] == ["pdf", "red-pdf", "red-xml", "xml"]
    assert driver.get(f"/v1/invoices/{fuel['id']}")["state"] == "issued"
    (red,) = office.ledger()["reds"]
    assert (red["reason"], red["invoiceDetail"][0]["taxIncludedAmount"]) == ("1", "-4.00")
    office.refund(sale, 1, 200)
    office.until(driver, rest["id"], "reversed")
    assert len(office.ledger()["reds"]) == 2


def test_fuel_that_the_stock_does_not_cover_waits_and_is_issued_later(office: Office) -> None:
    driver = office.cloud.driver()
    office.stock(5)
    key = driver.new_id()
    driver.post("/v1/invoices", {"orders": [office.paid_order(driver)], "title": PERSON}, 201, key=key)
    # It waits from the start; why, is known once the house was asked.
    wait_until(lambda: office.until(driver, key, "waiting")["failure"], "the house's answer")
    assert "库存不足" in office.until(driver, key, "waiting")["failure"]
    office.stock(50_000)
    office.cloud.clock.pass_seconds(3_600)
    assert office.until(driver, key, "issued")["failure"] is None


def test_a_lost_answer_makes_no_second_invoice(office: Office, expected_log: ExpectLog) -> None:
    driver = office.cloud.driver()
    expected_log("the house said nothing")
    for behaviour in ("drop_after", "drop_before"):
        office.house.next(behaviour, path_contains="requestBillingNew")
        key = driver.new_id()
        driver.post("/v1/invoices", {"orders": [office.paid_order(driver)], "title": PERSON}, 201, key=key)
        office.until(driver, key, "issued")
    assert len(office.ledger()["invoices"]) == 2


def test_the_finance_office_hands_in_again_and_takes_back(office: Office, expected_log: ExpectLog) -> None:
    driver, finance = office.cloud.driver(), office.cloud.office("finance")
    expected_log("failed")
    office.house.next("system_error", path_contains="requestBillingNew")
    key, order_id = driver.new_id(), office.paid_order(driver)
    driver.post("/v1/invoices", {"orders": [order_id], "title": PERSON}, 201, key=key)
    assert "E9999" in office.until(driver, key, "failed")["failure"]
    assert [one["id"] for one in finance.get("/v1/office/invoices", state="failed")] == [key]
    finance.post(f"/v1/office/invoices/{key}/tries")
    office.until(driver, key, "issued")
    driver.post(f"/v1/invoices/{key}/deliveries", {"email": "me@example.cn"}, 204)
    assert office.ledger()["invoices"][-1]["delivered"] == ["me@example.cn"]
    finance.post(f"/v1/office/invoices/{key}/red", {"reason": "mistake"})
    taken = office.until(driver, key, "reversed")
    assert (len(taken["red_number"]), taken["followed_by"]) == (20, None)
    driver.post("/v1/invoices", {"orders": [order_id], "title": COMPANY}, 201, key=driver.new_id())
    driver.post(f"/v1/office/invoices/{key}/red", {"reason": "mistake"}, 401)
