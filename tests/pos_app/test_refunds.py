"""Money back, pressed on the till itself: found, chosen, agreed to, seen through."""

import pytest

from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.sale import Sale
from core.domain.staff import Role
from core.ports.payment_gateway import RefundState
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import begin_selling
from tests.pos_app.till_station import PINS, RunningTill, TillStation
from tests.services.small_station import WATER, WECHAT_CODE


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    running = open_till()
    begin_selling(running)
    return running


def _sell(till: RunningTill, code: str = "") -> Sale:
    """Two bottles of water, for cash or by code."""
    till.till.scanned(WATER)
    till.till.scanned(WATER)
    if code:
        till.till.scanned(code)
    else:
        till.press("pay_cash")
        till.press("cash_go")
    till.press("next_customer")
    return till.station.sales.recent(1)[0]


def _choose_one_piece(till: RunningTill, sale: Sale) -> None:
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    till.press(f"refund_more_{sale.lines[0].id}")


def _manager_agrees(till: RunningTill) -> None:
    till.write("approval_pin", PINS[Role.MANAGER])
    till.press("approval_go")


def test_one_piece_goes_back_in_cash(station: TillStation, till: RunningTill) -> None:
    sale = _sell(till)
    _choose_one_piece(till, sale)
    assert till.read("refund_amount") == "￥15.00"
    assert till.read("refund_ways") == "原路退回：现金 ￥15.00"
    assert till.reason("refund_go") == "请选择退款原因。"
    till.press("refund_reason_goods_returned")
    till.press("refund_go")
    _manager_agrees(till)
    assert till.read("refund_said") == "请把现金退给顾客。"
    assert till.read("refund_total") == "￥15.00"
    till.press("refund_done")
    [refund] = station.refunds.get(sale.id).refunds
    assert refund.approver == station.manager
    assert not till.shows("refund_sheet")


def test_a_part_of_a_lines_money_goes_back_and_its_pieces_stay(
    station: TillStation, till: RunningTill
) -> None:
    sale = _sell(till)
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    till.press("refund_part")
    till.write("refund_part_amount", "99")
    assert till.reason("refund_part_go") == "最多只能退 ￥30.00。"
    till.write("refund_part_amount", "4.50")
    till.press("refund_part_go")
    assert till.read("refund_amount") == "￥4.50"
    assert till.read(f"refund_count_{sale.lines[0].id}") == "￥4.50"
    till.press("refund_reason_goods_returned")
    till.press("refund_go")
    _manager_agrees(till)
    till.press("refund_done")
    bill = station.refunds.get(sale.id)
    [line] = bill.refunds[0].lines
    assert (line.quantity, line.amount, bill.left[line.line].quantity) == (0, Money(450), 2)


def test_pieces_take_the_place_of_an_amount(till: RunningTill) -> None:
    sale = _sell(till)
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    till.press("refund_part")
    till.write("refund_part_amount", "4.50")
    till.press("refund_part_go")
    till.press(f"refund_more_{sale.lines[0].id}")
    assert till.read("refund_amount") == "￥15.00"
    till.press("refund_part")
    till.press("refund_sheet_back")
    assert till.read("refund_amount") == "￥15.00"


def test_a_receipts_number_finds_its_bill_by_typing_and_by_scanning(till: RunningTill) -> None:
    first, second = _sell(till), _sell(till, WECHAT_CODE)
    till.press("refund")
    till.write("refund_search", "1")
    till.press("refund_find")
    assert first.number in till.read("refund_bill")
    till.till.scanned(second.legs[0].provider_ref)
    assert second.number in till.read("refund_bill")


def test_a_number_that_is_nobodys_is_told(till: RunningTill) -> None:
    till.press("refund")
    till.write("refund_search", "20200101-0001")
    till.press("refund_find")
    assert till.shows("refund_trouble")


def test_a_void_takes_the_whole_bill_back_and_is_offered_once(till: RunningTill) -> None:
    sale = _sell(till, WECHAT_CODE)
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    till.press("refund_reason_wrong_tender")
    till.press("refund_void")
    _manager_agrees(till)
    assert till.read("refund_said") == "款已退给顾客。"
    till.press("refund_done")
    till.press("refund")
    till.press(f"refund_bill_{sale.number}")
    assert till.reason("refund_void") == "这张账单已退过一部分。"


def test_what_the_provider_refuses_is_paid_in_cash_when_somebody_agrees(
    station: TillStation, till: RunningTill
) -> None:
    sale = _sell(till, WECHAT_CODE)
    station.gateway.next_refund = RefundState.REFUSED
    _choose_one_piece(till, sale)
    till.press("refund_reason_wrong_item")
    till.press("refund_go")
    _manager_agrees(till)
    [leg] = station.refunds.unsettled()[0].legs
    till.press(f"refund_in_cash_{leg.id}")
    _manager_agrees(till)
    assert station.refunds.get(sale.id).refunds[0].legs[0].paid_by is Tender.CASH
    assert till.read("refund_said") == "请把现金退给顾客。"


def test_a_refund_that_waits_is_found_again_and_ends_by_itself(
    station: TillStation, till: RunningTill
) -> None:
    sale = _sell(till, WECHAT_CODE)
    station.gateway.next_refund = RefundState.PENDING
    _choose_one_piece(till, sale)
    till.press("refund_reason_wrong_item")
    till.press("refund_go")
    _manager_agrees(till)
    till.press("refund_done")
    [waiting] = station.refunds.unsettled()
    till.press("refund")
    till.press(f"refund_unfinished_{waiting.number}")
    assert till.shows("refund_ask")
    station.gateway.refund_arrives(waiting.legs[0].id)
    station.refunds.settle_pending()
    assert till.read("refund_said") == "款已退给顾客。"
    assert station.gateway.returned_of(sale.legs[0].id) == Money(1_500)


def test_a_card_goes_back_on_the_terminal_and_its_slip_ends_it(
    station: TillStation, till: RunningTill
) -> None:
    till.till.scanned(WATER)
    sale = till.presenters.counter.state.sale
    assert sale is not None
    station.payments.take_bank_card(sale.id, None, "000123", station.cashier)
    till.press("next_customer")
    sold = station.sales.recent(1)[0]
    till.press("refund")
    till.press(f"refund_bill_{sold.number}")
    till.press("refund_everything")
    till.press("refund_reason_paid_twice")
    till.press("refund_go")
    _manager_agrees(till)
    [leg] = station.refunds.unsettled()[0].legs
    till.write(f"refund_slip_{leg.id}", "000124")
    till.press(f"refund_slip_go_{leg.id}")
    assert station.refunds.unsettled() == []
