"""A cloud that charges a wallet and a card, cancels and refunds, as fast as it can, until it is killed; started by test_killed.py."""

import asyncio
import sys
from datetime import timedelta

from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.identifiers import new_id
from cloud_api.members.codes import MemberCodes
from cloud_api.payments.build import open_payments

STATION = "1" * 32


async def spend_for_ever(database_url: str, driver_id: str, card_code: str) -> None:
    database, clock = Database(database_url), SystemClock()
    payments = open_payments(
        database, clock, None, None, "http://127.0.0.1:9", lambda *_: "taken", lambda *_: None
    )
    codes = MemberCodes(clock)
    print("spending", flush=True)  # noqa: T201 - what the test waits for
    turn = 0
    while True:
        turn += 1
        code = await database.write(
            lambda work: codes.issue(work.connection, driver_id, timedelta(minutes=1))[0]
        )
        payment_id = new_id(clock.now())
        row = await payments.charge(
            STATION,
            payment_id,
            sale_id="5" * 32,
            amount_fen=100 + turn % 7,
            auth_code=code if turn % 2 else card_code,
            description="92号汽油",
        )
        if row.state == "captured" and turn % 3 == 0:
            await payments.refund_of_station(STATION, new_id(clock.now()), payment_id, 50, "退货")


if __name__ == "__main__":
    asyncio.run(spend_for_ever(*sys.argv[1:]))
