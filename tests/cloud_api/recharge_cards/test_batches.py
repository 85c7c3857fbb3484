"""Recharge cards from the factory to the end: told once, sold, put into wallets once, replaced, prolonged, reckoned up."""

from functools import partial

import pytest
from sqlalchemy import select

from cloud_api.recharge_cards.batches import CardBatches, PrintedCard
from cloud_api.recharge_cards.tables import card_sales, recharge_cards
from core.domain.refusals.payments import RechargeCardNotFound
from core.domain.refusals.stored_value import (
    CardBatchExported,
    CardBatchNotExported,
    CardBuyerNeeded,
    RechargeCardUnfit,
)
from tests.cloud_api.conftest import Cloud, DriverPhone, at_once, code_of
from tests.cloud_api.ledger.holders import a_card, charged, faults, frozen, refunded

YEAR_SECONDS = 366 * 24 * 3600


def desk(cloud: Cloud) -> CardBatches:
    return CardBatches(cloud.clock)


def sold(cloud: Cloud, face_fen: int, **batch) -> PrintedCard:
    """A sold card of a batch of its own."""
    room, batch_id = desk(cloud), cloud.driver().new_id()

    def make(work) -> PrintedCard:
        room.plan_batch(work, batch_id, "店庆", face_fen, 1, **batch)
        [card] = room.export(work, batch_id, "王芳")
        room.activate(work, card.number)
        return card

    return cloud.database.write_now(make)


