"""One with, one transaction; publishes recorded events after the commit."""

import logging
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.events.event import Event
from core.domain.ids import StaffId
from core.domain.journal import JournalHead
from core.domain.staff import Permission
from core.persistence.database import Database
from core.persistence.pins import content_of
from core.persistence.repositories.accounts import SqlAccounts
from core.persistence.repositories.catalogue import SqlCatalogue
from core.persistence.repositories.counters import SqlCounters, SqlMissingFills
from core.persistence.repositories.coupon_uses import SqlCouponUses
from core.persistence.repositories.event_log import Made, SqlEventLog
from core.persistence.repositories.fill_steps import SqlDebts, SqlFillSteps
from core.persistence.repositories.forecourt import SqlAuthorisations, SqlFills, SqlForecourt
from core.persistence.repositories.helping import SqlHandedFills, SqlHelpCalls
from core.persistence.repositories.journal import SqlJournal
from core.persistence.repositories.mailbox import SqlMessageLog
from core.persistence.repositories.offers import SqlOffers
from core.persistence.repositories.orders import SqlOrders
from core.persistence.repositories.people import SqlStaff
from core.persistence.repositories.points_uses import SqlPointsUses
from core.persistence.repositories.prepays import SqlPrepays
from core.persistence.repositories.prices import SqlPrices
from core.persistence.repositories.printing import SqlPrinting
from core.persistence.repositories.reconciliation import SqlCases
from core.persistence.repositories.refunds import SqlRefunds
from core.persistence.repositories.rights import SqlRights, SqlRoles
from core.persistence.repositories.sales import SqlReceipts, SqlSales
from core.persistence.repositories.shift_reports import SqlShiftReports
from core.persistence.repositories.shifts import SqlCashBook, SqlShifts
from core.persistence.repositories.sums import Sums
from core.persistence.repositories.tanks import SqlTanks
from core.persistence.transaction import Transaction
from core.ports.clock import Clock
from core.ports.counters import Counters, MissingFills
from core.ports.fill_steps import Debts, FillSteps
from core.ports.helping import HandedFills, HelpCalls
from core.ports.identity import Identity
from core.ports.journal import Journal
from core.ports.money import Accounts, Refunds
from core.ports.offers import Offers, PointsUses
from core.ports.people import Rights, Roles, Staff
from core.ports.prepays import Prepays
from core.ports.reconciliation import Cases
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
from core.ports.tanks import Tanks

Recorded = tuple[int, str, Event]
_log = logging.getLogger(__name__)


class SqlWork:
    """Port Work, on one transaction. A repository is made when it is first asked for: a use case needs a few of them."""

    sales: Sales
    coupon_uses: CouponUses
    points_uses: PointsUses
    offers: Offers
    refunds: Refunds
    prepays: Prepays
    accounts: Accounts
    shifts: Shifts
    cash: CashBook
    staff: Staff
    roles: Roles
    rights: Rights
    catalogue: Catalogue
    forecourt: Forecourt
    authorisations: Authorisations
    fills: Fills
    fill_steps: FillSteps
    debts: Debts
    counters: Counters
    missing_fills: MissingFills
    shift_reports: ShiftReports
    orders: Orders
    help_calls: HelpCalls
    handed_fills: HandedFills
    prices: Prices
    tanks: Tanks
    cases: Cases
    receipts: Receipts
    printing: Printing
    messages: MessageLog
    events: EventLog
    journal: Journal

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
        self.transaction = transaction
        self.program = program
        self.clock = clock
        self.identity = identity
        self.station = station
        self.printer = printer
        self.second_person = second_person
        self.log = SqlEventLog(transaction)
        self.recorded: list[Recorded] = []
        self._unsealed: list[tuple[Event, Made]] = []

    def __getattr__(self, name: str) -> Any:
        make = _REPOSITORIES.get(name)
        if make is None:
            raise AttributeError(name)
        made = make(self)
        setattr(self, name, made)
        return made

    def begin_anew(self) -> None:
        """Another transaction begins; what was recorded in the one before is that one's."""
        self.recorded = []
        self._unsealed = []

    def record(self, event: Event, *, actor: str = "", approver: StaffId | None = None) -> None:
        made = Made(self.identity(), self.program, self.clock.now(), actor, approver or "")
        self._unsealed.append((event, made))

    def seal(self) -> None:
        """Write the recorded events into the journal: last of all, so that what they pin down is final."""
        unsealed, self._unsealed = self._unsealed, []
        for event, made in unsealed:
            number = self.log.append(event, made, content_of(self, event))
            self.recorded.append((number, self.program, event))

    def journal_head(self) -> JournalHead:
        self.seal()
        return self.log.head()


