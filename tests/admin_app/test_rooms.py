"""Sign-in and the small rooms: sales, orders, shifts, goods, staff, connections."""

from pathlib import Path

import pytest

from admin_app.rooms import Room
from core.domain.count import cash_count
from core.domain.faults import PrinterOutOfPaper
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.shift import ShiftState
from core.domain.station_order import ServiceState
from core.wording import names
from tests.admin_app.small_desk import SmallDesk
from tests.services.small_station import WATER


def rows(desk: SmallDesk, table: str) -> list[list[str]]:
    model = desk.find(table).model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def a_paid_bill(desk: SmallDesk) -> None:
    station = desk.station
    bill = station.a_bill(station.a_fill(yuan=200), pieces=2)
    station.payments.take_cash(bill.id, bill.due, station.cashier)


def test_only_who_may_see_reports_is_offered_at_the_desk(desk):
    assert desk.shows(f"sign_in_person_{desk.station.manager}")
    assert not desk.shows(f"sign_in_person_{desk.station.cashier}")
    assert not desk.shows("rail_overview")


def test_a_wrong_pin_opens_nothing(desk):
    desk.click(f"sign_in_person_{desk.station.manager}")
    desk.type("sign_in_pin", "0000")
    desk.click("sign_in_go")
    assert not desk.shows("rail_overview")
    assert desk.text("sign_in_trouble")


def test_signing_out_leaves_nothing_open(manager):
    manager.click("rail_staff")
    manager.click("person_new")
    manager.click("person_form_back")
    manager.click("lock")
    assert not manager.shows("rail_overview")
    manager.desk.go(Room.PRICES)
    assert not manager.shows("prices_screen")


@pytest.mark.parametrize("room", Room)
def test_every_room_opens_from_the_rail(manager, room):
    manager.click(f"rail_{room}")
    assert manager.shows(f"{room}_screen")


def test_a_room_shows_what_happens_at_the_till_while_one_looks(manager):
    manager.click("rail_sales")
    assert manager.text("sales_nothing") == "还没有成交。"
    a_paid_bill(manager)
    manager.desk.touched()
    [bill] = rows(manager, "sales_table")
    assert bill[2] == "1号机 92号 25.61 升、玻璃水 2L ×2"
    assert bill[4] == "230.00"
    assert bill[6] == "李敏"


def test_unpaid_fills_stand_above_the_bills(manager):
    manager.station.a_fill(yuan=200)
    manager.click("rail_sales")
    assert manager.text("unpaid_title") == "1 笔加油待在收银台结账，共 ￥200.00"
    assert rows(manager, "unpaid_table")[0][5] == "200.00"


def test_a_chosen_bill_is_printed_again_and_a_printer_without_paper_says_so(manager):
    a_paid_bill(manager)
    manager.click("rail_sales")
    assert not manager.find("sale_reprint").isEnabled()
    manager.find("sales_table").selectRow(0)
    manager.click("sale_reprint")
    assert len(manager.station.printer.receipts) == 1
    assert manager.notice == "小票已重打。"
    manager.station.printer.fault = PrinterOutOfPaper()
    manager.click("sale_reprint")
    assert "缺纸" in manager.notice


def test_orders_move_from_running_to_ended(manager):
    station = manager.station
    order = station.an_order()
    manager.click("rail_orders")
    assert rows(manager, "orders_running")[0][1:3] == ["待受理", "云A12345"]
    station.orders.decline(order, CancelReason.CAR_NOT_THERE, station.attendant)
    manager.desk.touched()
    assert manager.text("orders_running_title") == "现在没有进行中的线上订单。"
    assert rows(manager, "orders_ended")[0][1] == names.service_state(ServiceState.DECLINED)


def test_the_running_shift_stands_with_its_figures_before_it_is_counted(manager):
    a_paid_bill(manager)
    manager.click("rail_shifts")
    assert manager.text("shift_shown") == "第 1 班（进行中）"
    assert "￥230.00" in manager.text("shift_figures")


