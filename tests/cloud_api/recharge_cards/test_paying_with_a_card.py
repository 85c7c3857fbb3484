"""Recharge cards: strong codes, spent to the last fen, frozen when lost, never guessed."""

import re

from sqlalchemy import select

from cloud_api.recharge_cards.tables import recharge_cards
from tests.cloud_api.conftest import Cloud, at_once, code_of
from tests.cloud_api.ledger.holders import a_card, cancelled, charged, faults, frozen, refunded


def looked(station, code: str, status: int = 200):
    return station.post("/v1/station/recharge-cards/find", {"code": code}, status)


def test_card_is_spent_to_exactly_nothing(either_cloud: Cloud):
    cloud = either_cloud
    station, card = cloud.station(), a_card(cloud, 10000)
    assert charged(station, card.code, 6480)["state"] == "captured"
    short = charged(station, card.code, 3521)
    assert (short["state"], short["reason"], short["available_fen"]) == ("declined", "balance_short", 3520)
    assert charged(station, card.code.lower(), 3520)["provider"] == "recharge_card"
    assert looked(station, card.code) == {"card_number": card.number, "state": "active", "balance_fen": 0}
    assert faults(cloud) == []


def test_refund_and_cancel_put_it_back_on_the_card(cloud: Cloud):
    station, card = cloud.station(), a_card(cloud, 10000)
    payment_id = station.new_id()
    charged(station, card.code, 6000, payment_id)
    assert refunded(station, payment_id, 1000)["state"] == "refunded"
    assert looked(station, card.code)["balance_fen"] == 5000
    assert cancelled(station, payment_id)["state"] == "captured"


def test_frozen_card_pays_nothing_and_keeps_what_it_holds(cloud: Cloud):
    station, card = cloud.station(), a_card(cloud, 10000)
    frozen(cloud, card)
    assert charged(station, card.code, 100)["reason"] == "account_blocked"
    assert looked(station, card.code)["balance_fen"] == 10000
    frozen(cloud, card, is_frozen=False)
    assert charged(station, card.code, 100)["state"] == "captured"


def test_card_that_was_not_sold_pays_nothing(cloud: Cloud):
    station, card = cloud.station(), a_card(cloud, 10000, active=False)
    assert charged(station, card.code, 100)["reason"] == "card_not_known"


def test_station_that_guesses_must_wait_and_then_not_even_the_right_code_pays(cloud: Cloud):
    station, another, card = cloud.station(), cloud.station(), a_card(cloud, 10000)
    for number in range(5):
        assert charged(station, f"YC{number:018d}", 100)["reason"] == "card_not_known"
        assert code_of(looked(station, f"YC{number:018d}", 404)) == "recharge_card_not_found"
    assert charged(station, card.code, 100)["reason"] == "card_tries_locked"
    assert code_of(looked(station, card.code, 429)) == "too_many_tries"
    assert charged(another, card.code, 100)["state"] == "captured"
    cloud.clock.pass_seconds(15 * 60)
    assert charged(station, card.code, 100)["state"] == "captured"


def test_codes_are_strong_and_only_their_hash_is_kept(cloud: Cloud):
    card = a_card(cloud, 10000)
    assert re.fullmatch(r"YC[2-9A-HJ-NP-Z]{18}", card.code)
    [row] = cloud.database.read_now(lambda c: c.execute(select(recharge_cards)).all())
    assert card.code not in str(row)
    assert card.number in str(row)


def test_sixteen_at_once_on_the_last_yuan_of_a_card(either_cloud: Cloud):
    cloud = either_cloud
    station, card = cloud.station(), a_card(cloud, 100)
    answers = at_once([lambda: charged(station, card.code, 100)["state"]] * 16)
    assert sorted(answers) == ["captured"] + ["declined"] * 15
    assert faults(cloud) == []
