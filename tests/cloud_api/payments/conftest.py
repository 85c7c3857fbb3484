"""The payment room on loopback: both simulated providers, the room behind its own routes, and orders that keep books."""

import functools
import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from fastapi import FastAPI, Response
from sqlalchemy import delete
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud_api.access import Access, Driver, Station, hash_of, new_station_token
from cloud_api.database import Database, Work
from cloud_api.identifiers import new_id
from cloud_api.payments import (
    alipay_signatures,
    repository,
    unionpay_signatures,
    wechat,
    wechat_signatures,
)
from cloud_api.payments.build import open_payments
from cloud_api.payments.endpoints import router
from cloud_api.payments.online import StartedPayment
from cloud_api.payments.repository import PaymentRow, RefundRow
from cloud_api.payments.service import Payments
from cloud_api.payments.tables import payment_events, payment_notifications, payments, refunds
from cloud_api.refusals import answer_refusals
from cloud_api.settings import AlipaySettings, UnionPaySettings, WechatSettings
from cloud_api.simulated.alipay import Alipay
from cloud_api.simulated.keys import alipay_merchant, unionpay_merchant, wechat_merchant
from cloud_api.simulated.unionpay import UnionPay
from cloud_api.simulated.wechat_pay import WechatPay
from cloud_api.upgrade import upgrade
from tests.cloud_api.simulated.outside_world import (
    SECONDS_TO_WAIT,
    Control,
    LoopThread,
    MovableClock,
    new_keys,
    plain_http,
)
from tests.postgres import PostgresServer
from tests.waiting import eventually

_RETRY_SCALE = 0.004
_codes = itertools.count(secrets.randbelow(10**9))


def wechat_code(ending: str = "99") -> str:
    """A payer's code of WeChat that nobody has used; its last two digits decide how it ends."""
    return f"13{next(_codes):014d}{ending}"


def alipay_code(ending: str = "99") -> str:
    return f"28{next(_codes):014d}{ending}"


def unionpay_code(ending: str = "99") -> str:
    return f"62{next(_codes):015d}{ending}"


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

    @property
    def wechat(self) -> wechat.WechatPay:
        provider = self.room.payments._providers["wechat"]
        assert isinstance(provider, wechat.WechatPay)
        return provider

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

    def refund_at_counter(self, refund_id: str) -> dict[str, Any]:
        return self._json(self.client.get(f"/v1/station/refunds/{refund_id}"))

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
                "昆明北站 2号机 92号汽油",
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

    def wait_for(self, payment_id: str, state: str = "captured") -> PaymentRow:
        """Until it is on disk; what Orders keeps in memory is known a moment before the commit."""
        wait_until(lambda: self.row(payment_id).state == state, f"the payment is {state}")
        return self.row(payment_id)

    def wait_for_refund(self, refund_id: str, state: str = "refunded") -> None:
        wait_until(lambda: self.refund_row(refund_id).state == state, f"the refund is {state}")

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


class Front:
    """One server for every test's room, each behind a number in the path: what still comes for an old one finds nobody."""

    def __init__(self) -> None:
        self.app: ASGIApp = self._answer
        self.url, self.state = "", State()
        self._room: ASGIApp = self._made()
        self._open: set[str] = set()
        self._numbers = itertools.count(1)

    async def start(self, url: str) -> None:
        self.url = url

    async def stop(self) -> None:
        self._open.clear()

    @contextmanager
    def serving(self) -> Iterator[str]:
        number = str(next(self._numbers))
        self._open.add(number)
        try:
            yield f"{self.url}/{number}"
        finally:
            self._open.discard(number)

    def _made(self) -> FastAPI:
        app = FastAPI()
        app.include_router(router)
        answer_refusals(app)
        self.state = app.state
        return app

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, number, rest = scope["path"].split("/", 2)
        answer = self._room if number in self._open else Response(status_code=410)
        await answer({**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}, receive, send)


class Room:
    """The payment room as an application of its own."""

    def __init__(self, loop: LoopThread, database: Database, clock: MovableClock, world: "World") -> None:
        self.run, self.clock, self.orders = loop.run, clock, Orders()
        self.database = database
        self._world = world
        self.payments: Payments
        self.stations = {name: new_station_token() for name in ("1" * 32, "2" * 32)}

    def open(self, url: str) -> None:
        self.payments = open_payments(
            self.database,
            self.clock,
            self._world.wechat_settings,
            self._world.alipay_settings,
            url,
            self.orders.on_captured,
            self.orders.on_refunded,
            unionpay=self._world.unionpay_settings,
        )
        self._world.front.state.payments = self.payments
        self._world.front.state.access = Access(self._driver_of, self._station_of)

    def close(self) -> None:
        self.run(self.payments.close())
        self.database.write_now(_empty)

    @staticmethod
    async def _driver_of(_token_hash: str) -> Driver | None:
        return None

    async def _station_of(self, token_hash: str) -> Station | None:
        found = [name for name, token in self.stations.items() if hash_of(token) == token_hash]
        return Station(found[0], "昆明北站") if found else None


