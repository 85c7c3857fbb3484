"""A desk joined as admin_app.app joins it, but with use cases run on the spot and hands to use its window."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

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
from core.domain.price_view import PriceRules
from core.domain.tanks.rules import TankRules
from core.qt.approval.presenter import Approvals
from core.qt.background import Inline
from core.qt.notices import Notices
from core.qt.sign_in.presenter import SignInPresenter
from core.reports.pdf_writer import PdfWriter
from core.services.history import HistoryDesk
from core.services.journal import JournalDesk
from core.services.prices.desk import PriceDesk
from core.services.reports import ReportDesk
from core.services.tanks.desk import TankDesk
from core.services.tanks.reconciliation import ReconciliationDesk
from core.wording.formats import STATION_ZONE
from tests.services.small_station import SmallStation


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the printer is."""

    printer: str = ""
    paper_near_end: bool = False
    printer_known: bool = True
    papers_waiting: int = 0


class SmallDesk:
    """`station` is what the till does meanwhile, `p` the presenters, `window` what the manager sees."""

    def __init__(self, folder: Path, price_rules: PriceRules | None = None) -> None:
        self.price_rules = price_rules
        self._of_others = set(QApplication.topLevelWidgets())
        self.station = SmallStation(folder / "station.db")
        self.station.open_shift()
        self.conditions = Conditions()
        self.owner = "pos_app:1"
        self.opened: list[Path] = []
        self.notices = Notices()
        station = self.station
        self.tanks = TankDesk(station.work, station.clock, station.ids, TankRules(), STATION_ZONE)
        self.p = self._presenters(folder)
        self.desk = Desk(
            self.p,
            self.notices,
            self.station.clock,
            station="昆明北站加油站",
            open_file=self.opened.append,
        )
        self.window = self.desk.window
        self.window.resize(1366, 768)
        self.window.show()
        self.p.sign_in.begin()
        self.p.overview.enter()

    def close(self) -> None:
        self.desk.stop()
        self.window.close()
        # Sheets that never opened have no parent. Without an event loop nothing is deleted later, and every change of
        # theme would dress all that ever lived.
        for widget in set(QApplication.topLevelWidgets()) - self._of_others:
            widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.station.close()

    def sign_in(self) -> None:
        self.click(f"sign_in_person_{self.station.manager}")
        self.type("sign_in_pin", "3690")
        self.click("sign_in_go")

    # --- hands -------------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Any:
        QCoreApplication.sendPostedEvents()  # What was just laid out is shown by one.
        found = [
            widget for widget in self.window.findChildren(QWidget, name) if widget.isVisibleTo(self.window)
        ]
        assert len(found) == 1, f"{len(found)} visible widgets are called {name}"
        return found[0]

    def shows(self, name: str) -> bool:
        QCoreApplication.sendPostedEvents()
        return any(widget.isVisible() for widget in self.window.findChildren(QWidget, name))

    def click(self, name: str) -> None:
        widget = self.find(name)
        assert widget.isEnabled(), f"{name} is disabled: {widget.toolTip()}"
        if isinstance(widget, QAbstractButton):
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())

    def type(self, name: str, text: str) -> None:
        field = self.find(name)
        assert isinstance(field, QLineEdit)
        field.clear()
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            committed = QInputMethodEvent()  # as a Chinese input method hands it over
            committed.setCommitString(text)
            QCoreApplication.sendEvent(field, committed)

    def text(self, name: str) -> str:
        widget = self.find(name)
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            return widget.text()
        return "\n".join(label.text() for label in widget.findChildren(QLabel))

    @property
    def notice(self) -> str:
        return self.notices.now.text if self.notices.now else ""

    # --- within ------------------------------------------------------------------------------------------------------

    def _presenters(self, folder: Path) -> Presenters:
        station, background, notices = self.station, Inline(self.notices.fault), self.notices
        reports = ReportDesk(
            station.work, station.totals, station.clock, PdfWriter(folder / "reports"), "昆明北站加油站"
        )
        # The desk's own: it owns no pumps.
        prices = PriceDesk(station.work, station.clock, station.ids, rules=self.price_rules)
        around = Surroundings(
            lambda: self.conditions, lambda: self.owner, paired=True, printer_set=True, gauge_set=True
        )
        desks = OverviewDesks(
            reports,
            prices,
            station.forecourt,
            station.orders,
            station.shifts,
            station.mailbox,
            station.helping,
            self.tanks.measuring,
        )
        approvals = Approvals(station.staff, background)
        return Presenters(
            SignInPresenter(station.staff, background, MAY_ENTER),
            approvals,
            OverviewPresenter(desks, around, station.clock, background, notices),
            PricesPresenter(
                prices,
                station.forecourt,
                station.staff,
                station.clock,
                background,
                notices=notices,
                approvals=approvals,
                reports=reports,
            ),
            SalesPresenter(
                station.sales,
                station.forecourt,
                station.receipts,
                station.staff,
                background,
                notices=notices,
                approvals=approvals,
            ),
            OrdersPresenter(station.orders, station.staff, background, notices),
            ShiftsPresenter(
                station.shifts, reports, station.staff, station.receipts, background, notices, approvals
            ),
            ReconciliationPresenter(
                ReconciliationDesk(station.work, station.clock, station.ids),
                station.staff,
                background,
                notices,
            ),
            ProductsPresenter(station.products, station.ids, background, notices),
            OffersPresenter(
                station.offers, prices, station.staff, station.clock, background, notices, approvals
            ),
            AccountsPresenter(station.accounts, station.clock, background, notices, reports),
            StaffPresenter(station.staff, station.roles, background, notices),
            HistoryPresenter(
                HistoryDesk(station.work),
                JournalDesk(station.work, station.totals),
                station.clock,
                background,
                notices,
            ),
            ConnectionsPresenter(station.mailbox, station.receipts, background, self.notices),
            TanksPresenter(self.tanks, station.staff, station.clock, background, notices, approvals, reports),
        )
