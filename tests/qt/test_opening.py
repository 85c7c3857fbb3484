"""The first window shows at once; the station opens behind it, or the window says why it does not."""

import os
import signal
import sys
import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.faults import CloudUnreachable
from core.qt import theme
from core.qt.notices import Notices
from core.qt.opening import OpeningPage
from core.qt.program import Program, run
from tests.waiting import eventually


class AStation:
    def __init__(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Screens:
    def __init__(self, station: AStation) -> None:
        self.station = station
        self.started = False

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        self.station.stop()


class AProgram(Program[AStation]):
    def __init__(self, *, trouble: Exception | None = None) -> None:
        window = QMainWindow()
        page = OpeningPage("昆明北站加油站")
        window.setCentralWidget(page)
        super().__init__(window, page, Notices())
        self.page = page
        self.trouble = trouble
        self.gate = threading.Event()
        self.opened_on = ""
        self.rests = False
        self.joined_on = ""

    def show_window(self) -> None:
        self.window.show()

    def open_station(self) -> AStation:
        self.opened_on = threading.current_thread().name
        self.gate.wait(5)
        if self.trouble is not None:
            raise self.trouble
        return AStation()

    def join(self, station: AStation) -> Screens:
        self.joined_on = threading.current_thread().name
        return Screens(station)

    def told(self, error: Exception) -> str:
        # By then the trouble is painted.
        QTimer.singleShot(100, self.window, self._rest)
        return super().told(error)

    def _rest(self) -> None:
        self.rests = True

    def says(self, name: str) -> str:
        label = self.page.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text() if label.isVisible() else ""

    def press(self, name: str) -> None:
        button = self.page.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        assert button.isVisible()
        button.click()


@pytest.fixture
def dressed(qapp):
    theme.wear(qapp, theme.load("light"), "pos")


def test_the_window_shows_before_the_station_is_open_and_the_station_opens_on_another_thread(
    dressed, qtbot: QtBot
):
    program = AProgram()
    qtbot.addWidget(program.window)
    program.start()
    qtbot.waitUntil(lambda: program.opened_on == "opening")
    assert program.says("opening_words") == "正在打开油站…"
    assert program.joined is None
    program.gate.set()
    qtbot.waitUntil(lambda: program.joined is not None)
    assert program.joined_on == "MainThread"
    assert isinstance(program.joined, Screens)
    assert program.joined.started
    assert program.exit_code == 0
    program.stop()
    assert program.joined.station.stopped


def test_why_a_station_cannot_be_opened_stands_in_the_window_and_it_can_be_tried_again(
    dressed, qtbot: QtBot, capsys
):
    program = AProgram(trouble=CloudUnreachable())
    qtbot.addWidget(program.window)
    program.gate.set()
    program.start()
    qtbot.waitUntil(lambda: bool(program.says("opening_trouble")))
    assert program.says("opening_words") == "油站打不开"
    assert program.says("opening_trouble") in capsys.readouterr().err
    assert program.exit_code == 2
    program.trouble = None
    program.press("opening_again")
    qtbot.waitUntil(lambda: program.joined is not None)
    program.stop()


def test_a_window_closed_while_the_station_opens_leaves_nothing_open(dressed, qtbot: QtBot):
    made: list[AStation] = []

    class Slow(AProgram):
        def open_station(self) -> AStation:
            made.append(super().open_station())
            return made[-1]

    program = Slow()
    qtbot.addWidget(program.window)
    program.start()
    qtbot.waitUntil(lambda: bool(program.opened_on))
    program.gate.set()
    program.stop()
    assert program.joined is None
    assert made[0].stopped


def test_screens_that_cannot_be_built_are_a_trouble_like_another(dressed, qtbot: QtBot, expected_log):
    expected_log("ERROR core.qt.notices: a use case failed unexpectedly")
    made: list[AStation] = []

    class Broken(AProgram):
        def join(self, station: AStation) -> Screens:
            made.append(station)
            raise LookupError("a widget is missing")

    program = Broken()
    qtbot.addWidget(program.window)
    program.gate.set()
    program.start()
    qtbot.waitUntil(lambda: bool(program.says("opening_trouble")))
    assert made[0].stopped
    program.stop()


def test_a_window_that_stands_still_ends_when_the_system_asks(dressed, qtbot: QtBot, monkeypatch):
    """Nothing moves beside the trouble: without an event of its own the signal would wait for the next touch."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    program = AProgram(trouble=CloudUnreachable())
    qtbot.addWidget(program.window)
    program.gate.set()
    asked = QTimer(singleShot=True, interval=20_000)
    asked.timeout.connect(QApplication.quit)
    asked.start()

    def ask() -> None:
        eventually(lambda: program.rests, "the window to stand still")
        os.kill(os.getpid(), signal.SIGTERM)

    system = threading.Thread(target=ask)
    system.start()
    assert run(program) == 2
    assert asked.isActive(), "it was the signal that ended it"
    system.join()
    asked.stop()
    # Its window was the last one, which is told with one more request to quit; it would close the next test's window.
    qtbot.wait(20)
