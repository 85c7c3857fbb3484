"""One with, one transaction; publishes recorded events after the commit."""

import logging
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from core.domain.events import Event
from core.domain.ids import StaffId
from core.domain.journal import JournalHead
from core.domain.staff import Permission
from core.persistence.database import Database
from core.persistence.pins import content_of
from core.persistence.repositories.accounts import SqlAccounts
from core.persistence.repositories.catalogue import SqlCatalogue
from core.persistence.repositories.coupon_uses import SqlCouponUses
from core.persistence.repositories.event_log import Made, SqlEventLog
from core.persistence.repositories.forecourt import SqlAuthorisations, SqlFills, SqlForecourt
from core.persistence.repositories.journal import SqlJournal
from core.persistence.repositories.mailbox import SqlMessageLog
from core.persistence.repositories.offers import SqlOffers
from core.persistence.repositories.orders import SqlOrders
from core.persistence.repositories.people import SqlStaff
from core.persistence.repositories.points_uses import SqlPointsUses
from core.persistence.repositories.prepays import SqlPrepays
from core.persistence.repositories.prices import SqlPrices
from core.persistence.repositories.printing import SqlPrinting
from core.persistence.repositories.refunds import SqlRefunds
from core.persistence.repositories.rights import SqlRights, SqlRoles
from core.persistence.repositories.sales import SqlReceipts, SqlSales
from core.persistence.repositories.shift_reports import SqlShiftReports
from core.persistence.repositories.shifts import SqlCashBook, SqlShifts
from core.persistence.repositories.sums import Sums
from core.persistence.transaction import Transaction
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.journal import Journal
from core.ports.money import Accounts, Refunds
from core.ports.offers import Offers, PointsUses
from core.ports.people import Rights, Roles, Staff
from core.ports.prepays import Prepays
from core.ports.repositories import (
    Authorisations,
    Catalogue,
    CouponUses,
    EventLog,
    Fills,
    Forecourt,
    MessageLog,
    Orders,
    Prices,
    Printing,
    Receipts,
    Sales,
)
from core.ports.shifts import CashBook, ShiftReports, Shifts

Recorded = tuple[int, str, Event]
_log = logging.getLogger(__name__)


class SqlWork:
    """Port Work, on one transaction."""

    def __init__(  # noqa: PLR0917 - built in one place
        self,
        transaction: Transaction,
        program: str,
        clock: Clock,
        identity: Identity,
        station: ZoneInfo,
        printer: str = "",
        second_person: AbstractSet[Permission] = frozenset(),
    ) -> None:
        sums = Sums(transaction, station)
        self._log = SqlEventLog(transaction)
        self._program = program
        self._clock = clock
        self._identity = identity
        self.sales: Sales = SqlSales(transaction, sums, station)
        self.coupon_uses: CouponUses = SqlCouponUses(transaction)
        self.points_uses: PointsUses = SqlPointsUses(transaction)
        self.offers: Offers = SqlOffers(transaction)
        self.refunds: Refunds = SqlRefunds(transaction, station)
        self.prepays: Prepays = SqlPrepays(transaction, station)
        self.accounts: Accounts = SqlAccounts(transaction, station)
        self.shifts: Shifts = SqlShifts(transaction)
        self.cash: CashBook = SqlCashBook(transaction)
        self.staff: Staff = SqlStaff(transaction)
        self.roles: Roles = SqlRoles(transaction)
        self.rights: Rights = SqlRights(transaction, self.staff, clock, second_person)
        self.catalogue: Catalogue = SqlCatalogue(transaction)
        self.forecourt: Forecourt = SqlForecourt(transaction)
        self.authorisations: Authorisations = SqlAuthorisations(transaction)
        self.fills: Fills = SqlFills(transaction)
        self.shift_reports: ShiftReports = SqlShiftReports(
            transaction,
            self.shifts,
            self.staff,
            self.sales,
            self.fills,
            self.cash,
            self.forecourt,
            self.prepays,
        )
        self.orders: Orders = SqlOrders(transaction, sums)
        self.prices: Prices = SqlPrices(transaction)
        self.receipts: Receipts = SqlReceipts(transaction)
        self.printing: Printing = SqlPrinting(transaction, printer, clock, identity, program)
        self.messages: MessageLog = SqlMessageLog(transaction)
        self.events: EventLog = self._log
        self.journal: Journal = SqlJournal(transaction, self._log.head, self)
        self.recorded: list[Recorded] = []
        self._unsealed: list[tuple[Event, Made]] = []

    def record(self, event: Event, *, actor: str = "", approver: StaffId | None = None) -> None:
        made = Made(self._identity(), self._program, self._clock.now(), actor, approver or "")
        self._unsealed.append((event, made))

    def seal(self) -> None:
        """Write the recorded events into the journal: last of all, so that what they pin down is final."""
        unsealed, self._unsealed = self._unsealed, []
        for event, made in unsealed:
            number = self._log.append(event, made, content_of(self, event))
            self.recorded.append((number, self._program, event))

    def journal_head(self) -> JournalHead:
        self.seal()
        return self._log.head()


class UnitsOfWork:
    """Port UnitOfWork.

    `program` is the name under which events are recorded, `station` the zone whose clock the station goes by, `printer`
    the queue of the printer that prints for this program, or empty. What is in `second_person` nobody does alone.
    `on_commit` hears of a transaction's events once they are safe, on the thread that recorded them and with no lock
    held; when it fails, that is logged and the transaction stands.
    """

    def __init__(  # noqa: PLR0917 - a station has these six and they are named where it is built
        self,
        database: Database,
        program: str,
        clock: Clock,
        identity: Identity,
        on_commit: Callable[[Sequence[Recorded]], None],
        station: ZoneInfo,
        *,
        printer: str = "printer",
        second_person: AbstractSet[Permission] = frozenset(),
    ) -> None:
        self._database = database
        self._program = program
        self._clock = clock
        self._identity = identity
        self._on_commit = on_commit
        self._station = station
        self._printer = printer
        self._second_person = second_person

    @contextmanager
    def __call__(self) -> Iterator[SqlWork]:
        with self._database.writing() as transaction:
            work = self._on(transaction)
            yield work
            work.seal()
        if work.recorded:
            self._publish(work.recorded)

    @contextmanager
    def reading(self) -> Iterator[SqlWork]:
        with self._database.reading() as transaction:
            work = self._on(transaction)
            yield work
            work.seal()

    def _on(self, transaction: Transaction) -> SqlWork:
        return SqlWork(
            transaction,
            self._program,
            self._clock,
            self._identity,
            self._station,
            self._printer,
            self._second_person,
        )

    def _publish(self, recorded: Sequence[Recorded]) -> None:
        try:
            self._on_commit(recorded)
        except Exception:  # noqa: BLE001 - the commit is done: whatever ails a listener must not look like a failed sale
            _log.exception(
                "a listener failed after the commit of events %s", [number for number, _, _ in recorded]
            )
