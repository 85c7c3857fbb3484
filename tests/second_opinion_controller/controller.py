"""The controller whole: its pumps, its card, its clock, its users, and what a message makes of all that."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.second_opinion_controller.channel import Channel
from tests.second_opinion_controller.dispenser import Dispenser, Hose, Poured
from tests.second_opinion_controller.errors import Refused
from tests.second_opinion_controller.numbers import is_whole, written
from tests.second_opinion_controller.requests import REQUESTS
from tests.second_opinion_controller.statuses import Digits, Teller
from tests.second_opinion_controller.store import Card

_MOST_TOKENS = 600


@dataclass
class Person:
    """A user of the controller."""

    password: str
    may: frozenset[str]


EVERYTHING = frozenset({"Configuration", "Control", "Monitoring", "Reports", "Payments", "Shifts"})


@dataclass
class Controller:
    """What it holds; `answer` is one message. Complaints are what a strict reader finds wrong with the station's wire."""

    prices: dict[int, int]  # of each grade, li a litre; grade n is on nozzle n of every pump
    pumps: int = 16
    linked: bool = True  # nozzles to grades
    utc_offset_minutes: int = 480
    skew: timedelta = timedelta()
    truth: list[Poured] = field(default_factory=list)
    card: Card = field(default_factory=Card)
    users: dict[str, Person] = field(default_factory=lambda: {"admin": Person("admin", EVERYTHING)})
    probes: dict[int, int] = field(default_factory=dict)
    deaf_to_prices: set[tuple[int, int]] = field(default_factory=set)
    reports_newest_first: bool = False
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # types of requests that were carried out

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        grades = {(p, n): n for p in range(1, self.pumps + 1) for n in self.prices} if self.linked else {}
        names = {n: f"GRADE {n}" for n in self.prices}
        ids = {name: place for place, name in enumerate(self.users, start=1)}
        self.teller = Teller(Digits(), grades, names, dict(self.prices), ids)
        self.dispensers = {
            number: Dispenser(number, {n: Hose(price) for n, price in self.prices.items()}, self.truth)
            for number in range(1, self.pumps + 1)
        }
        self.channels = {n: Channel(each, self.card, self.now) for n, each in self.dispensers.items()}

    def now(self) -> datetime:
        """The controller's local time, as far as its clock is right."""
        return self._true_time() + self.skew

    def _true_time(self) -> datetime:
        utc = datetime.fromtimestamp(time.time(), UTC).replace(tzinfo=None)
        return utc + timedelta(minutes=self.utc_offset_minutes)

    def price_of(self, pump: int, nozzle: int) -> int:
        """By the controller's grades; 0 where there is none."""
        return self.teller.prices.get(self.teller.grades.get((pump, nozzle), 0), 0)

    def restart(self) -> None:
        """Power off and on."""
        with self.lock:
            for channel in self.channels.values():
                channel.forget_what_is_volatile()

    # --- messages ------------------------------------------------------------------------------------------------------

    def answer(self, user: str, body: bytes) -> str:
        """The whole reply to one message."""
        try:
            message = json.loads(body.decode("ascii"), parse_float=Decimal, object_pairs_hook=self._once_each)
            packets = message["Packets"]
            assert message["Protocol"] == "jsonPTS"
            assert set(message) == {"Protocol", "Packets"}
            assert isinstance(packets, list)
            assert packets
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            self.complaints.append(f"not a message: {error!r} {body[:80]!r}")
            return written(
                {"Protocol": "jsonPTS", "Error": True, "Code": 2, "Message": "JSONPTS_ERROR_PARSING"}
            )
        if _tokens(message) > _MOST_TOKENS:
            self.complaints.append(f"{_tokens(message)} tokens")
            return written(
                {"Protocol": "jsonPTS", "Error": True, "Code": 3, "Message": "JSONPTS_ERROR_TOO_BIG"}
            )
        self._look_at_ids(packets)
        with self.lock:
            return written({"Protocol": "jsonPTS", "Packets": [self._one(user, each) for each in packets]})

    def _one(self, user: str, packet: dict[str, Any]) -> dict[str, object]:
        kind = packet.get("Type", "")
        head: dict[str, object] = {"Id": packet.get("Id", 0)}
        try:
            named, data = self._carried_out(user, kind, packet.get("Data", {}))
        except Refused as refused:
            self.asked.append(f"{kind} refused {refused.code}")
            more = {"Data": refused.more} if refused.more else {}
            return {
                **head,
                "Type": kind,
                "Error": True,
                "Code": refused.code,
                "Message": refused.message,
                **more,
            }
        self.asked.append(kind)
        return {**head, "Type": named, **({"Message": "OK"} if data is None else {"Data": data})}

    def _carried_out(self, user: str, kind: str, data: dict[str, Any]) -> tuple[str, Any]:
        if kind not in REQUESTS:
            self.complaints.append(f"no request {kind}")
            raise Refused("NOT_FOUND")
        needs, call = REQUESTS[kind]
        if not needs & self.users[user].may:
            raise Refused("NO_PERMISSIONS")
        return call(self, user, data)

    def _look_at_ids(self, packets: list[dict[str, Any]]) -> None:
        ids = [packet.get("Id") for packet in packets]
        if len(set(ids)) != len(ids) or not all(is_whole(each, 1, 2_147_483_647) for each in ids):
            self.complaints.append(f"ids {ids}")
        for packet in packets:
            if not set(packet) <= {"Id", "Type", "Data"}:
                self.complaints.append(f"fields {sorted(packet)}")
        if len(packets) > 1 and any(packet.get("Type") == "ReportGetPumpTransactions" for packet in packets):
            self.complaints.append("a report beside other requests")

    def _once_each(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _value in pairs}) != len(pairs):
            self.complaints.append(f"a field twice: {pairs}")
        return dict(pairs)


def _tokens(value: object) -> int:
    if isinstance(value, Mapping):
        return 1 + sum(1 + _tokens(each) for each in value.values())
    if isinstance(value, list):
        return 1 + sum(_tokens(each) for each in value)
    return 1
