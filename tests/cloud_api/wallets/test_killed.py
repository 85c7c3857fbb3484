"""The cloud is killed again and again while balances are spent: the ledger and the payments always agree to the fen."""

import asyncio
import os
import random
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.drivers import repository as drivers
from cloud_api.identifiers import new_id
from cloud_api.ledger import book
from cloud_api.ledger.book import Kind
from cloud_api.ledger.tables import stored_charges
from cloud_api.payments.build import open_payments
from cloud_api.payments.tables import payments
from cloud_api.recharge_cards.service import RechargeCards
from cloud_api.upgrade import upgrade
from cloud_api.wallets.service import Wallets
from tests.cloud_api.wallets.spending_process import STATION

ROOT = Path(__file__).parents[3]
KILLS = 6


class LaterClock(SystemClock):
    """So much later that nothing is waited for any longer."""

    def now(self):
        return super().now() + timedelta(minutes=3)


def test_ledger_and_payments_agree_however_often_the_cloud_is_killed(tmp_path: Path):
    database_url, clock = f"sqlite:///{tmp_path / 'cloud.db'}", SystemClock()
    database = Database(database_url)
    upgrade(database)
    cards = RechargeCards(database, clock)
    driver_id, now = new_id(clock.now()), clock.now()
    database.write_now(lambda work: drivers.driver_signing_in(work.connection, "13900000001", driver_id, now))
    wallets = Wallets(database, clock)
    database.write_now(
        lambda work: wallets.top_up(work, new_id(now), driver_id, paid_fen=900_000, bonus_fen=100_000)
    )
    [card] = database.write_now(lambda work: cards.make_batch(work, "卡", 100_000, 1))
    database.write_now(lambda work: cards.activate(work, card.number))

    for _ in range(KILLS):
        _spend_and_die(database_url, driver_id, card.code)
    asyncio.run(_settle(database))

    with database._reading.connect() as connection:
        rows = connection.execute(select(payments)).mappings().all()
        charges = {row["payment_id"]: row for row in connection.execute(select(stored_charges)).mappings()}
        faults = book.faults(connection)
        takings = book.balance(connection, Kind.STATION_TAKINGS, STATION)
    database.close()
    assert faults == []
    assert len(rows) > KILLS
    assert all(row["state"] in ("captured", "cancelled", "declined") for row in rows)
    for row in rows:
        charge = charges.get(row["id"])
        is_charged = charge is not None and charge["state"] == "charged"
        assert is_charged is (row["state"] == "captured"), row
        if charge is not None and is_charged:
            assert charge["principal_fen"] + charge["bonus_fen"] == row["amount_fen"]
            assert charge["refunded_fen"] == row["refunded_fen"]
    assert takings == sum(
        row["amount_fen"] - row["refunded_fen"] for row in rows if row["state"] == "captured"
    )


def _spend_and_die(database_url: str, driver_id: str, card_code: str) -> None:
    command = [sys.executable, "-m", "tests.cloud_api.wallets.spending_process"]
    with subprocess.Popen(
        [*command, database_url, driver_id, card_code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    ) as spending:
        assert spending.stdout is not None
        assert spending.stdout.readline()
        # Any moment will do; where it strikes is the point.
        threading.Event().wait(random.uniform(0.05, 0.4))
        spending.kill()


async def _settle(database: Database) -> None:
    room = open_payments(
        database, LaterClock(), None, None, "http://127.0.0.1:9", lambda *_: "taken", lambda *_: None
    )
    for _ in range(4):
        await room.settle_pending()
    await room.close()
