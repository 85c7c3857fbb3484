"""Joins an open station with the till's screens; loaded with the station, behind the first window."""

from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication

from core.qt.approval.presenter import Approvals
from core.qt.background import Background
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices
from core.qt.scanner import Scanner
from core.qt.sign_in.presenter import SignInPresenter, UnlockPresenter
from core.qt.speech.announcer import Announcer
from core.qt.speech.loudness import Loudness, read_loudness, write_loudness
from core.qt.speech.voices import ClipVoice, spoken_by_qt
from core.station.clock import SystemClock
from core.station.station import Station
from core.wording.catalogue import _, language
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.presenter import PaymentPresenter
from pos_app.cashier.receipts.presenter import ReceiptsPresenter
from pos_app.cashier.refund.presenter import RefundPresenter
from pos_app.cashier.shift.closing.presenter import ClosingDesks, ClosingPresenter
from pos_app.cashier.shift.drawer.presenter import DrawerPresenter
from pos_app.cashier.shift.presenter import ShiftPresenter
from pos_app.customer_display.display import CustomerDisplay
from pos_app.fills.presenter import FillsPresenter
from pos_app.hearing import listen
from pos_app.helping.presenter import HelpPresenter
from pos_app.orders.presenter import OrdersPresenter
from pos_app.places import FORECOURT
from pos_app.prepays.presenter import PrepaysPresenter
from pos_app.presenters import Presenters
from pos_app.price_news import PriceNews
from pos_app.pumps.manual.presenter import ManualPresenter
from pos_app.pumps.presenter import PumpsPresenter
from pos_app.scans import is_code
from pos_app.sound.announcements import Announcements
from pos_app.sound.control import SoundControl
from pos_app.till import Till, allowed_at
from pos_app.training.switch import TrainingSwitch, start_training
from pos_app.window import TillWindow