@dataclass(slots=True)
class World:
    """All the providers, running."""

    loop: LoopThread
    clock: MovableClock
    keys: Path
    wechat: Control
    alipay: Control
    unionpay: Control
    front: Front

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

    @property
    def unionpay_settings(self) -> UnionPaySettings:
        merchant = unionpay_merchant(self.keys)
        return UnionPaySettings(
            base_url=self.unionpay.url,
            mer_id=merchant.mer_id,
            cert_id=merchant.cert_id,
            private_key_file=self.keys / "unionpay-merchant-private.pem",
            unionpay_cert_id=merchant.unionpay_cert_id,
            unionpay_public_key_file=self.keys / "unionpay-gateway-public.pem",
        )

    @contextmanager
    def room(self, database: Database) -> Iterator[Stack]:
        room = Room(self.loop, database, self.clock, self)
        headers = {"Authorization": f"Bearer {room.stations['1' * 32]}"}
        with (
            self.front.serving() as url,
            httpx.Client(
                base_url=url, headers=headers, timeout=SECONDS_TO_WAIT, trust_env=False, verify=plain_http()
            ) as client,
        ):
            room.open(url)
            try:
                yield Stack(room, client)
            finally:
                room.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def keys_read_once() -> Iterator[None]:
    """Reading a private key proves its primes, which takes as long as all the rest of a test."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (alipay_signatures, unionpay_signatures, wechat_signatures):
            patch.setattr(module, "private_key", functools.cache(module.private_key))
        yield


@pytest.fixture(scope="session")
def running_world(keys: Path, keys_read_once: None) -> Iterator[World]:
    loop, clock = LoopThread(), MovableClock()
    wechat = WechatPay(keys, clock, retry_scale=_RETRY_SCALE, refund_seconds=0.05)
    alipay = Alipay(keys, clock, retry_scale=_RETRY_SCALE)
    unionpay = UnionPay(keys, clock)
    front = Front()
    try:
        with (
            loop.serving(wechat) as wechat_url,
            loop.serving(alipay) as alipay_url,
            loop.serving(unionpay) as unionpay_url,
            loop.serving(front),
        ):
            world = World(
                loop, clock, keys, Control(wechat_url), Control(alipay_url), Control(unionpay_url), front
            )
            yield world
            for control in (world.wechat, world.alipay, world.unionpay):
                control.close()
    finally:
        loop.close()


@pytest.fixture
def world(running_world: World) -> Iterator[World]:
    yield running_world
    running_world.wechat.clear()
    running_world.alipay.clear()
    running_world.unionpay.clear()


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with _migrated(f"sqlite:///{tmp_path_factory.mktemp('database') / 'cloud.db'}") as database:
        yield database


@pytest.fixture(scope="session")
def postgresql_database(postgres_server: PostgresServer) -> Iterator[Database]:
    with postgres_server.database() as url, _migrated(url) as database:
        yield database


@pytest.fixture
def stack(world: World, sqlite_database: Database) -> Iterator[Stack]:
    with world.room(sqlite_database) as stack:
        yield stack


@pytest.fixture(params=["sqlite_database", "postgresql_database"], ids=["sqlite", "postgresql"])
def stack_on_either(request: pytest.FixtureRequest, world: World) -> Iterator[Stack]:
    """For what depends on the database's own locks and conflicts."""
    with world.room(request.getfixturevalue(request.param)) as stack:
        yield stack


@contextmanager
def _migrated(url: str) -> Iterator[Database]:
    """One database for all tests: the migrations take longer than most of them. Each leaves it empty."""
    database = Database(url)
    upgrade(database)
    yield database
    database.close()


def _empty(work: Work) -> None:
    for table in (payment_events, refunds, payment_notifications, payments):
        work.connection.execute(delete(table))


def wait_until(true: Callable[[], object], what: str) -> None:
    """Waits for something that happens by itself elsewhere."""
    eventually(true, what, SECONDS_TO_WAIT)
