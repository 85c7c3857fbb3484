"""Days at gateways written apart from ours, with bad lines and impatient payers: their ledgers, their bills and our books agree to the fen."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from tests.cloud_api.conftest import Switchboard, Town
from tests.cloud_api.ledger.holders import faults
from tests.cloud_api.other_gateways.day import Day, Keys, begin
from tests.cloud_api.other_gateways.line import CHINA


def _live(day: Day, steps: int) -> None:
    day.order()
    for _ in range(steps):
        day.chance.choice(day.deeds())()
    day.end()


def _check(day: Day) -> None:
    assert day.wechat.offences == []
    assert day.alipay.offences == []
    assert day.kept_here() == day.kept_there()
    assert sum(day.kept_there().values()) == day.owed_by_orders() + day.kept_at_counter()
    assert faults(day.cloud) == []


def _bills_agree(day: Day) -> None:
    clock = day.cloud.town.clock
    date = clock.now().astimezone(CHINA).date()
    clock.pass_seconds(26 * 3600)
    finance = day.cloud.office("finance")
    for provider in ("wechat", "alipay"):
        for one in (date - timedelta(days=1), date):
            bill = finance.post(f"/v1/office/bills/{provider}/{one.isoformat()}/fetch")
            assert bill["state"] in ("fetched", "empty"), bill
    found: list[dict[str, Any]] = finance.get("/v1/office/bills/differences")["differences"]
    assert found == []


def test_a_day_at_other_gateways_agrees_with_our_books(
    open_: ExitStack, town: Town, switchboard: Switchboard, keys: Keys, sqlite_url: str, quiet: None
) -> None:
    day = begin(open_, town, switchboard, keys, sqlite_url, 1)
    day.wechat.weather.calm = day.alipay.weather.calm = True
    for provider in ("wechat", "alipay"):
        day.order()
        day.start_to_pay(day.orders[-1], provider)
        day.payer_pays(day.pages[-1])
    day.gateways_tell()
    day.driver_cancels(day.orders[0])
    # Both pages of one order are paid: one of the two goes back.
    day.order()
    for provider in ("wechat", "alipay"):
        day.start_to_pay(day.orders[-1], provider)
    for page in day.pages[-2:]:
        day.payer_pays(page)
    day.gateways_tell()
    day.station_claims(day.orders[1])
    for _ in range(8):
        day.charge_a_code()
    town.clock.pass_seconds(20)
    for payment_id in day.counter[:4]:
        day.cancel_at_counter(payment_id)
    day.refund_at_counter(day.counter[-1])
    day.end()
    _check(day)
    _bills_agree(day)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(100, 160))
def test_gateways_ledgers_and_bills_agree_with_our_books_on_many_days(
    open_: ExitStack,
    town: Town,
    switchboard: Switchboard,
    keys: Keys,
    sqlite_url: str,
    quiet: None,
    seed: int,
) -> None:
    day = begin(open_, town, switchboard, keys, sqlite_url, seed)
    _live(day, 120)
    _check(day)
    _bills_agree(day)
