"""The services on a real database and in-memory outsides, joined as core.station joins them but on one thread."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.counter import CounterWhy
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.events.event import Event
from core.domain.events.orders import OrderMoved
from core.domain.events.prepays import PrepayMoved, PrepayPaid
from core.domain.events.pumps import PumpAuthorisationRequested, PumpsReleased, PumpStopRequested
from core.domain.faults import Fault
from core.domain.fill import Fill
from core.domain.ids import (
    AuthorisationId,
    GoodsId,
    NozzleNumber,
    OrderId,
    PrepayId,
    PumpNumber,
    SaleId,
    StationId,
)
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.price_view import PriceRules
from core.domain.product import G92, G95, FuelGrade, Goods
from core.domain.pump import EndedFill, Nozzle, Preset, PresetKind, Pump, PumpReading
from core.domain.sale import Sale
from core.domain.staff import FIRST_ROLES, Permission, Role, StaffMember
from core.domain.station_order import OrderRules, ServiceState
from core.persistence.database import Database
from core.persistence.totals import SqlTotals
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.protocol.codec import wrap
from core.protocol.from_cloud import OrderPlaced
from core.services.accounts.desk import AccountDesk
from core.services.cash import CashDesk
from core.services.directory import DirectoryDesk, StationFacts
from core.services.forecourt.desk import ForecourtDesk
from core.services.forecourt.fills import FillDesk
from core.services.forecourt.manual import ManualDesk
from core.services.forecourt.missing import MissingDesk
from core.services.helping import HelpDesk
from core.services.mailbox import MailboxDesk
from core.services.offers import OfferDesk
from core.services.opening import OpeningDesk, PlannedPerson, StationPlan
from core.services.orders.desk import OrderDesk
from core.services.payments.desk import PaymentDesk
from core.services.prepays import PrepayDesk
from core.services.prices.desk import PriceDesk
from core.services.products import ProductDesk
from core.services.receipts.desk import ReceiptDesk
from core.services.refunds.desk import RefundDesk
from core.services.roles import RoleDesk
from core.services.sales.desk import SaleDesk
from core.services.shifts.desk import ShiftDesk
from core.services.staff import StaffDesk
from core.simulated.clock import HandClock
from core.simulated.coupon_desk import MemoryCouponDesk
from core.simulated.forecourt import MemoryForecourt
from core.simulated.identity import CountingIds
from core.simulated.mailbox import MemoryMailbox, MemoryOrderDesk
from core.simulated.member_desk import MemoryMemberDesk
from core.simulated.payment_gateway import MemoryPaymentGateway
from core.simulated.printer import MemoryPrinter
from core.wording.formats import STATION_ZONE

PUMP_1, PUMP_2 = PumpNumber(1), PumpNumber(2)
NOZZLE_1, NOZZLE_2 = NozzleNumber(1), NozzleNumber(2)
WATER = "6901234500018"
WECHAT_CODE = "134567890123456789"
COUPON = "YZ23456789AB"
FLOAT = Money(50_000)
STATION = StationId("a" * 32)


class SmallStation:
    """Everything within reach of a test; `restart()` is what a power cut leaves."""

    def __init__(self, place: Path | str) -> None:
        """In a file that does not exist yet, or at the URL of a database where `lay_out` was called."""
        if isinstance(place, Path):
            shutil.copy(_laid_out(), place)
            place = f"sqlite:///{place}"
        self.url = place
        self.clock = HandClock()
        self.ids = CountingIds(1_000)
        prices = {
            PUMP_1: {NOZZLE_1: UnitPrice(7_810), NOZZLE_2: UnitPrice(8_320)},
            PUMP_2: {NOZZLE_1: UnitPrice(7_810)},
        }
        self.pumps = MemoryForecourt(self.clock, prices)
        self.printer = MemoryPrinter()
        self.gateway = MemoryPaymentGateway()
        self.coupon_desk = MemoryCouponDesk()
        self.member_desk = MemoryMemberDesk()
        self.cloud_mailbox = MemoryMailbox()
        self.order_desk = MemoryOrderDesk()
        self.events: list[Event] = []
        self.second_person: set[Permission] = set()
        self.order_rules = OrderRules()
        self.price_rules = PriceRules()
        self.releases = True  # or the power is cut before a paid prepay's pump is asked
        self._build()
        self._begin()

    def restart(self) -> None:
        """The till lost power and is started again; the outside went on."""
        self.pumps.stop()
        self.database.close()
        self._build()
        self._begin()

    def close(self) -> None:
        self.database.close()

    def _build(self) -> None:
        self.database = Database.open(self.url)
        self.work = UnitsOfWork(
            self.database,
            "test",
            self.clock,
            self.ids,
            self._heard,
            STATION_ZONE,
            second_person=self.second_person,
        )
        self.totals = SqlTotals(self.database)
        self.staff = StaffDesk(self.work, self.clock, self.ids)
        self.roles = RoleDesk(self.work, self.ids)
        self.shifts = ShiftDesk(self.work, self.clock, self.ids)
        self.cash = CashDesk(self.work, self.clock, self.ids)
        self.sales = SaleDesk(
            self.work,
            self.clock,
            self.ids,
            self.coupon_desk,
            STATION,
            self.member_desk,
            self.member_desk,
            place="pos-1",
            zone=STATION_ZONE,
        )
        self.offers = OfferDesk(self.work, self.clock, self.ids)
        self.payments = PaymentDesk(self.work, self.clock, self.ids, self.gateway)
        self.refunds = RefundDesk(self.work, self.clock, self.ids, self.gateway)
        self.accounts = AccountDesk(self.work, self.clock, self.ids)
        self.receipts = ReceiptDesk(self.work, self.printer, "昆明北站加油站", "北京路 988 号")
        self.forecourt = ForecourtDesk(self.work, self.clock, self.ids, self.pumps)
        self.prepays = PrepayDesk(self.work, self.clock, self.ids)
        self.fills = FillDesk(self.work, self.clock, self.ids, STATION_ZONE)
        self.missing = MissingDesk(self.work, self.clock, self.ids)
        self.manual = ManualDesk(self.work, self.clock, self.ids)
        self.orders = OrderDesk(self.work, self.clock, self.ids, self.order_desk, self.order_rules)
        self.helping = HelpDesk(self.work, self.clock, self.ids)
        self.prices = PriceDesk(self.work, self.clock, self.ids, self.pumps, self.price_rules)
        self.products = ProductDesk(self.work)
        self.mailbox = MailboxDesk(
            self.work,
            self.cloud_mailbox,
            self.orders.takers,
            DirectoryDesk(
                self.work, self.clock, self.ids, StationFacts("昆明北站", "北京路1号", 25.05, 102.72)
            ).describe_with,
        )

    def _begin(self) -> None:
        self.sales.recover()
        self.forecourt.take_over()
        self.pumps.start(self)
        self.forecourt.reconcile()
        self.forecourt.heal(CounterWhy.START)
        self.prepays.recover()
        people = {member.role: member for member in self.staff.people()}
        self.cashier, self.attendant, self.manager = (people[role].id for role in FIRST_ROLES)
        self.people: dict[Role, StaffMember] = people

    # --- what core.station does with events and readings -----------------------------------------------------------------

    def _heard(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        for _number, _program, event in recorded:
            self.events.append(event)
            if isinstance(event, PumpAuthorisationRequested):
                self.forecourt.carry_out(AuthorisationId(event.authorisation))
            if isinstance(event, PumpsReleased):
                self.forecourt.carry_out_release()
            if isinstance(event, PumpStopRequested):
                with suppress(Fault):  # written down; whoever asks again finds it
                    self.forecourt.carry_out_stop(PumpNumber(event.pump), only_promise=event.only_promise)
            if isinstance(event, OrderMoved) and event.state == ServiceState.PLATE_CHECKED:
                self.orders.turning.go_on(OrderId(event.order))
            if isinstance(event, PrepayPaid | PrepayMoved) and self.releases:
                self.prepays.release_by_itself(PrepayId(event.prepay))

    def read(self, reading: PumpReading) -> None:
        self.forecourt.record_reading(reading)

    def ended(self, fill: EndedFill) -> None:
        self.forecourt.record_ended(fill)
        self.forecourt.close_ended(fill)

    def ended_again(self, fill: EndedFill) -> None:
        """A record that comes late, or once more; the controller has closed it long ago."""
        self.forecourt.record_ended(fill)

    def line(self, up: bool, why: str) -> None:
        if up:
            self.forecourt.reconcile()
            self.forecourt.heal(CounterWhy.RECONNECT)

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        self.forecourt.record_counted(pump, nozzle, totals, CounterWhy(why))

    def set_up(self, setup: ControllerSetup) -> None:
        """Nothing here compares how the controller is set up."""

    # --- what tests do often ---------------------------------------------------------------------------------------------

    def open_shift(self) -> None:
        self.shifts.open(FLOAT, self.cashier)

    def a_fill(self, pump: PumpNumber = PUMP_1, yuan: int = 200) -> Fill:
        """A customer fills for this much after the cashier released the pump."""
        self.forecourt.request(pump, NOZZLE_1, Preset(PresetKind.FULL), self.cashier)
        self.pumps.finish(pump, NOZZLE_1, Money(yuan * 100))
        return self.forecourt.unpaid()[-1]

    def a_bill(self, *fills: Fill, pieces: int = 0) -> Sale:
        sale = self.sales.open(self.cashier)
        for fill in fills:
            sale = self.sales.add_fill(sale.id, fill.id, self.cashier)
        return self.sales.add_goods(sale.id, WATER, pieces, self.cashier) if pieces else sale

    def issue_coupon(self, code: str = COUPON, off_yuan: int = 8, threshold_yuan: int = 100) -> None:
        terms = CouponTerms(
            CouponKind.AMOUNT_OFF,
            valid_from=self.clock.now().replace(year=2026, month=1),
            valid_until=self.clock.now().replace(year=2027, month=1),
            off=Money(off_yuan * 100),
            threshold=Money(threshold_yuan * 100),
        )
        self.coupon_desk.issue(code, "店庆满100减8", terms)

    def an_order(
        self, *, amount_fen: int = 20_000, discount_fen: int = 1_500, pump: PumpNumber = PUMP_2
    ) -> OrderId:
        """A paid order arrives from the cloud."""
        order = OrderId(self.ids())
        placed = OrderPlaced(
            order_id=order,
            code="384756",
            pump=pump,
            nozzle=1,
            grade=G92,
            price_li=7_810,
            by="amount",
            amount_fen=amount_fen,
            discount_fen=discount_fen,
            paid_fen=amount_fen - discount_fen,
            plate="云A12345",
            driver_phone_masked="138****1234",
            paid_at=self.clock.now(),
        )
        self.cloud_mailbox.put(wrap(placed, self.ids(), self.clock.now()))
        self.mailbox.fetch()
        return order

    def sale(self, sale: SaleId) -> Sale:
        return self.sales.get(sale)


@cache
def _laid_out() -> Path:
    """A laid out station's file, made once a run: migrations and PIN hashes take their time."""
    folder = Path(tempfile.mkdtemp(prefix="small-station-"))
    atexit.register(shutil.rmtree, folder)
    lay_out(f"sqlite:///{folder / 'station.db'}")
    return folder / "station.db"


def lay_out(url: str) -> None:
    """Make the small station's tables and rows in an empty database."""
    upgrade(url)
    database = Database.open(url)
    clock, ids = HandClock(), CountingIds()
    work = UnitsOfWork(database, "test", clock, ids, lambda _recorded: None, STATION_ZONE)
    OpeningDesk(work, clock, ids).lay_out(_plan())
    database.close()


def _plan() -> StationPlan:
    return StationPlan(
        grades=(FuelGrade(G92, 1), FuelGrade(G95, 2)),
        pumps=(
            Pump(PUMP_1, (Nozzle(PUMP_1, NOZZLE_1, G92), Nozzle(PUMP_1, NOZZLE_2, G95))),
            Pump(PUMP_2, (Nozzle(PUMP_2, NOZZLE_1, G92),)),
        ),
        prices=((G92, UnitPrice(7_810)), (G95, UnitPrice(8_320))),
        goods=(Goods(GoodsId("1" * 32), WATER, "玻璃水 2L", Money(1_500), 48),),
        people=(
            PlannedPerson("李敏", Role.CASHIER, "2580"),
            PlannedPerson("王强", Role.ATTENDANT, "1470"),
            PlannedPerson("赵建国", Role.MANAGER, "3690"),
        ),
    )
