"""Refunds and account customers, as use cases load and save them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.account import Account, AccountEntry, Statement
from core.domain.ids import AccountId, PaymentId, RefundId, SaleId, ShiftId
from core.domain.refund import Refund, RefundLeg
from core.domain.sale import Sale


class Refunds(Protocol):
    """Refunds with their lines and legs."""

    def add(self, refund: Refund, sale: Sale) -> None:
        """Write a new refund of this sale down, with its sums.

        Whatever the use case decided, the database takes no more back of a line than was sold and gives no more to a
        payment than it brought: that is its integrity error, a mistake in the program.
        """
        ...

    def save_leg(self, leg: RefundLeg) -> None:
        """A leg came to an end: bring it up to date, and the sums of the shift in which its money moved."""
        ...

    def get(self, refund: RefundId) -> Refund:
        """Raises RefundNotFound."""
        ...

    def by_number(self, number: str) -> Refund:
        """Raises RefundNotFound."""
        ...

    def of_leg(self, leg: PaymentId) -> Refund:
        """The refund that this leg belongs to. Raises RefundNotFound."""
        ...

    def of_sale(self, sale: SaleId) -> Sequence[Refund]:
        """All of this sale, in the order of their numbers."""
        ...

    def unsettled(self) -> Sequence[Refund]:
        """Those with a leg that is pending or was refused, oldest first."""
        ...

    def recent(self, limit: int) -> Sequence[Refund]:
        """The last ones, newest first."""
        ...

    def next_number(self, moment: datetime) -> str:
        """The next gap-free number of the local day, "T20261122-0003"; used up only if this transaction commits."""
        ...


class Accounts(Protocol):
    """Account customers and what they owe."""

    def get(self, account: AccountId) -> Account:
        """Raises AccountNotFound."""
        ...

    def all(self) -> Sequence[Account]:
        """Every account, closed ones last, by name."""
        ...

    def save(self, account: Account) -> None:
        """Insert or update name, plates, limit and whether it is open; never what is owed."""
        ...

    def enter(self, account: Account, entry: AccountEntry) -> None:
        """Write an entry down, and what the account owes after it."""
        ...

    def next_number(self, account: AccountId) -> int:
        """The next number of the account's entries."""
        ...

    def entries(self, account: AccountId, start: datetime, end: datetime) -> Sequence[AccountEntry]:
        """The account's entries of a stretch of time, in order."""
        ...

    def statement(self, account: AccountId, start: datetime, end: datetime) -> Statement:
        """The same with what was owed before and after them. Raises AccountNotFound."""
        ...

    def settled(self, entry: AccountEntry, shift: ShiftId) -> None:
        """Count a settlement in the sums of its shift."""
        ...
