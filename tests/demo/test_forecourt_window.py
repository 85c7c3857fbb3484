"""The simulated forecourt's window over a real controller: hands, faults, and a day that is played again."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.qt import theme
from core.simulated.pts_controller.controller import Controller, Options
from core.simulated.pts_controller.site import usual_site
from core.wording.formats import STATION_ZONE
from demo.forecourt.door import Door, DoorClosed, NotPossible
from demo.forecourt.player import Player
from demo.forecourt.script import Deed, ScriptUnfit, of_books, of_ledger, read, write
from demo.forecourt.window import ForecourtWindow
from tests.services.small_station import SmallStation

_PICTURES = os.environ.get("YOUZHAN_PICTURES")


@pytest.fixture
def controller() -> Iterator[Controller]:
    running = Controller(usual_site(8), Options(pace=200.0))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def window(controller: Controller, qtbot: QtBot, qapp: QApplication) -> Iterator[ForecourtWindow]:
    theme.wear(qapp, theme.load("light"), "pos")
    shown = ForecourtWindow(controller.control_port)
    shown.resize(1280, 800)
    shown.start()
    shown.show()
    qtbot.waitUntil(lambda: shown.findChild(QPushButton, "pump_8_nozzle_1") is not None)
    yield shown
    shown.close()


def _press(window: ForecourtWindow, qtbot: QtBot, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _says(window: ForecourtWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert label is not None
    return label.text()


def test_a_nozzle_is_lifted_and_the_window_shows_that_it_waits(window: ForecourtWindow, qtbot: QtBot) -> None:
    _press(window, qtbot, "pump_3_nozzle_1")
    qtbot.waitUntil(lambda: _says(window, "pump_3_state") == "已提枪，等待授权")
    if _PICTURES:
        window.grab().save(f"{_PICTURES}/simulated_forecourt.png")
    _press(window, qtbot, "pump_3_nozzle_1")
    qtbot.waitUntil(lambda: _says(window, "pump_3_state") == "空闲")


def test_what_a_pump_cannot_do_is_said_and_not_done(window: ForecourtWindow, qtbot: QtBot) -> None:
    window._do(3, "fill", {})
    qtbot.waitUntil(lambda: "pump 3" in _says(window, "forecourt_said"))


def test_a_day_that_the_pumps_counted_is_kept_and_played_again_to_the_millilitre(
    controller: Controller, tmp_path: Path
) -> None:
    door = Door(controller.control_port)
    for pump, nozzle, volume in ((1, 1, 20_000), (1, 2, 5_010), (7, 1, 33_330)):
        door.do(pump, "manual_fill", {"nozzle": nozzle, "volume_ml": volume})
    first = door.ledger()
    file = tmp_path / "day.jsonl"
    write(file, of_ledger(first))

    again = Controller(usual_site(8), Options(pace=200.0))
    again.start()
    try:
        _let_every_sale_be_closed(controller)
        other = Door(again.control_port)
        played = Player(other, read(file), 100.0, lambda _progress: None)
        played.start()
        _close_as_a_station_does(again, 3)
        done = played.wait()
        second = other.ledger()
        other.close()
    finally:
        again.stop()
        door.close()

    assert (done.done, done.given_up, done.left) == (3, (), 0)
    told = [(row["pump"], row["nozzle"], row["volume_ml"], row["amount_fen"]) for row in first]
    assert sorted(told) == sorted(
        (row["pump"], row["nozzle"], row["volume_ml"], row["amount_fen"]) for row in second
    )


def _let_every_sale_be_closed(controller: Controller) -> None:
    with controller.forecourt.lock:
        for pump in controller.forecourt.pumps.values():
            if pump.fill is not None:
                controller.forecourt.close_sale(pump)


def _close_as_a_station_does(controller: Controller, fills: int) -> None:
    """A second customer at the same pump waits until the first one's fill is booked."""
    limit = monotonic() + 20
    while len(controller.forecourt.journal.ledger()) < fills:
        assert monotonic() < limit
        _let_every_sale_be_closed(controller)


def test_hands_that_come_too_early_are_named_and_the_others_go_on(controller: Controller) -> None:
    door = Door(controller.control_port)
    script = (Deed(0.0, 2, "hang_up", {}), Deed(0.0, 4, "manual_fill", {"nozzle": 1, "volume_ml": 1_000}))
    played = Player(door, script, 1.0, lambda _progress: None)
    played.start()
    done = played.wait()
    door.close()
    assert done.done == 1
    assert done.given_up == ("2 hang_up: no nozzle of pump 2 is lifted",)


def test_a_day_in_a_stations_books_becomes_a_script(tmp_path: Path) -> None:
    station = SmallStation(tmp_path / "station.db")
    station.open_shift()
    fills = [station.a_fill(yuan=200), station.a_fill(yuan=50)]
    station.close()
    day = fills[0].ended_at.astimezone(STATION_ZONE).date()
    deeds = of_books(station.url, day)
    assert [(deed.pump, deed.do, deed.asked["target_volume_ml"]) for deed in deeds] == [
        (1, "serve", fill.volume.millilitres) for fill in fills
    ]
    assert of_books(station.url, day - timedelta(days=1)) == ()


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        '{"at": 0, "pump": 1}',
        '{"at": 0, "pump": 1, "do": "explode"}',
        '{"at": -1, "pump": 1, "do": "lift"}',
        '{"at": 0, "pump": 1, "do": "lift", "price": 3}',
        '{"at": 5, "pump": 1, "do": "lift"}\n{"at": 1, "pump": 1, "do": "hang_up"}',
    ],
)
def test_a_line_that_nobody_could_play_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "script.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(ScriptUnfit, match=r"script\.jsonl"):
        read(file)


def test_a_door_where_nobody_is_says_so(controller: Controller) -> None:
    door = Door(controller.control_port)
    with pytest.raises(NotPossible):
        door.do(1, "hang_up", {})
    door.close()
    controller_gone = Door(1)
    with pytest.raises(DoorClosed):
        controller_gone.pumps()
    controller_gone.close()
