"""The journal's room: who did what when, and whether anybody changed the books."""

from core.domain.history import HistoryEntry
from core.domain.money import Money
from core.qt.row_table import RowTable, RowTableView
from tests.admin_app.small_desk import SmallDesk
from tests.services.small_station import WATER


def rows(desk: SmallDesk) -> list[HistoryEntry]:
    view = desk.find("history_table")
    assert isinstance(view, RowTableView)
    table = view.model()
    assert isinstance(table, RowTable)
    return list(table.rows)


def sell(desk: SmallDesk) -> str:
    station = desk.station
    bill = station.sales.open(station.cashier)
    station.sales.add_goods(bill.id, WATER, 1, station.cashier)
    return station.payments.take_cash(bill.id, Money(2_000), station.cashier).number


def test_the_journal_says_who_did_what_when(manager: SmallDesk):
    number = sell(manager)
    manager.click("rail_history")
    newest, *rest = rows(manager)
    assert (newest.actor, newest.text) == ("李敏", f"账单 {number} 已付清：￥15.00。")
    assert any("开班" in entry.text for entry in rest)


def test_rows_are_filtered_by_person_topic_and_words(manager: SmallDesk):
    number = sell(manager)
    manager.click("rail_history")
    every = len(rows(manager))
    manager.click(f"history_person_{manager.station.manager}")
    assert {entry.actor for entry in rows(manager)} <= {
        manager.station.people[role].name for role in manager.station.people
    }
    assert 0 < len(rows(manager)) < every
    manager.click("history_person_all")
    manager.click("history_topic_bill")
    assert all("账单" in entry.text for entry in rows(manager))
    manager.click("history_topic_all")
    manager.p.history.search(f"{number} 已付清")
    assert [entry.text for entry in rows(manager)] == [f"账单 {number} 已付清：￥15.00。"]
    manager.p.history.search("no such words")
    assert manager.text("history_nothing") == "没有找到。"


def test_older_rows_come_when_asked_for(manager: SmallDesk):
    for _ in range(80):
        sell(manager)
    manager.click("rail_history")
    first = rows(manager)
    manager.click("history_more")
    both = rows(manager)
    assert both[: len(first)] == first
    assert [entry.number for entry in both] == list(range(both[0].number, both[-1].number - 1, -1))
    manager.p.history.touched()  # and stay when something happens meanwhile
    assert len(rows(manager)) == len(both)


def test_sound_books_are_said_to_be_sound(manager: SmallDesk):
    sell(manager)
    manager.click("rail_history")
    manager.click("verify_go")
    assert "日志完整" in manager.text("verify_words")
    assert not manager.shows("verify_findings")


def test_a_changed_bill_is_named(manager: SmallDesk):
    number = sell(manager)
    with manager.station.database.writing() as transaction:
        transaction.driver.execute("DROP TRIGGER payments_keep_figures")
        transaction.driver.execute("UPDATE payments SET tendered = 1500, change = 0")
    manager.click("rail_history")
    manager.click("verify_go")
    assert "账目被改动" in manager.text("verify_words")
    assert number in manager.find("verify_findings").item(0).text()
