"""The manager sees what lies in the tanks, dips them, and takes a delivery in from the order to the book."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it comes without types
import pytest
from PySide6.QtWidgets import QApplication

from admin_app.overview.need_words import words
from admin_app.overview.needs import NeedKind
from admin_app.rooms import Room
from core.domain.ids import TankNumber
from core.domain.refusals.tanks import StockDayNotFound, StockEntryUnfit
from core.domain.tanks.delivery import DeliveryState
from core.qt import theme
from tests.admin_app import tank_scene
from tests.admin_app.small_desk import SmallDesk
from tests.admin_app.tank_scene import ONE, TWO, litres


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[SmallDesk]:
    theme.wear(qapp, theme.load("light"), "admin")
    built = SmallDesk(tmp_path)
    built.sign_in()
    tank_scene.tanks(built)
    built.desk.go(Room.TANKS)
    yield built
    built.close()


def test_each_tank_says_what_is_in_it_and_what_is_wrong(desk: SmallDesk):
    assert desk.text("tank_fuel_1") == "14,175 升"
    assert "正常" in desk.text("tank_state_1")
    assert desk.text("tank_state_2") in ("低液位", "罐底有水")
    assert desk.text("tank_fuel_3") == "—"
    assert desk.text("tank_water_2") == "26.0 mm"
    assert "渗漏" in desk.text("tank_leak")
    state = desk.p.tanks.state
    assert state.lines[0].daily == litres(-24)


def test_a_dip_is_written_down_and_shown(desk: SmallDesk):
    desk.click("tank_dip")
    desk.type("dip_height", "1000.0")
    desk.type("dip_water", "10")
    desk.type("dip_temperature", "18.5")
    desk.station.clock.move(timedelta(seconds=1))  # the gauge measured before it
    desk.click("dip_save")
    assert desk.text("tank_fuel_1") == "11,880 升"
    assert desk.p.tanks.state.readings[0].by == desk.station.manager
    desk.click("tank_dip")
    desk.type("dip_height", "9999")
    desk.click("dip_save")
    assert "容积表" in desk.notice
    assert desk.shows("dip_form")
    desk.click("dip_form_back")


def test_a_tank_without_a_table_is_not_dipped(desk: SmallDesk):
    desk.click("tank_2")
    assert desk.p.tanks.state.chosen == TWO
    assert not desk.find("tank_dip").isEnabled()


def test_a_delivery_goes_from_the_order_to_the_book(desk: SmallDesk):
    desk.click("delivery_order")
    desk.type("order_supplier", "中石化油库")
    desk.type("order_volume", "9800")
    desk.click("order_save")
    desk.tanks.view()
    desk.desk.tanks.deliveries_view.selectRow(0)
    desk.click("delivery_next")
    desk.type("delivery_note", "CK-0087")
    desk.type("delivery_plate", "云AD1234")
    desk.type("delivery_litres_1", "20000")
    desk.click("delivery_begin")
    assert "请勿卸油" in desk.notice
    desk.type("delivery_litres_1", "9800")
    desk.click("delivery_begin")
    desk.click("delivery_unloaded")
    assert "15:00 后可计量" in desk.text("delivery_told")
    assert not desk.find("delivery_measure").isEnabled()
    desk.station.clock.move(timedelta(minutes=15))
    tank_scene.measure(desk, ONE, 14_175 + 9_760)
    desk.p.tanks.tick()
    desk.click("delivery_measure")
    assert desk.text("delivery_difference") == "-40.0"
    assert not desk.find("delivery_receive").isEnabled()
    desk.type("delivery_remark", "少 40 升")
    desk.click("delivery_receive")
    (delivery,) = desk.tanks.view().deliveries
    assert (delivery.state, delivery.received) == (DeliveryState.RECEIVED, litres(9_760))
    assert not desk.shows("delivery_form")


def test_an_alarm_is_seen_by_name(desk: SmallDesk):
    desk.click("tank_page_alarms")
    assert not desk.find("tank_alarm_seen").isEnabled()
    desk.desk.tanks.alarms_view.selectRow(0)
    desk.click("tank_alarm_seen")
    assert desk.p.tanks.state.alarms[0].acknowledged_by == desk.station.manager


def test_stock_is_adjusted_with_a_reason(desk: SmallDesk):
    desk.click("tank_adjust")
    desk.type("adjust_volume", "-75")
    assert not desk.find("adjust_save").isEnabled()
    desk.type("adjust_reason", "盘点")
    desk.click("adjust_save")
    now = desk.tanks.view().books[0].now
    assert now is not None
    assert now.variance == litres(0)


def test_an_alarm_that_nobody_has_seen_is_in_the_overview(desk: SmallDesk):
    desk.desk.go(Room.OVERVIEW)
    told = [words(need) for need in desk.p.overview.state.needs if need.kind is NeedKind.TANK_ALARM]
    assert sorted(sentence.split("，")[0] for sentence in told) == ["2 号罐低液位", "2 号罐罐底有水"]
    for alarm in desk.tanks.view().alarms:
        desk.tanks.measuring.acknowledge(alarm.id, desk.station.manager)
    desk.p.overview.reload()
    assert not any(need.kind is NeedKind.TANK_ALARM for need in desk.p.overview.state.needs)


def test_fuel_pumped_over_stands_in_both_books(desk: SmallDesk):
    assert desk.p.tanks.state.neighbours == ()
    assert not desk.find("tank_move").isEnabled()
    desk.click("tank_2")
    desk.click("tank_move")
    desk.type("move_volume", "120.5")
    desk.type("move_reason", "清罐")
    desk.click("move_save")
    entries = list(desk.tanks.stock.entries(desk.station.clock.now() - timedelta(minutes=1)))
    moved = [(entry.tank, entry.volume.millilitres, entry.reason) for entry in entries if entry.other]
    assert moved == [(TWO, -120_500, "清罐"), (TankNumber(3), 120_500, "清罐")]
    with pytest.raises(StockEntryUnfit):
        desk.tanks.stock.pump_over(ONE, TWO, litres(1), "混油", desk.station.manager)


def test_a_strapping_table_is_looked_into_before_it_is_read_in(desk: SmallDesk, tmp_path: Path):
    bad, good = tmp_path / "坏表.csv", tmp_path / "good.csv"
    bad.write_bytes("毫米,升\n0,0\n100,800\n200,700\n".encode("gb18030"))
    good.write_bytes("\ufeffmm;L\r\n0;0\r\n1000;12000\r\n2500;30000\r\n".encode())
    desk.click("tank_2")
    assert not desk.p.tanks.state.tank or not desk.p.tanks.state.tank.strapped
    desk.click("tank_strap")
    assert not desk.find("strap_save").isEnabled()
    for path, told in ((bad, "第 4 行"), (tmp_path / "none.csv", "none.csv")):
        desk.find("strap_path").setText(str(path))
        desk.click("strap_save")
        assert told in desk.notice
        assert desk.text("strap_save").startswith("检查文件")
    assert TWO not in {view.tank.number for view in desk.tanks.view().tanks if view.strapped}
    desk.find("strap_path").setText(good.as_uri())
    desk.click("strap_save")
    assert "3 行" in desk.text("strap_told")
    assert "30,000" in desk.text("strap_told")
    desk.click("strap_save")
    assert not desk.shows("strap_form")
    assert TWO in {view.tank.number for view in desk.tanks.view().tanks if view.strapped}


def test_the_day_of_the_tanks_is_a_paper(desk: SmallDesk):
    desk.tanks.stock.adjust(ONE, litres(-5), "试抽", desk.station.manager)
    desk.click("tank_day_pdf")
    paper = desk.opened[-1]
    assert paper.name == f"tanks-{desk.p.tanks.state.lines[0].day.day}.pdf"
    text = words_of(paper.read_bytes())
    assert "1 号罐" in text
    assert "-24.0" in text
    with pytest.raises(StockDayNotFound):
        desk.tanks.stock.day(date(2020, 1, 1), desk.station.manager)


def words_of(paper: bytes) -> str:
    document = pypdfium2.PdfDocument(paper)
    try:
        return "\n".join(document[page].get_textpage().get_text_range() for page in range(len(document)))
    finally:
        document.close()
