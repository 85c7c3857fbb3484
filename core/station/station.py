"""Station: the built services, start() and stop()."""

from collections.abc import Callable
from dataclasses import dataclass

from core.ports.scanner import Scanner
from core.services.accounts.desk import AccountDesk
from core.services.cash import CashDesk
from core.services.directory import DirectoryDesk
from core.services.forecourt.desk import ForecourtDesk
from core.services.forecourt.fills import FillDesk
from core.services.forecourt.manual import ManualDesk
from core.services.forecourt.missing import MissingDesk
from core.services.helping import HelpDesk
from core.services.history import HistoryDesk
from core.services.journal import JournalDesk
from core.services.mailbox import MailboxDesk
from core.services.offers import OfferDesk
from core.services.orders.desk import OrderDesk
from core.services.payments.desk import PaymentDesk
from core.services.pole import PoleDesk
from core.services.prepays import PrepayDesk
from core.services.prices.desk import PriceDesk
from core.services.products import ProductDesk
from core.services.receipts.desk import ReceiptDesk
from core.services.refunds.desk import RefundDesk
from core.services.reports import ReportDesk
from core.services.roles import RoleDesk
from core.services.sales.desk import SaleDesk
from core.services.shifts.desk import ShiftDesk
from core.services.staff import StaffDesk
from core.services.tanks.desk import TankDesk
from core.services.tanks.reconciliation import ReconciliationDesk
from core.station.event_bus import EventBus
from core.station.health import Health
from core.station.live import LiveReadings
from core.station.settings import Settings
from core.station.workers import Workers


@dataclass(frozen=True, slots=True)
class Station:
    """This fuel station's program, built and running."""

    settings: Settings
    bus: EventBus
    live: LiveReadings
    health: Health
    workers: Workers
    staff: StaffDesk
    roles: RoleDesk
    shifts: ShiftDesk
    cash: CashDesk
    sales: SaleDesk
    payments: PaymentDesk
    refunds: RefundDesk
    accounts: AccountDesk
    receipts: ReceiptDesk
    forecourt: ForecourtDesk
    fills: FillDesk
    missing: MissingDesk
    manual: ManualDesk
    orders: OrderDesk
    helping: HelpDesk
    prepays: PrepayDesk
    prices: PriceDesk
    products: ProductDesk
    offers: OfferDesk
    reconciliation: ReconciliationDesk
    reports: ReportDesk
    mailbox: MailboxDesk
    history: HistoryDesk
    journal: JournalDesk
    directory: DirectoryDesk
    tanks: TankDesk
    pole: PoleDesk
    scanner: Scanner  # one with a cable of its own; the program that wants to hear it starts and stops it
    pumps_owner: Callable[[], str]  # the program that owns the pumps and the cloud link now; empty for none
    start: Callable[[], None]
    stop: Callable[[], None]
