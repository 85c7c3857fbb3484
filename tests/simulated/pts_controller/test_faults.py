"""What goes wrong on request, and that the fuel runs on whatever the wire does."""

import http.client
import json
from decimal import Decimal

import pytest


def test_a_lost_reply_was_carried_out_all_the_same(station):
    station.client.state()
    station.control("fault", kind="lose_reply", count=1, type="PumpAuthorize")
    assert station.client.state()[0] == "PumpIdleStatus"
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        station.client.authorise()
    told = station.client.ask("PumpGetTransactionInformation", Pump=1)["Data"]
    assert (told["State"], told["Transaction"]) == ("Authorized", 1)


def test_silence_carries_nothing_out_and_ends_on_request(station):
    station.client.state()
    station.client.timeout = 0.3
    station.control("pumps/2/fault", kind="silent")
    with pytest.raises(TimeoutError):
        station.client.authorise(2)
    station.client.timeout = 5
    assert station.client.state(1)[0] == "PumpIdleStatus"
    station.control("pumps/2/fault", kind="none")
    assert "Transaction" not in station.client.state(2)[1]


def test_a_deaf_controller_does_not_even_ask_for_a_login(station):
    station.client.timeout = 0.3
    station.control("fault", kind="silent", count=1)
    with pytest.raises(TimeoutError):
        station.client.post(b"{}")
    assert station.client.post(b"{}").status == 401


def test_half_an_answer(station):
    station.client.state()
    station.control("fault", kind="garbage")
    body = json.dumps({"Protocol": "jsonPTS", "Packets": [{"Id": 1, "Type": "GetDateTime"}]}).encode()
    with pytest.raises(json.JSONDecodeError):
        _ = station.client.send(body).json
    assert station.client.ask("GetDateTime")["Type"] == "DateTime"


def test_a_slow_answer_comes_all_the_same(station):
    station.client.state()
    station.control("fault", kind="slow", count=1, seconds=0.1)
    assert station.client.state()[0] == "PumpIdleStatus"


def test_a_pump_off_the_line_goes_on_filling(station):
    number = station.client.authorise()
    station.control("pumps/1/serve", nozzle=1)
    station.pass_time(10)
    before = station.client.state()[1]
    station.control("pumps/1/fault", kind="offline")
    station.pass_time(60)
    kind, data = station.client.state()
    assert (kind, data["State"], data["Transaction"]) == ("PumpOfflineStatus", "Filling", number)
    assert (data["Volume"], data["IsSuspended"]) == (before["Volume"], False)
    assert station.client.code("PumpStop", Pump=1) == 96
    assert station.client.code("PumpAuthorize", Pump=1, Nozzle=1, Type="FullTank") == 96
    station.control("pumps/1/fault", kind="none")
    kind, data = station.client.state()
    assert (kind, data["Volume"], data["Amount"]) == (
        "PumpEndOfTransactionStatus",
        Decimal("25.61"),
        Decimal("200.00"),
    )


def test_the_line_comes_back_by_itself_after_so_many_polls(station):
    station.control("pumps/1/fault", kind="offline", count=2)
    kinds = [station.client.state()[0] for _ in range(3)]
    assert kinds == ["PumpOfflineStatus", "PumpOfflineStatus", "PumpIdleStatus"]


def test_what_an_offline_pump_does_stays_unknown_until_it_is_heard_again(station):
    station.control("pumps/7/fault", kind="offline")
    station.control("pumps/7/manual_fill", nozzle=1, volume_ml=15_000)
    kind, data = station.client.state(7)
    assert (kind, data["State"], data["LastTransaction"]) == ("PumpOfflineStatus", "Finished", 0)
    station.control("pumps/7/fault", kind="none")
    number = station.client.state(7)[1]["LastTransaction"]
    told = station.client.ask("PumpGetTransactionInformation", Pump=7, Transaction=number)["Data"]
    assert (told["State"], told["IsOffline"], told["Amount"]) == ("Finished", True, Decimal("117.15"))


def test_a_restart_forgets_logins_and_locks_but_no_fill(station, control_at):
    number = station.client.authorise()
    station.client.ask("PumpLock", Pump=2)
    station.control("fault", kind="restart", seconds=0.1)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        station.client.post(b"{}")
    station.controller.wait_until_back()
    answer = station.client.send(b"{}")
    assert answer.status == 401
    assert "stale=true" in answer.headers["www-authenticate"]
    station.client.learn(answer)
    assert station.client.state(1)[1]["Transaction"] == number
    assert station.client.state(2)[1]["User"] == ""


def test_what_hands_cannot_do_at_a_pump_is_said(station):
    with pytest.raises(AssertionError, match="no nozzle of pump 1 is lifted"):
        station.control("pumps/1/hang_up")
    with pytest.raises(AssertionError, match="has no nozzle 3"):
        station.control("pumps/1/lift", nozzle=3)
    station.control("pumps/1/lift", nozzle=1)
    with pytest.raises(AssertionError, match="already lifted"):
        station.control("pumps/1/serve", nozzle=2)
    with pytest.raises(AssertionError, match="nothing at"):
        station.control("pumps/12/lift")
    with pytest.raises(AssertionError, match="ValueError"):
        station.control("pumps/1/fill", volume_ml="much")
    with pytest.raises(AssertionError, match="no fault is called"):
        station.control("fault", kind="fire")


def test_the_live_states_and_the_traffic_are_shown(station):
    station.client.state()
    station.control("pumps/1/serve", nozzle=1)
    rows = station.look("pumps")
    assert (rows[0]["state"], rows[0]["nozzle_up"], rows[0]["customer"]) == ("idle", 1, "waiting")
    assert station.look("traffic") == {"PumpGetStatus": 1}
    station.control("pace", factor=20)
    assert station.controller.forecourt.pace == 20
