"""The station's link: what it tells is taken in once, what waits for it is numbered, the doorbell rings."""

import json
from functools import partial
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from cloud_api.stations import repository
from cloud_api.stations.mailbox import Mailbox
from core.protocol.from_cloud import OrderWithdrawn
from tests.cloud_api.conftest import Cloud, StationMachine, at_once, code_of, wait_until


def _doorbell(cloud: Cloud, token: str) -> ClientConnection:
    address = cloud.url.replace("http", "ws") + "/v1/station/doorbell"
    return connect(address, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None)


def _post(cloud: Cloud, station: StationMachine, order_id: str) -> None:
    mailbox = Mailbox(cloud.clock, lambda _station: None)
    message = OrderWithdrawn(order_id=order_id, reason="nobody_accepted")
    cloud.database.write_now(lambda work: mailbox.post(work, station.id, message))


def test_a_message_is_taken_in_once_by_its_id(cloud: Cloud) -> None:
    station = cloud.station()
    board = station.prices(G92=7900)
    assert station.tell(board, board) == {"accepted": [board["id"], board["id"]], "refused": []}
    cloud.clock.pass_seconds(1)
    station.tell(station.prices(G92=8000))
    station.tell(board)
    assert cloud.get(f"/v1/stations/{station.id}")["prices"][0]["price_li"] == 8000


def test_a_refused_message_does_not_hold_up_the_others(cloud: Cloud) -> None:
    station = cloud.station()
    unknown = station.message("tank_sang", song="la")
    too_new = {**station.prices(G92=1), "version": 2}
    malformed = station.prices(G92=-5)
    strange: Any = {"kind": "?"}
    foreign = station.message("order_authorised", order_id="0" * 32)
    not_ours = station.message("order_withdrawn", order_id="0" * 32, reason="x")
    good = station.prices(G92=7777)
    answer = station.tell(unknown, too_new, malformed, strange, foreign, not_ours, good)
    assert answer["accepted"] == [good["id"]]
    assert [(one["id"], one["code"]) for one in answer["refused"]] == [
        (unknown["id"], "unknown_message"),
        (too_new["id"], "unknown_message"),
        (malformed["id"], "unknown_message"),
        ("", "unknown_message"),
        (foreign["id"], "order_not_found"),
        (not_ours["id"], "unknown_message"),
    ]
    assert cloud.get(f"/v1/stations/{station.id}")["prices"][0]["price_li"] == 7777


def test_sales_and_shifts_are_kept_once(either_cloud: Cloud) -> None:
    station = either_cloud.station()
    shift_id, sale_id = station.new_id(), station.new_id()
    sale = {
        "sale_id": sale_id,
        "number": "20261122-0143",
        "shift_id": shift_id,
        "completed_at": "2026-11-22T07:02:03Z",
        "lines": [
            {"what": "fuel", "name": "95号汽油", "grade": "G95", "volume_ml": 32450, "gross_fen": 26512}
        ],
        "payments": [{"payment_id": station.new_id(), "method": "cash", "amount_fen": 26512}],
        "discount_fen": 0,
        "total_fen": 26512,
    }
    first, again = station.message("sale_completed", **sale), station.message("sale_completed", **sale)
    assert station.tell(first, again)["refused"] == []


def test_prepaid_fuel_gets_its_litres_when_it_has_been_filled(cloud: Cloud) -> None:
    station = cloud.station()
    sale_id, line_id, prepay_id = station.new_id(), station.new_id(), station.new_id()
    line = {"line_id": line_id, "what": "fuel", "name": "92", "grade": "G92", "gross_fen": 20_000}
    sale = station.message(
        "sale_completed",
        sale_id=sale_id,
        number="20261122-0144",
        shift_id=station.new_id(),
        completed_at="2026-11-22T07:02:03Z",
        lines=[line, {"what": "goods", "name": "玻璃水", "gross_fen": 1_500}],
        payments=[],
        discount_fen=0,
        total_fen=21_500,
    )
    figures = {"fill_id": station.new_id(), "volume_ml": 20_900, "price_li": 7_810}
    filled = station.message(
        "prepaid_filled",
        prepay_id=prepay_id,
        sale_id=sale_id,
        line_id=line_id,
        grade="G92",
        amount_fen=16_327,
        filled_at="2026-11-22T07:12:03Z",
        **figures,
    )
    unheard = station.message("prepaid_filled", **{**filled["body"], "sale_id": station.new_id()})
    assert station.tell(sale, filled, unheard)["refused"] == []
    kept = cloud.database.write_now(
        lambda work: repository.report(work.connection, station.id, "sale_completed", sale_id)
    )
    assert kept is not None
    assert {name: kept["lines"][0][name] for name in figures} == figures
    assert kept["lines"][1]["volume_ml"] is None


def test_the_mailbox_gives_what_is_behind_a_number(cloud: Cloud) -> None:
    station = cloud.station()
    for order_id in ("1" * 32, "2" * 32, "3" * 32):
        _post(cloud, station, order_id)
    assert [message["number"] for message in station.mailbox()] == [1, 2, 3]
    assert [message["body"]["order_id"] for message in station.mailbox(after=1)] == ["2" * 32, "3" * 32]
    assert station.get("/v1/station/mailbox", after=3) == {"messages": [], "latest": 3}
    assert len(station.get("/v1/station/mailbox", after=0, limit=2)["messages"]) == 2


def test_a_station_reads_its_own_mailbox_only(cloud: Cloud) -> None:
    station, other = cloud.station(), cloud.station()
    _post(cloud, station, "1" * 32)
    assert other.mailbox() == []


def test_sixteen_writers_leave_no_gap_in_the_numbers_and_a_reader_misses_none(either_cloud: Cloud) -> None:
    station = either_cloud.station()
    seen: list[int] = []

    def write(writer: int) -> None:
        for message in range(5):
            _post(either_cloud, station, f"{writer * 100 + message:032x}")

    def read() -> None:
        while len(seen) < 75:
            seen.extend(message["number"] for message in station.mailbox(after=seen[-1] if seen else 0))

    writers = [partial(write, writer) for writer in range(15)]
    at_once([*writers, read])
    assert seen == list(range(1, 76))


def test_the_doorbell_tells_the_latest_number_at_once_and_at_every_new_message(cloud: Cloud) -> None:
    station, driver = cloud.station(), cloud.driver()
    with _doorbell(cloud, station.token) as bell:
        assert json.loads(bell.recv(10)) == {"waiting": 0}
        order = driver.order(station)
        driver.pay(cloud.wechat, order["id"])
        assert json.loads(bell.recv(10)) == {"waiting": 1}
    with _doorbell(cloud, station.token) as bell:
        assert json.loads(bell.recv(10)) == {"waiting": 1}


def test_the_doorbell_is_shut_to_strangers(cloud: Cloud) -> None:
    for token in ("", "yzs_nonsense", cloud.driver().token):
        with _doorbell(cloud, token) as bell, pytest.raises(ConnectionClosed) as closed:
            bell.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


def test_a_station_that_hangs_up_leaves_nobody_listening(cloud: Cloud) -> None:
    station = cloud.station()
    before = cloud.get("/v1/stations")
    with _doorbell(cloud, station.token) as bell:
        bell.recv(10)
    wait_until(lambda: cloud.get("/v1/stations") == before, "the cloud to go on")
    assert code_of(cloud.get("/v1/station/me", 401)) == "not_signed_in"
