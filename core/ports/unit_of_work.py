"""One transaction: the repositories, record(event), commit at the end of with."""

from contextlib import AbstractContextManager
from typing import Protocol

from core.domain.events.event import Event
from core.domain.ids import StaffId
from core.domain.journal import JournalHead
from core.ports.counters import Counters, MissingFills
from core.ports.fill_steps import Debts, FillSteps
from core.ports.helping import HandedFills, HelpCalls
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


class Work(Protocol):
    """What a use case can do inside its transaction."""

    sales: Sales
    coupon_uses: CouponUses
    points_uses: PointsUses
    offers: Offers
    refunds: Refunds
    accounts: Accounts
    prepays: Prepays
    shifts: Shifts
    cash: CashBook
    shift_reports: ShiftReports
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

    def record(self, event: Event, *, actor: str = "", approver: StaffId | None = None) -> None:
        """Store the event in the journal with this commit; listeners hear of it after the commit.

        `actor` did it; `approver` is whoever with the right to it agreed on the spot, where the actor had none. The
        journal is written at the end of the transaction, so what an event pins down may be saved before or after this.
        """
        ...

    def journal_head(self) -> JournalHead:
        """The journal's last row with all that was recorded so far. What is recorded must be saved by then."""
        ...


class UnitOfWork(Protocol):
    """`with self._work() as work:` leaving normally commits, an exception rolls back."""

    def __call__(self) -> AbstractContextManager[Work]:
        """Open a transaction that holds the write lock."""
        ...

    def reading(self) -> AbstractContextManager[Work]:
        """Open a read-only look at one moment; takes no write lock."""
        ...
