"""What a till says of prices."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from core.domain.ids import NozzleNumber
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.qt import theme
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices, Tone
from core.qt.widgets.labels import Words
from core.station.event_bus import EventBus
from pos_app.price_news import PriceNews
from pos_app.pumps.presenter import Hose, Tile
from pos_app.pumps.pump_tile import PumpTile
from tests.services.small_station import PUMP_2, SmallStation
from tests.services.test_price_change import AT_2


class Till:
    """The notices of a till that hears what a station records."""

    def __init__(self, station: SmallStation) -> None:
        self.station, self.bus, self.notices = station, EventBus(), Notices()
        self.bridge = EventBridge(self.bus)
        self.news = PriceNews(self.notices)
        self.news.listen(self.bridge)
        self._heard = len(station.events)

    def applied(self) -> str:
        """Let the chore run; what shows then."""
        self.station.prices.apply_due()
        for event in self.station.events[self._heard :]:
            self.bus.publish(event)
        self._heard = len(self.station.events)
        QCoreApplication.sendPostedEvents()
        return self.notices.now.text if self.notices.now else ""


@pytest.fixture
def till(qapp: QApplication, tmp_path):
    station = SmallStation(tmp_path / "station.db")
    made = Till(station)
    yield made
    made.bridge.close()
    station.close()


def test_a_price_is_announced_once_half_an_hour_ahead(till: Till):
    station = till.station
    station.prices.schedule(G92, UnitPrice(7_950), station.clock.now() + timedelta(hours=10), station.manager)
    assert till.applied() == ""
    station.clock.move(timedelta(hours=9, minutes=30))
    assert till.applied() == "92号汽油 11-22 24:00 起调为 7.95 元/升，届时正在加的油仍按原价。"
    till.notices.clear()
    assert till.applied() == ""
    till.news.remind(station.prices.coming())  # somebody signs in only now
    assert till.notices.now is not None
    assert till.notices.now.text.startswith("92号汽油 11-22 24:00 起调为 7.95")
    till.notices.clear()
    station.clock.move(timedelta(minutes=30))
    assert station.prices.coming() == ()
    assert "7.95" in till.applied()


def test_a_blocked_nozzle_stays_in_sight_until_it_has_its_price(till: Till):
    station = till.station
    station.pumps.price_refusers.add(PUMP_2)
    station.prices.schedule(G92, UnitPrice(7_950), None, station.manager)
    till.applied()
    till.notices.clear()
    station.prices.try_again(AT_2, station.attendant)
    assert till.applied().startswith("2 号机 1 号枪未改成新价，已锁枪。")
    assert till.notices.now is not None
    assert till.notices.now.tone is Tone.RED
    station.pumps.price_refusers.clear()
    station.prices.try_again(AT_2, station.attendant)
    assert till.applied() == ""


def test_a_blocked_nozzle_turns_its_pump_red(till: Till, qapp: QApplication):
    theme.wear(qapp, theme.load("light"), "pos")
    station = till.station
    station.pumps.price_refusers.add(PUMP_2)
    station.prices.schedule(G92, UnitPrice(7_950), None, station.manager)
    till.applied()
    view = next(each for each in station.forecourt.wall() if each.pump.number == PUMP_2)
    assert view.blocked == {NozzleNumber(1)}
    hoses = tuple(Hose(nozzle.number, nozzle.grade, None) for nozzle in view.pump.nozzles)
    tile = PumpTile(PUMP_2)
    tile.show_tile(Tile(PUMP_2, hoses, reading=view.reading, blocked=view.blocked))
    assert "已锁枪" in [label.text() for label in tile.findChildren(Words)]
    assert tile.property("tone") == "red"
    tile.deleteLater()
