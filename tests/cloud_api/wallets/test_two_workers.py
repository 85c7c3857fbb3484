"""Two clouds on one PostgreSQL: whatever both are asked at the same moment is done once and never beyond what is there."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.cloud_api.conftest import Cloud, StationMachine, Switchboard, Town, at_once, running_cloud
from tests.cloud_api.ledger.holders import a_card, charged, faults, refunded, topped_up

ROUNDS = 6


def at(cloud: Cloud, station: StationMachine) -> StationMachine:
    """The same station, asking the other worker."""
    return StationMachine(cloud.client, cloud.clock, station.token, station.id)


def states_of(asked: Sequence[Callable[[], dict[str, Any]]]) -> list[str]:
    """All asked at the same moment; how each was answered."""
    return [answer["state"] for answer in at_once(asked)]


def test_neither_balance_nor_card_nor_code_is_spent_twice(
    town: Town, switchboard: Switchboard, postgres: str
):
    with (
        running_cloud(town, switchboard, postgres) as first,
        running_cloud(town, switchboard, postgres) as second,
    ):
        station, driver = first.station(), first.driver()
        workers = [station, at(second, station)]
        for _ in range(ROUNDS):
            topped_up(first, driver, 100)
            codes = [driver.get("/v1/me/code")["code"] for _ in range(16)]
            asked = [partial(charged, workers[number % 2], code, 100) for number, code in enumerate(codes)]
            assert sorted(states_of(asked)) == ["captured"] + ["declined"] * 15
            card = a_card(first, 100)
            asked = [partial(charged, worker, card.code, 100) for worker in workers * 8]
            assert states_of(asked).count("captured") == 1
        topped_up(first, driver, 10_000)
        code = driver.get("/v1/me/code")["code"]
        asked = [partial(charged, worker, code, 100) for worker in workers * 8]
        assert states_of(asked).count("captured") == 1
        assert driver.get("/v1/me/wallet")["balance_fen"] == 9_900
        assert faults(first) == []


def test_one_payment_asked_of_both_is_charged_once_and_given_back_once(
    town: Town, switchboard: Switchboard, postgres: str
):
    with (
        running_cloud(town, switchboard, postgres) as first,
        running_cloud(town, switchboard, postgres) as second,
    ):
        station, driver = first.station(), first.driver()
        workers = [station, at(second, station)]
        topped_up(first, driver, 10_000)
        for _ in range(ROUNDS):
            payment_id, code = station.new_id(), driver.get("/v1/me/code")["code"]
            asked = [partial(charged, worker, code, 100, payment_id) for worker in workers * 4]
            assert set(states_of(asked)) <= {"captured", "pending"}
            assert station.get(f"/v1/station/payments/{payment_id}")["state"] == "captured"
            refund_id = station.new_id()
            at_once([partial(refunded, worker, payment_id, 100, refund_id) for worker in workers * 4])
            assert station.get(f"/v1/station/refunds/{refund_id}")["state"] == "refunded"
        assert driver.get("/v1/me/wallet")["balance_fen"] == 10_000
        assert faults(first) == []
