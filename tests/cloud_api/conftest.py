"""The whole cloud on loopback, as it runs for real: every test gets one with an empty database of its own."""

import itertools
import secrets
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cloud_api import keys_file
from cloud_api.access import hash_of, new_driver_token, new_office_token
from cloud_api.app import create_app
from cloud_api.clock import Clock
from cloud_api.coupons.service import Coupons
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.offices import repository as offices
from cloud_api.offices import sessions as office_sessions
from cloud_api.offices.sessions import SessionRow
from cloud_api.points.service import Points
from cloud_api.settings import Settings, SmsSettings, WechatSettings
from cloud_api.simulated.keys import sms_customer, wechat_merchant
from cloud_api.simulated.sms import TextMessageHouse
from cloud_api.simulated.wechat_pay import WechatPay
from cloud_api.stations.service import Stations
from cloud_api.upgrade import upgrade
from core.domain.coupon import CouponTerms
from core.protocol.moments import moment_text
from tests.cloud_api.simulated.outside_world import (
    SECONDS_TO_WAIT,
    Control,
    LoopThread,
    MovableClock,
    new_keys,
)
from tests.postgres import PostgresServer
from tests.waiting import eventually


def wait_until(true: Callable[[], object], what: str) -> None:
    """Waits for something that happens by itself elsewhere."""
    eventually(true, what, SECONDS_TO_WAIT)


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Makes all the calls at the same moment, each in a thread of its own; the answers in the calls' order."""
    answers: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def make(index: int) -> None:
        start.wait()
        answers[index] = calls[index]()

    threads = [threading.Thread(target=make, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@dataclass(slots=True)
class Town:
    """The outside world: a text message house and WeChat Pay, and everybody's clock."""

    loop: LoopThread
    clock: MovableClock
    keys: Path
    sms: Control
    wechat: Control

    @property
    def sms_settings(self) -> SmsSettings:
        return SmsSettings(self.sms.url, sms_customer(self.keys).key)

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

    def text_for(self, phone: str) -> str:
        """The last text message to this phone."""
        with httpx.Client(base_url=self.sms.url, verify=False) as client:  # noqa: S501 - plain HTTP
            messages = client.get("/control/messages").json()["messages"]
        return str([one["text"] for one in messages if one["phone"] == phone][-1])


class Someone:
    """A driver or a station with their token."""

    def __init__(self, client: httpx.Client, clock: Clock, token: str, own_id: str) -> None:
        self.client, self.clock, self.token, self.id = client, clock, token, own_id
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        return _body(self.client.get(path, params=query, headers=self.headers), status)

    def put(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        return _body(self.client.put(path, json=body, headers=self.headers), status)

    def delete(self, path: str, status: int = 204) -> Any:
        return _body(self.client.delete(path, headers=self.headers), status)

    def post(self, path: str, body: Any = None, status: int = 200, key: str | None = None) -> Any:
        return _body(self.ask(path, body, key), status)

    def ask(self, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        headers = self.headers if key is None else {**self.headers, "Idempotency-Key": key}
        return self.client.post(path, json=body, headers=headers)

    def new_id(self) -> str:
        return new_id(self.clock.now())


class StationMachine(Someone):
    """A station's program, as the cloud sees it."""

    def message(self, kind: str, **body: Any) -> dict[str, Any]:
        return {
            "id": self.new_id(),
            "kind": kind,
            "version": 1,
            "at": moment_text(self.clock.now()),
            "body": body,
        }

    def tell(self, *messages: dict[str, Any]) -> Any:
        return self.post("/v1/station/messages", {"messages": list(messages)})

    def describe(self, name: str = "昆明北站加油站", lat: float = 25.05, lng: float = 102.72) -> None:
        nozzles = [{"nozzle": 1, "grade": "G92"}, {"nozzle": 2, "grade": "G95"}]
        described = self.message(
            "station_described",
            name=name,
            address="北京路1号",
            lat=lat,
            lng=lng,
            pumps=[{"pump": 1, "nozzles": nozzles}],
        )
        assert len(self.tell(described, self.prices(G92=7810, G95=8330))["accepted"]) == 2

    def prices(self, coming: list[dict[str, Any]] | None = None, **by_grade: int) -> dict[str, Any]:
        board = [{"grade": grade, "price_li": price_li} for grade, price_li in by_grade.items()]
        return self.message("prices_changed", prices=board, coming=coming or [])

    def mailbox(self, after: int = 0) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.get("/v1/station/mailbox", after=after)["messages"]
        return messages

    def claim(self, order_id: str, status: int = 200, claim_id: str | None = None) -> Any:
        body = {"claim_id": claim_id or self.new_id()}
        return self.post(f"/v1/station/orders/{order_id}/claim", body, status)

    def complete(self, order_id: str, amount_fen: int, volume_ml: int = 20000) -> dict[str, Any]:
        now = moment_text(self.clock.now())
        return self.message(
            "order_completed",
            order_id=order_id,
            fill_id=self.new_id(),
            volume_ml=volume_ml,
            amount_fen=amount_fen,
            price_li=7810,
            filled_at=now,
            completed_at=now,
            completed_by="李敏",
        )


class DriverPhone(Someone):
    """A driver's app."""

    def quote(self, station: Someone, status: int = 200, **wish: Any) -> Any:
        asked = {
            "station_id": station.id,
            "pump": 1,
            "nozzle": 1,
            "by": "amount",
            "amount_fen": 20000,
            **wish,
        }
        return self.post(
            "/v1/quotes", {key: value for key, value in asked.items() if value != "absent"}, status
        )

    def order(self, station: Someone, **wish: Any) -> dict[str, Any]:
        quote = self.quote(station, **wish)
        asked = {"quote_id": quote["id"], "plate": "云A12345"}
        placed: dict[str, Any] = self.post("/v1/orders", asked, 201, key=self.new_id())
        return placed

    def look(self, order_id: str) -> dict[str, Any]:
        order: dict[str, Any] = self.get(f"/v1/orders/{order_id}")
        return order

    def start_to_pay(self, order_id: str) -> str:
        """The id of a payment that waits at WeChat."""
        payment_id = self.new_id()
        asked = {"provider": "wechat", "channel": "h5"}
        self.post(f"/v1/orders/{order_id}/payments", asked, 201, key=payment_id)
        return payment_id

    def pay(self, wechat: Control, order_id: str) -> str:
        """The id of the payment that paid it."""
        payment_id = self.start_to_pay(order_id)
        wechat.pay(payment_id)
        wait_until(lambda: self.look(order_id)["state"] == "reserved", "the payment's notification")
        return payment_id


class Cloud:
    """A running cloud and everybody around it."""

    def __init__(
        self, town: Town, url: str, settings: Settings, client: httpx.Client, database: Database
    ) -> None:
        self.town, self.url, self.settings, self.client = town, url, settings, client
        self.clock, self.wechat = town.clock, town.wechat
        self.database = database
        self._coupons = Coupons(database, town.clock, settings)
        self._stations = Stations(database, town.clock, settings, {})
        self.points = Points(database, town.clock, settings)

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        return _body(self.client.get(path, params=query), status)

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        return _body(self.client.post(path, json=body), status)

    def new_station(self, name: str = "昆明北站") -> tuple[str, str]:
        """A station's id and its pairing code, as an operator makes them."""
        return self.database.write_now(
            lambda work: self._stations.add(work, name, "北京路1号", 25.05, 102.72)
        )

    def station(self) -> StationMachine:
        _station_id, code = self.new_station()
        enrolled = self.post("/v1/station-enrolments", {"pairing_code": code}, 201)
        machine = StationMachine(self.client, self.clock, enrolled["token"], enrolled["station_id"])
        machine.describe()
        return machine

    def driver(self) -> DriverPhone:
        """Somebody signed in; how one signs in is the business of the drivers' tests."""
        token, now = new_driver_token(), self.clock.now()

        def sign_in(work: Work) -> str:
            row = drivers.driver_signing_in(work.connection, a_phone(), new_id(now), now)
            until = now + timedelta(days=180)
            drivers.add_token(work.connection, hash_of(token), row.id, device_id=None, now=now, until=until)
            return row.id

        return DriverPhone(self.client, self.clock, token, self.database.write_now(sign_in))

    def office(self, *roles: str) -> Someone:
        """Somebody of the head office who is signed in; how one signs in is the business of the offices' tests."""
        token, now, user_id = new_office_token(), self.clock.now(), new_id(self.clock.now())

        def sign_in(work: Work) -> None:
            offices.add_user(work.connection, user_id, f"user-{user_id}"[:40], "王芳", now)
            offices.change_user(
                work.connection, user_id, name="王芳", is_active=True, role_ids=roles, group_ids=()
            )
            row = SessionRow(new_id(now), user_id, "", "", now, now, now + timedelta(hours=12))
            office_sessions.add(work.connection, hash_of(token), row)

        self.database.write_now(sign_in)
        return Someone(self.client, self.clock, token, user_id)

    def campaign(self, terms: CouponTerms, stock: int = 10, title: str = "满100减15") -> str:
        return self.database.write_now(lambda work: self._coupons.add_campaign(work, title, terms, stock))

    def coupon_code(self, terms: CouponTerms) -> str:
        """The code of a coupon that is nobody's."""
        campaign = self.campaign(terms)
        return self.database.write_now(lambda work: self._coupons.issue(work, campaign, 1))[0].code

    def claim(self, driver: DriverPhone, terms: CouponTerms) -> dict[str, Any]:
        campaign = self.campaign(terms)
        coupon: dict[str, Any] = driver.post(
            f"/v1/campaigns/{campaign}/claims", None, 201, key=driver.new_id()
        )
        return coupon


def a_phone() -> str:
    return f"138{secrets.randbelow(10**8):08d}"


def code_of(answer: Any) -> str:
    """The code of a refusal."""
    return str(answer["error"]["code"])


class Switchboard:
    """One web server for all tests: each cloud has a door of its own, as starting a server takes longer than a test."""

    def __init__(self) -> None:
        self.url = ""
        self._apps: dict[str, FastAPI] = {}
        self._doors = itertools.count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _empty, door, path = scope["path"].split("/", 2)
        app = self._apps.get(door)
        if app is not None:
            await app({**scope, "path": "/" + path}, receive, send)
        elif scope["type"] == "http":
            # A provider's late word to a cloud that is gone.
            await Response(status_code=410)(scope, receive, send)

    def new_door(self) -> str:
        return f"cloud{next(self._doors)}"

    @contextmanager
    def open(self, loop: LoopThread, door: str, app: FastAPI) -> Iterator[None]:
        living = app.router.lifespan_context(app)
        loop.run(living.__aenter__())
        self._apps[door] = app
        try:
            yield
        finally:
            del self._apps[door]
            loop.run(living.__aexit__(None, None, None))


@pytest.fixture(scope="session", autouse=True)
def _keys_of_personal_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One file of keys for every cloud here, also in another process: PostgreSQL has no folder to keep one in."""
    file = tmp_path_factory.mktemp("keys") / "keys.toml"
    keys_file.make(file)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(keys_file.ENVIRONMENT, str(file))
        yield


@pytest.fixture(scope="session")
def running_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    keys, loop, clock = new_keys(tmp_path_factory.mktemp("town-keys")), LoopThread(), MovableClock()
    wechat = WechatPay(keys, clock, retry_scale=0.004, refund_seconds=0.0)
    try:
        with loop.serving(TextMessageHouse(keys, clock)) as sms_url, loop.serving(wechat) as wechat_url:
            town = Town(loop, clock, keys, Control(sms_url), Control(wechat_url))
            yield town
            town.sms.close()
            town.wechat.close()
    finally:
        loop.close()


@pytest.fixture
def town(running_town: Town) -> Iterator[Town]:
    yield running_town
    running_town.sms.clear()
    running_town.wechat.clear()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file after all migrations, to be copied: running them takes longer than most tests."""
    file = tmp_path_factory.mktemp("migrated") / "cloud.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    return file


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    shutil.copy(migrated_file, tmp_path / "cloud.db")
    return f"sqlite:///{tmp_path / 'cloud.db'}"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a PostgreSQL database after all migrations, to be copied."""
    with postgres_server.database() as url:
        database = Database(url)
        upgrade(database)
        database.close()
        yield url.rpartition("/")[2]


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[str]:
    with postgres_server.database(like=migrated_postgres) as url:
        yield url


@pytest.fixture
def cloud(town: Town, switchboard: Switchboard, sqlite_url: str) -> Iterator[Cloud]:
    with running_cloud(town, switchboard, sqlite_url) as cloud:
        yield cloud


@pytest.fixture(params=["sqlite", "postgresql"])
def either_cloud(request: pytest.FixtureRequest, town: Town, switchboard: Switchboard) -> Iterator[Cloud]:
    """For what depends on the database's own locks and conflicts."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    with running_cloud(town, switchboard, url) as cloud:
        yield cloud


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("postgres")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def either_migrated_url(request: pytest.FixtureRequest) -> str:
    """A database after all migrations, with no row of anybody's."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def switchboard(running_town: Town) -> Iterator[Switchboard]:
    listening = socket.create_server(("127.0.0.1", 0))
    # An answer is written in two pieces; asyncio knows only sockets made by name for TCP as such, and Nagle held the second
    # piece back for 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    board = Switchboard()
    board.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        board,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    running = running_town.loop.begin(server.serve(sockets=[listening]))
    wait_until(lambda: server.started or running.done(), "the web server to start")
    yield board
    server.should_exit = True
    running.result(SECONDS_TO_WAIT)


@contextmanager
def running_cloud(
    town: Town, switchboard: Switchboard, database_url: str, h5_dir: Path = Path("/nowhere")
) -> Iterator[Cloud]:
    """The cloud behind a door of its own, until the end of the with block."""
    door = switchboard.new_door()
    url = f"{switchboard.url}/{door}"
    settings = Settings(
        database=database_url,
        site_url=url,
        h5_dir=h5_dir,
        sms=town.sms_settings,
        wechat=town.wechat_settings,
        chores_seconds=0.1,
    )
    app = create_app(settings, town.clock)
    # Plain HTTP: reading the certificates of the world would take longer than most tests.
    with (
        switchboard.open(town.loop, door, app),
        httpx.Client(base_url=url, timeout=SECONDS_TO_WAIT, verify=False) as client,  # noqa: S501
    ):
        yield Cloud(town, url, settings, client, app.state.database)


def _body(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None
