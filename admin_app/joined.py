"""Joins an open station with the desk's rooms; loaded with the station, behind the first window."""

from admin_app.accounts.presenter import AccountsPresenter
from admin_app.connections.health import Surroundings
from admin_app.connections.presenter import ConnectionsPresenter
from admin_app.desk import MAY_ENTER, Desk, Presenters
from admin_app.history.presenter import HistoryPresenter
from admin_app.offers.presenter import OffersPresenter
from admin_app.orders.presenter import OrdersPresenter
from admin_app.overview.presenter import OverviewDesks, OverviewPresenter
from admin_app.prices.presenter import PricesPresenter
from admin_app.products.presenter import ProductsPresenter
from admin_app.reconciliation.presenter import ReconciliationPresenter
from admin_app.sales.presenter import SalesPresenter
from admin_app.shifts.presenter import ShiftsPresenter
from admin_app.staff.presenter import StaffPresenter
from admin_app.tanks.presenter import TanksPresenter
from admin_app.window import DeskWindow
from core.qt.approval.presenter import Approvals
from core.qt.background import Background, Runs
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices
from core.qt.sign_in.presenter import SignInPresenter
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.station import Station


class JoinedDesk:
    """A desk at work: its presenters and rooms, and what brings the station's news to them."""

    def __init__(self, station: Station, window: DeskWindow, notices: Notices) -> None:
        self.station = station
        self._background = Background(station.workers.in_order, station.workers.outside, notices.fault)
        self._bridge = EventBridge(station.bus)
        self.desk = Desk(
            _presenters(station, self._background, notices),
            notices,
            SystemClock(),
            station=station.settings.station.name,
            window=window,
        )

    def start(self) -> None:
        """Hear of everything, show the sign-in, then let the station run."""
        self.desk.listen(self._bridge)
        touched = self._bridge.brought(lambda _health: self.desk.touched())
        self._bridge.keep(self.station.health.subscribe(touched))
        self.desk.start()
        self.station.start()

    def stop(self) -> None:
        """Let what is under way finish."""
        self.desk.stop()
        self._bridge.close()
        self._background.close()
        self.station.stop()


def _presenters(station: Station, background: Runs, notices: Notices) -> Presenters:
    clock = SystemClock()
    settings = station.settings
    around = Surroundings(
        lambda: station.health.state,
        station.pumps_owner,
        paired=settings.cloud.pairing() is not None,
        printer_set=settings.printer.is_set,
        gauge_set=settings.gauge.kind != "none",
    )
    desks = OverviewDesks(
        station.reports,
        station.prices,
        station.forecourt,
        station.orders,
        station.shifts,
        station.mailbox,
        station.helping,
        station.tanks.measuring,
    )
    approvals = Approvals(station.staff, background)
    return Presenters(
        approvals=approvals,
        sign_in=SignInPresenter(station.staff, background, MAY_ENTER),
        overview=OverviewPresenter(desks, around, clock, background, notices),
        prices=PricesPresenter(
            station.prices,
            station.forecourt,
            station.staff,
            clock,
            background,
            notices=notices,
            approvals=approvals,
            reports=station.reports,
        ),
        sales=SalesPresenter(
            station.sales,
            station.forecourt,
            station.receipts,
            station.staff,
            background,
            notices=notices,
            approvals=approvals,
        ),
        orders=OrdersPresenter(station.orders, station.staff, background, notices),
        shifts=ShiftsPresenter(
            station.shifts, station.reports, station.staff, station.receipts, background, notices, approvals
        ),
        reconciliation=ReconciliationPresenter(station.reconciliation, station.staff, background, notices),
        products=ProductsPresenter(station.products, new_id, background, notices),
        offers=OffersPresenter(
            station.offers, station.prices, station.staff, clock, background, notices, approvals
        ),
        accounts=AccountsPresenter(station.accounts, clock, background, notices, station.reports),
        staff=StaffPresenter(station.staff, station.roles, background, notices),
        history=HistoryPresenter(station.history, station.journal, clock, background, notices),
        connections=ConnectionsPresenter(station.mailbox, station.receipts, background, notices),
        tanks=TanksPresenter(
            station.tanks, station.staff, clock, background, notices, approvals, station.reports
        ),
    )
