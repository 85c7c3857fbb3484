"""The controller's questions and settings: configuration, prices, totals, clock, tanks."""

import json
from decimal import Decimal

import pytest

from core.simulated.pts_controller.site import read_site, usual_site


def test_which_grade_hangs_where(station):
    rows = station.client.ask("GetPumpNozzlesConfiguration")["Data"]["PumpNozzles"]
    grades = {row["PumpId"]: row["FuelGradeIds"] for row in rows}
    assert grades == {1: [1, 2], 2: [1, 2], 3: [2, 3], 4: [1, 2], 5: [4], 6: [2, 3], 7: [1], 8: [4]}
    assert rows[4]["TankIds"] == [4]
    pumps = station.client.ask("GetPumpsConfiguration")["Data"]["Pumps"]
    assert [pump["Id"] for pump in pumps] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_grades_and_digits(station):
    grades = station.client.ask("GetFuelGradesConfiguration")["Data"]["FuelGrades"]
    assert [(g["Id"], g["Name"], str(g["Price"])) for g in grades] == [
        (1, "92", "7.81"),
        (2, "95", "8.32"),
        (3, "98", "9.61"),
        (4, "D0", "7.45"),
    ]
    digits = station.client.ask("GetSystemDecimalDigits")["Data"]
    assert digits == {"Price": 2, "Amount": 2, "Volume": 2, "AmountTotal": 2, "VolumeTotal": 2}


def test_a_grade_left_out_of_a_price_change_has_no_price(station):
    before = station.client.ask("GetConfigurationIdentifier")["Data"]["Id"]
    new = [{"FuelGradeId": 1, "Price": 7.95}, {"FuelGradeId": 2, "Price": 8.4}]
    station.client.ask("SetFuelGradesPrices", FuelGradesPrices=new)
    rows = station.client.ask("GetFuelGradesPrices")["Data"]["FuelGradesPrices"]
    assert [(row["FuelGradeId"], str(row["Price"])) for row in rows] == [
        (1, "7.95"),
        (2, "8.40"),
        (3, "0.00"),
        (4, "0.00"),
    ]
    assert station.client.state()[1]["NozzlePrices"] == [Decimal("7.95"), Decimal("8.40")]
    assert station.client.ask("GetConfigurationIdentifier")["Data"]["Id"] != before


@pytest.mark.parametrize(
    ("prices", "code"),
    [
        ([{"FuelGradeId": 9, "Price": 1}], 100),
        ([{"FuelGradeId": 11, "Price": 1}], 30),
        ([{"FuelGradeId": 1, "Price": -1}], 38),
        ([{"FuelGradeId": 1}], 38),
        ("none", 83),
    ],
)
def test_a_wrong_price_list_changes_nothing(station, prices, code):
    assert station.client.code("SetFuelGradesPrices", FuelGradesPrices=prices) == code
    assert station.client.state()[1]["NozzlePrices"] == [Decimal("7.81"), Decimal("8.32")]


def test_grades_are_set_anew(station):
    grades = [{"Id": 1, "Name": "92", "Price": 7.5, "ExpansionCoefficient": 0.0012}]
    assert station.client.ask("SetFuelGradesConfiguration", FuelGrades=grades)["Message"] == "OK"
    told = station.client.ask("GetFuelGradesConfiguration")["Data"]["FuelGrades"]
    assert told == [
        {"Id": 1, "Name": "92", "Price": Decimal("7.50"), "ExpansionCoefficient": Decimal("0.00120")}
    ]
    chinese = [{"Id": 1, "Name": "九二", "Price": 7.5}]
    assert station.client.code("SetFuelGradesConfiguration", FuelGrades=chinese) == 35


