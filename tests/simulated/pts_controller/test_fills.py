"""Fills: how they start, run and end, and what the controller tells of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.simulated.pts_controller.site import usual_site


def exact(text):
    return Decimal(text)


def test_two_hundred_yuan_at_7_81_are_25_61_litres(station):
    number = station.client.authorise(Price=7.81)
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(120)
    kind, data = station.client.state()
    assert kind == "PumpEndOfTransactionStatus"
    assert (data["Volume"], data["Price"], data["Amount"]) == (exact("25.61"), exact("7.81"), exact("200.00"))
    assert (data["Transaction"], data["NozzleUp"], data["User"]) == (number, 0, "admin")
    assert (data["OrderedType"], data["OrderedDose"]) == ("Amount", exact("200.00"))
    assert station.client.state()[0] == "PumpEndOfTransactionStatus"
    assert station.client.ask("PumpCloseTransaction", Pump=1, Transaction=number)["Message"] == "OK"
    kind, data = station.client.state()
    assert kind == "PumpIdleStatus"
    assert (data["LastTransaction"], data["LastVolume"], data["LastAmount"]) == (
        number,
        exact("25.61"),
        exact("200.00"),
    )


def test_the_figures_grow_with_time_and_keep_step_with_the_price(station):
    station.client.authorise()
    station.control("pumps/1/serve", nozzle=1)
    shown = []
    station.pass_time(0.5)
    for _ in range(45):
        station.pass_time(1)
        kind, data = station.client.state()
        if kind == "PumpFillingStatus":
            shown.append((data["Volume"], data["Amount"], data["FlowRate"]))
    volumes = [volume for volume, _, _ in shown]
    assert volumes == sorted(volumes)
    assert all(amount == (volume * exact("7.81")).quantize(exact("0.01")) for volume, amount, _ in shown[:-4])
    assert {35, 40} <= {rate for _, _, rate in shown}
    assert shown[-1][1] == exact("200.00")
    # About forty litres a minute: twenty litres take half a minute.
    assert 29 <= next(second for second, volume in enumerate(volumes, 1) if volume >= 20) <= 33


def test_a_lifted_nozzle_calls_and_starts_when_released(station):
    station.control("pumps/5/lift", nozzle=1)
    kind, data = station.client.state(5)
    assert (kind, data["NozzleUp"], data["FuelGradeName"]) == ("PumpIdleStatus", 1, "D0")
    assert "OrderedType" not in data
    station.client.authorise(5, Type="Volume", Dose=30)
    kind, data = station.client.state(5)
    assert (kind, data["Volume"]) == ("PumpFillingStatus", exact("0.00"))


def test_authorised_with_the_nozzle_down_it_starts_when_lifted(station):
    number = station.client.authorise(2, 2, Type="Volume", Dose=10.5)
    kind, data = station.client.state(2)
    assert kind == "PumpIdleStatus"
    assert (data["Transaction"], data["Request"], data["OrderedNozzle"]) == (number, "PumpAuthorize", 2)
    assert (data["OrderedType"], data["OrderedDose"], data["User"]) == ("Volume", exact("10.50"), "admin")
    station.control("pumps/2/lift", nozzle=1)
    assert station.client.state(2)[0] == "PumpIdleStatus"
    station.control("pumps/2/hang_up")
    station.control("pumps/2/lift", nozzle=2)
    assert station.client.state(2)[0] == "PumpFillingStatus"
    station.control("pumps/2/fill")
    station.pass_time(60)
    station.control("pumps/2/hang_up")
    kind, data = station.client.state(2)
    assert (kind, data["Volume"], data["Price"]) == (
        "PumpEndOfTransactionStatus",
        exact("10.50"),
        exact("8.32"),
    )
    assert data["Amount"] == exact("87.36")


def test_hanging_up_in_the_middle_ends_the_fill(station):
    station.client.authorise()
    station.control("pumps/1/lift", nozzle=1)
    station.control("pumps/1/fill")
    station.pass_time(10)
    station.control("pumps/1/hang_up")
    _, data = station.client.state()
    assert exact("5.00") < data["Volume"] < exact("8.00")
    assert data["Amount"] == (data["Volume"] * exact("7.81")).quantize(exact("0.01"))


def test_lifting_and_hanging_up_is_a_fill_of_nothing_and_no_transaction(station):
    number = station.client.authorise()
    station.control("pumps/1/lift", nozzle=1)
    station.control("pumps/1/hang_up")
    kind, data = station.client.state()
    assert (kind, data["Volume"], data["Amount"]) == (
        "PumpEndOfTransactionStatus",
        exact("0.00"),
        exact("0.00"),
    )
    station.client.ask("PumpCloseTransaction", Pump=1, Transaction=number)
    told = station.client.ask("PumpGetTransactionInformation", Pump=1, Transaction=number)
    assert told["Data"] == {"Pump": 1, "Transaction": number, "State": "Not found"}


@pytest.mark.parametrize(
    ("wish", "volume", "amount"),
    [
        ({"target_volume_ml": 12_340}, "12.34", "96.38"),
        ({"target_amount_fen": 10_000}, "12.80", "100.00"),
        ({"target_volume_ml": 99_000}, "25.61", "200.00"),
    ],
)
def test_the_smaller_of_dose_and_tank_ends_the_flow(station, wish, volume, amount):
    station.client.authorise()
    station.control("pumps/1/serve", nozzle=1, **wish)
    station.pass_time(120)
    _, data = station.client.state()
    assert (data["Volume"], data["Amount"]) == (exact(volume), exact(amount))


def test_a_full_tank_ends_by_the_nozzles_shut_off(station):
    station.client.authorise(Type="FullTank")
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(200)
    _, data = station.client.state()
    assert (data["Volume"], data["OrderedType"]) == (exact("60.00"), "FullTank")
    assert "OrderedDose" not in data


def test_an_overrun_is_counted_and_charged(station):
    station.client.authorise(Type="Amount", Dose=78.10)
    station.control("pumps/1/serve", nozzle=1, overrun_ml=30)
    station.pass_time(60)
    _, data = station.client.state()
    assert (data["Volume"], data["Amount"]) == (exact("10.03"), exact("78.33"))


def test_a_price_set_during_a_fill_counts_from_the_next_one(station):
    client = station.client
    number = client.authorise(3, 2)
    station.control("pumps/3/serve", nozzle=2)
    station.pass_time(8)
    prices = [{"FuelGradeId": n, "Price": 9.99} for n in (1, 2, 3, 4)]
    assert client.ask("SetFuelGradesPrices", FuelGradesPrices=prices)["Message"] == "OK"
    station.pass_time(1)
    assert client.state(3)[1]["Price"] == exact("9.61")
    assert client.code("PumpSetPrices", Pump=3, Prices=[1.11, 2.22]) == 42
    station.pass_time(60)
    _, data = client.state(3)
    assert (data["Price"], data["Amount"]) == (exact("9.61"), exact("200.00"))
    client.ask("PumpCloseTransaction", Pump=3, Transaction=number)
    client.authorise(3, 2)
    station.control("pumps/3/serve", nozzle=2)
    station.pass_time(60)
    assert client.state(3)[1]["Price"] == exact("9.99")


def test_the_next_customer_waits_until_the_sale_is_closed(station):
    first = station.client.authorise()
    station.control("pumps/1/serve", nozzle=1, target_volume_ml=5000)
    station.pass_time(60)
    station.control("pumps/1/serve", nozzle=2)
    station.pass_time(60)
    kind, data = station.client.state()
    assert (kind, data["NozzleUp"], data["Volume"]) == ("PumpEndOfTransactionStatus", 2, exact("5.00"))
    refused = station.client.ask("PumpAuthorize", Pump=1, Nozzle=2, Type="FullTank")
    assert (refused["Code"], refused["Data"]["Pump"]) == (41, 1)
    station.client.ask("PumpCloseTransaction", Pump=1, Transaction=first)
    kind, data = station.client.state()
    assert (kind, data["NozzleUp"]) == ("PumpIdleStatus", 2)
    second = station.client.authorise(1, 2, Type="Volume", Dose=3)
    station.pass_time(60)
    assert station.client.state()[1]["Transaction"] == second


def test_every_fill_moves_its_own_nozzles_totaliser(station):
    for nozzle, litres in ((1, 10), (2, 20), (1, 5)):
        number = station.client.authorise(1, nozzle, Type="Volume", Dose=litres)
        station.control("pumps/1/serve", nozzle=nozzle)
        station.pass_time(60)
        station.client.ask("PumpCloseTransaction", Pump=1, Transaction=number)
    one, two, three = station.look("ledger")
    assert one["totaliser_after_ml"] - one["totaliser_before_ml"] == 10_000
    assert three["totaliser_before_ml"] == one["totaliser_after_ml"]
    assert two["totaliser_before_ml"] != one["totaliser_after_ml"]
    assert [row["closed"] for row in (one, two, three)] == [True, True, True]
    assert {
        "pump",
        "nozzle",
        "transaction",
        "volume_ml",
        "amount_fen",
        "price_li",
        "started_at",
        "ended_at",
    } <= set(one)


def test_the_transaction_number_wraps_to_one(start):
    station = start(replace(usual_site(), first_transaction=65_535))
    numbers = []
    for _ in range(2):
        numbers.append(station.client.authorise(Type="Volume", Dose=1))
        station.control("pumps/1/serve", nozzle=1)
        station.pass_time(30)
        station.client.ask("PumpCloseTransaction", Pump=1, Transaction=numbers[-1])
    assert numbers == [65_535, 1]


def test_a_fill_closes_itself_where_so_ordered(station):
    number = station.client.authorise(Type="Volume", Dose=2, AutoCloseTransaction=True)
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(30)
    kind, data = station.client.state()
    assert (kind, data["LastTransaction"]) == ("PumpIdleStatus", number)
    assert station.client.code("PumpCloseTransaction", Pump=1, Transaction=number) == 69


def test_suspended_fuel_stands_still_and_goes_on(station):
    station.client.authorise(Type="Volume", Dose=20)
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(10)
    assert station.client.ask("PumpSuspend", Pump=1)["Message"] == "OK"
    kind, before = station.client.state()
    assert (kind, before["IsSuspended"], before["FlowRate"]) == ("PumpFillingStatus", True, 0)
    station.pass_time(30)
    assert station.client.state()[1]["Volume"] == before["Volume"]
    assert station.client.ask("PumpResume", Pump=1)["Message"] == "OK"
    station.pass_time(60)
    assert station.client.state()[1]["Volume"] == exact("20.00")


def test_stop_ends_a_fill_and_withdraws_an_authorisation(station):
    number = station.client.authorise()
    assert station.client.ask("PumpStop", Pump=1)["Message"] == "OK"
    kind, data = station.client.state()
    assert kind == "PumpIdleStatus"
    assert "Transaction" not in data
    told = station.client.ask("PumpGetTransactionInformation", Pump=1, Transaction=number)
    assert told["Data"]["State"] == "Not found"
    station.client.authorise()
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(10)
    station.client.ask("PumpStop", Pump=1)
    kind, data = station.client.state()
    assert (kind, data["NozzleUp"]) == ("PumpEndOfTransactionStatus", 1)
    station.pass_time(2)
    assert station.client.state()[1]["NozzleUp"] == 0


def test_emergency_stop_works_for_any_user_and_frees_the_sale(station, clerk):
    number = station.client.authorise()
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(10)
    other = station.as_user(clerk)
    assert other.code("PumpStop", Pump=1) == 40
    assert other.ask("PumpEmergencyStop", Pump=1)["Message"] == "OK"
    assert station.client.state()[0] == "PumpEndOfTransactionStatus"
    assert other.ask("PumpCloseTransaction", Pump=1, Transaction=number)["Message"] == "OK"


def test_information_on_a_transaction_in_each_of_its_states(station):
    client = station.client

    def told(**more):
        packet = client.ask("PumpGetTransactionInformation", Pump=1, **more)
        assert packet["Type"] == "PumpTransactionInformation"
        return packet["Data"]

    assert told()["State"] == "Not found"
    number = client.authorise(Type="Volume", Dose=5)
    assert (told(Transaction=number)["State"], told()["OrderedNozzle"]) == ("Authorized", 1)
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(4)
    running = told(Transaction=number)
    assert (running["State"], running["IsSuspended"], running["OrderedDose"]) == (
        "Filling",
        False,
        exact("5.00"),
    )
    station.pass_time(30)
    ended = told(Transaction=0)
    assert (ended["State"], ended["Volume"], ended["Amount"]) == (
        "EndOfTransaction",
        exact("5.00"),
        exact("39.05"),
    )
    client.ask("PumpCloseTransaction", Pump=1, Transaction=number)
    finished = told(Transaction=number)
    assert (finished["State"], finished["Volume"], finished["UserId"]) == ("Finished", exact("5.00"), 1)
    assert finished["TotalVolume"] == ended["TotalVolume"]


def test_several_nozzles_wait_for_the_one_that_is_lifted(station):
    number = station.client.ask("PumpAuthorize", Pump=1, Nozzles=[2, 1], Type="FullTank")["Data"][
        "Transaction"
    ]
    _, data = station.client.state()
    assert (data["OrderedNozzles"], data["OrderedType"]) == ([2, 1], "FullTank")
    told = station.client.ask("PumpGetTransactionInformation", Pump=1, Transaction=number)["Data"]
    assert told["State"] == "WaitingNozzleUpForAuthorization"
    station.control("pumps/1/lift", nozzle=2)
    assert station.client.state()[1]["Price"] == exact("8.32")


@pytest.mark.parametrize(
    ("choice", "nozzle", "price"),
    [
        ({"FuelGradeId": 2}, 2, "8.32"),
        ({"FuelGradeIds": [3, 2]}, 2, "8.32"),
        ({}, 2, "8.32"),
        ({"Nozzle": 2, "Price": 8.005}, 2, "8.005"),
    ],
)
def test_a_pump_is_authorised_by_grade_or_by_whatever_is_lifted(station, choice, nozzle, price):
    pump = 3 if "FuelGradeIds" in choice else 1
    station.client.ask("PumpAuthorize", Pump=pump, Type="FullTank", **choice)
    station.control(f"pumps/{pump}/lift", nozzle=1 if pump == 3 else nozzle)
    kind, data = station.client.state(pump)
    assert (kind, data["Price"]) == ("PumpFillingStatus", exact(price))


def test_the_report_lists_finished_fills_of_a_time(station):
    moments = []
    for pump in (1, 2):
        number = station.client.authorise(pump, Type="Volume", Dose=1)
        station.control(f"pumps/{pump}/serve", nozzle=1)
        station.pass_time(60)
        moments.append(station.client.ask("GetDateTime")["Data"]["DateTime"])
        station.client.ask("PumpCloseTransaction", Pump=pump, Transaction=number)
    asked = {"DateTimeStart": "2026-01-01T00:00:00", "DateTimeEnd": "2027-01-01T00:00:00"}
    everything = station.client.ask("ReportGetPumpTransactions", Pump=0, **asked)
    assert everything["Type"] == "ReportPumpTransactions"
    assert [row["Pump"] for row in everything["Data"]] == [1, 2]
    assert everything["Data"][0]["Volume"] == exact("1.00")
    assert len(station.client.ask("ReportGetPumpTransactions", Pump=2, **asked)["Data"]) == 1
    late = asked | {"DateTimeStart": moments[0]}
    assert [
        row["Pump"] for row in station.client.ask("ReportGetPumpTransactions", Pump=0, **late)["Data"]
    ] == [2]
    report = ("ReportGetPumpTransactions", {"Pump": 0, **asked})
    assert station.client.packets(report, ("GetDateTime", {}))[0]["Error"] is True
    assert station.client.code("ReportGetPumpTransactions", Pump=0, DateTimeStart="x", DateTimeEnd="y") == 71
