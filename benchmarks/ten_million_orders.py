"""The figures of orders with many orders of the past in the database: python -m benchmarks.ten_million_orders --orders 10000000.

By default as many as a few seconds allow; ten million take some 35 GB and half an hour.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from benchmarks.crowded_cloud import fill, serving
from benchmarks.figure import Figure, percentile
from benchmarks.http_crowd import Answered
from benchmarks.orders_per_second import SAFE, analysed, made_keys, run
from cloud_api.database import Database
from tests.postgres import running_postgres

_ORDERS = 50_000
_AT_ONCE = 250_000
_CLIENTS, _SECONDS, _TURNS = 16, 4.0, 2
_HOW = (
    f"the same cloud and the same {_CLIENTS} clients as orders_per_second, {_TURNS} times {_SECONDS:g} s each in turns: over a database that "
    "has just been made, and over one with {orders:,} orders of the past year (each with its timeline, tender, charge, posting, two "
    "entries and message)"
)
_MONTHS = """
SELECT months.make(parent, month) FROM months.parted,
  generate_series(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '13 months', now() AT TIME ZONE 'UTC', '1 month') AS month
"""
# Ids tell their moment by their first 12 digits, as those of the cloud do; one order a row of generate_series.
_PAST = """
CREATE TEMPORARY TABLE past ON COMMIT DROP AS
SELECT lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || substr(md5(n::text), 1, 20) AS id,
       lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || substr(md5('charge' || n), 1, 20) AS charge,
       at, n, d.id AS driver_id, s.id AS station_id, d.account, s.account AS takings
FROM (SELECT n, now() - interval '365 days' * (n::float8 / %(all)s) AS at FROM generate_series(%(first)s, %(last)s) AS n) AS one
JOIN (SELECT drivers.id, accounts.id AS account, row_number() OVER () - 1 AS turn FROM drivers
      JOIN ledger_accounts AS accounts ON accounts.owner = drivers.id AND accounts.kind = 'wallet_principal') AS d
  ON d.turn = n %% (SELECT count(*) FROM drivers)
JOIN (SELECT stations.id, (SELECT min(id) FROM ledger_accounts) AS account, row_number() OVER () - 1 AS turn FROM stations) AS s
  ON s.turn = n %% (SELECT count(*) FROM stations)
"""
_ROWS = (
    """INSERT INTO orders (id, driver_id, station_id, code, state, pump, nozzle, grade, price_li, by_what, amount_fen, discount_fen,
         paid_fen, plate, car, created_at, pay_before, paid_at, fill_id, fill_volume_ml, fill_amount_fen, fill_price_li, filled_at,
         used_fen, used_discount_fen, owed_fen, refund_fen, refund_state, payments_to_close, stored_fen)
       SELECT id, driver_id, station_id, lpad((n %% 1000000)::text, 6, '0'), 'completed', 1, 1, 'G92', 7810, 'amount', 20000, 1500, 18500,
         %(plate)s, %(car)s, at, at, at, charge, 25600, 20000, 7810, at, 20000, 1500, 18500, 0, 'none', false, 18500 FROM past""",
    (
        "INSERT INTO order_timeline (order_id, position, at, what) SELECT id, turn, at, what FROM past,"
        " (VALUES (1, 'placed'), (2, 'paid'), (3, 'filled'), (4, 'completed')) AS w (turn, what)"
    ),
    (
        "INSERT INTO order_tenders (order_id, position, tender, amount_fen, reference, returned_fen, state)"
        " SELECT id, 1, 'wallet', 18500, charge, 0, 'taken' FROM past"
    ),
    (
        "INSERT INTO stored_charges (payment_id, tender, owner, station_id, state, principal_fen, bonus_fen, refunded_fen, at)"
        " SELECT charge, 'wallet', driver_id, station_id, 'charged', 18500, 0, 0, at FROM past"
    ),
    "INSERT INTO ledger_postings (id, kind, about, fingerprint, at) SELECT charge, 'spent', charge, md5(charge), at FROM past",
    (
        "INSERT INTO ledger_entries (posting_id, account_id, amount, balance_after)"
        " SELECT charge, account, -18500, 0 FROM past UNION ALL SELECT charge, takings, 18500, 0 FROM past"
    ),
    (
        "INSERT INTO mailbox (station_id, number, message_id, kind, envelope, at)"
        " SELECT station_id, n, charge, 'order_placed', json_build_object('id', charge, 'body', json_build_object('order_id', id)), at"
        " FROM past"
    ),
    "INSERT INTO months.order_guards (id, what, order_id) SELECT charge, 'fill_id', id FROM past",
    "UPDATE stations SET mailbox_latest = greatest(mailbox_latest, (SELECT max(n) FROM past))",
)


# The books were looked at all the while.
_LOOKED = """
INSERT INTO ledger_checks (id, at, from_number, to_number, faults)
SELECT repeat('0', 32), now(), max(number), max(number), '[]' FROM ledger_entries
"""


def measure(orders: int = _ORDERS) -> Iterator[Figure]:
    """Orders a second and p99, each against the same over a database that has just been made."""
    how = _HOW.format(orders=orders)
    with (
        tempfile.TemporaryDirectory(prefix="ten-million-orders-") as folder,
        running_postgres({**SAFE, "max_wal_size": "8GB", "checkpoint_timeout": "30min"}) as server,
    ):
        home = Path(folder)
        keys = made_keys(home)
        with server.database() as young, server.database() as old:
            crowds = {
                url: fill(url, keys, people=640, houses=60, coupons_each=60, campaigns=1)
                for url in (young, old)
            }
            _grow(old, keys, orders)
            found: dict[str, list[Answered]] = {young: [], old: []}
            for url in (young, old):
                analysed(url)
            for turn in range(_TURNS):
                for url, answered in found.items():
                    with serving(url, home, keys) as (site, _pid):
                        answered.append(run(site, crowds[url], _CLIENTS, turn, _SECONDS))
            now, against = (_rate_and_p99(found[url]) for url in (old, young))
    yield Figure(
        "orders_per_second_grown", round(now[0]), "orders/s", f"a new database, {against[0]:.0f} orders/s",
        round(now[0] / against[0], 2), how,
    )  # fmt: skip
    yield Figure(
        "order_p99_grown", round(now[1], 1), "ms", f"a new database, {against[1]:.1f} ms", round(now[1] / against[1], 2), how
    )  # fmt: skip


def _rate_and_p99(turns: Sequence[Answered]) -> tuple[float, float]:
    """Of all turns together."""
    milliseconds = [one for answered in turns for one in answered.milliseconds]
    return len(milliseconds) / sum(answered.seconds for answered in turns), percentile(milliseconds, 99)


def _grow(url: str, keys: Path, orders: int) -> None:
    database = Database(url, keys)
    ring = database.keys()
    sealed = {"plate": ring.seal("云A12345", "orders.plate"), "car": ring.seal("", "orders.car")}
    database.close()
    with psycopg.connect(url) as connection:
        connection.execute(_MONTHS.encode())
        # As a copy is put back: what checks each row has checked these.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        for first in range(1, orders + 1, _AT_ONCE):
            last = min(first + _AT_ONCE - 1, orders)
            connection.execute(_PAST.encode(), {"all": orders, "first": first, "last": last})
            for rows in _ROWS:
                connection.execute(rows.encode(), sealed if "%(plate)s" in rows else None)
            connection.commit()
            print(f"{last:,} orders of the past", file=sys.stderr, flush=True)
        connection.execute(_LOOKED.encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=_ORDERS)
    for figure in measure(parser.parse_args().orders):
        print(figure.line(), flush=True)
