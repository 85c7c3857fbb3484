"""Prepaid money is invoiced once: when it is paid in, or when it is spent."""

import pytest

from cloud_api.wallets.refunds import BalanceRefunds
from cloud_api.wallets.service import Wallets
from tests.cloud_api.conftest import DriverPhone, code_of, wait_until
from tests.cloud_api.invoices.conftest import PERSON, Office, invoices_top_ups


def _topped_up(office: Office, driver: DriverPhone, fen: int) -> str:
    top_up = driver.post("/v1/wallet/top-ups", {"amount_fen": fen}, 201, key=driver.new_id())
    payment_id = driver.new_id()
    driver.post(
        f"/v1/wallet/top-ups/{top_up['id']}/payments",
        {"provider": "wechat", "channel": "h5"},
        201,
        key=payment_id,
    )
    office.cloud.wechat.pay(payment_id)
    wait_until(
        lambda: driver.get(f"/v1/wallet/top-ups/{top_up['id']}")["state"] == "paid", "the top-up to be paid"
    )
    return str(top_up["id"])


def _filled_from_wallet(office: Office, driver: DriverPhone, fen: int) -> str:
    order_id = str(driver.order(office.station, amount_fen=fen)["id"])
    parts = [{"tender": "wallet", "amount_fen": fen}]
    driver.post(f"/v1/orders/{order_id}/payments", {"parts": parts}, 201, key=driver.new_id())
    office.station.claim(order_id)
    office.station.tell(office.station.complete(order_id, fen, fen * 10_000 // 7_810))
    return order_id


@pytest.mark.parametrize("bonus_fen", [0, 4_000])
def test_what_a_wallet_buys_is_invoiced_without_its_bonus(office: Office, bonus_fen: int) -> None:
    driver = office.cloud.driver()
    wallets: Wallets = office.cloud.database.read_now(
        lambda _c: Wallets(office.cloud.database, office.cloud.clock)
    )
    office.cloud.database.write_now(
        lambda work: wallets.top_up(work, driver.new_id(), driver.id, paid_fen=20_000, bonus_fen=bonus_fen)
    )
    order_id = _filled_from_wallet(office, driver, 20_000 + bonus_fen)
    (asked,) = driver.post("/v1/invoices", {"orders": [order_id], "title": PERSON}, 201, key=driver.new_id())
    assert asked["amount_fen"] == 20_000
    assert [line["gross_fen"] for line in asked["lines"]] == [20_000 + bonus_fen] + [-bonus_fen] * bool(
        bonus_fen
    )
    office.until(driver, asked["id"], "issued")


def test_money_invoiced_when_paid_in_is_not_invoiced_when_spent_and_its_invoice_goes_with_it(
    office: Office,
) -> None:
    driver = office.cloud.driver()
    top_up_id = _topped_up(office, driver, 50_000)
    no = driver.post("/v1/invoices", {"top_ups": [top_up_id], "title": PERSON}, 409, key=driver.new_id())
    assert code_of(no) == "top_up_not_invoiceable"
    office.cloud.database.write_now(invoices_top_ups)
    (asked,) = driver.post(
        "/v1/invoices", {"top_ups": [top_up_id], "title": PERSON}, 201, key=driver.new_id()
    )
    assert (asked["amount_fen"], asked["tax_fen"], asked["lines"][0]["tax_rate"]) == (50_000, 0, "不征税")
    office.until(driver, asked["id"], "issued")
    order_id = _filled_from_wallet(office, driver, 20_000)
    spent = driver.post("/v1/invoices", {"orders": [order_id], "title": PERSON}, 409, key=driver.new_id())
    assert code_of(spent) == "nothing_to_invoice"
    refund = driver.post("/v1/wallet/refunds", {}, 201, key=driver.new_id())
    room = BalanceRefunds(office.cloud.database, office.cloud.clock, office.cloud.settings)
    office.cloud.database.write_now(lambda work: room.agree(work, refund["id"], "王芳"))
    taken = office.until(driver, asked["id"], "reversed")
    assert office.until(driver, taken["followed_by"], "issued")["amount_fen"] == 20_000
