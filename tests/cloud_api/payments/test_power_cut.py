"""The cloud dies between the charge and its answer; whoever starts next finds the payment and asks."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.identifiers import new_id
from cloud_api.payments import repository
from cloud_api.payments.build import open_payments
from cloud_api.settings import load
from cloud_api.simulated.keys import make_keys, write_settings
from cloud_api.upgrade import upgrade
from tests.cloud_api.payments.conftest import alipay_code, unionpay_code, wait_until, wechat_code
from tests.cloud_api.simulated.outside_world import Control

ROOT = Path(__file__).parents[3]


class LaterClock(SystemClock):
    """The machine's clock, a quarter of a minute on: so long after the restart the chore looks."""

    def now(self):
        from datetime import timedelta

        return super().now() + timedelta(seconds=15)


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def port_of(ready_file: Path) -> int:
    wait_until(ready_file.exists, "the provider listens")
    port: int = json.loads(ready_file.read_text())["port"]
    return port


MODULES = {"wechat": "wechat_pay", "alipay": "alipay", "unionpay": "unionpay"}
CODES = {"wechat": wechat_code, "alipay": alipay_code, "unionpay": unionpay_code}


@pytest.mark.parametrize("provider", ["wechat", "alipay", "unionpay"])
def test_charge_survives_the_death_of_the_cloud(tmp_path: Path, provider: str):
    make_keys(tmp_path)
    module, code = f"cloud_api.simulated.{MODULES[provider]}", CODES[provider]()
    state, ready = str(tmp_path / "books.json"), tmp_path / "ready.json"
    arguments = ("-m", module, "--keys", str(tmp_path), "--state", state, "--ready-file", str(ready))
    database_url, payment_id = f"sqlite:///{tmp_path / 'cloud.db'}", new_id(SystemClock().now())
    database = Database(database_url)
    upgrade(database)
    try:
        with process(*arguments):
            settings = all_at(tmp_path, port_of(ready))
            control = Control(f"http://127.0.0.1:{port_of(ready)}")
            control.next("silent")
            command = (
                "-m",
                "tests.cloud_api.payments.charging_process",
                str(settings),
                database_url,
                payment_id,
                code,
            )
            with process(*command) as cloud:
                wait_until(
                    lambda: control.payment(payment_id).get("charged_fen") == 26512, "the payer is charged"
                )
                cloud.send_signal(signal.SIGKILL)
                cloud.wait()
            control.close()
        ready.unlink()
        row = database.read_now(lambda connection: repository.payment(connection, payment_id))
        assert row is not None
        assert row.state == "pending"
        # The provider's process was away as well; its books are still there.
        with process(*arguments):
            settings = all_at(tmp_path, port_of(ready))
            asyncio.run(settle(database, settings))
        row = database.read_now(lambda connection: repository.payment(connection, payment_id))
        assert row is not None
        assert (row.state, row.amount_fen) == ("captured", 26512)
    finally:
        database.close()


def all_at(keys: Path, port: int) -> Path:
    """Settings by which every provider is the one that runs."""
    return write_settings(keys, wechat_port=port, alipay_port=port, sms_port=9, unionpay_port=port)


async def settle(database: Database, settings_file: Path) -> None:
    settings = load({"settings": str(settings_file), "database": str(database.url)}, {})
    payments = open_payments(
        database,
        LaterClock(),
        settings.wechat,
        settings.alipay,
        "http://127.0.0.1:9",
        lambda *_: "taken",
        lambda *_: None,
        unionpay=settings.unionpay,
    )
    await payments.settle_pending()
    await payments.close()
