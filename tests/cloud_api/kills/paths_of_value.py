"""Balances, cards, coupons, what stations are owed, and the papers of all that: to and fro between people and the house."""

from collections.abc import Callable
from typing import Any

from cloud_api.recharge_cards.batches import CardBatches
from tests.cloud_api.campaigns.plans import a_plan
from tests.cloud_api.conftest import DriverPhone, Someone
from tests.cloud_api.invoices.conftest import PERSON
from tests.cloud_api.kills.world import World
from tests.cloud_api.ledger.holders import a_card, charged, given_points, topped_up
from tests.cloud_api.wallets.test_top_ups import balance, begun, placed, rule, state_of

_BONUS = 3_000


def _topped_up_online(world: World, driver: DriverPhone, fen: int) -> str:
    """The payment that paid it."""
    top_up = placed(driver, fen)
    payment_id = begun(driver, top_up["id"])
    world.wechat.pay(payment_id)
    world.until(lambda: state_of(driver, top_up["id"]) == "paid", "the top-up")
    return payment_id


def a_balance_is_topped_up_with_its_bonus(world: World) -> None:
    rule_id = rule(world.cloud, _BONUS)
    driver = world.driver()
    world.begin()
    payment_id = _topped_up_online(world, driver, 50_000)
    assert balance(driver) == (50_000, _BONUS)
    assert world.wechat.payment(payment_id)["refunded_fen"] == 0
    _stop(world, rule_id)


def a_balance_is_topped_up_too_late(world: World) -> None:
    driver = world.driver()
    world.begin()
    top_up = placed(driver, 20_000)
    payment_id = begun(driver, top_up["id"])
    world.clock.pass_seconds(3_600)
    world.until(lambda: state_of(driver, top_up["id"]) == "closed", "it closes")
    world.wechat.pay(payment_id, even_if_closed=True)

    def is_somewhere() -> bool:
        back = world.wechat.payment(payment_id)["refunded_fen"]
        return bool(back + balance(driver)[0] == 20_000)

    world.until(is_somewhere, "the money is in the wallet or goes back")


def a_balance_goes_back_by_itself(world: World) -> None:
    rule_id = rule(world.cloud, _BONUS)
    driver = world.driver()
    payment_id = _topped_up_online(world, driver, 50_000)
    world.begin()
    refund = driver.post("/v1/wallet/refunds", {}, 201, key=driver.new_id())
    assert refund["id"]
    world.until(lambda: driver.get("/v1/wallet/refunds")["refunds"][0]["state"] == "done", "it is back")
    assert [one["amount_fen"] for one in world.wechat.refunds(payment_id)] == [50_000]
    assert balance(driver) == (0, 0)
    _stop(world, rule_id)


def a_balance_goes_back_after_a_look_and_by_hand(world: World) -> None:
    driver, finance = world.driver(), world.cloud.office("finance")
    topped_up(world.cloud, driver, 10_000, 1_000)
    world.begin()
    refund = driver.post("/v1/wallet/refunds", {}, 201, key=driver.new_id())
    assert refund["state"] == "review"
    path = f"/v1/office/wallet-refunds/{refund['id']}/decision"
    assert finance.post(path, {"decision": "agree"})["state"] == "agreed"
    [item] = driver.get("/v1/wallet/refunds")["refunds"][0]["items"]
    finance.post(f"/v1/office/wallet-refund-items/{item['id']}/payout", {"reference": "转账 1"})
    assert driver.get("/v1/wallet/refunds")["refunds"][0]["state"] == "done"
    assert balance(driver) == (0, 0)


def a_balance_is_refused_to_go_back(world: World) -> None:
    driver, finance = world.driver(), world.cloud.office("finance")
    topped_up(world.cloud, driver, 10_000, 1_000)
    world.begin()
    refund = driver.post("/v1/wallet/refunds", {}, 201, key=driver.new_id())
    path = f"/v1/office/wallet-refunds/{refund['id']}/decision"
    assert finance.post(path, {"decision": "refuse", "note": "请到站办理"})["state"] == "refused"
    assert balance(driver) == (10_000, 1_000)


def a_batch_of_cards_is_sold_and_put_into_a_wallet(world: World) -> None:
    finance, driver = world.cloud.office("finance"), world.driver()
    desk, batch_id = CardBatches(world.clock), finance.new_id()
    planned = {"batch_id": batch_id, "title": "店庆", "face_fen": 10_000, "count": 2}
    world.begin()
    finance.post("/v1/office/cards/batches", planned, 201)
    # That the codes are told takes a second person and happens once; it is done apart, on the same books.
    first, second = world.cloud.database.write_now(lambda work: desk.export(work, batch_id, "王芳"))
    sold = finance.post(f"/v1/office/cards/{first.number}/activate", {})
    assert sold["balance_fen"] == 10_000
    finance.post(f"/v1/office/cards/batches/{batch_id}/activate", {})
    report = finance.get(f"/v1/office/cards/batches/{batch_id}")
    assert (report["sold"], report["sold_fen"]) == (2, 20_000)
    for card in (first, second):
        redeemed = driver.post("/v1/wallet/card-redemptions", {"code": card.code})
        assert redeemed["redeemed_fen"] == 10_000
    assert balance(driver) == (20_000, 0)


def a_lost_card_has_a_successor(world: World) -> None:
    finance, card = world.cloud.office("finance"), a_card(world.cloud, 10_000)
    world.begin()
    finance.post(f"/v1/office/cards/{card.number}/freeze")
    answer = finance.ask(f"/v1/office/cards/{card.number}/replace")
    # Its code is told once: who did not hear it has that one replaced in turn.
    assert answer.status_code in (200, 409), answer.text
    report = finance.get(f"/v1/office/cards/{card.number}")
    assert (report["state"], report["balance_fen"]) == ("replaced", 0)


