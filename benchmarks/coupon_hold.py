"""A coupon set aside for a bill at a counter, over HTTP on PostgreSQL, against the bare conditional UPDATE with its commit."""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks.crowded_cloud import Crowd, coupon_codes, fill, serving
from benchmarks.figure import Figure, percentile
from benchmarks.http_crowd import ask, post
from benchmarks.orders_per_second import SAFE, analysed, made_keys
from cloud_api.clock import SystemClock
from cloud_api.identifiers import new_id
from tests.postgres import running_postgres

_SECONDS, _CLIENTS = 4.0, 8
_HOW = (
    "8 tills of 8 stations, each setting aside one coupon after the other by its code; the bare side is one connection that makes the "
    "same conditional UPDATE and commits; PostgreSQL with fsync, everything on the same two cores; 4 s each"
)


def measure() -> Iterator[Figure]:
    """Holds a second, and p99 in milliseconds."""
    with (
        tempfile.TemporaryDirectory(prefix="coupon-hold-") as folder,
        running_postgres(SAFE) as server,
        server.database() as url,
    ):
        home = Path(folder)
        keys = made_keys(home)
        crowd = fill(url, keys, people=_CLIENTS, houses=_CLIENTS, coupons_each=2_500, campaigns=1)
        analysed(url)
        codes = coupon_codes(url, keys)
        with serving(url, home, keys) as (site, _pid):
            its = [_holds(crowd, number, codes[number :: 2 * _CLIENTS]) for number in range(_CLIENTS)]
            answered = ask(site, lambda number: its[number], _CLIENTS, _SECONDS)
        if answered.faults:
            raise RuntimeError(answered.faults[0])
        bare = _bare(url)
    yield Figure(
        "coupon_holds_per_second", round(answered.per_second), "holds/s", f"bare UPDATE and commit, {len(bare) / _SECONDS:.0f}/s",
        round(answered.per_second / (len(bare) / _SECONDS), 2), _HOW,
    )  # fmt: skip
    value, against = percentile(answered.milliseconds, 99), percentile(bare, 99)
    yield Figure(
        "coupon_hold_p99", round(value, 1), "ms", f"bare UPDATE and commit, {against:.1f} ms", round(value / against, 1), _HOW
    )  # fmt: skip


def _holds(crowd: Crowd, number: int, codes: list[str]) -> Iterator[bytes]:
    for code in codes:
        now = SystemClock().now()
        asked = {"hold_id": new_id(now), "code": code, "sale_id": new_id(now)}
        yield post(
            "/v1/station/coupons/holds",
            json.dumps(asked).encode(),
            f"Authorization: Bearer {crowd.station_tokens[number]}",
        )


def _bare(url: str) -> list[float]:
    taken = []
    with psycopg.connect(url) as connection:
        free = [
            one
            for (one,) in connection.execute("SELECT id FROM coupons WHERE state = 'available'").fetchall()
        ]
        connection.commit()
        until = time.perf_counter() + _SECONDS
        for coupon in free:
            began = time.perf_counter()
            if began > until:
                break
            connection.execute(
                "UPDATE coupons SET state = 'held', holder = %s WHERE id = %s AND state = 'available'",
                (coupon, coupon),
            )
            connection.commit()
            taken.append((time.perf_counter() - began) * 1_000)
    return taken