def test_totals_arrive_later_on_a_status_request(station):
    client = station.client
    assert client.ask("PumpGetTotals", Pump=1, Nozzle=2)["Message"] == "OK"
    busy = client.ask("PumpGetTotals", Pump=1, Nozzle=1)
    assert (busy["Code"], busy["Data"]) == (41, {"Pump": 1, "Request": "PumpGetTotals"})
    assert client.state()[0] == "PumpIdleStatus"
    station.pass_time(0.5)
    kind, data = client.state()
    assert (kind, data["Pump"], data["Nozzle"], data["User"]) == ("PumpTotals", 1, 2, "admin")
    saved = client.ask("PumpGetLastSavedTotals", Pump=1)["Data"]["Nozzles"]
    assert data["Volume"] == saved[1]["Volume"]
    assert client.state()[0] == "PumpIdleStatus"
    assert client.code("PumpGetTotals", Pump=1) == 31
    assert client.ask("PumpGetTotals", Pump=1, FuelGradeId=1)["Message"] == "OK"


def test_prices_of_a_pump_are_set_and_read_back(station):
    client = station.client
    assert client.ask("PumpSetPrices", Pump=1, Prices=[7.99, 8.45])["Message"] == "OK"
    station.pass_time(0.5)
    kind, data = client.state()
    assert (kind, data["Prices"]) == ("PumpPrices", [Decimal("7.99"), Decimal("8.45")])
    assert client.ask("PumpGetPrices", Pump=1)["Message"] == "OK"
    station.pass_time(0.5)
    assert client.state()[1]["Prices"] == [Decimal("7.99"), Decimal("8.45")]
    assert client.code("PumpSetPrices", Pump=1, Prices=[]) == 38
    assert client.code("PumpSetPrices", Pump=1, Prices=["7.99"]) == 38


def test_the_clock_is_read_and_set(station):
    told = station.client.ask("GetDateTime")["Data"]
    assert told == {"DateTime": "2026-11-22T09:00:00", "AutoSynchronize": False, "UTCOffset": 480}
    new = {"DateTime": "2026-11-22T09:05:30", "AutoSynchronize": True, "UTCOffset": 480}
    assert station.client.ask("SetDateTime", **new)["Message"] == "OK"
    assert station.client.ask("GetDateTime")["Data"] == new
    assert station.client.code("SetDateTime", DateTime="22.11.2026") == 71
    assert station.client.code("SetDateTime") == 17


def test_the_controllers_own_number(station):
    assert station.client.ask("GetUniqueIdentifier")["Data"] == {"Id": usual_site().identifier}


def test_a_tank_goes_down_by_what_the_pumps_give(station):
    before = station.client.ask("ProbeGetMeasurements", Probe=1)["Data"]
    assert (before["Status"], before["FuelGradeName"]) == ("OK", "92")
    assert 0 < before["ProductHeight"] < 2500
    station.client.authorise(Type="Volume", Dose=40)
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(90)
    after = station.client.ask("ProbeGetMeasurements", Probe=1)["Data"]
    assert before["ProductVolumeFloat"] - after["ProductVolumeFloat"] == 40
    assert station.client.ask("ProbeGetMeasurements", Probe=7)["Data"]["Status"] == "Offline"
    assert station.client.code("ProbeGetMeasurements", Probe=21) == 51
    assert station.client.code("ProbeGetMeasurements") == 50


def test_a_site_of_ones_own(tmp_path):
    path = tmp_path / "site.json"
    path.write_text(
        json.dumps(
            {
                "grades": [{"id": 1, "name": "E92", "price_li": 7_600}],
                "pumps": [{"id": 4, "nozzles": [1, 1]}],
                "users": [{"login": "till", "password": "x", "permissions": ["Control"]}],
            }
        ),
        encoding="utf-8",
    )
    site = read_site(path, usual_site())
    assert [pump.grade_ids for pump in site.pumps] == [(1, 1)]
    path.write_text('{"pumps": [{"id": 1, "nozzles": [8]}]}', encoding="utf-8")
    with pytest.raises(ValueError, match="grade"):
        read_site(path, usual_site())
    path.write_text('{"pump": []}', encoding="utf-8")
    with pytest.raises(ValueError, match="mean nothing"):
        read_site(path, usual_site())
