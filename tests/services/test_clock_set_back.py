"""The clock is set back: what came last still stands first."""

from datetime import timedelta

from core.domain.money import Money
from tests.services.small_station import SmallStation


def sell(station: SmallStation) -> str:
    return station.payments.take_cash(station.a_bill(pieces=1).id, Money(2_000), station.cashier).number


def test_the_last_bill_stands_first_though_the_clock_was_set_back_by_a_day(station: SmallStation) -> None:
    numbers = [sell(station) for _turn in range(3)]
    station.clock.move(timedelta(days=-1))
    numbers += [sell(station) for _turn in range(2)]
    assert numbers == sorted(numbers[:3]) + sorted(numbers[3:])
    assert numbers[3] < numbers[0]
    newest_first = list(reversed(numbers))
    assert [sale.number for sale in station.sales.recent(10)] == newest_first
    assert [sale.number for sale in station.sales.recent(3)] == newest_first[:3]
    station.restart()
    assert [sale.number for sale in station.sales.recent(4)] == newest_first[:4]
    assert [bill.sale.number for bill in station.refunds.recent(2)] == newest_first[:2]
