"""A controller on loopback and a client that knows jsonPTS only from its text."""

import base64
import hashlib
import http.client
import itertools
import json
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.simulated.pts_controller.controller import Controller, Options
from core.simulated.pts_controller.site import Site, User, usual_site

CLERK = User(2, "clerk", "till2", frozenset({"Control", "Monitoring"}))
WATCHER = User(3, "watcher", "look", frozenset({"Monitoring"}))


class HandClock:
    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 1, 0, tzinfo=UTC) + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return self.passed


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body, parse_float=Decimal)


@dataclass
class Client:
    port: int
    login: str = "admin"
    password: str = "admin"
    basic: bool = False
    context: ssl.SSLContext | None = None
    timeout: float = 5.0
    challenge: dict[str, str] = field(default_factory=dict)
    counts: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def post(self, body: bytes, headers: dict[str, str] | None = None, path: str = "/jsonPTS") -> Answer:
        """One request as it is, with no login added."""
        if self.context is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        else:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=self.timeout, context=self.context
            )
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"} | (headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def authorization(self, count: int | None = None) -> str:
        if self.basic:
            return "Basic " + base64.b64encode(f"{self.login}:{self.password}".encode()).decode()
        c = self.challenge
        nc = f"{next(self.counts) if count is None else count:08x}"
        first = _md5(f"{self.login}:{c['realm']}:{self.password}")
        response = _md5(f"{first}:{c['nonce']}:{nc}:0a4f113b:auth:{_md5('POST:/jsonPTS')}")
        return (
            f'Digest username="{self.login}", realm="{c["realm"]}", nonce="{c["nonce"]}", uri="/jsonPTS", '
            f'response="{response}", qop=auth, nc={nc}, cnonce="0a4f113b", opaque="{c["opaque"]}", algorithm=MD5'
        )

    def learn(self, answer: Answer) -> None:
        self.challenge = dict(re.findall(r'(\w+)="([^"]*)"', answer.headers["www-authenticate"]))
        self.counts = itertools.count(1)

    def send(self, body: bytes) -> Answer:
        """A request with login, after being challenged where needed."""
        if not self.basic and not self.challenge:
            self.learn(self.post(b"{}"))
        return self.post(body, {"Authorization": self.authorization()})

    def packets(self, *asked: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        rows = [{"Id": n, "Type": name, "Data": data} for n, (name, data) in enumerate(asked, start=1)]
        answer = self.send(json.dumps({"Protocol": "jsonPTS", "Packets": rows}).encode())
        assert answer.status == 200
        packets: list[dict[str, Any]] = answer.json["Packets"]
        return packets

    def ask(self, name: str, **data: Any) -> dict[str, Any]:
        (packet,) = self.packets((name, data))
        return packet

    def code(self, name: str, **data: Any) -> int:
        packet = self.ask(name, **data)
        assert packet.get("Error") is True, packet
        return int(packet["Code"])

    def state(self, pump: int = 1) -> tuple[str, dict[str, Any]]:
        packet = self.ask("PumpGetStatus", Pump=pump)
        return packet["Type"], packet["Data"]

    def authorise(self, pump: int = 1, nozzle: int = 1, **rest: Any) -> int:
        asked = {"Type": "Amount", "Dose": 200.00} | rest
        packet = self.ask("PumpAuthorize", Pump=pump, Nozzle=nozzle, **asked)
        assert packet["Type"] == "PumpAuthorizeConfirmation", packet
        return int(packet["Data"]["Transaction"])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class Running:
    controller: Controller
    clock: HandClock
    client: Client

    def as_user(self, user: User) -> Client:
        return Client(self.controller.port, user.login, user.password)

    def control(self, path: str, **asked: Any) -> Any:
        return control(self.controller.control_port, path, asked)

    def look(self, path: str) -> Any:
        return control(self.controller.control_port, path, None)

    def pass_time(self, seconds: float) -> None:
        """The pumps' time and the controller's clock go on together."""
        self.clock.passed += seconds
        self.controller.forecourt.advance(int(seconds * 1000))


def control(port: int, path: str, asked: dict[str, Any] | None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        if asked is None:
            connection.request("GET", f"/control/{path}")
        else:
            connection.request("POST", f"/control/{path}", json.dumps(asked))
        answer = connection.getresponse()
        content = json.loads(answer.read())
        assert answer.status == 200, content
        return content
    finally:
        connection.close()


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Starts a controller whose clock stands still until the test moves it."""
    running: list[Controller] = []

    def begin(site: Site | None = None, **options: Any) -> Running:
        clock = HandClock()
        usual = usual_site()
        chosen = site or replace(usual, users=(*usual.users, CLERK, WATCHER))
        controller = Controller(chosen, Options(**options), clock)
        controller.start(ticking=False)
        running.append(controller)
        basic = options.get("authentication") == "basic"
        return Running(controller, clock, Client(controller.port, basic=basic))

    yield begin
    for controller in running:
        controller.stop()


@pytest.fixture
def station(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture
def clerk() -> User:
    return CLERK


@pytest.fixture
def watcher() -> User:
    return WATCHER


@pytest.fixture
def make_client() -> type[Client]:
    return Client


@pytest.fixture
def control_at() -> Callable[[int, str, dict[str, Any] | None], Any]:
    return control
