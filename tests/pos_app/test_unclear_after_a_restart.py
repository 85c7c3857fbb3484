"""Two bills whose payments nobody knows the end of, when the till is started again."""

import pytest

from core.domain.money import Money
from core.domain.payment import PaymentState
from core.domain.refusals.payments import PaymentUnclear
from core.domain.sale import Sale, SaleState
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import well
from tests.pos_app.till_station import RunningTill, TillStation
from tests.services.small_station import WATER, WECHAT_CODE


def unclear(station: TillStation, pieces: int) -> Sale:
    """The payer is typing his password."""
    bill = station.sales.open(station.cashier)
    station.sales.add_goods(bill.id, WATER, pieces, station.cashier)
    station.gateway.next_state = PaymentState.PENDING
    return station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)


@pytest.fixture
def bills(station: TillStation) -> tuple[Sale, Sale]:
    """Two of them, and the power was cut."""
    station.open_shift()
    first, second = unclear(station, 1), unclear(station, 2)
    station.restart()
    station.gateway.next_state = PaymentState.CAPTURED
    return first, second


@pytest.fixture
def till(bills: tuple[Sale, Sale], open_till: OpenTill) -> RunningTill:
    opened = open_till(place="counter")
    opened.till.show_health(well())
    opened.sign_in()
    return opened


def current(till: RunningTill) -> Sale:
    sale = till.presenters.counter.state.sale
    assert sale is not None
    return sale


def test_both_are_at_the_counter_and_each_is_ended_its_own_way(
    till: RunningTill, station: TillStation, bills: tuple[Sale, Sale]
) -> None:
    first, second = bills
    # The newest comes up by itself and asks what became of it; it is put off, and the other is taken up.
    assert current(till).id == second.id
    assert till.shows("code_check")
    till.press("code_later")
    till.press("held_sales")
    till.press(f"held_recall_{first.id}")
    assert current(till).id == first.id
    till.press("code_cancel")
    assert station.sale(first.id).unclear_payment is None
    till.press("code_sheet_back")
    till.press("pay_cash")
    till.press("cash_go")
    till.press("next_customer")
    assert station.sale(first.id).state is SaleState.COMPLETED
    # The payer of the other has paid after all: it ends by itself, once.
    payment = station.sale(second.id).payments[-1]
    station.gateway.payer_pays(payment.id, payment.amount)
    station.payments.settle_pending()
    assert station.sale(second.id).state is SaleState.COMPLETED
    assert station.gateway.charged == {payment.id: Money(3_000)}
    assert not till.shows("parked_sale")


def test_no_second_charge_on_such_a_bill_while_another_customer_is_served(
    till: RunningTill, station: TillStation, bills: tuple[Sale, Sale]
) -> None:
    first, second = bills
    for bill in bills:
        with pytest.raises(PaymentUnclear):
            station.payments.take_code(bill.id, WECHAT_CODE, station.cashier)
        with pytest.raises(PaymentUnclear):
            station.payments.take_cash(bill.id, Money(5_000), station.cashier)
    till.press("code_later")
    till.till.scanned(WATER)
    till.press("pay_cash")
    till.press("cash_go")
    till.press("next_customer")
    [sold] = station.sales.recent(5)
    assert sold.id not in {first.id, second.id}
    assert sold.state is SaleState.COMPLETED
    assert {station.sale(bill.id).state for bill in bills} == {SaleState.OPEN}
    till.press("held_sales")
    assert till.shows(f"held_recall_{first.id}")
