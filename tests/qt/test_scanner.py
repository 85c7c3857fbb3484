"""A scanner's burst is told from typing, wherever the focus is."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.qt.scanner import GAP_MS, Scanner

WATER = "6901234500018"


class Desk:
    """A window with a field that has the focus, a button that Enter would press, and a scanner."""

    def __init__(self, application: QApplication) -> None:
        self.application = application
        self.window = QWidget()
        self.field = QLineEdit()
        self.button = QPushButton("OK")
        self.pressed = 0
        self.entered = 0
        self.field.returnPressed.connect(self._enter)
        column = QVBoxLayout(self.window)
        column.addWidget(self.field)
        column.addWidget(self.button)
        self.window.show()
        self.field.setFocus()
        self.scanner = Scanner()
        self.scans: list[str] = []
        self.scanner.scanned.connect(self.scans.append)
        application.installEventFilter(self.scanner)
        self.now = 1_000

    def _enter(self) -> None:
        self.entered += 1

    def key(self, key: Qt.Key | int, text: str, after_ms: int) -> None:
        """One key as it comes from the system: to the window, with the device's own time."""
        self.now += after_ms
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, int(key), Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self.now)
            self.application.sendEvent(self.window.windowHandle(), event)

    def keys(self, text: str, each_ms: int, end: bool = False) -> None:
        for letter in text:
            self.key(ord(letter), letter, each_ms)
        if end:
            self.key(Qt.Key.Key_Return, "\r", each_ms)

    def close(self) -> None:
        self.application.removeEventFilter(self.scanner)
        self.window.close()


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Iterator[Desk]:
    built = Desk(qapp)
    qtbot.addWidget(built.window)
    qtbot.waitUntil(built.field.hasFocus, timeout=5_000)
    yield built
    built.close()


def test_a_burst_that_ends_with_enter_is_one_scan_and_nothing_else(desk: Desk) -> None:
    desk.keys(WATER, 8, end=True)
    assert desk.scans == [WATER]
    assert desk.field.text() == ""
    assert desk.entered == 0


def test_two_scans_in_a_row_are_two_codes(desk: Desk) -> None:
    desk.keys(WATER, 8, end=True)
    desk.keys("YZ23456789AB", 8, end=True)
    assert desk.scans == [WATER, "YZ23456789AB"]


def test_typing_reaches_the_field_in_its_order(desk: Desk, qtbot: QtBot) -> None:
    desk.keys("2580", GAP_MS + 60)
    qtbot.waitUntil(lambda: desk.field.text() == "2580", timeout=5_000)
    assert desk.scans == []


def test_quick_fingers_and_enter_are_still_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.keys("300", 30, end=True)
    qtbot.waitUntil(lambda: desk.entered == 1, timeout=5_000)
    assert desk.field.text() == "300"
    assert desk.scans == []


def test_a_burst_without_an_end_is_handed_on_as_typing(desk: Desk, qtbot: QtBot) -> None:
    desk.keys("12345678", 8)
    qtbot.waitUntil(lambda: desk.field.text() == "12345678", timeout=5_000)
    assert desk.scans == []


def test_a_busy_screen_does_not_tear_a_scan_apart(desk: Desk) -> None:
    # All keys wait in the queue while the screen is busy: only the device's own times count.
    desk.keys(WATER[:7], 8)
    desk.scanner._nothing_came()
    desk.keys(WATER[7:], 8, end=True)
    assert desk.scans == [WATER]


@pytest.mark.parametrize("tears", [(1,), (2,), (1, 5), (1, 2, 3)])
def test_a_scan_that_a_busy_machine_tore_apart_is_whole_and_leaves_nothing_behind(
    desk: Desk, tears: tuple[int, ...]
) -> None:
    desk.field.setText("7")
    for place, letter in enumerate(WATER):
        desk.key(ord(letter), letter, GAP_MS + 70 if place in tears else 8)
    desk.key(Qt.Key.Key_Return, "\r", 8)
    assert desk.scans == [WATER]
    assert desk.field.text() == "7"
    assert desk.entered == 0


def test_what_was_typed_before_the_scanner_was_taken_stays_in_its_field(desk: Desk) -> None:
    desk.keys("3", 8)
    desk.now += 400
    desk.keys(WATER, 8, end=True)
    assert desk.scans == [WATER]
    assert desk.field.text() == "3"


def test_what_was_typed_before_a_tap_begins_no_scan(desk: Desk) -> None:
    pressed: list[str] = []
    desk.button.clicked.connect(lambda: pressed.append(desk.field.text()))
    desk.key(Qt.Key.Key_4, "4", GAP_MS + 20)
    glass = desk.window.windowHandle()
    QTest.mouseClick(glass, Qt.MouseButton.LeftButton, pos=desk.button.geometry().center())
    assert pressed == ["4"]
    desk.field.clear()
    desk.field.setFocus()
    desk.keys(WATER, 8, end=True)
    assert desk.scans == [WATER]
    assert desk.field.text() == ""


def test_what_was_typed_and_entered_does_not_stand_before_the_scan_that_follows_at_once(desk: Desk) -> None:
    for letter in "5*77":
        desk.key(ord(letter), letter, GAP_MS + 20)
    desk.key(Qt.Key.Key_Return, "\r", GAP_MS + 20)
    assert desk.entered == 1
    desk.keys(WATER, 8, end=True)
    assert desk.scans == [WATER]
    assert desk.field.text() == "5*77"
