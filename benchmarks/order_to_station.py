"""From "paid" in the cloud's books to the painted card on the attendant's screen, against a bare WebSocket's echo."""

import asyncio
import contextlib
import json
import os
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import websockets

from benchmarks.figure import Figure, percentile
from demo import books
from demo.processes import Processes, Program
from demo.story import ATTENDANT
from demo.window import Window
from demo.world import DRIVER_PHONE, World, build_world

_ORDERS = 60
_HOW = (
    "{orders} orders of one driver, one after another, each cancelled once seen, over HTTP on loopback: the payment's transaction in the cloud (its message's own moment) to the "
    "first paint of the order's card in the forecourt window (offscreen, own process; SQLite both sides; everything on two "
    "cores); the echo is a 1 kB text over a bare websockets connection and back; one run"
)


def measure() -> Iterator[Figure]:
    """p50 and p99 in milliseconds, each with how many echoes it is worth."""
    echo = asyncio.run(_echo())
    with tempfile.TemporaryDirectory(prefix="order-to-station-") as folder, _world(Path(folder)) as world:
        seen = _seen(world, _window_of_attendant(world))
    how = _HOW.format(orders=_ORDERS)
    for of_hundred in (50, 99):
        value, bare = percentile(seen, of_hundred), percentile(echo, of_hundred)
        yield Figure(
            f"order_to_station_p{of_hundred}", round(value, 1), "ms", f"bare WebSocket echo, {bare:.2f} ms",
            round(value / bare, 1), how,
        )  # fmt: skip


@contextlib.contextmanager
def _world(folder: Path) -> Iterator[World]:
    root = str(Path(__file__).resolve().parent.parent)
    processes = Processes(folder, {"PYTHONPATH": root, "QT_QPA_PLATFORM": "offscreen"})
    try:
        yield build_world(folder, processes, language="zh_CN", theme="light", pace=1)
    finally:
        processes.end()


def _window_of_attendant(world: World) -> Program:
    till = world.processes.start(
        "watched-till", "benchmarks.watched_till", "pos", "--window-size", "1280x800",
        "--config", str(world.config), "--place", "forecourt",
    ).wait_until_ready()  # fmt: skip
    window = Window(till, world.folder)
    person = books.staff_id(world, ATTENDANT[0])
    window.click(f"sign_in_person_{person}")
    window.type("sign_in_pin", ATTENDANT[1])
    window.click("sign_in_go")
    window.wait_for("pump_tile_1")
    limit = time.monotonic() + 30
    while len(books.pump_states(world)) < 8 and time.monotonic() < limit:
        time.sleep(0.1)
    window.close()
    return till


def _seen(world: World, till: Program) -> list[float]:
    """Each order's way in milliseconds. The driver cancels it once it shows, so that every card is the only one."""
    driver = _Driver(world)
    ways = []
    for _ in range(_ORDERS):
        order, paid = driver.order_and_pay()
        ways.append(_painted(till, order) - paid)
        driver.cancel(order)
    return ways


def _painted(till: Program, order: str) -> float:
    """When the order's card was first painted, in milliseconds since 1970."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        for line in till.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(f"seen {order} "):
                return int(line.split()[2]) / 1e6
        time.sleep(0.05)
    raise TimeoutError(order)


class _Driver:
    """A driver without a phone: the same calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._token = ""
        self._ask("/v1/sign-in/codes", {"phone": DRIVER_PHONE})
        time.sleep(0.5)
        signed_in = self._ask("/v1/sign-in", {"phone": DRIVER_PHONE, "code": world.sms_code(DRIVER_PHONE)})
        self._token = signed_in["token"]

    def order_and_pay(self) -> tuple[str, float]:
        """The order's id, and when it was paid in milliseconds since 1970."""
        quote = self._ask(
            "/v1/quotes",
            {"station_id": self._world.station_id, "pump": 2, "nozzle": 1, "by": "amount", "amount_fen": 10_000,
             "coupon_id": None},
        )  # fmt: skip
        order = self._ask("/v1/orders", {"quote_id": quote["id"], "plate": "云A12345"}, _fresh())["id"]
        payment = self._ask(
            f"/v1/orders/{order}/payments", {"provider": "wechat", "channel": "h5"}, _fresh()
        )["payment_id"]
        port = self._world.wechat.facts["port"]
        _post(f"http://127.0.0.1:{port}/control/pay", {"payment_id": payment}, {})
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            paid_at = self._ask(f"/v1/orders/{order}")["paid_at"]
            if paid_at:
                placed = datetime.fromisoformat(books.placed_at(self._world, order))
                return order, placed.timestamp() * 1_000
            time.sleep(0.05)
        raise TimeoutError(order)

    def cancel(self, order: str) -> None:
        """The driver changes his mind; the card goes."""
        self._ask(f"/v1/orders/{order}/cancel", {})

    def _ask(self, path: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if key:
            headers["Idempotency-Key"] = key
        return _post(self._world.site + path, body, headers)


def _post(url: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


def _fresh() -> str:
    return uuid.uuid4().hex


async def _echo() -> list[float]:
    async def back(connection: websockets.ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with (
        websockets.serve(back, "127.0.0.1", 0) as server,
        websockets.connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client,
    ):
        text = os.urandom(500).hex()
        times = []
        for _ in range(300):
            began = time.perf_counter()
            await client.send(text)
            await client.recv()
            times.append((time.perf_counter() - began) * 1_000)
        return times
