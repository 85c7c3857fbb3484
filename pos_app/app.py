"""Builds the station, the screens, and joins them.

The windows of a till find everything by objectName; pos_app/README.md lists the names.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from types import TracebackType

from PySide6.QtWidgets import QApplication

from core.qt import program
from core.qt.background import Background
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices
from core.qt.scanner import Scanner
from core.qt.sign_in.presenter import SignInPresenter
from core.station.build import open_station
from core.station.clock import SystemClock
from core.station.log_setup import log_to
from core.station.settings import SettingsUnfit, read_settings
from core.station.station import Station
from core.wording.catalogue import use
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.presenter import PaymentPresenter
from pos_app.cashier.receipts.presenter import ReceiptsPresenter
from pos_app.cashier.shift.presenter import ShiftPresenter
from pos_app.hearing import listen
from pos_app.orders.presenter import OrdersPresenter
from pos_app.pumps.presenter import PumpsPresenter
from pos_app.till import COUNTER, FORECOURT, Presenters, Till, allowed_at

_log = logging.getLogger(__name__)
_COUNTER_SIZE = (1366, 768)
_FORECOURT_SIZE = (1280, 800)


class App:
    """A running till: its window, its station, and what brings the one's news to the other."""

    def __init__(
        self,
        station: Station,
        *,
        place: str = "",
        windowed: bool = False,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._station = station
        self._windowed = windowed or size is not None
        clock = SystemClock()
        self._notices = Notices()
        background = Background(station.workers.in_order, station.workers.outside, self._notices.fault)
        self._background = background
        self._bridge = EventBridge(station.bus)
        self._till = Till(
            Presenters(
                SignInPresenter(station.staff, background, allowed_at(place)),
                ShiftPresenter(station.shifts, station.reports, station.staff, background),
                PumpsPresenter(station.forecourt, background, self._notices),
                OrdersPresenter(station.orders, background, self._notices, clock),
                CounterPresenter(station.sales, station.products, background, self._notices),
                PaymentPresenter(station.payments, background, self._notices, clock),
                ReceiptsPresenter(station.receipts, station.sales, background, self._notices),
            ),
            self._notices,
            clock,
            station=station.settings.station.name,
            place=place,
        )
        self.window = self._till.window
        self.window.resize(*(size or (_FORECOURT_SIZE if place == FORECOURT else _COUNTER_SIZE)))
        self._scanner = Scanner()
        self._scanner.scanned.connect(self._scanned)
        self._running = False

    def start(self) -> None:
        """Show the window, then let the station run."""
        self._running = True
        listen(self._till, self._bridge)
        self._bridge.keep(self._station.live.subscribe(self._bridge.brought(self._till.read)))
        self._bridge.keep(self._station.health.subscribe(self._bridge.brought(self._till.show_health)))
        self._till.show_health(self._station.health.state)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self._scanner)
        if self._windowed:
            self.window.show()
        else:
            self.window.showFullScreen()
        self._till.start()
        self._station.start()

    def stop(self) -> None:
        """Let what is under way finish; what is written down is found again at the next start."""
        if not self._running:
            return
        self._running = False
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self._scanner)
        self._till.stop()
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

    def _scanned(self, code: str) -> None:
        # With several windows in one process a scan belongs to the one in front; with none in front, to who heard it.
        if QApplication.activeWindow() in {None, self.window}:
            self._till.scanned(code)


def build(arguments: Sequence[str]) -> App:
    """Everything built, nothing running yet. Raises SettingsUnfit."""
    options = _options(arguments)
    settings = read_settings(options.config)
    use(settings.screen.language)
    program.dressed_application("youzhan", options, _COUNTER_SIZE, settings.screen.theme, "pos")
    station = open_station(settings, "pos_app", may_own_pumps=True)
    return App(station, place=options.place, windowed=options.windowed, size=options.size)


def main() -> int:
    """Run the till until its window is closed."""
    arguments = sys.argv[1:]
    log_to(_options(arguments).config.resolve().parent / "logs", "pos_app")
    try:
        app = build(arguments)
    except SettingsUnfit as unfit:
        _log.error("%s", unfit, exc_info=unfit.__cause__)
        sys.stderr.write(f"{unfit}\n")
        return 2
    return program.run(app)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pos_app", description="The till of a fuel station.")
    program.add_options(parser)
    parser.add_argument(
        "--place", choices=(COUNTER, FORECOURT), default="", help="without it, the role decides"
    )
    return parser.parse_args(arguments)