_REPOSITORIES: Mapping[str, Callable[[SqlWork], Any]] = {
    "sums": lambda work: Sums(work.transaction, work.station),
    "sales": lambda work: SqlSales(work.transaction, work.sums, work.station),
    "coupon_uses": lambda work: SqlCouponUses(work.transaction),
    "points_uses": lambda work: SqlPointsUses(work.transaction),
    "offers": lambda work: SqlOffers(work.transaction),
    "refunds": lambda work: SqlRefunds(work.transaction, work.station),
    "prepays": lambda work: SqlPrepays(work.transaction, work.station),
    "accounts": lambda work: SqlAccounts(work.transaction, work.station),
    "shifts": lambda work: SqlShifts(work.transaction),
    "cash": lambda work: SqlCashBook(work.transaction),
    "staff": lambda work: SqlStaff(work.transaction),
    "roles": lambda work: SqlRoles(work.transaction),
    "rights": lambda work: SqlRights(work.transaction, work.staff, work.clock, work.second_person),
    "catalogue": lambda work: SqlCatalogue(work.transaction),
    "forecourt": lambda work: SqlForecourt(work.transaction),
    "authorisations": lambda work: SqlAuthorisations(work.transaction),
    "fills": lambda work: SqlFills(work.transaction),
    "shift_reports": lambda work: SqlShiftReports(
        work.transaction,
        work.shifts,
        work.staff,
        work.sales,
        work.fills,
        work.cash,
        work.forecourt,
        work.prepays,
    ),
    "fill_steps": lambda work: SqlFillSteps(work.transaction),
    "debts": lambda work: SqlDebts(work.transaction),
    "counters": lambda work: SqlCounters(work.transaction),
    "missing_fills": lambda work: SqlMissingFills(work.transaction),
    "orders": lambda work: SqlOrders(work.transaction, work.sums),
    "help_calls": lambda work: SqlHelpCalls(work.transaction),
    "handed_fills": lambda work: SqlHandedFills(work.transaction),
    "prices": lambda work: SqlPrices(work.transaction),
    "tanks": lambda work: SqlTanks(work.transaction),
    "cases": lambda work: SqlCases(work.transaction),
    "receipts": lambda work: SqlReceipts(work.transaction),
    "printing": lambda work: SqlPrinting(
        work.transaction, work.printer, work.clock, work.identity, work.program
    ),
    "messages": lambda work: SqlMessageLog(work.transaction),
    "events": lambda work: work.log,
    "journal": lambda work: SqlJournal(work.transaction, work.log.head, work),
}


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
        self._writing: SqlWork | None = None

    def __call__(self) -> AbstractContextManager[SqlWork]:
        return _Written(self, self._database)

    def reading(self) -> AbstractContextManager[SqlWork]:
        return _Read(self, self._database.reading())

    def writing_on(self, transaction: Transaction) -> SqlWork:
        """There is one writer at a time, and his work with its repositories is kept as long as his connection."""
        known = self._writing
        if known is not None and known.transaction is transaction:
            known.begin_anew()
        else:
            known = self._writing = self.reading_on(transaction)
        return known

    def reading_on(self, transaction: Transaction) -> SqlWork:
        return SqlWork(
            transaction,
            self._program,
            self._clock,
            self._identity,
            self._station,
            self._printer,
            self._second_person,
        )

    def publish(self, recorded: Sequence[Recorded]) -> None:
        try:
            self._on_commit(recorded)
        except Exception:  # noqa: BLE001 - the commit is done: whatever ails a listener must not look like a failed sale
            _log.exception(
                "a listener failed after the commit of events %s", [number for number, _, _ in recorded]
            )


class _Read:
    """One `with` on one transaction: a plain class, as a generator would cost every transaction more than its BEGIN."""

    def __init__(self, units: UnitsOfWork, transaction: AbstractContextManager[Transaction]) -> None:
        self._units = units
        self._transaction = transaction
        self._work: SqlWork

    def __enter__(self) -> SqlWork:
        self._work = self._units.reading_on(self._transaction.__enter__())
        return self._work

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                self._work.seal()
            except BaseException as failed:
                self._transaction.__exit__(type(failed), failed, failed.__traceback__)
                raise
        self._transaction.__exit__(kind, error, trace)


class _Written:
    """What was recorded is told to the listeners once it is safe."""

    def __init__(self, units: UnitsOfWork, database: Database) -> None:
        self._units = units
        self._database = database

    def __enter__(self) -> SqlWork:
        self._work = self._units.writing_on(self._database.begin())
        return self._work

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        work = self._work
        if error is None:
            try:
                work.seal()
            except BaseException as failed:
                self._database.end(work.transaction, failed)
                raise
        self._database.end(work.transaction, error)
        if error is None and work.recorded:
            self._units.publish(work.recorded)