def redeem(driver: DriverPhone, code: str, status: int = 200, device: str = ""):
    headers = {**driver.headers, "X-Device-Id": device} if device else driver.headers
    answer = driver.client.post("/v1/wallet/card-redemptions", json={"code": code}, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_codes_are_told_once_and_only_then_the_cards_are_sold(cloud: Cloud):
    room, batch_id = desk(cloud), cloud.driver().new_id()
    run = cloud.database.write_now
    planned = run(lambda work: room.plan_batch(work, batch_id, "店庆", 100_000, 10))
    assert run(lambda work: room.plan_batch(work, batch_id, "店庆", 100_000, 10)) == planned
    with pytest.raises(CardBatchNotExported):
        run(lambda work: room.activate_batch(work, batch_id, buyer="赵敏", by="王芳"))
    printed = run(lambda work: room.export(work, batch_id, "王芳"))
    assert len({card.code for card in printed}) == 10
    with pytest.raises(CardBatchExported):
        run(lambda work: room.export(work, batch_id, "王芳"))
    with pytest.raises(CardBuyerNeeded):
        run(lambda work: room.activate_batch(work, batch_id, buyer=None, by="王芳"))
    run(lambda work: room.activate(work, printed[0].number))
    assert run(lambda work: room.activate_batch(work, batch_id, buyer="赵敏", by="王芳")) == 9
    assert run(lambda work: room.activate_batch(work, batch_id, buyer=None, by="王芳")) == 0
    told = cloud.database.read_now(lambda c: str(c.execute(select(recharge_cards)).all()))
    assert not any(card.code in told for card in printed)
    raw = cloud.database.read_now(lambda c: str(c.exec_driver_sql("SELECT * FROM card_sales").all()))
    assert "赵敏" not in raw
    assert [row.buyer for row in cloud.database.read_now(lambda c: c.execute(select(card_sales)).all())] == [
        None,
        "赵敏",
    ]


def test_a_card_goes_into_a_wallet_once_and_the_report_knows_it(cloud: Cloud):
    station, driver, another = cloud.station(), cloud.driver(), cloud.driver()
    card = a_card(cloud, 10_000)
    assert charged(station, card.code, 2_500)["state"] == "captured"
    assert redeem(driver, card.code) == {"card_number": card.number, "redeemed_fen": 7_500}
    assert redeem(driver, card.code.lower())["redeemed_fen"] == 7_500
    assert code_of(redeem(another, card.code, 409)) == "recharge_card_unfit"
    assert driver.get("/v1/me/wallet")["principal_fen"] == 7_500
    room = desk(cloud)
    [batch] = cloud.database.read_now(room.batches)
    _batch, figures = cloud.database.read_now(lambda c: room.report(c, batch.id))
    assert (figures.sold_fen, figures.spent_fen, figures.redeemed_fen, figures.outstanding_fen) == (
        10_000,
        2_500,
        7_500,
        0,
    )
    assert faults(cloud) == []


def test_sixteen_phones_at_once_for_one_card(either_cloud: Cloud):
    cloud = either_cloud
    card, drivers = a_card(cloud, 10_000), [cloud.driver() for _ in range(4)]

    def tried(driver: DriverPhone) -> int:
        return driver.ask("/v1/wallet/card-redemptions", {"code": card.code}).status_code

    answers = at_once([partial(tried, drivers[turn % 4]) for turn in range(16)])
    assert sorted(answers) == [200] * 4 + [409] * 12
    assert sorted(driver.get("/v1/me/wallet")["balance_fen"] for driver in drivers) == [0, 0, 0, 10_000]
    assert faults(cloud) == []


def test_a_wallet_takes_no_more_than_a_person_may_keep(cloud: Cloud):
    driver, first, second = cloud.driver(), a_card(cloud, 60_000), a_card(cloud, 60_000)
    redeem(driver, first.code)
    assert code_of(redeem(driver, second.code, 409)) == "prepaid_limit_reached"
    assert charged(cloud.station(), second.code, 60_000)["state"] == "captured"


def test_who_guesses_waits_by_person_and_by_device_and_longer_each_time(cloud: Cloud):
    card, driver, another = a_card(cloud, 10_000), cloud.driver(), cloud.driver()
    for number in range(10):
        assert code_of(redeem(driver, f"YC{number:018d}", 404, "phone-1")) == "recharge_card_not_found"
    assert redeem(driver, card.code, 429)["error"]["data"]["retry_after_seconds"] == 900
    redeem(another, card.code, 429, "phone-1")
    cloud.clock.pass_seconds(900)
    for number in range(10):
        redeem(driver, f"YC{number:018d}", 404)
    assert redeem(driver, card.code, 429)["error"]["data"]["retry_after_seconds"] == 3600
    assert redeem(another, card.code, 200, "phone-1")["redeemed_fen"] == 10_000


def test_a_lost_cards_value_and_its_refunds_are_the_successors(cloud: Cloud):
    station, card, room = cloud.station(), a_card(cloud, 10_000), desk(cloud)
    payment_id = station.new_id()
    charged(station, card.code, 4_000, payment_id)
    frozen(cloud, card)
    new = cloud.database.write_now(lambda work: room.replace(work, card.number))
    assert charged(station, card.code, 100)["reason"] == "card_not_known"
    assert refunded(station, payment_id, 1_000)["state"] == "refunded"
    assert charged(station, new.code, 7_000)["state"] == "captured"
    for deed in (partial(room.replace, number=card.number), partial(room.freeze, number=card.number)):
        with pytest.raises(RechargeCardUnfit):
            cloud.database.write_now(deed)
    assert faults(cloud) == []


def test_a_card_that_ran_out_keeps_its_value_until_it_is_prolonged(cloud: Cloud):
    station, card = cloud.station(), sold(cloud, 10_000, valid_years=3)
    cloud.clock.pass_seconds(3 * YEAR_SECONDS)
    assert charged(station, card.code, 100)["reason"] == "card_expired"
    # Somebody who has signed in lately.
    assert code_of(redeem(cloud.driver(), card.code, 409)) == "recharge_card_expired"
    room = desk(cloud)
    cloud.database.write_now(lambda work: room.prolong(work, card.number))
    assert charged(station, card.code, 10_000)["state"] == "captured"


def test_what_was_taken_back_is_never_sold_and_what_is_not_there_is_not_found(cloud: Cloud):
    room, batch_id, run = desk(cloud), cloud.driver().new_id(), cloud.database.write_now
    run(lambda work: room.plan_batch(work, batch_id, "作废", 10_000, 3))
    [first, *_rest] = run(lambda work: room.export(work, batch_id, "王芳"))
    assert run(lambda work: room.take_back(work, batch_id)) == 3
    with pytest.raises(RechargeCardUnfit):
        run(lambda work: room.activate(work, first.number))
    with pytest.raises(RechargeCardNotFound):
        run(lambda work: room.activate(work, "8800000000000000"))
