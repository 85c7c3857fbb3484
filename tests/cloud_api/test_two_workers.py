"""Two workers at one PostgreSQL, as processes: one is killed again and again while drivers order, and nothing is lost or doubled."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from benchmarks.crowded_cloud import AMOUNT_FEN, OFF_FEN, Crowd, fill
from cloud_api.clock import SystemClock
from cloud_api.coupons.tables import coupons
from cloud_api.database import Database
from cloud_api.identifiers import new_id
from cloud_api.ledger import book, lots
from cloud_api.operation.bells import Bells
from cloud_api.operation.turns import Turn
from cloud_api.orders.tables import order_timeline, orders
from cloud_api.stations.tables import mailbox, stations

_PEOPLE, _COUPONS_EACH, _STATIONS = 6, 10, 2
_SECONDS_TO_START = 30
_EACH_TRY_SECONDS = 5
_MOST_TRIES = 200


class Worker:
    """A process of the cloud."""

    def __init__(self, url: str, folder: Path, number: int) -> None:
        self._ready = folder / f"ready-{number}.json"
        self._log = (folder / f"worker-{number}.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cloud_api", "serve", "--database", url, "--port", "0", "--ready-file", str(self._ready)],
            env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=self._log,
        )  # fmt: skip

    def address(self) -> str:
        limit = time.monotonic() + _SECONDS_TO_START
        pause = threading.Event()
        while not self._ready.is_file():
            assert self._process.poll() is None, "the worker ended"
            assert time.monotonic() < limit, "the worker did not start"
            pause.wait(0.05)
        return f"http://127.0.0.1:{json.loads(self._ready.read_text())['port']}"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
        self._log.close()


@contextmanager
def _workers(url: str, folder: Path) -> Iterator[list[Worker]]:
    started = [Worker(url, folder, number) for number in (1, 2)]
    try:
        yield started
    finally:
        for worker in started:
            worker.end()


@pytest.mark.parametrize("replaced", [0, pytest.param(6, marks=pytest.mark.long)])
def test_a_killed_worker_loses_and_doubles_nothing(postgres_url: str, tmp_path: Path, replaced: int) -> None:
    crowd = fill(
        postgres_url, None, people=_PEOPLE, houses=_STATIONS, coupons_each=_COUPONS_EACH, campaigns=1
    )
    with _workers(postgres_url, tmp_path) as workers:
        addresses = [worker.address() for worker in workers]
        answered = _order_while_killing(postgres_url, tmp_path, crowd, workers, addresses, replaced)
    database = Database(postgres_url)
    try:
        _nothing_is_lost_or_doubled(database, answered)
    finally:
        database.close()


def _order_while_killing(
    url: str, folder: Path, crowd: Crowd, workers: list[Worker], addresses: list[str], replaced: int
) -> list[str]:
    """The ids of all orders that were answered. Each driver asks again, at either worker, until there is an answer.

    So many times a killed worker is replaced by a new one before the next is killed.
    """
    answered: list[str] = []
    wrong: list[str] = []
    asking = [
        threading.Thread(target=_ask, args=(crowd, number, addresses, answered, wrong))
        for number in range(len(crowd.drivers))
    ]
    for one in asking:
        one.start()
    chance = random.Random(replaced)
    for number in range(replaced + 1):
        wanted = int((number + chance.random()) * _PEOPLE * _COUPONS_EACH / (replaced + 2))
        limit, pause = time.monotonic() + 30, threading.Event()
        while len(answered) < wanted and time.monotonic() < limit and not wrong:
            pause.wait(0.005)
        victim = number % 2
        workers[victim].kill()
        if number < replaced:
            fresh = workers[victim] = Worker(url, folder, 10 + number)
            addresses[victim] = fresh.address()
    for one in asking:
        one.join()
    assert wrong == []
    return answered


def _ask(crowd: Crowd, number: int, addresses: list[str], answered: list[str], wrong: list[str]) -> None:
    token, coupon_ids = crowd.drivers[number]
    chance = random.Random(number)
    with httpx.Client(timeout=_EACH_TRY_SECONDS, verify=False) as client:  # noqa: S501 - plain HTTP
        for turn, coupon_id in enumerate(coupon_ids):
            asked = {
                "station_id": crowd.stations[turn % _STATIONS], "pump": 1, "nozzle": 1, "by": "amount",
                "amount_fen": AMOUNT_FEN, "coupon_id": coupon_id, "to_pay_fen": AMOUNT_FEN - OFF_FEN,
                "plate": "云A12345", "car": "",
            }  # fmt: skip
            key = new_id(SystemClock().now())
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
            for _ in range(_MOST_TRIES):
                try:
                    told = client.post(
                        f"{chance.choice(addresses)}/v1/orders/from-wallet", json=asked, headers=headers
                    )
                except httpx.TransportError:
                    threading.Event().wait(0.02)
                    continue
                if told.status_code == 201 and told.json()["id"] == key:
                    answered.append(key)
                elif told.status_code != 503:
                    wrong.append(told.text)
                    return
                else:
                    continue
                break
            else:
                wrong.append("never answered")


def _nothing_is_lost_or_doubled(database: Database, answered: list[str]) -> None:
    placed = database.read_now(lambda c: list(c.execute(select(orders.c.id, orders.c.paid_fen))))
    assert len(answered) == len(set(answered)) == _PEOPLE * _COUPONS_EACH
    assert {row.id for row in placed} == set(answered)
    assert {row.paid_fen for row in placed} == {AMOUNT_FEN - OFF_FEN}
    assert database.read_now(book.faults) == []
    assert database.read_now(lots.off_their_accounts) == []
    spent = database.read_now(
        lambda c: c.execute(
            select(func.count(), func.count(func.distinct(coupons.c.holder))).where(coupons.c.state == "held")
        ).one()
    )
    assert tuple(spent) == (len(answered), len(answered))
    told = database.read_now(lambda c: list(c.execute(select(mailbox.c.station_id, mailbox.c.envelope))))
    assert Counter(row.envelope["body"]["order_id"] for row in told) == dict.fromkeys(answered, 1)
    numbers = database.read_now(
        lambda c: list(
            c.execute(
                select(stations.c.mailbox_latest, func.count(mailbox.c.number), func.max(mailbox.c.number))
                .join(mailbox, mailbox.c.station_id == stations.c.id)
                .group_by(stations.c.id)
            )
        )
    )
    assert all(latest == count == last for latest, count, last in numbers)
    lines = database.read_now(lambda c: c.execute(select(func.count()).select_from(order_timeline)).scalar())
    assert lines == 2 * len(answered)


def test_bells_ring_in_the_other_worker(postgres_url: str) -> None:
    heard: list[list[str]] = [[], []]
    rung = threading.Event()

    def hearing(its: list[str]) -> Callable[[str], None]:
        def hear(topic: str) -> None:
            its.append(topic)
            rung.set()

        return hear

    bells = [Bells(postgres_url, hearing(its)) for its in heard]
    try:
        assert all(one.listens(10) for one in bells)
        bells[0].ring("mailbox of 1")
        assert rung.wait(30)
    finally:
        for one in bells:
            one.close()
    assert heard == [[], ["mailbox of 1"]]


def test_the_chores_go_over_when_their_worker_is_gone(postgres_url: str) -> None:
    first, second = Turn(postgres_url), Turn(postgres_url)
    assert (first.is_ours(), second.is_ours(), first.is_ours()) == (True, False, True)
    first.close()
    limit = time.monotonic() + 10
    while not second.is_ours():
        assert time.monotonic() < limit
    second.close()
