"""The driver's page follows its order."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.cloud_api.conftest import Cloud


@contextmanager
def _follow(cloud: Cloud, order_id: str, first: str) -> Iterator[ClientConnection]:
    address = cloud.url.replace("http", "ws") + f"/v1/orders/{order_id}/follow"
    with connect(address, proxy=None) as socket:
        socket.send(first)
        yield socket


def _next(socket: ClientConnection) -> dict[str, Any]:
    order: dict[str, Any] = json.loads(socket.recv(10))
    return order


def test_the_page_is_told_the_whole_order_at_once_and_at_every_change(either_cloud: Cloud) -> None:
    driver, station = either_cloud.driver(), either_cloud.station()
    order = driver.order(station)
    with _follow(either_cloud, order["id"], json.dumps({"token": driver.token})) as socket:
        assert _next(socket) == order
        either_cloud.wechat.pay(driver.start_to_pay(order["id"]))
        assert _next(socket)["state"] == "reserved"
        station.claim(order["id"])
        assert _next(socket)["accepted_at"] is not None
        station.tell(station.complete(order["id"], amount_fen=20000))
        assert _next(socket) == driver.look(order["id"])


@pytest.mark.parametrize("first", ["", "[]", '{"token": "yzd_nonsense"}', '{"token": 5}', '{"name": "x"}'])
def test_a_stranger_is_shown_nothing(cloud: Cloud, first: str) -> None:
    order = cloud.driver().order(cloud.station())
    with _follow(cloud, order["id"], first) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_another_drivers_order_is_not_found(cloud: Cloud) -> None:
    order, stranger = cloud.driver().order(cloud.station()), cloud.driver()
    for order_id in (order["id"], "nonsense"):
        with _follow(cloud, order_id, json.dumps({"token": stranger.token})) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(10)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4404
