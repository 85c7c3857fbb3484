"""What a pump's tile shows when its line is lost."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication

from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.pump import Preset, PresetKind, PumpReading, PumpState
from core.qt import theme
from core.qt.widgets.labels import Words
from pos_app.pumps.presenter import Hose, Tile
from pos_app.pumps.pump_tile import PumpTile

_AT = datetime(2026, 11, 23, 5, 32, tzinfo=UTC)


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """Tiles take sizes and colours from the theme that is worn."""
    theme.wear(qapp, theme.load("light"), "pos")


def _shown(volume: int, fen: int) -> list[str]:
    reading = PumpReading(
        PumpNumber(3), PumpState.OFFLINE, _AT, NozzleNumber(1), Litres(volume), Money(fen), UnitPrice(7_810)
    )
    hoses = (Hose(NozzleNumber(1), G92, UnitPrice(7_810)),)
    tile = PumpTile(3, large=True)
    tile.show_tile(Tile(PumpNumber(3), hoses, reading, promised=True, preset=Preset(PresetKind.FULL)))
    return [label.text() for label in tile.findChildren(Words) if not label.isHidden() and label.text()]


def test_a_fill_whose_line_was_lost_keeps_its_last_figures_and_says_how_old_they_are():
    shown = _shown(24_670, 19_267)
    assert "13:32 起离线" in shown
    assert "￥192.67" in shown
    assert "24.67 升" in shown


def test_a_pump_that_only_rested_when_its_line_was_lost_has_no_figures():
    shown = _shown(0, 0)
    assert "离线" in shown
    assert not any(text.startswith("￥") for text in shown)
