"""A thousand trades at one counter, refunds around midnight and days late: what an accountant is told, to the fen."""

from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cloud_api.conftest import Someone, Switchboard, Town, wait_until
from tests.cloud_api.other_gateways.day import Day, Keys, begin
from tests.cloud_api.other_gateways.line import CHINA


class Counter:
    """One day's trades at a counter that takes WeChat's codes, and the accountant who looks at them later."""

    def __init__(self, day: Day) -> None:
        self.day, self.clock = day, day.cloud.town.clock
        self.date = self.now().date()
        day.wechat.weather.calm = day.alipay.weather.calm = True

    def now(self) -> datetime:
        return self.clock.now().astimezone(CHINA)

    def wait_for(self, days: int, hour: int, minute: int = 0) -> None:
        there = datetime(self.date.year, self.date.month, self.date.day, hour, minute, tzinfo=CHINA)
        self.clock.pass_seconds((there + timedelta(days=days) - self.now()).total_seconds())

    def trade(self) -> str | None:
        """A code is charged; None where its payer could not pay."""
        station, chance = self.day.station, self.day.chance
        payment_id = station.new_id()
        asked = {
            "payment_id": payment_id, "sale_id": station.new_id(), "amount_fen": chance.randrange(1000, 60000),
            "auth_code": f"13{chance.randrange(10**16):016d}", "description": "92号汽油, 1号机",
        }  # fmt: skip
        told = station.post("/v1/station/payments", asked)
        return payment_id if told["state"] == "captured" else None

    def trades(self, how_many: int) -> list[str]:
        """The day's trades, from nine to ten in the evening; what they brought."""
        found = []
        for _ in range(how_many):
            found.append(self.trade())
            self.clock.pass_seconds(13 * 3600 // how_many)
        return [one for one in found if one is not None]

    def refund(self, payment_id: str, fen: int) -> str:
        refund_id = self.day.station.new_id()
        path = f"/v1/station/payments/{payment_id}/refunds"
        self.day.station.post(path, {"refund_id": refund_id, "amount_fen": fen})
        return refund_id

    def refunds_end(self, *refund_ids: str) -> None:
        def have_arrived() -> bool:
            self.day.wechat.finish_refunds()
            self.day.wechat.tell(self.day.cloud.client)
            told = [self.day.station.get(f"/v1/station/refunds/{refund_id}") for refund_id in refund_ids]
            return all(one["state"] == "refunded" for one in told)

        wait_until(have_arrived, "the refunds to arrive")

    def bill(self, days: int) -> Any:
        return self.accountant().post(f"/v1/office/bills/wechat/{self._day(days)}/fetch")

    def open(self, days: int) -> dict[str, tuple[str, int, int]]:
        """What still differs on the bill of that day, by our number: why, our fen and theirs."""
        path = "/v1/office/bills/differences"
        found = self.accountant().get(path, provider="wechat", day=self._day(days), state="open")[
            "differences"
        ]
        assert all(one["sentence"] for one in found)
        return {one["our_id"]: (one["cause"], one["ours_fen"] or 0, one["theirs_fen"] or 0) for one in found}

    def accountant(self) -> Someone:
        return self.day.cloud.office("finance")

    def _day(self, days: int) -> date:
        return self.date + timedelta(days=days)


@pytest.fixture
def counter(
    open_: ExitStack, town: Town, switchboard: Switchboard, keys: Keys, sqlite_url: str, quiet: None
) -> Counter:
    return Counter(begin(open_, town, switchboard, keys, sqlite_url, 7))


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("trades", [40, 1000])
def test_a_bill_of_many_trades_differs_in_just_what_was_printed_wrong(counter: Counter, trades: int) -> None:
    wechat = counter.day.wechat
    captured = counter.trades(trades)
    fen = {one: wechat.orders[one].fen for one in captured}
    split, late, next_day, missing, doubled, *_rest = captured

    counter.wait_for(0, 22, 1)
    wechat.short_of = {late}
    slow = counter.refund(late, 700)
    counter.wait_for(0, 23, 58)
    back = [counter.refund(split, 300)]
    counter.refunds_end(*back)
    counter.wait_for(1, 0, 1)
    back.append(counter.refund(split, 301))
    counter.wait_for(1, 9)
    back.append(counter.refund(next_day, fen[next_day]))
    counter.refunds_end(*back[1:])

    # The bill is fetched while the day's late refund is still on its way.
    counter.wait_for(1, 10, 30)
    wechat.printing.forgotten, wechat.printing.doubled = {missing}, {doubled}
    bill = counter.bill(0)
    assert counter.open(0) == {
        missing: ("not_at_provider", fen[missing], 0),
        doubled: ("twice", 0, fen[doubled]),
    }
    assert bill["paid_fen"] == sum(fen.values()) - fen[missing] + fen[doubled]
    assert bill["refunded_fen"] == 300

    # Printed right, there is nothing; what was told once is not open any more.
    wechat.printing.forgotten, wechat.printing.doubled = set(), set()
    bill = counter.bill(0)
    assert (counter.open(0), bill["paid_fen"], bill["refunded_fen"]) == ({}, sum(fen.values()), 300)

    counter.wait_for(3, 12)
    wechat.short_of = set()
    counter.refunds_end(slow)
    counter.wait_for(4, 11)
    # The late refund is forgotten by the printer of the day on which it went: it is missed there, and nowhere else.
    wechat.printing.forgotten = {slow}
    assert [counter.bill(days)["refunded_fen"] for days in (1, 2, 3)] == [301 + fen[next_day], 0, 0]
    assert counter.open(3) == {slow: ("not_at_provider", 700, 0)}
    wechat.printing.forgotten = set()
    assert [counter.bill(days)["refunded_fen"] for days in (0, 1, 2, 3)] == [300, 301 + fen[next_day], 0, 700]
    assert [counter.open(days) for days in range(4)] == [{}] * 4
    # And a trade that is printed again on a later day is told there.
    again = wechat.orders[doubled]
    again.paid_at = counter.clock.now() - timedelta(hours=23)
    counter.bill(3)
    assert counter.open(3) == {doubled: ("billed_before", 0, fen[doubled])}
