"""Every order that the controller refuses, with the code the specification gives it."""

from dataclasses import replace

import pytest

from core.simulated.pts_controller.site import TankPlan, usual_site


def test_no_such_pump(station):
    assert station.client.code("PumpGetStatus") == 18
    assert station.client.code("PumpGetStatus", Pump=121) == 20
    assert station.client.code("PumpGetStatus", Pump=9) == 52


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"Nozzle": 3, "Type": "FullTank"}, 33),
        ({"Nozzle": "1", "Type": "FullTank"}, 33),
        ({"FuelGradeId": 4, "Type": "FullTank"}, 32),
        ({"Nozzle": 1}, 34),
        ({"Nozzle": 1, "Type": "Litres"}, 36),
        ({"Nozzle": 1, "Type": "Amount"}, 37),
        ({"Nozzle": 1, "Type": "Amount", "Dose": 0}, 37),
        ({"Nozzle": 1, "Type": "Amount", "Dose": 10.005}, 37),
        ({"Nozzle": 1, "Type": "Volume", "Dose": 1.2345}, 37),
        ({"Nozzle": 1, "Type": "FullTank", "Price": 0}, 38),
        ({"Nozzle": 1, "Type": "FullTank", "Price": "7.81"}, 38),
        ({"Nozzle": 1, "Type": "FullTank", "Transaction": 65_536}, 21),
    ],
)
def test_an_authorisation_that_says_something_wrong(station, asked, code):
    assert station.client.code("PumpAuthorize", Pump=1, **asked) == code
    assert "Transaction" not in station.client.state()[1]


def test_a_grade_without_a_price_is_not_released(station):
    station.client.ask("SetFuelGradesPrices", FuelGradesPrices=[{"FuelGradeId": 2, "Price": 8.32}])
    assert station.client.code("PumpAuthorize", Pump=1, Nozzle=1, Type="FullTank") == 38
    assert station.client.authorise(1, 2)


def test_a_second_authorisation_is_refused_and_changes_nothing(station):
    client = station.client
    number = client.authorise(Price=7.81)
    again = {"Pump": 1, "Nozzle": 1, "Type": "Amount", "Dose": 300}
    assert client.code("PumpAuthorize", **again) == 39
    assert client.code("PumpAuthorize", **again, Price=7.81) == 39
    assert client.code("PumpAuthorize", **again, Price=7.99) == 78
    _, data = client.state()
    assert (data["Transaction"], str(data["OrderedDose"])) == (number, "200.00")


def test_a_pump_of_another_user_is_refused_by_name(station, clerk):
    station.client.authorise()
    other = station.as_user(clerk)
    refused = other.ask("PumpAuthorize", Pump=1, Nozzle=1, Type="FullTank")
    assert (refused["Code"], refused["Data"]) == (40, {"Pump": 1, "User": "admin"})
    assert refused["Message"] == "JSONPTS_ERROR_PUMP_BUSY_OTHER_USER"
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(60)
    number = station.client.state()[1]["Transaction"]
    assert other.code("PumpCloseTransaction", Pump=1, Transaction=number) == 46
    assert other.code("PumpGetTransactionInformation", Pump=1) == 46


def test_a_filling_pump_is_busy(station):
    client = station.client
    client.authorise()
    assert client.code("PumpSuspend", Pump=1) == 43
    assert client.code("PumpResume", Pump=1) == 43
    assert client.code("PumpGetTotals", Pump=1, Nozzle=1) == 41
    station.control("pumps/1/lift", nozzle=1)
    assert client.code("PumpAuthorize", Pump=1, Nozzle=1, Type="FullTank") == 42
    assert client.code("PumpGetTotals", Pump=1, Nozzle=1) == 42
    assert client.code("PumpCloseTransaction", Pump=1, Transaction=1) == 69


def test_closing_needs_the_sales_own_number(station):
    client = station.client
    number = client.authorise()
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(60)
    assert client.code("PumpCloseTransaction", Pump=1) == 19
    assert client.code("PumpCloseTransaction", Pump=1, Transaction=0) == 21
    assert client.code("PumpCloseTransaction", Pump=1, Transaction=number + 1) == 27
    client.ask("PumpCloseTransaction", Pump=1, Transaction=number)
    assert client.code("PumpCloseTransaction", Pump=1, Transaction=number) == 69


def test_a_number_already_stored_is_not_given_again(station):
    number = station.client.authorise(Transaction=500)
    assert number == 500
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(60)
    station.client.ask("PumpCloseTransaction", Pump=1, Transaction=500)
    assert station.client.code("PumpAuthorize", Pump=1, Nozzle=1, Type="FullTank", Transaction=500) == 28
    assert station.client.authorise() == 501


def test_a_locked_pump_obeys_its_user_only(station, clerk):
    other = station.as_user(clerk)
    assert station.client.ask("PumpLock", Pump=1)["Message"] == "OK"
    assert station.client.state()[1]["Request"] == "PumpLock"
    assert other.code("PumpLock", Pump=1) == 40
    assert other.code("PumpUnlock", Pump=1) == 91
    assert other.code("PumpAuthorize", Pump=1, Nozzle=1, Type="FullTank") == 40
    assert station.client.ask("PumpUnlock", Pump=1)["Message"] == "OK"
    assert other.authorise()


def test_a_sale_of_nobody_is_taken_over_by_locking(station, clerk):
    number = station.client.authorise(NotApplyUser=True)
    assert station.client.state()[1]["User"] == "PTS"
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(60)
    other = station.as_user(clerk)
    assert other.code("PumpCloseTransaction", Pump=1, Transaction=number) == 46
    other.ask("PumpLock", Pump=1)
    assert other.ask("PumpCloseTransaction", Pump=1, Transaction=number)["Message"] == "OK"


def test_a_tank_near_its_bottom_gives_nothing(start):
    station = start(replace(usual_site(), tanks=(TankPlan(1, 1, 30_000_000, 800_000),)))
    assert station.client.code("PumpAuthorize", Pump=1, Nozzle=1, Type="FullTank") == 65
    assert station.client.ask("ProbeGetMeasurements", Probe=1)["Data"]["Alarms"] == ["CriticalLowProduct"]