def coupons_are_claimed_for_points(world: World) -> None:
    office, driver = world.cloud.office("operations"), world.driver()
    given_points(world.cloud, driver, 500)
    campaign = office.post("/v1/office/campaigns", a_plan(world.cloud, points_price=300), 201)
    path, key = f"/v1/campaigns/{campaign['id']}/claims", driver.new_id()
    world.begin()
    coupon = driver.post(path, None, 201, key=key)
    assert driver.post(path, None, 201, key=key) == coupon
    assert driver.get("/v1/me/points")["points"] == 200
    assert len(driver.get("/v1/coupons")["coupons"]) == 1


def a_coupon_comes_by_code_gift_and_share(world: World) -> None:
    office, driver, friend = world.cloud.office("operations"), world.driver(), world.driver()

    def added(**plan: Any) -> str:
        made = office.post("/v1/office/campaigns", a_plan(world.cloud, **plan), 201)
        return f"/v1/office/campaigns/{made['id']}"

    codes, gifts, shares = added(way="code", stock=5), added(way="gift"), added(way="share", friends=1)
    world.begin()
    made = office.post(f"{codes}/batches", {"count": 1}, 201)
    mine = driver.post("/v1/coupons/codes", {"code": made["codes"][0]}, 201)
    gift = office.ask(f"{gifts}/gifts", {"driver_id": driver.id, "occasion": "加错油致歉"})
    # Whoever did not hear that it was given asks again, and is told that it was.
    assert gift.status_code in (201, 409), gift.text
    share = driver.ask(f"{shares.replace('/office', '')}/shares")
    # A link is told once: who did not hear it has used up the one link of this campaign.
    if share.status_code != 409:
        token = share.json()["token"]
        friend.post(f"/v1/campaign-shares/{token}/claims", None, 201, key=friend.new_id())
    owned = driver.get("/v1/coupons")["coupons"]
    assert mine["id"] in {one["id"] for one in owned}
    taken = 0 if share.status_code == 409 else 1
    assert (len(owned), len(friend.get("/v1/coupons")["coupons"])) == (2, taken)


def a_station_is_paid_what_it_is_owed(world: World) -> None:
    finance, driver, station = world.cloud.office("finance"), world.driver(), world.station
    topped_up(world.cloud, driver, 20_000)
    charged(station, driver.get("/v1/me/code")["code"], 15_000)
    owed = _owed(finance, station.id)
    payout, key = {"amount_fen": 12_000, "reference": "转账 1"}, finance.new_id()
    world.begin()
    paid = finance.post(f"/v1/office/receivables/{station.id}/payouts", payout, 201, key=key)
    assert paid["owed_fen"] == _owed(finance, station.id) == owed - 12_000


def points_are_given_by_hand(world: World) -> None:
    finance, driver = world.cloud.office("finance"), world.driver()
    world.begin()
    given = {"points": 50, "why": "补偿"}
    finance.post(f"/v1/office/drivers/{driver.id}/points", given, 204, key=finance.new_id())
    assert driver.get("/v1/me/points")["points"] == 50


def an_order_is_invoiced_and_the_invoice_turned_red(world: World) -> None:
    driver, finance = world.driver(), world.cloud.office("finance")
    order_id = str(driver.order(world.station)["id"])
    topped_up(world.cloud, driver, 20_000)
    parts = {"parts": [{"tender": "wallet", "amount_fen": 20_000}]}
    driver.post(f"/v1/orders/{order_id}/payments", parts, 201, key=driver.new_id())
    world.station.claim(order_id)
    world.station.tell(world.station.complete(order_id, 20_000, 25_608))
    before = len(world.house.ledger()["invoices"])
    key = driver.new_id()
    world.begin()
    driver.post("/v1/invoices", {"orders": [order_id], "title": PERSON}, 201, key=key)
    world.until(lambda: driver.get(f"/v1/invoices/{key}")["state"] == "issued", "it is issued")
    finance.post(f"/v1/office/invoices/{key}/red", {"reason": "mistake"})
    world.until(lambda: driver.get(f"/v1/invoices/{key}")["state"] == "reversed", "it is reversed")
    ledger = world.house.ledger()
    assert len(ledger["invoices"]) == before + 1
    assert len(ledger["reds"]) == before + 1


def _owed(finance: Someone, station_id: str) -> int:
    rows = finance.get("/v1/office/receivables")["stations"]
    return int(next(one["owed_fen"] for one in rows if one["station_id"] == station_id))


def _stop(world: World, rule_id: str) -> None:
    world.cloud.office("finance").delete(f"/v1/office/wallet/bonus-rules/{rule_id}")


PATHS: tuple[Callable[[World], None], ...] = (
    a_balance_is_topped_up_with_its_bonus,
    a_balance_is_topped_up_too_late,
    a_balance_goes_back_by_itself,
    a_balance_goes_back_after_a_look_and_by_hand,
    a_balance_is_refused_to_go_back,
    a_batch_of_cards_is_sold_and_put_into_a_wallet,
    a_lost_card_has_a_successor,
    coupons_are_claimed_for_points,
    a_coupon_comes_by_code_gift_and_share,
    a_station_is_paid_what_it_is_owed,
    points_are_given_by_hand,
    an_order_is_invoiced_and_the_invoice_turned_red,
)
