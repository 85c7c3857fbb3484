"""A member's balance as a means of payment at the counter."""

from functools import partial

from cloud_api.payments import repository
from cloud_api.payments.repository import PaymentRow
from tests.cloud_api.conftest import Cloud, at_once, code_of
from tests.cloud_api.ledger.holders import cancelled, charged, faults, refunded, topped_up


def wallet(driver) -> tuple[int, int]:
    seen = driver.get("/v1/me/wallet")
    assert seen["balance_fen"] == seen["principal_fen"] + seen["bonus_fen"]
    return seen["principal_fen"], seen["bonus_fen"]


def shown_code(driver) -> str:
    code: str = driver.get("/v1/me/code")["code"]
    return code


def test_the_code_on_the_phone_pays_principal_first_and_once(either_cloud: Cloud):
    cloud = either_cloud
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 10000, 2000)
    code, payment_id = shown_code(driver), station.new_id()
    paid = charged(station, code, 11000, payment_id)
    assert (paid["state"], paid["provider"], paid["amount_fen"]) == ("captured", "wallet", 11000)
    assert wallet(driver) == (0, 1000)
    assert paid["available_fen"] == 1000, "what is left of it, for the receipt"
    assert charged(station, code, 11000, payment_id) == paid
    again = charged(station, code, 100)
    assert (again["state"], again["reason"]) == ("declined", "code_expired")
    assert wallet(driver) == (0, 1000)
    assert faults(cloud) == []


def test_code_lives_a_minute(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 10000)
    code = shown_code(driver)
    cloud.clock.pass_seconds(60)
    assert charged(station, code, 100)["reason"] == "code_expired"
    assert wallet(driver) == (10000, 0)


def test_too_little_is_declined_and_says_how_much_there_is_and_the_code_stays_good(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 3000, 520)
    code = shown_code(driver)
    declined = charged(station, code, 3521)
    assert (declined["state"], declined["reason"], declined["available_fen"]) == (
        "declined",
        "balance_short",
        3520,
    )
    assert charged(station, code, 3520)["state"] == "captured"
    assert wallet(driver) == (0, 0)


def test_refund_goes_back_to_principal_and_bonus_in_proportion_and_exactly(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 10000, 1000)
    payment_id = station.new_id()
    charged(station, shown_code(driver), 11000, payment_id)
    refund_id = station.new_id()
    assert refunded(station, payment_id, 5000, refund_id)["state"] == "refunded"
    assert refunded(station, payment_id, 5000, refund_id)["state"] == "refunded"
    assert wallet(driver) == (4546, 454)
    assert refunded(station, payment_id, 6000)["state"] == "refunded"
    assert wallet(driver) == (10000, 1000)
    assert code_of(refunded(station, payment_id, 1, status=409)) == "refund_too_large"
    assert station.get(f"/v1/station/refunds/{refund_id}")["state"] == "refunded"
    assert faults(cloud) == []


def test_charge_that_was_taken_back_before_it_arrived_is_not_made(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 10000)
    payment_id = station.new_id()
    cancelled(station, payment_id, 404)
    assert charged(station, shown_code(driver), 5000, payment_id)["state"] == "cancelled"
    assert wallet(driver) == (10000, 0)


def test_charge_that_our_books_hear_of_only_after_its_cancellation_is_not_made(cloud: Cloud):
    """The program ended between writing the payment down and asking the ledger."""
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 10000)
    payment_id, now = station.new_id(), cloud.clock.now()
    begun = PaymentRow(
        payment_id, None, station.id, "5" * 32, "wallet", "code", 5000, "92", now, now, look_at=now
    )
    cloud.database.write_now(lambda work: repository.add_payment(work.connection, begun))
    assert cancelled(station, payment_id)["state"] == "cancelled"
    assert charged(station, shown_code(driver), 5000, payment_id)["state"] == "cancelled"
    assert wallet(driver) == (10000, 0)


def test_charge_whose_answer_was_lost_is_found_by_asking(cloud: Cloud):
    """The program ended between the ledger's commit and writing down how it ended."""
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 10000)
    payment_id = station.new_id()
    charged(station, shown_code(driver), 5000, payment_id)
    lost = {"state": "pending", "paid_at": None, "look_at": cloud.clock.now(), "ended_at": None}
    cloud.database.write_now(lambda work: repository.change_payment(work.connection, payment_id, **lost))
    assert station.get(f"/v1/station/payments/{payment_id}")["state"] == "captured"
    assert wallet(driver) == (5000, 0)


def test_sixteen_tills_at_once_for_the_last_yuan_and_one_gets_it(either_cloud: Cloud):
    cloud = either_cloud
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 100)
    codes = [shown_code(driver) for _ in range(16)]
    answers = at_once([partial(charged, station, code, 100) for code in codes])
    assert sorted(answer["state"] for answer in answers) == ["captured"] + ["declined"] * 15
    assert wallet(driver) == (0, 0)
    assert faults(cloud) == []


def test_one_code_at_sixteen_tills_at_once_pays_once(either_cloud: Cloud):
    cloud = either_cloud
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 100000)
    code = shown_code(driver)
    answers = at_once([lambda: charged(station, code, 100)["state"]] * 16)
    assert answers.count("captured") == 1
    assert wallet(driver) == (99900, 0)


def test_statement_shows_what_came_and_went(cloud: Cloud):
    station, driver = cloud.station(), cloud.driver()
    topped_up(cloud, driver, 10000, 500)
    cloud.clock.pass_seconds(5)
    charged(station, shown_code(driver), 2500)
    entries = driver.get("/v1/me/wallet")["entries"]
    assert [(one["what"], one["of"], one["amount_fen"], one["balance_fen"]) for one in entries] == [
        ("spent", "principal", -2500, 7500),
        ("topped_up", "principal", 10000, 10000),
        ("topped_up", "bonus", 500, 500),
    ]
