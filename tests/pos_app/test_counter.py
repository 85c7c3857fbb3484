"""A cashier's day, pressed through the real window."""

from core.domain.money import Money
from core.domain.sale import SaleState
from tests.pos_app.conftest import OpenTill
from tests.pos_app.till_station import TillStation


def test_cashier_signs_in_opens_a_shift_and_sells_a_fill_for_cash(
    station: TillStation, open_till: OpenTill
) -> None:
    till = open_till()
    till.sign_in()
    till.write("shift_float", "500")
    till.press("shift_open_go")
    station.an_unreleased_fill(3, 26_512)
    till.press(f"unpaid_fill_{station.forecourt.unpaid()[0].id}")
    assert till.read("due_amount") == "￥265.12"
    till.press("pay_cash")
    till.write("cash_given", "300")
    till.press("cash_go")
    assert till.read("done_change") == "￥34.88"
    assert till.read("done_receipt") == "小票已打印。"
    till.press("next_customer")
    assert till.read("due_amount") == "￥0.00"
    assert station.sales.recent(1)[0].state is SaleState.COMPLETED
    assert station.sales.recent(1)[0].total == Money(26_512)