class JoinedTill:
    """A till at work: its presenters and screens, and what brings the station's news to them."""

    def __init__(
        self,
        station: Station,
        window: TillWindow,
        notices: Notices,
        place: str,
        *,
        training: bool = False,
    ) -> None:
        self.station = station
        self._window = window
        clock = SystemClock()
        background = Background(station.workers.in_order, station.workers.outside, notices.fault)
        self._background = background
        self._bridge = EventBridge(station.bus)
        approvals = Approvals(station.staff, background)
        self.till = Till(
            Presenters(
                SignInPresenter(station.staff, background, allowed_at(place)),
                ShiftPresenter(station.shifts, station.staff, background),
                PumpsPresenter(station.forecourt, background, notices, station.manual),
                OrdersPresenter(station.orders, background, notices, clock),
                CounterPresenter(station.sales, background, notices, approvals),
                PaymentPresenter(
                    station.payments,
                    background,
                    notices,
                    clock,
                    approvals=approvals,
                    accounts=station.accounts,
                ),
                ReceiptsPresenter(station.receipts, station.sales, background, notices, approvals),
                approvals,
                UnlockPresenter(station.staff, background, allowed_at(place)),
                RefundPresenter(station.refunds, background, approvals),
                DrawerPresenter(station.cash, station.reports, background, approvals),
                ClosingPresenter(_closing(station), background, approvals),
                PrepaysPresenter(station.prepays, station.refunds, background, notices, approvals),
                HelpPresenter(station.helping, background, notices, clock),
                ManualPresenter(station.manual, background, notices, approvals),
                FillsPresenter(
                    station.fills,
                    station.missing,
                    station.forecourt,
                    station.sales,
                    background,
                    notices,
                    approvals,
                ),
            ),
            notices,
            clock,
            station=station.settings.station.name,
            place=place,
            window=window,
            lock_after_seconds=station.settings.screen.lock_after_seconds,
            forecourt_lock_after_seconds=station.settings.screen.forecourt_lock_after_seconds,
        )
        till = self.till
        self._display = CustomerDisplay(
            (till.presenters.counter, till.presenters.payment, till.presenters.pumps),
            window,
            clock,
            station=station.settings.station.name,
            sells=lambda: till.window.page is till.counter,
            on_second_screen=station.settings.customer_display.kind == "screen" and place != FORECOURT,
        )
        self._announcer = _announcer(station, background, training=training)
        self._announcements = Announcements(
            self._announcer,
            (
                till.presenters.counter,
                till.presenters.payment,
                till.presenters.pumps,
                till.presenters.orders,
                till.presenters.helping,
            ),
        )
        self._price_news = PriceNews(notices)
        # After the till itself, which clears what the person before was told.
        till.presenters.sign_in.signed_in.connect(
            lambda _person: background.run(station.prices.coming, self._price_news.remind, notices.fault)
        )
        self._sound = SoundControl(self._announcer, window.layers)
        window.strip.add_button(self._sound.button)
        self._config = station.settings.file
        self._place = place
        self._notices = notices
        switch = TrainingSwitch(in_training=training)
        switch.begin.connect(self._begin_training)
        switch.end.connect(window.close)
        self.till.sign_in.add_beside_title(switch)
        self._watched: QWindow | None = None
        self._scanner = Scanner(is_code=is_code)
        self._scanner.scanned.connect(self._scanned)
        self._scanner.garbled.connect(self._garbled)

    def start(self) -> None:
        """Hear of everything, show the sign-in, then let the station run."""
        listen(self.till, self._bridge)
        self._announcements.listen(self._bridge)
        self._price_news.listen(self._bridge)
        self._bridge.keep(self.station.live.subscribe(self._bridge.brought(self.till.read)))
        self._bridge.keep(self.station.health.subscribe(self._bridge.brought(self.till.show_health)))
        self.till.show_health(self.station.health.state)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self._scanner)
        self._watched = self._window.windowHandle()
        if self._watched is not None:
            self._watched.installEventFilter(self.till.idle)
        self.till.start()
        self._display.start()
        self.station.start()
        self.station.scanner.start(CableScanner(self._bridge, self.till, self._notices))

    def stop(self) -> None:
        """Let what is under way finish; what is written down is found again at the next start."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self._scanner)
        if self._watched is not None:
            self._watched.removeEventFilter(self.till.idle)
        self.station.scanner.stop()
        self._display.stop()
        self._announcer.close()
        self.till.stop()
        self._bridge.close()
        self._background.close()
        self.station.stop()

    def _scanned(self, code: str) -> None:
        if self._is_in_front:
            self.till.scanned(code)

    def _garbled(self, by_input_method: bool) -> None:
        if self._is_in_front:
            self.till.scans.garbled(by_input_method)

    @property
    def _is_in_front(self) -> bool:
        # With several tills in one process a scan belongs to the one in front. No other window takes scans, so in front
        # of it or not, the till hears them.
        front = QApplication.activeWindow()
        return front is self._window or not isinstance(front, TillWindow)

    def _begin_training(self) -> None:
        if start_training(self._config, self._place):
            self._notices.good(_("The training till is being started."))
        else:
            self._notices.act(_("The training till could not be started. Tell a manager."))


def _announcer(station: Station, background: Background, *, training: bool) -> Announcer:
    """The till's voice. A training till is silent until somebody turns its sound on."""
    file = station.settings.folder / "loudness.json"
    clips = ClipVoice()
    announcer = Announcer(
        spoken_by_qt(language(), clips) or clips, read_loudness(file, Loudness(muted=training))
    )

    def keep(chosen: Loudness) -> None:
        background.run_outside(lambda: write_loudness(file, chosen))

    announcer.changed.connect(keep)
    return announcer


class CableScanner:
    """A scanner with a cable of its own: what it reads takes the same way as what one types."""

    def __init__(self, bridge: EventBridge, till: Till, notices: Notices) -> None:
        self._tell_code = bridge.brought(till.scanned)
        self._tell_line = bridge.brought(self._say)
        self._notices = notices
        self._was_away = False

    def scanned(self, text: str) -> None:
        """On the scanner's own thread."""
        self._tell_code(text)

    def line(self, up: bool, why: str) -> None:  # noqa: ARG002  Why stands in the log.
        """On the scanner's own thread."""
        self._tell_line(up)

    def _say(self, up: bool) -> None:
        if not up:
            self._notices.watch(
                _("The scanner is not connected. Look at its cable; codes can be typed meanwhile.")
            )
        elif self._was_away:
            self._notices.good(_("The scanner is there again."))
        self._was_away = not up


def _closing(station: Station) -> ClosingDesks:
    return ClosingDesks(
        station.shifts,
        station.reports,
        station.staff,
        station.payments,
        station.refunds,
        station.receipts,
        station.mailbox,
    )
