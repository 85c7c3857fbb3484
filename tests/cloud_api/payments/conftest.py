"""The payment room on loopback: both simulated providers, the room behind its own routes, and orders that keep books."""

import itertools
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from fastapi import FastAPI

from cloud_api.access import Access, Driver, Station, hash_of, new_station_token
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.payments import repository
from cloud_api.payments.build import open_payments
from cloud_api.payments.endpoints import router
from cloud_api.payments.repository import PaymentRow, RefundRow
from cloud_api.payments.service import Payments, StartedPayment
from cloud_api.refusals import answer_refusals
from cloud_api.settings import AlipaySettings, WechatSettings
from cloud_api.simulated.alipay import Alipay
from cloud_api.simulated.keys import alipay_merchant, wechat_merchant
from cloud_api.simulated.wechat_pay import WechatPay
from cloud_api.upgrade import upgrade
from tests.cloud_api.simulated.outside_world import (
    SECONDS_TO_WAIT,
    Control,
    LoopThread,
    MovableClock,
    new_keys,
)

_RETRY_SCALE = 0.004
_codes = itertools.count(secrets.randbelow(10**9))


def wechat_code(ending: str = "99") -> str:
    """A payer's code of WeChat that nobody has used; its last two digits decide how it ends."""
    return f"13{next(_codes):014d}{ending}"


def alipay_code(ending: str = "99") -> str:
    return f"28{next(_codes):014d}{ending}"


