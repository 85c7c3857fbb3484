"""What lies over the counter, and what may never be covered by it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from core.qt import theme
from core.qt.widgets.layers import Sheet
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import begin_selling, taking_cash
from tests.pos_app.till_station import RunningTill


def _shining(till: RunningTill) -> list[str]:
    return [
        button.objectName()
        for button in till.window.findChildren(QPushButton)
        if button.isVisible()
        and button.isEnabled()
        and button.property("role") == "primary"
        and not button.property("covered")
    ]


def test_a_sheet_has_a_ground_of_its_own(open_till: OpenTill) -> None:
    till = open_till()
    taking_cash(till)
    sheet = till.find("cash_sheet")
    assert isinstance(sheet, Sheet)
    picture = till.window.grab().toImage()
    inside = sheet.panel.mapTo(till.window, QPoint(12, 12))
    assert picture.pixelColor(inside) == theme.current().colour("surface")


def test_only_the_button_on_the_sheet_shines(open_till: OpenTill) -> None:
    till = open_till()
    taking_cash(till)
    assert _shining(till) == ["cash_go"]
    till.press("cash_sheet_back")
    assert _shining(till) == ["pay_code"]


def test_every_pump_can_be_stopped_from_under_a_sheet_by_its_key(open_till: OpenTill) -> None:
    till = open_till()
    taking_cash(till)
    QTest.keyClick(till.find("cash_given"), Qt.Key.Key_F12)
    till.press("stop_all_question_yes")
    assert till.shows("cash_sheet")


def test_every_pump_can_be_stopped_from_under_a_sheet_by_a_finger(open_till: OpenTill) -> None:
    till = open_till()
    begin_selling(till)
    till.press("open_drawer")
    stop = till.find("stop_all")
    QTest.mouseClick(
        till.window.windowHandle(),
        Qt.MouseButton.LeftButton,
        pos=stop.mapTo(till.window, stop.rect().center()),
    )
    till.press("stop_all_question_yes")
    assert till.shows("approval_sheet")


def test_what_is_typed_stays_on_the_sheet_that_came_last(open_till: OpenTill) -> None:
    till = open_till()
    begin_selling(till)
    till.find("scan_box").setFocus()
    till.press("shift")
    till.press("shift_hand_over")
    sheet, focused = till.find("close_sheet"), till.window.focusWidget()
    assert focused is not None
    assert focused is sheet or sheet.isAncestorOf(focused)
