"""A whole till over a real database: eight pumps, everything outside in memory, use cases run on the spot."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from core.domain.events.event import Event
from core.domain.events.sales import SaleCompleted
from core.domain.faults import Fault
from core.domain.ids import GoodsId, GradeCode, NozzleNumber, PumpNumber, SaleId, ShiftId, StaffId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95, G98, FuelGrade, Goods
from core.domain.pump import Nozzle, Pump, PumpReading, PumpState
from core.domain.staff import Role, StaffMember
from core.qt import theme
from core.qt.approval.presenter import Approvals
from core.qt.background import Inline
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices
from core.qt.sign_in.presenter import SignInPresenter, UnlockPresenter
from core.reports.pdf_writer import PdfWriter
from core.services.reports import ReportDesk
from core.simulated.forecourt import MemoryForecourt
from core.station.event_bus import EventBus
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.presenter import PaymentPresenter
from pos_app.cashier.receipts.presenter import ReceiptsPresenter
from pos_app.cashier.refund.presenter import RefundPresenter
from pos_app.cashier.shift.closing.presenter import ClosingDesks, ClosingPresenter
from pos_app.cashier.shift.drawer.presenter import DrawerPresenter
from pos_app.cashier.shift.presenter import ShiftPresenter
from pos_app.fills.presenter import FillsPresenter
from pos_app.hearing import listen
from pos_app.helping.presenter import HelpPresenter
from pos_app.orders.presenter import OrdersPresenter
from pos_app.prepays.presenter import PrepaysPresenter
from pos_app.presenters import Presenters
from pos_app.pumps.manual.presenter import ManualPresenter
from pos_app.pumps.presenter import PumpsPresenter
from pos_app.till import Till, allowed_at
from tests.services.small_station import SmallStation

PINS = {Role.CASHIER: "2580", Role.ATTENDANT: "1470", Role.MANAGER: "3690"}
_LI = {G92: 7_810, G95: 8_320, G98: 9_610, D0: 7_450}
_HOSES = ((G92, G95), (G92, G95), (G95, G98), (G92, G95), (D0,), (G95, G98), (G92,), (D0,))


class TillStation(SmallStation):
    """The small station with eight pumps and a bus that screens can listen to."""

    def __init__(self, file: Path) -> None:
        self.bus = EventBus()
        self.live: list[PumpReading] = []
        super().__init__(file)
        self.reports = PaperOnDisk(
            self.work, self.totals, self.clock, PdfWriter(file.parent), "昆明北站加油站"
        )
        self.reports.folder = file.parent / "reports"
        self._lay_out_eight()

    def hear_fills_and_print(self, event: Event) -> None:
        if isinstance(event, SaleCompleted):
            try:
                self.receipts.print_sale(SaleId(event.sale))
            except Fault:
                return  # Recorded; the screen hears of it by its event.

    def read(self, reading: PumpReading) -> None:
        super().read(reading)
        self.live.append(reading)
        for call in self.listeners:
            call(reading)

    def pump_shows(self, pump: int, state: PumpState, nozzle: int = 1, volume: int = 0, fen: int = 0) -> None:
        """What a pump's own display shows, as the controller would tell it."""
        number = PumpNumber(pump)
        self.clock.move(timedelta(seconds=2))
        self.read(
            PumpReading(
                number,
                state,
                self.clock.now(),
                NozzleNumber(nozzle),
                Litres(volume),
                Money(fen),
                UnitPrice(8_320),
            )
        )

    def add_goods(self, *goods: Goods) -> None:
        for each in goods:
            self.products.save(each, self.manager)

    def an_unreleased_fill(self, pump: int, fen: int, nozzle: int = 1) -> None:
        """A customer filled at a pump that needs no leave."""
        self.clock.move(timedelta(seconds=7))
        self.pumps.finish(PumpNumber(pump), NozzleNumber(nozzle), Money(fen))

    def _build(self) -> None:
        self.listeners: list = []
        super()._build()

    def _heard(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        super()._heard(recorded)
        for _number, _program, event in recorded:
            self.hear_fills_and_print(event)
            self.bus.publish(event)

    def _lay_out_eight(self) -> None:
        pumps = tuple(
            Pump(
                PumpNumber(number),
                tuple(
                    Nozzle(PumpNumber(number), NozzleNumber(place), grade)
                    for place, grade in enumerate(hoses, 1)
                ),
            )
            for number, hoses in enumerate(_HOSES, 1)
        )
        with self.work() as work:
            work.forecourt.lay_out([FuelGrade(grade, n) for n, grade in enumerate(_LI, 1)], pumps)
            for grade, li in _LI.items():
                work.prices.set_board(grade, UnitPrice(li), self.clock.now())
            for pump in pumps:
                for nozzle in pump.nozzles:
                    work.prices.set_nozzle_price(nozzle.id, UnitPrice(_LI[nozzle.grade]))
        self.pumps = MemoryForecourt(
            self.clock,
            {p.number: {n.number: UnitPrice(_LI[GradeCode(n.grade)]) for n in p.nozzles} for p in pumps},
        )
        self.forecourt = type(self.forecourt)(self.work, self.clock, self.ids, self.pumps)
        self.pumps.start(self)


class PaperOnDisk(ReportDesk):
    """The report desk, but that no PDF is drawn; the paper has tests of its own."""

    fault: Fault | None = None
    folder = Path()

    def shift_pdf(self, shift: ShiftId, by: StaffId) -> Path:
        if self.fault is not None:
            raise self.fault
        return self.folder / f"shift-{shift[-4:]}-{by[-4:]}.pdf"


class RunningTill:
    """A till on the screen, and the hands of whoever uses it."""

    def __init__(
        self,
        station: TillStation,
        application: QApplication,
        place: str = "counter",
        look: str = "light",
        size: tuple[int, int] = (1366, 768),
        lock_after_seconds: int = 0,
        forecourt_lock_after_seconds: int = 0,
    ) -> None:
        self.station = station
        self._of_others = set(QApplication.topLevelWidgets())
        scale = theme.scale_for(size[0])
        theme.wear(application, theme.load(look, scale), "pos")
        self.notices = Notices()
        run = Inline(self.notices.fault)
        self.approvals = Approvals(station.staff, run)
        self.presenters = Presenters(
            SignInPresenter(station.staff, run, allowed_at(place)),
            ShiftPresenter(station.shifts, station.staff, run),
            PumpsPresenter(station.forecourt, run, self.notices, station.manual),
            OrdersPresenter(station.orders, run, self.notices, station.clock),
            CounterPresenter(station.sales, run, self.notices, self.approvals),
            PaymentPresenter(
                station.payments,
                run,
                self.notices,
                station.clock,
                approvals=self.approvals,
                accounts=station.accounts,
            ),
            ReceiptsPresenter(station.receipts, station.sales, run, self.notices, self.approvals),
            self.approvals,
            UnlockPresenter(station.staff, run, allowed_at(place)),
            RefundPresenter(station.refunds, run, self.approvals),
            DrawerPresenter(station.cash, station.reports, run, self.approvals),
            ClosingPresenter(
                ClosingDesks(
                    station.shifts,
                    station.reports,
                    station.staff,
                    station.payments,
                    station.refunds,
                    station.receipts,
                    station.mailbox,
                ),
                run,
                self.approvals,
            ),
            PrepaysPresenter(station.prepays, station.refunds, run, self.notices, self.approvals),
            HelpPresenter(station.helping, run, self.notices, station.clock),
            ManualPresenter(station.manual, run, self.notices, self.approvals),
            FillsPresenter(
                station.fills,
                station.missing,
                station.forecourt,
                station.sales,
                run,
                self.notices,
                self.approvals,
            ),
        )
        self.till = Till(
            self.presenters,
            self.notices,
            station.clock,
            station="昆明北站加油站",
            place=place,
            lock_after_seconds=lock_after_seconds,
            forecourt_lock_after_seconds=forecourt_lock_after_seconds,
        )
        self.bridge = EventBridge(station.bus)
        listen(self.till, self.bridge)
        station.listeners.append(self.till.read)
        self.window = self.till.window
        self.window.resize(*size)
        self.window.show()
        self.till.start()
        self.is_open = True

    def stray_windows(self) -> list[QWidget]:
        """Windows besides the till's own that show: a part of a screen that nobody gave a parent opens as one."""
        tops = set(QApplication.topLevelWidgets()) - self._of_others
        return [
            each
            for each in tops
            if each.isVisible() and each is not self.window and each.windowType() is not Qt.WindowType.ToolTip
        ]

    def close(self) -> None:
        strays = self.stray_windows()
        assert not strays, [(each, each.objectName(), each.findChildren(QWidget)) for each in strays]
        self.is_open = False
        self.till.stop()
        self.bridge.close()
        self.window.close()
        # Sheets that never opened have no parent. Without an event loop nothing is deleted later, and every change of
        # theme would dress all that ever lived.
        for widget in set(QApplication.topLevelWidgets()) - self._of_others:
            widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def sign_in(self, role: Role = Role.CASHIER) -> None:
        person: StaffMember = self.station.people[role]
        self.press(f"sign_in_person_{person.id}")
        self.write("sign_in_pin", PINS[role])
        self.press("sign_in_go")

    def find(self, name: str) -> QWidget:
        QCoreApplication.sendPostedEvents()  # What a layout has just taken in becomes visible.
        found = [each for each in self.window.findChildren(QWidget, name) if each.isVisible()]
        assert len(found) == 1, f"{len(found)} visible widgets are called {name}"
        return found[0]

    def shows(self, name: str) -> bool:
        return any(each.isVisible() for each in self.window.findChildren(QWidget, name))

    def press(self, name: str) -> None:
        button = self.find(name)
        assert button.isEnabled(), f"{name} cannot be pressed: {button.toolTip()}"
        if isinstance(button, QPushButton):
            button.click()
        else:
            QTest.mouseClick(button, _LEFT)

    def write(self, name: str, text: str) -> None:
        field = self.find(name)
        field.clear()  # type: ignore[attr-defined]
        QTest.keyClicks(field, text)

    def read(self, name: str) -> str:
        return self.find(name).text()  # type: ignore[attr-defined]

    def reason(self, name: str) -> str:
        """Why the button cannot be pressed; empty when it can."""
        button = self.find(name)
        return "" if button.isEnabled() else button.toolTip() or "busy"


_LEFT = Qt.MouseButton.LeftButton
SOAP = Goods(GoodsId("2" * 32), "6901234500025", "洗手液 500mL", Money(1_990), 12)
