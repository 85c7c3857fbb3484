"""The desk as it is built from station.toml, with its own threads."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from admin_app.app import App, build
from admin_app.joined import JoinedDesk
from admin_app.rooms import Room
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.staff import Role
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.ports.clock import Clock
from core.resources import resource
from core.services.opening import OpeningDesk
from core.services.prices.desk import PriceDesk
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.open_books import open_database
from core.station.plan import read_plan
from core.station.settings import read_settings
from core.wording.formats import STATION_ZONE

SETTINGS = """
[station]
name = "昆明北站加油站"
address = "北京路 988 号"
[screen]
language = "zh_CN"
theme = "dark"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    database = open_database(read_settings(file))
    OpeningDesk(work_on(database), SystemClock(), new_id).lay_out(
        read_plan(resource("demo/plan.toml"), new_id)
    )
    database.close()
    return file


def work_on(database: Database, clock: Clock | None = None) -> UnitsOfWork:
    return UnitsOfWork(
        database, "pos_app:test", clock or SystemClock(), new_id, lambda _new: None, STATION_ZONE
    )


@pytest.fixture
def app(config: Path, qtbot: QtBot):
    built = build(["--config", str(config), "--size", "1366x768"])
    qtbot.addWidget(built.window)
    built.start()
    yield built
    built.stop()


def opened(app: App, qtbot: QtBot) -> JoinedDesk:
    qtbot.waitUntil(lambda: app.joined is not None)
    joined = app.joined
    assert isinstance(joined, JoinedDesk)
    return joined


def test_the_desk_owns_no_pumps_and_hears_of_another_programs_price(app: App, config: Path, qtbot: QtBot):
    joined = opened(app, qtbot)
    desk = joined.desk
    people = desk._p.sign_in
    qtbot.waitUntil(lambda: bool(people.state.people))
    [manager] = people.state.people
    assert manager.role == Role.MANAGER
    people.choose(manager.id)
    people.type_pin("3690")
    people.sign_in()
    qtbot.waitUntil(lambda: desk._room is Room.OVERVIEW)
    overview = desk._p.overview
    qtbot.waitUntil(lambda: overview.state.now is not None)
    assert overview.state.health.owner == ""
    assert not joined.station.health.state.owner
    database = Database.open(read_settings(config).database_url)
    try:
        prices = PriceDesk(work_on(database), SystemClock(), new_id)
        desk.go(Room.PRICES)
        shown = desk._p.prices
        qtbot.waitUntil(lambda: shown.state.loaded)
        due_at = SystemClock().now().replace(year=2199)
        prices.schedule(G92, UnitPrice(7_950), due_at, manager.id)
        qtbot.waitUntil(lambda: len(shown.state.board.changes) == 1)
    finally:
        database.close()


def trouble(app: App, qtbot: QtBot) -> str:
    label = app.window.findChild(QLabel, "opening_trouble")
    assert isinstance(label, QLabel)
    qtbot.waitUntil(lambda: label.isVisible() and bool(label.text()))
    return label.text()


def start(file: Path, qtbot: QtBot) -> App:
    built = build(["--config", str(file), "--size", "1366x768"])
    qtbot.addWidget(built.window)
    built.start()
    return built


def test_settings_that_are_unfit_are_told_in_the_window_in_both_languages(tmp_path: Path, qtbot: QtBot):
    file = tmp_path / "station.toml"
    file.write_text("[nonsense]\n", encoding="utf-8")
    app = start(file, qtbot)
    chinese, english = trouble(app, qtbot).splitlines()
    assert "nonsense" in chinese
    assert "there is no section [nonsense]" in english
    app.stop()


def test_books_that_are_gone_are_told_in_the_window_and_not_made_anew(tmp_path: Path, qtbot: QtBot):
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    app = start(file, qtbot)
    books = tmp_path / "station.db"
    said = trouble(app, qtbot)
    assert f"找不到文件 {books}" in said
    assert f"There is no file {books}" in said
    assert not books.exists()
    app.stop()


def test_a_station_that_was_never_laid_out_says_how_it_is(tmp_path: Path, qtbot: QtBot):
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    open_database(read_settings(file)).close()
    app = start(file, qtbot)
    assert f"python -m core.station --config {file} open" in trouble(app, qtbot)
    app.stop()
