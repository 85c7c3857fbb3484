"""A cloud that charges one code and is killed while it waits for the answer; started by test_power_cut.py."""

import asyncio
import sys
from pathlib import Path

from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.payments.build import open_payments
from cloud_api.settings import load


async def charge_for_ever(settings_file: Path, database_url: str, payment_id: str, code: str) -> None:
    settings = load({"settings": str(settings_file), "database": database_url}, {})
    payments = open_payments(
        Database(database_url),
        SystemClock(),
        settings.wechat,
        settings.alipay,
        "http://127.0.0.1:9",
        lambda *_: "taken",
        lambda *_: None,
        unionpay=settings.unionpay,
    )
    await payments.charge(
        "1" * 32, payment_id, sale_id="5" * 32, amount_fen=26512, auth_code=code, description="95号汽油"
    )


if __name__ == "__main__":
    asyncio.run(charge_for_ever(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]))
