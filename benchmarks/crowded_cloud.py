"""A cloud in a process of its own, on a PostgreSQL that syncs, with drivers who have full wallets and many coupons."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks.http_crowd import post
from cloud_api.access import hash_of, new_driver_token, new_station_token
from cloud_api.clock import SystemClock
from cloud_api.coupons import repository as coupons
from cloud_api.coupons.repository import CouponRow
from cloud_api.coupons.service import Coupons
from cloud_api.coupons.tables import coupons as coupon_table
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.prices import repository as prices
from cloud_api.prices.repository import PriceRow
from cloud_api.settings import Settings
from cloud_api.stations import repository as stations
from cloud_api.stations.repository import NozzleRow, StationRow
from cloud_api.upgrade import open_upgraded
from cloud_api.wallets.service import Wallets
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.money import Money

AMOUNT_FEN, OFF_FEN = 200_00, 15_00
_FULL_FEN = 10_000_000_00
_SECONDS_TO_START = 60


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whom to order as, where, and with which coupons: for each driver, the token and the coupons."""

    drivers: Sequence[tuple[str, Sequence[str]]]
    stations: Sequence[str]
    station_tokens: Sequence[str]

    def orders(self, of_clients: int, with_coupon: bool = True) -> "list[Iterator[bytes]]":
        """For each client the requests of its share of the drivers; a coupon is used once."""
        return [self._orders(self.drivers[one::of_clients], with_coupon) for one in range(of_clients)]

    def _orders(
        self, drivers_of_client: Sequence[tuple[str, Sequence[str]]], with_coupon: bool
    ) -> Iterator[bytes]:
        left = [(token, iter(coupon_ids)) for token, coupon_ids in drivers_of_client]
        while True:
            for token, coupon_ids in left:
                coupon_id = next(coupon_ids, None) if with_coupon else None
                if with_coupon and coupon_id is None:
                    return
                yield self._order(token, coupon_id)

    def _order(self, token: str, coupon_id: str | None) -> bytes:
        asked = {
            "station_id": secrets.choice(self.stations),
            "pump": 1,
            "nozzle": 1,
            "by": "amount",
            "amount_fen": AMOUNT_FEN,
            "coupon_id": coupon_id,
            "to_pay_fen": AMOUNT_FEN - (OFF_FEN if coupon_id else 0),
            "plate": "云A12345",
            "car": "",
        }
        key = new_id(SystemClock().now())
        return post(
            "/v1/orders/from-wallet",
            json.dumps(asked).encode(),
            f"Authorization: Bearer {token}",
            f"Idempotency-Key: {key}",
        )


def fill(
    url: str, keys_file: Path | None, *, people: int, houses: int, coupons_each: int, campaigns: int
) -> Crowd:
    """A new database with so many drivers and stations; every driver's coupons are of the campaigns in turn."""
    database = open_upgraded(url, keys_file)
    clock = SystemClock()
    now = clock.now()
    try:
        houses_made = database.write_now(
            lambda work: [_station(work, number, now) for number in range(houses)]
        )
        made = database.write_now(lambda work: _campaigns(work, database, campaigns))
        crowd = database.write_now(
            lambda work: [_driver(work, database, number, made, coupons_each) for number in range(people)]
        )
        return Crowd(crowd, [one for one, _token in houses_made], [token for _one, token in houses_made])
    finally:
        database.close()


@contextlib.contextmanager
def serving(url: str, folder: Path, keys_file: Path, *more: str) -> Iterator[tuple[str, int]]:
    """The address and the process of the cloud over this database."""
    ready = folder / f"ready-{secrets.token_hex(4)}.json"
    with (folder / "cloud.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cloud_api", "serve", "--database", url, "--port", "0", "--ready-file", str(ready), *more],
            env={**os.environ, "YOUZHAN_CLOUD_KEYS_FILE": str(keys_file)},
            stdout=subprocess.DEVNULL,
            stderr=log,
        )  # fmt: skip
        try:
            limit = time.monotonic() + _SECONDS_TO_START
            while not ready.is_file():
                if process.poll() is not None or time.monotonic() > limit:
                    raise RuntimeError((folder / "cloud.log").read_text(errors="replace")[-2000:])
                time.sleep(0.05)
            yield f"http://127.0.0.1:{json.loads(ready.read_text())['port']}", process.pid
        finally:
            process.terminate()
            process.wait(20)


def _station(work: Work, number: int, now: datetime) -> tuple[str, str]:
    row = StationRow(new_id(now), f"第{number}站", "北京路1号", 25.05, 102.72, "full", now)
    stations.add_station(work.connection, row, now)
    stations.describe(work.connection, row, [NozzleRow(1, 1, "G92"), NozzleRow(1, 2, "G95")])
    prices.replace_board(
        work.connection, row.id, now, [PriceRow(row.id, "G92", 7810), PriceRow(row.id, "G95", 8330)], []
    )
    # Heard of until long after this run: the silence of stations is not what is measured.
    stations.mark_seen(work.connection, row.id, now + timedelta(days=1))
    token = new_station_token()
    stations.replace_token(work.connection, row.id, hash_of(token), now)
    return row.id, token


def _campaigns(work: Work, database: Database, count: int) -> list[tuple[str, CouponTerms]]:
    now = SystemClock().now()
    rooms = Coupons(database, SystemClock(), Settings(database=str(database.url)))
    terms = CouponTerms(
        kind=CouponKind.AMOUNT_OFF,
        off=Money(OFF_FEN),
        threshold=Money(100_00),
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=30),
    )
    return [(rooms.add_campaign(work, "满100减15", terms, 10_000_000), terms) for _ in range(count)]


def _driver(
    work: Work, database: Database, number: int, made: Sequence[tuple[str, CouponTerms]], coupons_each: int
) -> tuple[str, list[str]]:
    now, connection = SystemClock().now(), work.connection
    row = drivers.driver_signing_in(connection, f"138{number:08d}", new_id(now), now)
    token = new_driver_token()
    until = now + timedelta(days=30)
    drivers.add_token(connection, hash_of(token), row.id, device_id=None, now=now, until=until)
    Wallets(database, SystemClock()).top_up(work, new_id(now), row.id, paid_fen=_FULL_FEN, bonus_fen=0)
    issued = [
        CouponRow(
            new_id(now), f"YZ{secrets.token_hex(6).upper()}", row.id, "满100减15", terms, "available", None, None,
            campaign_id=campaign,
        )
        for campaign, terms in (made[(number + turn) % len(made)] for turn in range(coupons_each))
    ]  # fmt: skip
    if issued:
        coupons.add_coupons(connection, issued, now)
    return token, [one.id for one in issued]


def coupon_codes(url: str, keys_file: Path) -> list[str]:
    """The codes of all coupons that nobody has used."""
    database = Database(url, keys_file)
    try:
        free = (
            select(coupon_table.c.code).where(coupon_table.c.state == "available").order_by(coupon_table.c.id)
        )
        return database.read_now(lambda c: list(c.execute(free).scalars()))
    finally:
        database.close()
