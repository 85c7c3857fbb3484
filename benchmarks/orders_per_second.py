"""Online orders with coupon, sign-in, idempotency key and wallet over HTTP on PostgreSQL, against django-oscar beside us."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks import oscar_peer
from benchmarks.crowded_cloud import Crowd, fill, serving
from benchmarks.figure import Figure, percentile
from benchmarks.http_crowd import Answered, ask
from tests.postgres import running_postgres

# As a cloud would have it: every commit is on the disk.
SAFE = {"shared_buffers": "256MB", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_SECONDS = 5.0
_PEOPLE, _HOUSES, _COUPONS_EACH, _CAMPAIGNS = 720, 60, 90, 300
_CLIENTS = (8, 16, 64)
_HOW = (
    "one request an order: token, idempotency key, a coupon of 15 from 100, 185.00 from the wallet, message to one of "
    f"{_HOUSES} stations, all on disk when answered; one worker, PostgreSQL with fsync, client and servers on the same two cores; "
    "{seconds:g} s each, in turns; django-oscar 4.2.1 with a voucher that everybody uses by django-oscar-api, three requests an "
    "order, gunicorn with 3 workers, the same PostgreSQL, at 8 and at 64 clients, of which the better counts"
)


def measure() -> Iterator[Figure]:
    """Orders a second at 8, 16 and 64 clients with how many of Oscar's they are, p99 at 16, and what one hot campaign costs."""
    how = _HOW.format(seconds=_SECONDS)
    with tempfile.TemporaryDirectory(prefix="orders-per-second-") as folder, running_postgres(SAFE) as server:
        home = Path(folder)
        keys = made_keys(home)
        with server.database() as hot_url, server.database() as url, server.database() as oscar_url:
            crowd = fill(
                url, keys, people=_PEOPLE, houses=_HOUSES, coupons_each=_COUPONS_EACH, campaigns=_CAMPAIGNS
            )
            hot = fill(hot_url, keys, people=_PEOPLE, houses=_HOUSES, coupons_each=_COUPONS_EACH, campaigns=1)
            for one in (url, hot_url):
                analysed(one)
            with oscar_peer.shop(oscar_url) as shop:
                before = oscar_peer.orders(shop, _CLIENTS[0], _SECONDS)
                with serving(url, home, keys) as (site, _pid):
                    ours = {
                        clients: run(site, crowd, clients, share) for share, clients in enumerate(_CLIENTS)
                    }
                with serving(hot_url, home, keys) as (site, _pid):
                    at_one = run(site, hot, 16, 1)
                after = oscar_peer.orders(shop, _CLIENTS[-1], _SECONDS)
    oscar, its_clients = max((before.per_second, _CLIENTS[0]), (after.per_second, _CLIENTS[-1]))
    for clients, answered in ours.items():
        yield Figure(
            f"orders_per_second_{clients}", round(answered.per_second), "orders/s",
            f"django-oscar at {its_clients} clients, {oscar:.1f} orders/s", round(answered.per_second / oscar, 1), how,
        )  # fmt: skip
    sixteen = ours[16]
    p99, oscar_p99 = percentile(sixteen.milliseconds, 99), percentile(before.milliseconds, 99)
    yield Figure(
        "order_p99_16", round(p99, 1), "ms", f"django-oscar at 8 clients, {oscar_p99:.0f} ms", round(oscar_p99 / p99, 1), how
    )  # fmt: skip
    yield Figure(
        "orders_per_second_hot_campaign", round(at_one.per_second), "orders/s",
        f"coupons of {_CAMPAIGNS} campaigns, {sixteen.per_second:.0f} orders/s",
        round(at_one.per_second / sixteen.per_second, 2), how,
    )  # fmt: skip


def run(site: str, crowd: Crowd, clients: int, share: int, seconds: float = _SECONDS) -> Answered:
    """So many clients order with one third (`share` 0, 1 or 2) of the drivers. Raises RuntimeError for a wrong answer."""
    third = Crowd(crowd.drivers[share :: len(_CLIENTS)], crowd.stations, crowd.station_tokens)
    requests = third.orders(clients)
    ask(site, lambda number: requests[number], clients, 0.5)
    answered = ask(site, lambda number: requests[number], clients, seconds)
    if answered.faults:
        raise RuntimeError(answered.faults[0])
    return answered


def made_keys(folder: Path) -> Path:
    """A file of keys for personal data."""
    keys = folder / "keys.toml"
    subprocess.run(
        [sys.executable, "-m", "cloud_api", "keys", "new", str(keys)], check=True, stdout=sys.stderr
    )
    return keys


def analysed(url: str) -> None:
    """What PostgreSQL does by itself after a while: it knows how many rows there are."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
