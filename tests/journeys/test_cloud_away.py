"""The cloud away: cash and fuel go on, codes and coupons wait with a sentence, and nothing that was to be told is lost."""

import pytest

from core.domain.faults import CloudUnreachable
from core.domain.ids import OrderId
from core.domain.payment import PaymentState
from core.domain.station_order import ServiceState
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence, sentence_of_code
from tests.journeys.audit import books_agree
from tests.journeys.driver import Driver
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation

AWAY = "连不上云端。现金和加油照常，扫码收款和优惠券请稍等。"


def test_cash_and_fuel_go_on_and_everything_is_told_once_and_in_order_afterwards(
    station: RealStation, outside: Outside
) -> None:
    outside.cloud.kill()
    bill = station.bill(station.fill(1, 10_000), water=1)
    for refused in (
        lambda: station.till.payments.take_code(bill.id, outside.payer_code(), station.cashier),
        lambda: station.till.sales.apply_coupon(bill.id, "YZ23456789AB", station.cashier),
    ):
        with pytest.raises(CloudUnreachable) as away:
            refused()
        assert sentence(away.value) == AWAY
        use(Language.ENGLISH)
        assert sentence(away.value) == (
            "The cloud cannot be reached. Cash and fuel go on; codes and coupons must wait."
        )
        use(Language.CHINESE)
    assert station.sale(bill.id).payments[-1].state is PaymentState.CANCELLED
    station.till.payments.take_cash(bill.id, bill.due, station.cashier)
    for fen in (5_000, 6_000):
        another = station.bill(station.fill(3, fen))
        station.till.payments.take_cash(another.id, another.due, station.cashier)
    eventually(lambda: station.till.health.state.cloud, "the status strip shows it")
    assert sentence_of_code(station.till.health.state.cloud) == AWAY
    assert station.till.mailbox.waiting_count() == 3
    outside.restart_cloud()
    eventually(lambda: station.till.health.state.cloud == "", "the station is linked again")
    # The cloud has never heard of this hold, so there is nothing to free and nobody to be told of.
    eventually(
        lambda: not station.rows("SELECT id FROM coupon_uses WHERE NOT settled"), "the hold is off the books"
    )
    books_agree(station)


def test_a_cloud_killed_while_a_payer_types_still_tells_how_it_ended(
    station: RealStation, outside: Outside
) -> None:
    bill = station.bill(water=1)
    sale = station.till.payments.take_code(bill.id, outside.payer_code("02"), station.cashier)
    assert sale.payments[-1].state is PaymentState.PENDING
    outside.cloud.kill()
    with pytest.raises(CloudUnreachable):
        station.till.payments.check(sale.payments[-1].id, station.cashier)
    assert station.sale(bill.id).payments[-1].state is PaymentState.PENDING
    outside.restart_cloud()
    station.wait_completed(bill.id)
    books_agree(station)


def test_a_cloud_killed_while_the_provider_is_asked_leaves_the_charge_unclear_and_made_once(
    station: RealStation, outside: Outside
) -> None:
    """The provider has charged and keeps its answer back; the cloud dies with the till still waiting."""
    outside.control(outside.wechat, "next", {"behaviour": "silent", "path_contains": "codepay"})
    bill = station.bill(water=1)
    asked = station.till.workers.outside(
        lambda: station.till.payments.take_code(bill.id, outside.payer_code(), station.cashier)
    )
    eventually(lambda: _charged(station, outside), "the payer is charged")
    outside.cloud.kill()
    sale = asked.result(20)
    assert sale.payments[-1].state is PaymentState.PENDING
    outside.restart_cloud()
    assert len(station.wait_completed(bill.id).payments) == 1
    books_agree(station)


def test_an_order_completed_while_the_cloud_is_away_is_settled_when_it_is_back(
    station: RealStation, outside: Outside, driver: Driver
) -> None:
    order = driver.order_and_pay(station.id)
    station.wait_order(order, ServiceState.WAITING)
    orders, attendant = station.till.orders, station.attendant
    orders.accept(OrderId(order), attendant)
    outside.cloud.kill()
    orders.check_plate(OrderId(order), attendant)
    orders.authorise(OrderId(order), attendant)
    station.wait_order(order, ServiceState.AUTHORISED)
    station.at_pump(2, "serve", nozzle=1, target_amount_fen=12_345)
    station.wait_order(order, ServiceState.FILLED)
    orders.confirm(OrderId(order), attendant)
    outside.restart_cloud()
    settled = driver.wait(order, "completed")["settlement"]
    assert (settled["owed_fen"], settled["refund_fen"]) == (12_345, 7_655)
    books_agree(station)


def test_an_order_paid_while_the_station_is_closed_rings_when_it_opens_and_once(
    station: RealStation, driver: Driver
) -> None:
    station.shut(station.till)
    order = driver.order_and_pay(station.id)
    station.open()
    station.wait_order(order, ServiceState.WAITING)
    assert len(station.rows("SELECT id FROM orders")) == 1
    driver.told("POST", f"/v1/orders/{order}/cancel", {})
    station.wait_order(order, ServiceState.WITHDRAWN)
    books_agree(station)


def test_an_order_cannot_be_accepted_without_the_cloud_and_waits_on(
    station: RealStation, outside: Outside, driver: Driver
) -> None:
    order = driver.order_and_pay(station.id)
    station.wait_order(order, ServiceState.WAITING)
    outside.cloud.kill()
    with pytest.raises(CloudUnreachable) as away:
        station.till.orders.accept(OrderId(order), station.attendant)
    assert sentence(away.value) == AWAY
    assert station.till.orders.get(OrderId(order)).state is ServiceState.WAITING
    outside.restart_cloud()
    driver.told("POST", f"/v1/orders/{order}/cancel", {})
    station.wait_order(order, ServiceState.WITHDRAWN)
    books_agree(station)


def _charged(station: RealStation, outside: Outside) -> bool:
    ours = {row["id"] for row in station.rows("SELECT id FROM payments")}
    return any(row["charged_fen"] for payment, row in outside.ledger().items() if payment in ours)
