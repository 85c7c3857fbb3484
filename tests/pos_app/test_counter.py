"""A cashier's day, pressed through the real window over a real database."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from core.domain.events.papers import ReceiptNotPrinted
from core.domain.faults import PrinterOutOfPaper
from core.domain.ids import PaymentId, PumpNumber
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.pump import PresetKind, PumpState
from core.domain.sale import SaleState
from core.domain.staff import Role
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import a_busy_forecourt, an_order, begin_selling
from tests.pos_app.till_station import PINS, SOAP, RunningTill, TillStation
from tests.services.small_station import COUPON, WATER, WECHAT_CODE


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    """Signed in, the shift open with 500 yuan in the drawer."""
    opened = open_till()
    begin_selling(opened)
    return opened


def test_a_fill_is_sold_for_cash_with_change_and_a_receipt(station: TillStation, till: RunningTill) -> None:
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
    assert station.sales.recent(1)[0].total == Money(26_512)


def test_tapping_a_pump_that_waits_for_money_puts_its_oldest_fill_on_the_bill(
    station: TillStation, till: RunningTill
) -> None:
    station.an_unreleased_fill(6, 10_000)
    station.an_unreleased_fill(6, 20_000)
    till.press("pump_tile_6")
    assert till.read("due_amount") == "￥100.00"


def test_less_cash_than_due_is_a_part_and_the_rest_is_paid_another_way(till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("pay_cash")
    till.write("cash_given", "10")
    till.press("cash_go")
    assert till.read("code_due") == "￥5.00"
    till.till.scanned(WECHAT_CODE)
    assert till.read("done_paid").startswith("现金")


def test_a_scan_means_goods_coupon_or_payment_by_its_shape(station: TillStation, till: RunningTill) -> None:
    station.issue_coupon(off_yuan=8, threshold_yuan=20)
    till.till.scanned(WATER)
    till.till.scanned(WATER)
    assert till.read("due_amount") == "￥30.00"
    till.till.scanned(COUPON)
    assert till.read("due_amount") == "￥22.00"
    assert till.read("coupon_amount") == "-￥8.00"
    till.till.scanned(WECHAT_CODE)
    assert till.shows("done_paid")
    assert list(station.gateway.charged.values()) == [Money(2_200)]


def test_a_code_that_is_nothing_is_told_and_changes_nothing(till: RunningTill) -> None:
    till.write("scan_box", "ABC123")
    till.press("scan_go")
    assert till.notices.now is not None
    assert "ABC123" in till.notices.now.text
    assert till.read("due_amount") == "￥0.00"


def test_quantity_and_lines_change_by_their_buttons(till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("line_more")
    assert till.read("due_amount") == "￥30.00"
    till.write("scan_box", "12")
    till.press("set_quantity")
    assert till.read("due_amount") == "￥180.00"
    till.press("line_remove")
    assert till.read("due_amount") == "￥0.00"
    assert till.reason("pay_code") == "账单是空的。"


def test_a_declined_code_is_told_and_another_one_pays(station: TillStation, till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("pay_code")
    station.gateway.next_state = PaymentState.DECLINED
    station.gateway.next_reason = "balance_short"
    till.write("code_box", WECHAT_CODE)
    till.press("code_go")
    assert "余额不足" in till.read("code_refused")
    station.gateway.next_state = PaymentState.CAPTURED
    till.till.scanned("281234567890123456")
    assert till.shows("done_paid")
    assert station.sales.recent(1)[0].payments[-1].tender is Tender.ALIPAY


def _a_waiting_payer(station: TillStation, till: RunningTill) -> PaymentId:
    till.till.scanned(WATER)
    station.gateway.next_state = PaymentState.PENDING
    till.till.scanned(WECHAT_CODE)
    return next(iter(station.gateway.answers))


def test_a_payer_who_types_a_password_is_waited_for_and_asked_about(
    station: TillStation, till: RunningTill
) -> None:
    payment = _a_waiting_payer(station, till)
    station.clock.move(timedelta(seconds=12))
    till.presenters.payment.tick()
    assert till.read("code_waited") == "00:12"
    assert till.reason("code_sheet_back") == "收款正在进行。"
    till.press("code_check")
    assert till.shows("code_waited")
    station.gateway.payer_pays(payment, Money(1_500))
    till.press("code_check")
    assert till.shows("done_paid")


def test_a_second_scan_while_waiting_charges_nobody(station: TillStation, till: RunningTill) -> None:
    _a_waiting_payer(station, till)
    till.till.scanned("131234567890123456")
    assert len(station.gateway.answers) == 1


def test_a_payment_taken_back_leaves_the_bill_to_be_paid_otherwise(
    station: TillStation, till: RunningTill
) -> None:
    _a_waiting_payer(station, till)
    till.press("code_cancel")
    assert "撤销" in till.read("code_refused")
    till.press("code_sheet_back")
    till.press("pay_cash")
    till.press("cash_go")
    assert station.sales.recent(1)[0].payments[-1].tender is Tender.CASH


def test_the_next_customer_goes_first_while_a_payment_is_unclear(
    station: TillStation, till: RunningTill
) -> None:
    payment = _a_waiting_payer(station, till)
    till.press("code_later")
    till.till.scanned(WATER)
    till.till.scanned(WATER)
    till.press("pay_cash")
    till.press("cash_go")
    till.press("next_customer")
    assert till.shows("parked_sale")
    station.gateway.payer_pays(payment, Money(1_500))
    station.payments.settle_pending()
    assert not till.shows("parked_sale")
    assert till.notices.now is not None
    assert "￥15.00" in till.notices.now.text
    assert [sale.state for sale in station.sales.recent(5)] == [SaleState.COMPLETED] * 2


def test_a_cloud_that_is_away_refuses_codes_and_takes_cash(station: TillStation, till: RunningTill) -> None:
    till.till.scanned(WATER)
    station.gateway.down = True
    till.till.scanned(WECHAT_CODE)
    assert "云端" in till.read("code_refused")
    till.press("code_sheet_back")
    till.press("pay_cash")
    till.press("cash_go")
    assert till.shows("done_paid")


def test_a_receipt_that_did_not_come_out_is_told_and_printed_again(
    station: TillStation, till: RunningTill
) -> None:
    station.printer.fault = PrinterOutOfPaper()
    till.till.scanned(WATER)
    till.press("pay_cash")
    till.press("cash_go")
    assert till.read("done_receipt").startswith("小票没打出来，账已记好。")
    station.printer.fault = None
    till.press("done_reprint")
    assert till.read("done_receipt") == "小票已打印。"
    assert len(station.printer.receipts) == 1


def test_what_the_printer_says_before_the_sale_is_known_is_not_forgotten(
    station: TillStation, till: RunningTill
) -> None:
    sale = station.a_bill(pieces=1)
    paid = station.payments.take_cash(sale.id, Money(1_500), station.cashier)
    till.presenters.receipts.not_printed(ReceiptNotPrinted(paid.id, "printer_offline"))
    till.presenters.receipts.sold(paid)
    assert till.presenters.receipts.state.fault == "printer_offline"


def test_an_idle_pump_is_released_by_amount(station: TillStation, till: RunningTill) -> None:
    till.press("pump_tile_5")
    till.press("release_by_amount")
    assert till.reason("release_go") == "请先输入数量。"
    till.press("release_quick_200")
    till.press("release_go")
    promised = station.forecourt.wall()[4].authorisation
    assert promised is not None
    assert (promised.preset.kind, promised.preset.amount) == (PresetKind.AMOUNT, Money(20_000))
    till.press("pump_tile_5")
    till.press("release_take_back")
    assert station.forecourt.wall()[4].authorisation is None


def test_a_release_that_the_controller_refuses_is_told(station: TillStation, till: RunningTill) -> None:
    station.pumps.down = True
    till.press("pump_tile_5")
    till.press("release_go")
    assert till.notices.now is not None
    assert till.notices.now.text.startswith("5号机没有授权成功")


def test_live_readings_show_on_the_tile(station: TillStation, till: RunningTill) -> None:
    station.pump_shows(1, PumpState.FUELLING, volume=38_210, fen=29_843)
    tile = till.presenters.pumps.state.tile(PumpNumber(1))
    assert tile is not None
    assert (tile.volume.millilitres, tile.amount) == (38_210, Money(29_843))


def test_a_bill_left_open_by_a_power_cut_is_there_again(
    station: TillStation, till: RunningTill, open_till: OpenTill
) -> None:
    till.till.scanned(WATER)
    till.close()
    again = open_till()
    again.sign_in()
    assert again.read("due_amount") == "￥15.00"


def test_cancelling_a_bill_asks_first_and_gives_the_fill_back(
    station: TillStation, till: RunningTill
) -> None:
    station.an_unreleased_fill(3, 26_512)
    till.press("pump_tile_3")
    till.press("cancel_sale")
    till.press("cancel_question_no")
    assert till.read("due_amount") == "￥265.12"
    till.press("cancel_sale")
    till.press("cancel_question_yes")
    assert till.read("due_amount") == "￥0.00"
    assert len(station.forecourt.unpaid()) == 1


def test_locking_keeps_the_shift_and_the_bill(station: TillStation, till: RunningTill) -> None:
    till.till.scanned(WATER)
    till.press("lock")
    assert not till.shows("due_amount")
    till.till.scanned(WATER)
    till.write("unlock_pin", PINS[Role.CASHIER])
    till.press("unlock_go")
    assert till.read("due_amount") == "￥15.00"


def test_an_attendant_is_not_offered_at_the_counter(station: TillStation, open_till: OpenTill) -> None:
    till = open_till()
    attendant = station.people[Role.ATTENDANT]
    assert not till.shows(f"sign_in_person_{attendant.id}")


def test_enter_takes_the_goods_that_a_few_letters_leave(till: RunningTill, station: TillStation) -> None:
    station.add_goods(SOAP)
    till.press("goods_list")
    till.write("goods_search", SOAP.barcode[-6:])
    QTest.keyClick(till.find("goods_search"), Qt.Key.Key_Return)
    sale = till.presenters.counter.state.sale
    assert sale is not None
    assert [line.title for line in sale.lines] == [SOAP.name]


def test_a_notice_lies_over_nothing_that_can_be_pressed(till: RunningTill) -> None:
    a_busy_forecourt(till)
    till.notices.fault(PrinterOutOfPaper())
    banner = till.find("notice_banner")
    over = QRect(banner.mapTo(till.window, QPoint()), banner.size())
    below = [
        button.objectName()
        for button in till.window.findChildren(QAbstractButton)
        if button.isVisible()
        and not banner.isAncestorOf(button)
        and not button.objectName().startswith("status_")  # lamps: what they say, they say again later
        and over.intersects(QRect(button.mapTo(till.window, QPoint()), button.size()))
    ]
    assert below == []


def test_no_pump_moves_because_a_fill_waits_to_be_paid(till: RunningTill, station: TillStation) -> None:
    QCoreApplication.sendPostedEvents()
    before = [till.find(f"pump_tile_{n}").geometry() for n in range(1, 9)]
    station.an_unreleased_fill(3, 26_512, nozzle=1)
    QCoreApplication.sendPostedEvents()
    assert [till.find(f"pump_tile_{n}").geometry() for n in range(1, 9)] == before


def test_an_order_that_fuels_while_the_cashier_sells_opens_no_window_of_its_own(
    station: TillStation, till: RunningTill
) -> None:
    """It would lie over the till, and whatever is scanned would go to it."""
    order = an_order(till, "云A12345", 4, 20_000, 42)
    for _step in range(3):
        till.presenters.orders.next_step(order)
    station.pumps.fuel(PumpNumber(4), Money(12_345))
    station.pump_shows(4, PumpState.FUELLING, volume=15_807, fen=12_345)
    assert till.shows(f"order_card_{order}")
    assert not till.stray_windows()
