"""Topping up: promised with its bonus, paid at a provider, in the wallet once; and within what one person may keep."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from cloud_api.stations.tables import stations
from cloud_api.wallets.service import Wallets, draw
from cloud_api.wallets.top_ups import TopUps
from core.domain.money import Money
from core.domain.top_up import BonusRule
from tests.cloud_api.conftest import Cloud, DriverPhone, at_once, code_of, wait_until
from tests.cloud_api.ledger.holders import charged, faults


def rooms(cloud: Cloud) -> TopUps:
    wallets = Wallets(cloud.database, cloud.clock)
    return TopUps(cloud.database, cloud.clock, cloud.settings, wallets)


def rule(cloud: Cloud, bonus_fen: int, *, threshold_fen: int = 50_000, once: bool = False) -> str:
    now, room = cloud.clock.now(), rooms(cloud)
    new = BonusRule(
        room.new_rule_id(),
        "充500送30",
        now,
        now + timedelta(days=7),
        threshold=Money(threshold_fen),
        bonus=Money(bonus_fen),
        once=once,
    )
    return cloud.database.write_now(lambda work: room.add_rule(work, new))


def placed(driver: DriverPhone, amount_fen: int, status: int = 201, key: str | None = None, **more):
    asked = {"amount_fen": amount_fen, **more}
    return driver.post("/v1/wallet/top-ups", asked, status, key=key or driver.new_id())


def begun(driver: DriverPhone, top_up_id: str, status: int = 201) -> str:
    payment_id = driver.new_id()
    asked = {"provider": "wechat", "channel": "h5"}
    driver.post(f"/v1/wallet/top-ups/{top_up_id}/payments", asked, status, key=payment_id)
    return payment_id


def topped_up_online(cloud: Cloud, driver: DriverPhone, amount_fen: int) -> dict[str, str]:
    """A paid top-up and the payment that paid it."""
    top_up = placed(driver, amount_fen)
    payment_id = begun(driver, top_up["id"])
    cloud.wechat.pay(payment_id)
    wait_until(lambda: state_of(driver, top_up["id"]) == "paid", "the top-up to be paid")
    return {"top_up": top_up["id"], "payment": payment_id}


def state_of(driver: DriverPhone, top_up_id: str) -> str:
    return str(driver.get(f"/v1/wallet/top-ups/{top_up_id}")["state"])


def balance(driver: DriverPhone) -> tuple[int, int]:
    seen = driver.get("/v1/me/wallet")
    return seen["principal_fen"], seen["bonus_fen"]


def test_paid_money_and_its_bonus_are_in_the_wallet_once_and_on_the_statement(cloud: Cloud):
    rule(cloud, 3_000)
    driver = cloud.driver()
    assert driver.get("/v1/wallet/top-ups/offer")["rules"][0]["bonus_fen"] == 3_000
    key = driver.new_id()
    top_up = placed(driver, 50_000, key=key)
    assert (top_up["id"], top_up["bonus_fen"], top_up["state"]) == (key, 3_000, "pending")
    assert placed(driver, 50_000, key=key) == top_up
    assert code_of(placed(driver, 50_001, 409, key=key)) == "idempotency_key_reused"
    payment_id = begun(driver, key)
    cloud.wechat.pay(payment_id)
    wait_until(lambda: state_of(driver, key) == "paid", "the top-up to be paid")
    cloud.wechat.notify_again(payment_id)
    assert balance(driver) == (50_000, 3_000)
    page = driver.get("/v1/me/wallet/statement", limit=1)
    rest = driver.get("/v1/me/wallet/statement", limit=5, before=page["next_before"])
    told = [(one["of"], one["amount_fen"]) for one in page["entries"] + rest["entries"]]
    assert sorted(told) == [("bonus", 3_000), ("principal", 50_000)]
    assert rest["next_before"] is None
    assert {lot["source"] for lot in driver.get("/v1/me/wallet/lots")["lots"]} == {"online"}
    assert code_of(driver.post(f"/v1/wallet/top-ups/{key}/payments", PAY, 409, key=driver.new_id())) == (
        "top_up_closed"
    )
    assert code_of(cloud.driver().get(f"/v1/wallet/top-ups/{key}", 404)) == "top_up_not_found"
    assert faults(cloud) == []


PAY = {"provider": "wechat", "channel": "h5"}


def test_money_that_comes_after_its_time_goes_back_by_itself_and_the_bonus_is_free_again(cloud: Cloud):
    rule(cloud, 3_000, once=True)
    driver = cloud.driver()
    top_up = placed(driver, 50_000)
    assert placed(driver, 50_000)["bonus_fen"] == 0
    payment_id = begun(driver, top_up["id"])
    cloud.clock.pass_seconds(cloud.settings.unpaid_order_seconds)
    wait_until(lambda: state_of(driver, top_up["id"]) == "closed", "the top-up to end")
    cloud.wechat.pay(payment_id, even_if_closed=True)
    wait_until(lambda: cloud.wechat.refunds(payment_id), "the money to go back")
    assert balance(driver) == (0, 0)
    assert placed(driver, 50_000)["bonus_fen"] == 3_000


def test_nobody_keeps_more_than_the_law_has_it(either_cloud: Cloud):
    cloud = either_cloud
    driver = cloud.driver()
    placed(driver, 60_000)
    refused = placed(driver, 40_001, 409)
    assert code_of(refused) == "prepaid_limit_reached"
    assert refused["error"]["data"] == {"limit_fen": 100_000, "room_fen": 40_000}
    answers = at_once(
        [partial(driver.ask, "/v1/wallet/top-ups", {"amount_fen": 40_000}, driver.new_id())] * 1
    )
    assert [answer.status_code for answer in answers] == [201]
    another = cloud.driver()
    tries = [
        partial(another.ask, "/v1/wallet/top-ups", {"amount_fen": 30_000}, another.new_id())
        for _ in range(16)
    ]
    assert [answer.status_code for answer in at_once(tries)].count(201) == 3
    room = rooms(cloud)
    cloud.database.write_now(lambda work: room.register(work, driver.id, "王芳"))
    assert placed(driver, 400_000)["state"] == "pending"
    assert code_of(placed(driver, 1, 409)) == "prepaid_limit_reached"


def test_stored_value_of_one_company_is_not_spent_at_another(cloud: Cloud):
    mine, other, driver = cloud.station(), cloud.station(), cloud.driver()
    cloud.database.write_now(
        lambda work: work.connection.execute(
            update(stations).where(stations.c.id == other.id).values(entity="north")
        )
    )
    room = Wallets(cloud.database, cloud.clock)
    cloud.database.write_now(
        lambda work: room.top_up(work, driver.new_id(), driver.id, paid_fen=100, entity="north")
    )
    assert charged(mine, driver.get("/v1/me/code")["code"], 100)["reason"] == "balance_short"
    assert charged(other, driver.get("/v1/me/code")["code"], 100)["state"] == "captured"
    assert faults(cloud) == []


@pytest.mark.parametrize("amount_fen", [0, -1, 10_000_001])
def test_what_is_no_amount_is_refused(cloud: Cloud, amount_fen: int):
    placed(cloud.driver(), amount_fen, 422)


def test_a_draw_says_what_is_left(cloud: Cloud):
    driver = cloud.driver()
    room = Wallets(cloud.database, cloud.clock)
    cloud.database.write_now(
        lambda work: room.top_up(work, driver.new_id(), driver.id, paid_fen=70, bonus_fen=50)
    )

    def drawn() -> tuple[int, int, int]:
        with cloud.database.writing_engine.connect() as connection:
            taken = draw(connection, driver.id, 100, payment_id=driver.new_id())
            connection.rollback()
        return taken.principal_fen, taken.bonus_fen, taken.left_fen

    assert drawn() == (70, 30, 20)
