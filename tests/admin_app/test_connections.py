"""The room of connections: what waits for the printer, what the cloud refused, and seeing to both."""

from datetime import timedelta

from admin_app.overview.needs import NeedKind
from core.domain.events.station import MessageRetried, MessageSettled
from core.domain.faults import PrinterOutOfPaper
from core.domain.money import Money
from core.domain.tanks.alarm import TankAlarmKind
from tests.admin_app import tank_scene
from tests.admin_app.small_desk import Conditions, SmallDesk
from tests.admin_app.test_rooms import rows


def sell(desk: SmallDesk, count: int = 1) -> None:
    for _turn in range(count):
        bill = desk.station.a_bill(pieces=1)
        desk.station.payments.take_cash(bill.id, Money(2_000), desk.station.cashier)


def refused(desk: SmallDesk, count: int) -> list[str]:
    desk.station.cloud_mailbox.refuse.add("sale_completed")
    sell(desk, count)
    desk.station.mailbox.send_waiting()
    desk.desk.touched()
    return [each.id for each in desk.station.mailbox.aside()]


def test_what_the_cloud_refused_is_listed_and_sent_again(manager: SmallDesk) -> None:
    first, second = refused(manager, 2)
    manager.click("rail_connections")
    assert "云端拒收 2 条" in manager.text("connection_waiting_words")
    [one, _other] = rows(manager, "aside_table")
    assert one[1:] == ["销售", "11-22 14:00", "云端不认识，请升级后重发。"]
    assert manager.find("aside_again").toolTip() == "请先选一条消息。"
    manager.station.cloud_mailbox.refuse.clear()
    manager.find("aside_table").selectRow(0)
    manager.click("aside_again")
    assert len(rows(manager, "aside_table")) == 1
    manager.station.mailbox.send_waiting()
    assert manager.station.cloud_mailbox.received[-1].id == first
    assert any(isinstance(event, MessageRetried) for event in manager.station.events)
    manager.find("aside_table").selectRow(0)
    manager.click("aside_settle")
    assert rows(manager, "aside_table") == []
    assert manager.text("aside_title") == "云端没有拒收的消息。"
    assert [e.message for e in manager.station.events if isinstance(e, MessageSettled)] == [second]


def test_what_waits_for_the_printer_is_listed_and_taken_away(manager: SmallDesk) -> None:
    manager.station.printer.fault = PrinterOutOfPaper()
    sell(manager, 2)
    jobs = manager.station.receipts.waiting()
    manager.click("rail_connections")
    manager.click(f"paper_cancel_{jobs[0].id}")
    assert [job.id for job in manager.station.receipts.waiting()] == [jobs[1].id]
    manager.station.printer.fault = None
    manager.click("papers_test")
    assert manager.notice == "测试页已打印。"
    assert manager.shows("papers_nothing")


def test_a_printer_that_never_says_how_it_is_has_calm_words(manager: SmallDesk) -> None:
    manager.conditions = Conditions(printer_known=False)
    manager.desk.touched()
    manager.click("rail_connections")
    assert manager.text("connection_printer_words") == "这台打印机能打印，但不报告状态，请自己留意纸卷。"


def test_a_silent_gauge_is_told_once_and_not_on_every_tank(manager: SmallDesk) -> None:
    manager.click("rail_connections")
    assert not manager.shows("connection_gauge")
    tank_scene.tanks(manager)
    manager.desk.touched()
    assert manager.text("connection_gauge_words") == "正在测量油罐。"
    manager.tanks.measuring.gauge_silent()
    manager.desk.touched()
    assert "连不上任何油罐" in manager.text("connection_gauge_words")
    kinds = [need.kind for need in manager.p.overview.state.needs]
    assert kinds.count(NeedKind.GAUGE_SILENT) == 1
    alarms = [need.alarm for need in manager.p.overview.state.needs if need.kind is NeedKind.TANK_ALARM]
    assert TankAlarmKind.PROBE not in alarms
    for tank in (tank_scene.ONE, tank_scene.TWO, tank_scene.THREE):
        tank_scene.measure(manager, tank, 9_000)
    manager.desk.touched()
    assert manager.text("connection_gauge_words") == "正在测量油罐。"


def test_dips_by_hand_do_not_make_a_gauge_that_is_gone_measure(manager: SmallDesk) -> None:
    tank_scene.tanks(manager)
    manager.station.clock.move(timedelta(minutes=11))
    manager.tanks.measuring.dip(tank_scene.ONE, 10_000, 0, None, manager.station.manager)
    manager.click("rail_connections")
    manager.desk.touched()
    assert "最近几分钟没有收到" in manager.text("connection_gauge_words")
