"""Account customers: who buys on credit, up to which limit, and every entry of what they owe."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from core.domain.ids import AccountEntryId, AccountId, PaymentId, RefundId, SaleId, ShiftId, StaffId
from core.domain.money import ZERO, Money, total
from core.domain.payment import Tender
from core.domain.plate import plate_of
from core.domain.refusals.accounts import (
    AccountIsClosed,
    AccountLimitReached,
    AccountNameUnfit,
    AccountOwesLess,
    AccountOwesMore,
    PlateNotOnAccount,
)
from core.domain.refusals.typed import AmountUnfit

MOST_CREDIT = Money(1_000_000_000)
# How an account customer may settle: what lies in the drawer or comes by the bank.
SETTLED_BY = (Tender.CASH, Tender.BANK_CARD)


@dataclass(frozen=True, slots=True)
class Account:
    """One account customer. `owed` is the sum of its entries; less than zero is money in the customer's favour."""

    id: AccountId
    name: str
    plates: tuple[str, ...] = ()
    limit: Money = ZERO
    owed: Money = ZERO
    active: bool = True

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= 60:
            raise AccountNameUnfit
        if not ZERO <= self.limit <= MOST_CREDIT:
            raise AmountUnfit(self.limit.fen)
        if self.owed > self.limit:
            raise AccountOwesMore(self.owed.fen)

    @property
    def left(self) -> Money:
        """What can still be bought on credit."""
        return max(ZERO, self.limit - self.owed)

    def charged(self, amount: Money, plate: str) -> "Account":
        """The account owing more. An account that names its plates sells to these only.

        Raises AccountIsClosed, PlateNotOnAccount, AccountLimitReached, AmountUnfit.
        """
        if not self.active:
            raise AccountIsClosed(self.name)
        if amount <= ZERO:
            raise AmountUnfit(amount.fen)
        if self.plates and (not plate.strip() or plate_of(plate) not in self.plates):
            raise PlateNotOnAccount(plate, self.name)
        if self.owed + amount > self.limit:
            raise AccountLimitReached(self.name, self.left.fen, amount.fen)
        return replace(self, owed=self.owed + amount)

    def given_back(self, amount: Money) -> "Account":
        """The account owing less because something it bought was refunded or taken back. Raises AmountUnfit."""
        if amount <= ZERO:
            raise AmountUnfit(amount.fen)
        return replace(self, owed=self.owed - amount)

    def settled(self, amount: Money) -> "Account":
        """The account after the customer paid. Raises AccountOwesLess, AmountUnfit."""
        if amount <= ZERO:
            raise AmountUnfit(amount.fen)
        if amount > self.owed:
            raise AccountOwesLess(self.owed.fen, amount.fen)
        return replace(self, owed=self.owed - amount)


class EntryKind(StrEnum):
    """Why an account's debt changed."""

    CHARGE = "charge"
    TAKEN_BACK = "taken_back"
    REFUND = "refund"
    SETTLEMENT = "settlement"


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One entry of an account's book, never changed. `amount` is above zero; `debit` owes it to `credit`.

    The two sides are names of books: "account:<id>", "sales", "cash", "bank_card"; over all entries they are equal.
    """

    id: AccountEntryId
    account: AccountId
    number: int  # of this account, without gaps, from 1
    kind: EntryKind
    debit: str
    credit: str
    amount: Money
    owed: Money  # after this entry
    at: datetime
    by: StaffId
    shift: ShiftId | None = None
    sale: SaleId | None = None
    payment: PaymentId | None = None
    refund: RefundId | None = None
    plate: str = ""
    tender: Tender | None = None
    slip: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's entries of a stretch of time, with what was owed before and after it."""

    account: Account
    start: datetime
    end: datetime
    before: Money
    entries: tuple[AccountEntry, ...]

    @property
    def after(self) -> Money:
        """What was owed at the end."""
        return self.entries[-1].owed if self.entries else self.before

    def days(self, station: tzinfo) -> tuple[date, date]:
        """The first and the last day, by the station's calendar."""
        last = self.end - timedelta(microseconds=1)
        return self.start.astimezone(station).date(), last.astimezone(station).date()

    @property
    def bought(self) -> Money:
        """What was taken on credit."""
        return total(entry.amount for entry in self.entries if entry.kind is EntryKind.CHARGE)

    @property
    def paid(self) -> Money:
        """What the customer paid."""
        return total(entry.amount for entry in self.entries if entry.kind is EntryKind.SETTLEMENT)

    @property
    def given_back(self) -> Money:
        """What was refunded or taken back."""
        return self.before + self.bought - self.paid - self.after


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """A statement as it is handed over: whose it is, when it was written, and the numbers of the bills in it."""

    statement: Statement
    station: str
    printed_at: datetime
    bills: Mapping[SaleId, str]

    def number_of(self, entry: AccountEntry) -> str:
        """The bill's number, or the slip's by which it was paid."""
        return self.bills.get(entry.sale, "") if entry.sale is not None else entry.slip


def statement_subject(account: AccountId, start: datetime, end: datetime) -> str:
    """By which a statement's slip waits in the printer's queue: whose, and of which time."""
    return f"{account}:{start.timestamp():.0f}:{end.timestamp():.0f}"


def of_statement_subject(subject: str) -> tuple[AccountId, datetime, datetime]:
    """The same read back."""
    account, start, end = subject.split(":")
    return AccountId(account), datetime.fromtimestamp(int(start), UTC), datetime.fromtimestamp(int(end), UTC)


def account_entry(
    entry: AccountEntryId,
    before: Account,
    after: Account,
    kind: EntryKind,
    *,
    number: int,
    at: datetime,
    by: StaffId,
    tender: Tender | None = None,
) -> AccountEntry:
    """The entry that leads from one state of an account to the other; what else belongs to it is added by `replace`."""
    own = f"account:{before.id}"
    other = tender.value if kind is EntryKind.SETTLEMENT and tender else "sales"
    debit, credit = (own, other) if kind is EntryKind.CHARGE else (other, own)
    amount = after.owed - before.owed
    return AccountEntry(
        entry,
        before.id,
        number,
        kind,
        debit,
        credit,
        amount if kind is EntryKind.CHARGE else -amount,
        after.owed,
        at,
        by,
        tender=tender,
    )


def cleaned_plates(plates: tuple[str, ...]) -> tuple[str, ...]:
    """The plates in their one spelling, each once, in the order given. Raises PlateUnfit."""
    return tuple(dict.fromkeys(plate_of(plate) for plate in plates if plate.strip()))
