"""Sixteen orders at once on the road of the crowd, at two workers: one has the coupon, and a balance pays what it holds."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from benchmarks.crowded_cloud import AMOUNT_FEN, OFF_FEN, Crowd, fill
from cloud_api.access import hash_of, new_driver_token
from cloud_api.app import create_app
from cloud_api.clock import SystemClock
from cloud_api.coupons.tables import coupons
from cloud_api.database import Database, Work
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.ledger import checking
from cloud_api.orders.tables import orders
from cloud_api.settings import Settings
from cloud_api.wallets.service import Wallets

_AT_ONCE = 16
_PAYABLE = 3
_LONG = [pytest.mark.long, pytest.mark.timeout(3_600)]
_PLENTY = 10**9


@pytest.mark.parametrize("rounds", [2, pytest.param(1_000, marks=_LONG)])
def test_one_order_has_the_coupon_and_a_balance_pays_what_it_holds(
    either_migrated_url: str, rounds: int
) -> None:
    crowd = fill(either_migrated_url, None, people=1, houses=1, coupons_each=rounds, campaigns=1)
    database = Database(either_migrated_url)
    try:
        asyncio.run(_race(either_migrated_url, crowd, database))
        assert database.read_now(checking.faults) == []
        is_held = coupons.c.state == "held"
        held = select(func.count(), func.count(func.distinct(coupons.c.holder))).where(is_held)
        assert tuple(database.read_now(lambda c: c.execute(held).one())) == (rounds, rounds)
        placed = select(func.count()).select_from(orders)
        assert database.read_now(lambda c: c.execute(placed).scalar()) == rounds * (1 + _PAYABLE)
    finally:
        database.close()


async def _race(url: str, crowd: Crowd, database: Database) -> None:
    poor_id, poor_token = _somebody(database)
    [(rich_token, coupon_ids)] = crowd.drivers
    async with _workers(url) as workers:
        for coupon_id in coupon_ids:
            answers = await _sixteen(workers, rich_token, crowd, coupon_id)
            assert answers == {201: 1, 409: _AT_ONCE - 1}
            _topped_up(database, poor_id, _PAYABLE * AMOUNT_FEN)
            answers = await _sixteen(workers, poor_token, crowd, None)
            assert answers == {201: _PAYABLE, 409: _AT_ONCE - _PAYABLE}


async def _sixteen(
    workers: Sequence[httpx.AsyncClient], token: str, crowd: Crowd, coupon_id: str | None
) -> Counter[int]:
    asking = [_ask(workers[number % len(workers)], token, crowd, coupon_id) for number in range(_AT_ONCE)]
    return Counter(answer.status_code for answer in await asyncio.gather(*asking))


async def _ask(worker: httpx.AsyncClient, token: str, crowd: Crowd, coupon_id: str | None) -> httpx.Response:
    asked = {
        "station_id": crowd.stations[0], "pump": 1, "nozzle": 1, "by": "amount", "amount_fen": AMOUNT_FEN,
        "coupon_id": coupon_id, "to_pay_fen": AMOUNT_FEN - (OFF_FEN if coupon_id else 0), "plate": "云A12345", "car": "",
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": new_id(SystemClock().now())}
    return await worker.post("/v1/orders/from-wallet", json=asked, headers=headers)


@asynccontextmanager
async def _workers(url: str) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two of them, which share nothing but the database."""
    settings = Settings(
        database=url,
        site_url="http://cloud",
        h5_dir=Path("/nowhere"),
        unclaimed_order_seconds=_PLENTY,
        requests_a_second_by_token=_PLENTY,
        requests_at_once_by_token=_PLENTY,
        requests_a_second_by_address=_PLENTY,
        requests_at_once_by_address=_PLENTY,
    )
    async with AsyncExitStack() as stack:
        workers = []
        for _ in range(2):
            app = create_app(settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://cloud")
            workers.append(await stack.enter_async_context(client))
        yield workers


def _somebody(database: Database) -> tuple[str, str]:
    """A driver with an empty wallet, and the token."""
    token, now = new_driver_token(), SystemClock().now()

    def sign_in(work: Work) -> str:
        row = drivers.driver_signing_in(work.connection, "13900000001", new_id(now), now)
        until = now + timedelta(days=30)
        drivers.add_token(work.connection, hash_of(token), row.id, device_id=None, now=now, until=until)
        return row.id

    return database.write_now(sign_in), token


def _topped_up(database: Database, driver_id: str, fen: int) -> None:
    wallets = Wallets(database, SystemClock())
    database.write_now(
        lambda work: wallets.top_up(work, new_id(SystemClock().now()), driver_id, paid_fen=fen, bonus_fen=0)
    )