@dataclass(slots=True)
class Orders:
    """What the orders room would do, kept in memory: each order takes money once."""

    taken: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    refunded: list[tuple[str, str, int]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    def on_captured(
        self, _work: Work, order_id: str, payment_id: str, amount_fen: int, provider: str, paid_at: datetime
    ) -> Literal["taken", "late"]:
        assert amount_fen > 0
        assert provider in ("wechat", "alipay")
        assert paid_at.tzinfo is not None
        if order_id in self.closed or order_id in self.taken:
            self.late.append(payment_id)
            return "late"
        self.taken[order_id] = payment_id
        return "taken"

    def on_refunded(self, _work: Work, order_id: str, refund_id: str, amount_fen: int) -> None:
        self.refunded.append((order_id, refund_id, amount_fen))


class Stack:
    """A running payment room, and what tests do with it."""

    def __init__(self, room: "Room", client: httpx.Client) -> None:
        self.room, self.client = room, client
        self.clock, self.orders = room.clock, room.orders

    def charge(self, payment_id: str, code: str, amount_fen: int = 26512, **more: Any) -> dict[str, Any]:
        return self.post("/v1/station/payments", self.a_charge(payment_id, code, amount_fen), **more)

    def a_charge(self, payment_id: str, code: str, amount_fen: int = 26512) -> dict[str, Any]:
        return {
            "payment_id": payment_id,
            "sale_id": "5" * 32,
            "amount_fen": amount_fen,
            "auth_code": code,
            "description": "95号汽油 32.45升",
        }

    def ask(self, payment_id: str) -> dict[str, Any]:
        return self._json(self.client.get(f"/v1/station/payments/{payment_id}"))

    def cancel(self, payment_id: str) -> dict[str, Any]:
        return self.post(f"/v1/station/payments/{payment_id}/cancel", {})

    def refund(self, payment_id: str, refund_id: str, amount_fen: int) -> dict[str, Any]:
        body = {"refund_id": refund_id, "amount_fen": amount_fen}
        return self.post(f"/v1/station/payments/{payment_id}/refunds", body)

    def post(self, path: str, body: dict[str, Any], *, status: int = 200) -> dict[str, Any]:
        return self._json(self.client.post(path, json=body), status)

    def start(
        self, payment_id: str, provider: str, order_id: str, amount_fen: int = 20000, **more: Any
    ) -> StartedPayment:
        return self.room.run(
            self.room.payments.start_order_payment(
                order_id,
                payment_id,
                provider,
                more.pop("channel", "h5"),
                amount_fen,
                "昆明北站 2号枪 92号汽油",
                "http://127.0.0.1:9/#/pages/order/order?id=" + order_id,
                more.pop("expires_at", self.clock.now() + timedelta(minutes=15)),
                **more,
            )
        )

    def give_back(self, refund_id: str, payment_id: str, amount_fen: int) -> RefundRow:
        return self.room.run(self.room.payments.refund(refund_id, payment_id, amount_fen, "未用完的油款"))

    def settle(self, after_seconds: float = 0.0) -> None:
        self.clock.pass_seconds(after_seconds)
        self.room.run(self.room.payments.settle_pending())

    def row(self, payment_id: str) -> PaymentRow:
        row = self.room.database.read_now(lambda connection: repository.payment(connection, payment_id))
        assert row is not None
        return row

    def refund_row(self, refund_id: str) -> RefundRow:
        row = self.room.database.read_now(lambda connection: repository.refund(connection, refund_id))
        assert row is not None
        return row

    def events(self, payment_id: str) -> list[str]:
        found = self.room.database.read_now(lambda connection: repository.events_of(connection, payment_id))
        return [what for what, _ in found]

    def new_id(self) -> str:
        return new_id(self.clock.now())

    @staticmethod
    def _json(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        body: dict[str, Any] = answer.json()
        return body


class Room:
    """The payment room as an application of its own, in the shape in which SimulationServer runs things."""

    def __init__(self, loop: LoopThread, database_url: str, clock: MovableClock, world: "World") -> None:
        self.run, self.clock, self.orders = loop.run, clock, Orders()
        self.database = Database(database_url)
        self._world = world
        self.payments: Payments
        self.stations = {name: new_station_token() for name in ("1" * 32, "2" * 32)}
        self.app = FastAPI()
        self.app.include_router(router)
        answer_refusals(self.app)
        self.app.state.access = Access(self._driver_of, self._station_of)

    async def start(self, url: str) -> None:
        self.payments = open_payments(
            self.database,
            self.clock,
            self._world.wechat_settings,
            self._world.alipay_settings,
            url,
            self.orders.on_captured,
            self.orders.on_refunded,
        )
        self.app.state.payments = self.payments

    async def stop(self) -> None:
        await self.payments.close()
        self.database.close()

    @staticmethod
    async def _driver_of(_token_hash: str) -> Driver | None:
        return None

    async def _station_of(self, token_hash: str) -> Station | None:
        found = [name for name, token in self.stations.items() if hash_of(token) == token_hash]
        return Station(found[0], "昆明北站") if found else None


@dataclass(slots=True)
class World:
    """Both providers, running."""

    loop: LoopThread
    clock: MovableClock
    keys: Path
    wechat: Control
    alipay: Control

    @property
    def wechat_settings(self) -> WechatSettings:
        merchant = wechat_merchant(self.keys)
        return WechatSettings(
            base_url=self.wechat.url,
            mchid=merchant.mchid,
            appid=merchant.appid,
            serial_no=merchant.serial_no,
            private_key_file=self.keys / "wechat-merchant-private.pem",
            api_v3_key_file=self.keys / "wechat-api-v3-key.txt",
            public_key_id=merchant.public_key_id,
            public_key_file=self.keys / "wechat-platform-public.pem",
        )

    @property
    def alipay_settings(self) -> AlipaySettings:
        return AlipaySettings(
            gateway_url=f"{self.alipay.url}/gateway.do",
            app_id=alipay_merchant(self.keys).app_id,
            private_key_file=self.keys / "alipay-app-private.pem",
            alipay_public_key_file=self.keys / "alipay-gateway-public.pem",
        )

    @contextmanager
    def room(self, database_url: str) -> Iterator[Stack]:
        room = Room(self.loop, database_url, self.clock, self)
        headers = {"Authorization": f"Bearer {room.stations['1' * 32]}"}
        with (
            self.loop.serving(room) as url,
            httpx.Client(base_url=url, headers=headers, timeout=SECONDS_TO_WAIT) as client,
        ):
            yield Stack(room, client)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def running_world(keys: Path) -> Iterator[World]:
    loop, clock = LoopThread(), MovableClock()
    wechat = WechatPay(keys, clock, retry_scale=_RETRY_SCALE, refund_seconds=0.05)
    alipay = Alipay(keys, clock, retry_scale=_RETRY_SCALE)
    try:
        with loop.serving(wechat) as wechat_url, loop.serving(alipay) as alipay_url:
            world = World(loop, clock, keys, Control(wechat_url), Control(alipay_url))
            yield world
            world.wechat.close()
            world.alipay.close()
    finally:
        loop.close()


@pytest.fixture
def world(running_world: World) -> Iterator[World]:
    yield running_world
    running_world.wechat.clear()
    running_world.alipay.clear()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file after all migrations, to be copied: running them takes longer than most tests."""
    file = tmp_path_factory.mktemp("empty") / "cloud.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def database_url(empty_database: Path, tmp_path: Path) -> str:
    shutil.copy(empty_database, tmp_path / "cloud.db")
    return f"sqlite:///{tmp_path / 'cloud.db'}"


@pytest.fixture
def stack(world: World, database_url: str) -> Iterator[Stack]:
    with world.room(database_url) as stack:
        yield stack


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database(request: pytest.FixtureRequest) -> str:
    """For what depends on the database's own locks and conflicts."""
    if request.param == "sqlite":
        url: str = request.getfixturevalue("database_url")
    else:
        url = request.getfixturevalue("postgres")
        _migrate(url)
    return url


@pytest.fixture
def stack_on_either(either_database: str, world: World) -> Iterator[Stack]:
    with world.room(either_database) as stack:
        yield stack


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


def wait_until(true: Callable[[], object], what: str) -> None:
    """Waits for something that happens by itself elsewhere."""
    deadline = threading.Event()
    for _ in range(int(SECONDS_TO_WAIT / 0.01)):
        if true():
            return
        deadline.wait(0.01)
    pytest.fail(f"in vain: {what}")
