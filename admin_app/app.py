"""Builds the station without devices, the rooms, and joins them.

The window's widgets are found by objectName; admin_app/README.md lists the names.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from types import TracebackType

from admin_app.connections.health import Surroundings
from admin_app.desk import MAY_ENTER, Desk, Presenters
from admin_app.orders.presenter import OrdersPresenter
from admin_app.overview.presenter import OverviewDesks, OverviewPresenter
from admin_app.prices.presenter import PricesPresenter
from admin_app.products.presenter import ProductsPresenter
from admin_app.sales.presenter import SalesPresenter
from admin_app.shifts.presenter import ShiftsPresenter
from admin_app.staff.presenter import StaffPresenter
from core.qt import program
from core.qt.background import Background, Runs
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices
from core.qt.sign_in.presenter import SignInPresenter
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.log_setup import log_to
from core.station.settings import SettingsUnfit, read_settings
from core.station.station import Station
from core.wording.catalogue import use

_log = logging.getLogger(__name__)
_SIZE = (1366, 768)


class App:
    """The running desk: its window, its station, and what brings the one's news to the other."""

    def __init__(
        self, station: Station, *, windowed: bool = False, size: tuple[int, int] | None = None
    ) -> None:
        self._station = station
        self._windowed = windowed or size is not None
        self._notices = Notices()
        self._background = Background(station.workers.in_order, station.workers.outside, self._notices.fault)
        self._bridge = EventBridge(station.bus)
        self._desk = Desk(
            _presenters(station, self._background, self._notices),
            self._notices,
            SystemClock(),
            station=station.settings.station.name,
        )
        self.window = self._desk.window
        self.window.resize(*(size or _SIZE))
        self._running = False

    def start(self) -> None:
        """Show the window, then let the station run."""
        self._running = True
        self._desk.listen(self._bridge)
        touched = self._bridge.brought(lambda _health: self._desk.touched())
        self._bridge.keep(self._station.health.subscribe(touched))
        if self._windowed:
            self.window.show()
        else:
            self.window.showMaximized()
        self._desk.start()
        self._station.start()

    def stop(self) -> None:
        """Let what is under way finish."""
        if not self._running:
            return
        self._running = False
        self._desk.stop()
        self._bridge.close()
        self._background.close()
        self._station.stop()
        self.window.close()

    def tell_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A program error that nobody caught: into the log with its trace, and one calm banner."""
        if isinstance(error, Exception):
            self._notices.fault(error)
        else:
            sys.__excepthook__(kind, error, trace)


def build(arguments: Sequence[str]) -> App:
    """Everything built, nothing running yet. Raises SettingsUnfit."""
    options = _options(arguments)
    settings = read_settings(options.config)
    use(settings.screen.language)
    program.dressed_application("youzhan-desk", options, _SIZE, settings.screen.theme, "admin")
    station = open_station(settings, "admin_app", may_own_pumps=False)
    return App(station, windowed=options.windowed, size=options.size)


def main() -> int:
    """Run the desk until its window is closed."""
    arguments = sys.argv[1:]
    log_to(_options(arguments).config.resolve().parent / "logs", "admin_app")
    try:
        app = build(arguments)
    except SettingsUnfit as unfit:
        _log.error("%s", unfit, exc_info=unfit.__cause__)
        sys.stderr.write(f"{unfit}\n")
        return 2
    return program.run(app)


def _presenters(station: Station, background: Runs, notices: Notices) -> Presenters:
    clock = SystemClock()
    settings = station.settings
    around = Surroundings(
        lambda: station.health.state,
        station.pumps_owner,
        paired=settings.cloud.pairing() is not None,
        printer_set=settings.printer.is_set,
    )
    desks = OverviewDesks(
        station.reports, station.prices, station.forecourt, station.orders, station.shifts, station.mailbox
    )
    return Presenters(
        sign_in=SignInPresenter(station.staff, background, MAY_ENTER),
        overview=OverviewPresenter(desks, around, clock, background, notices),
        prices=PricesPresenter(
            station.prices, station.forecourt, station.staff, clock, background, notices=notices
        ),
        sales=SalesPresenter(
            station.sales, station.forecourt, station.receipts, station.staff, background, notices=notices
        ),
        orders=OrdersPresenter(station.orders, station.staff, background, notices),
        shifts=ShiftsPresenter(station.shifts, station.reports, station.staff, background, notices),
        products=ProductsPresenter(station.products, new_id, background, notices),
        staff=StaffPresenter(station.staff, background, notices),
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m admin_app", description="The manager's desk.")
    program.add_options(parser)
    return parser.parse_args(arguments)
