"""A balance goes back the way its money came; bonus falls away; what is large or came otherwise is looked at first."""

import pytest

from cloud_api.ledger import book
from cloud_api.ledger.book import Kind
from cloud_api.wallets.refunds import BalanceRefunds
from core.domain.balance_refund import Why
from core.domain.refusals.stored_value import BalanceRefundDecided
from tests.cloud_api.conftest import Cloud, DriverPhone, code_of, wait_until
from tests.cloud_api.ledger.holders import charged, faults, topped_up
from tests.cloud_api.wallets.test_top_ups import balance, rule, topped_up_online


def asked(driver: DriverPhone, status: int = 201, key: str | None = None, **which):
    return driver.post("/v1/wallet/refunds", which, status, key=key or driver.new_id())


def set_aside(cloud: Cloud, driver: DriverPhone) -> int:
    return cloud.database.read_now(lambda c: book.balance(c, Kind.WALLET_REFUNDING, driver.id))


def test_what_was_bought_just_now_goes_back_at_once_where_it_came_from(cloud: Cloud):
    rule(cloud, 3_000)
    driver = cloud.driver()
    paid = topped_up_online(cloud, driver, 50_000)
    offer = driver.get("/v1/wallet/refunds/offer")
    assert (offer["back_fen"], offer["bonus_gone_fen"], offer["needs_a_look"]) == (50_000, 3_000, False)
    key = driver.new_id()
    first = asked(driver, key=key)
    assert (first["state"], balance(driver)) == ("agreed", (0, 0))
    assert asked(driver, key=key)["id"] == key
    assert code_of(asked(driver, 409, key=key, top_up_id=paid["top_up"])) == "idempotency_key_reused"
    wait_until(
        lambda: driver.get("/v1/wallet/refunds")["refunds"][0]["state"] == "done", "the money to be back"
    )
    assert [one["amount_fen"] for one in cloud.wechat.refunds(paid["payment"])] == [50_000]
    assert set_aside(cloud, driver) == 0
    assert code_of(asked(driver, 409)) == "nothing_to_pay_back"
    assert faults(cloud) == []


def test_a_used_balance_waits_for_the_finance_office_and_may_be_refused(cloud: Cloud):
    rule(cloud, 3_000)
    station, driver = cloud.station(), cloud.driver()
    topped_up_online(cloud, driver, 60_000)
    assert charged(station, driver.get("/v1/me/code")["code"], 10_000)["state"] == "captured"
    refund = asked(driver)
    assert (refund["state"], refund["amount_fen"], refund["bonus_gone_fen"]) == ("review", 50_000, 3_000)
    assert (balance(driver), set_aside(cloud, driver)) == ((0, 0), 50_000)
    room = BalanceRefunds(cloud.database, cloud.clock, cloud.settings)
    for _ in range(2):
        # Whoever did not hear that it was done asks again; nobody else decides any more.
        cloud.database.write_now(lambda work: room.refuse(work, refund["id"], "王芳", "请到站办理"))
    with pytest.raises(BalanceRefundDecided):
        cloud.database.write_now(lambda work: room.refuse(work, refund["id"], "李敏", "请到站办理"))
    assert (balance(driver), set_aside(cloud, driver)) == ((50_000, 3_000), 0)
    again = asked(driver)
    cloud.database.write_now(lambda work: room.agree(work, again["id"], "王芳"))

    def stands() -> dict[str, str]:
        # Both were asked for in the same millisecond of the tests' clock: either may be told first.
        return {one["id"]: one["state"] for one in driver.get("/v1/wallet/refunds")["refunds"]}

    wait_until(lambda: stands()[again["id"]] == "done", "the money to be back")
    assert faults(cloud) == []


def test_cash_is_paid_out_by_hand_under_a_reference_once(cloud: Cloud):
    driver = cloud.driver()
    topped_up(cloud, driver, 10_000, 1_000)
    refund, room = asked(driver), BalanceRefunds(cloud.database, cloud.clock, cloud.settings)
    assert refund["state"] == "review"
    cloud.database.write_now(lambda work: room.agree(work, refund["id"], "王芳"))
    [item] = driver.get("/v1/wallet/refunds")["refunds"][0]["items"]
    assert item["state"] == "by_hand"
    for _ in range(2):
        cloud.database.write_now(lambda work: room.paid_by_hand(work, item["id"], "转账 20261122-1"))
    assert driver.get("/v1/wallet/refunds")["refunds"][0]["state"] == "done"
    assert faults(cloud) == []


def test_where_the_house_is_the_cause_the_law_reckons_otherwise(cloud: Cloud):
    """1000 paid and 100 given, 550 used: 500 go back, of which 50 were bonus."""
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 100_000, 10_000)
    assert charged(station, driver.get("/v1/me/code")["code"], 55_000)["state"] == "captured"
    room = BalanceRefunds(cloud.database, cloud.clock, cloud.settings)
    row = cloud.database.write_now(
        lambda work: room.begin(work, driver.id, driver.new_id(), why=Why.OF_THE_HOUSE, by="王芳")
    )
    assert (row.amount_fen, row.bonus_gone_fen, row.state) == (50_000, 5_000, "agreed")
    assert faults(cloud) == []