def test_a_closed_shift_shows_its_difference_and_gives_its_paper(manager):
    station = manager.station
    station.shifts.close(cash_count(Money(50_100)), station.cashier)
    station.shifts.open(Money(50_000), station.cashier)
    manager.click("rail_shifts")
    assert [row[5] for row in rows(manager, "shifts_table")] == ["", "+1.00"]
    manager.find("shifts_table").selectRow(1)
    assert manager.p.shifts.state.shown.shift.state is ShiftState.CLOSED
    manager.click("shift_pdf")
    [paper] = manager.opened
    assert isinstance(paper, Path)
    assert paper.read_bytes().startswith(b"%PDF")


def test_a_slip_of_a_count_is_put_right_by_an_entry_and_the_z_stays(manager):
    station = manager.station
    closed = station.shifts.close(cash_count(Money(50_100)), station.cashier)
    manager.click("rail_shifts")
    manager.click("shift_correct")
    manager.click("correction_less")
    manager.type("correction_amount", "1")
    assert not manager.find("correction_go").isEnabled()  # not without why
    manager.type("correction_reason", "一元数了两遍")
    assert "￥0.00" in manager.text("correction_told")
    manager.click("correction_go")
    assert "一元数了两遍" in manager.text("shift_figures")
    with station.work.reading() as work:
        report = work.shift_reports.of(closed.id)
    assert [entry.amount for entry in report.corrections] == [Money(-100)]
    assert report.shift.counted_cash == Money(50_100)


def test_a_z_that_was_changed_in_the_database_is_told_and_the_others_show(manager):
    station = manager.station
    closed = station.shifts.close(cash_count(Money(50_000)), station.cashier)
    with station.database.writing() as transaction:
        driver = transaction.driver
        for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            driver.execute(f'DROP TRIGGER "{name}"')
        driver.execute("UPDATE z_reports SET content = replace(content, '50000', '40000')")
    station.shifts.open(Money(50_000), station.cashier)
    manager.click("rail_shifts")
    assert not manager.shows("shift_damaged")
    manager.find("shifts_table").selectRow(1)
    assert str(closed.number) in manager.text("shift_damaged")
    assert not manager.find("shift_pdf").isEnabled()


def test_a_z_is_printed_again_as_it_was(manager):
    station = manager.station
    station.shifts.close(cash_count(Money(50_000)), station.cashier)
    manager.click("rail_shifts")
    manager.click("shift_z_again")
    assert manager.p.shifts.state.printing is False


def test_goods_are_added_and_then_sold_at_the_till(manager):
    manager.click("rail_products")
    manager.click("goods_new")
    manager.type("goods_name", "洗车券")
    manager.type("goods_barcode", WATER)
    assert manager.text("goods_told") == "已有商品使用这个条码。"
    manager.type("goods_barcode", "6909999999991")
    manager.type("goods_price", "35.5")
    manager.type("goods_stock", "100")
    manager.click("goods_save")
    assert manager.notice == "已保存：洗车券，￥35.50。"
    assert not manager.shows("goods_form")
    assert ["洗车券", "6909999999991", "", "35.50", "100"] in rows(manager, "goods_table")
    station = manager.station
    sale = station.sales.open(station.cashier)
    assert station.sales.add_goods(sale.id, "6909999999991", 1, station.cashier).total == Money(3_550)


def test_goods_are_changed_and_stay_the_same_goods(manager):
    manager.click("rail_products")
    [before] = manager.p.products.state.goods
    manager.find("goods_table").selectRow(0)
    manager.click("goods_change")
    manager.type("goods_price", "18")
    manager.click("goods_save")
    [after] = manager.p.products.state.goods
    assert (after.id, after.price, after.stock) == (before.id, Money(1_800), before.stock)


def test_the_connections_say_who_owns_the_pumps_and_what_each_told(manager):
    manager.click("rail_connections")
    assert manager.text("connection_pumps_words") == "2 台油机都在线。由收银机控制。"
    assert manager.text("connection_printer_words") == "正常，可以打印。"
    assert [row[:2] for row in rows(manager, "pumps_table")] == [["1", "空闲"], ["2", "空闲"]]
