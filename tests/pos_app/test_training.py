"""A till to learn at, from its own window: what it looks like and that a whole sale can be practised."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.domain.staff import Role
from core.qt import theme
from core.qt.notices import Notices
from core.wording.catalogue import Language, use
from pos_app.app import App, build
from pos_app.joined import JoinedTill
from pos_app.training.frame import TrainingFrame
from pos_app.training.switch import PIN, TrainingSwitch
from pos_app.window import TillWindow

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "station.toml"
    file.write_text('[station]\nname = "昆明北站"\n', encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    theme.wear(qapp, theme.load("light"), "pos")


@pytest.fixture
def app(config: Path, qtbot: QtBot) -> Iterator[App]:
    built = build(["--training", "--config", str(config), "--size", "1366x768", "--place", "counter"])
    qtbot.addWidget(built.window)
    built.start()
    qtbot.waitUntil(lambda: built.joined is not None, timeout=20_000)
    yield built
    built.stop()


def test_somebody_signs_in_with_the_pin_that_stands_there(app: App, qtbot: QtBot, config: Path) -> None:
    joined = app.joined
    assert isinstance(joined, JoinedTill)
    people = joined.till.presenters.sign_in
    qtbot.waitUntil(lambda: bool(people.state.people))
    assert isinstance(app.window.centralWidget(), TrainingFrame)
    assert PIN in _visible(app.window, QLabel, "training_pin").text()
    cashier = next(person for person in people.state.people if person.role == Role.CASHIER)
    people.choose(cashier.id)
    people.type_pin(PIN)
    people.sign_in()
    qtbot.waitUntil(lambda: joined.till.window.page is joined.till.shift_open)
    assert sorted(path.name for path in config.parent.iterdir()) == ["station.toml", "training"]


def test_the_button_ends_it(app: App) -> None:
    _visible(app.window, QPushButton, "training_end").click()
    assert not app.window.isVisible()


def test_a_real_till_offers_training_and_looks_as_ever(qtbot: QtBot) -> None:
    window = TillWindow(Notices(), "昆明北站")
    qtbot.addWidget(window)
    assert not window.findChildren(TrainingFrame)
    switch = TrainingSwitch(in_training=False)
    qtbot.addWidget(switch)
    with qtbot.waitSignal(switch.begin):
        [begin] = switch.findChildren(QPushButton, "training_begin")
        begin.click()


@pytest.mark.parametrize("language", Language)
def test_the_frame_says_it_in_every_language(qtbot: QtBot, language: Language) -> None:
    use(language)
    inside = QWidget()
    inside.setProperty("role", "ground")
    inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    frame = TrainingFrame(inside)
    qtbot.addWidget(frame)
    frame.resize(1366, 768)
    assert "培训" in frame.words
    assert "TRAINING" in frame.words
    frame.show()
    picture = frame.grab().toImage()
    edges = {picture.pixelColor(x, y).name() for x, y in ((1, 1), (1364, 1), (1, 766), (1364, 766))}
    assert len(edges) == 1
    assert picture.pixelColor(683, 384).name() not in edges


def _visible(window: QWidget, kind: type[AnyWidget], name: str) -> AnyWidget:
    [found] = [each for each in window.findChildren(kind, name) if each.isVisible()]
    return found
