"""The room where four counts of the same fuel stand side by side, and their cases are explained and closed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from admin_app.rooms import Room
from tests.admin_app.reconciliation_scene import a_case, unexplained_litres
from tests.admin_app.small_desk import SmallDesk


@pytest.fixture
def differing(desk: SmallDesk) -> SmallDesk:
    unexplained_litres(desk.station)
    desk.sign_in()
    return desk


def _words(desk: SmallDesk, table: str) -> list[str]:
    view = desk.find(table)
    assert isinstance(view, QTableView)
    model = view.model()
    return [
        " | ".join(str(model.index(row, column).data() or "") for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_what_the_counter_has_more_is_told_with_its_cause(differing: SmallDesk) -> None:
    differing.desk.go(Room.RECONCILIATION)
    assert differing.text("reconciliation_title") == "本班至今：有 1 处差异需要处理"
    told = _words(differing, "reconciliation_table")
    assert any("+5.00 升 有油加出但没有加油记录" in line for line in told)


def test_a_case_is_explained_and_closed_by_hand(differing: SmallDesk) -> None:
    a_case(differing.station)
    differing.desk.go(Room.RECONCILIATION)
    assert differing.text("cases_title") == "以往班次的差异：1 条待处理"
    view = differing.find("cases_table")
    view.selectRow(0)
    differing.click("case_look")
    assert "5.00 升" in differing.text("case_found")
    assert not differing.find("case_close").isEnabled()
    differing.type("case_reason", "检定放油")
    differing.click("case_explain")
    assert not differing.shows("case_sheet")
    assert differing.notice == "已记下，署您的名。"
    differing.find("cases_table").selectRow(0)
    QTest.keyClick(differing.window, Qt.Key.Key_F2)
    differing.click("case_close")
    assert "已结案" in _words(differing, "cases_table")[0]


def test_a_shift_without_differences_says_so(desk: SmallDesk) -> None:
    desk.sign_in()
    desk.desk.go(Room.RECONCILIATION)
    assert desk.text("reconciliation_title") == "本班至今：四方一致"
