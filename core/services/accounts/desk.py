"""Keep account customers, show what they owe and why, take what they pay."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.account import (
    SETTLED_BY,
    Account,
    AccountEntry,
    EntryKind,
    Statement,
    account_entry,
    cleaned_plates,
)
from core.domain.card_numbers import refuse_card_number
from core.domain.cash import CashKind, CashMovement
from core.domain.events.accounts import AccountChanged, AccountSettled
from core.domain.events.shifts import CashMoved
from core.domain.ids import AccountEntryId, AccountId, ApprovalId, CashMovementId, StaffId
from core.domain.money import Money
from core.domain.payment import Tender, slip_number
from core.domain.refusals.payments import TenderUnfit
from core.domain.refusals.shifts import NoShiftOpen
from core.domain.shift import Shift
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork, Work


class AccountDesk:
    """Customers who buy on credit."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def all(self) -> Sequence[Account]:
        """Every account, closed ones last."""
        with self._work.reading() as work:
            return work.accounts.all()

    def open_ones(self, plate_or_name: str = "") -> Sequence[Account]:
        """Those that may buy, narrowed by a part of a name or plate."""
        asked = plate_or_name.strip().upper()
        with self._work.reading() as work:
            found = [account for account in work.accounts.all() if account.active]
        if not asked:
            return found
        return [
            account
            for account in found
            if asked in account.name.upper() or any(asked in plate for plate in account.plates)
        ]

    def open(self, name: str, plates: Sequence[str], limit: Money, by: StaffId) -> Account:
        """A new account customer. Raises AccountNameUnfit, PlateUnfit, AmountUnfit, NotAllowed."""
        account = Account(AccountId(self._ids()), _name(name), cleaned_plates(tuple(plates)), limit)
        with self._work() as work:
            self._save(work, account, by)
        return account

    def change(  # noqa: PLR0917 - what can be changed of an account
        self,
        account: AccountId,
        name: str,
        plates: Sequence[str],
        limit: Money,
        active: bool,
        by: StaffId,
    ) -> Account:
        """Another name, plates or limit; or closed for further credit. What is owed stays. Raises AccountOwesMore."""
        called, cars = _name(name), cleaned_plates(tuple(plates))
        with self._work() as work:
            known = work.accounts.get(account)
            changed = replace(known, name=called, plates=cars, limit=limit, active=active)
            self._save(work, changed, by)
        return changed

    def statement(self, account: AccountId, start: datetime, end: datetime, by: StaffId) -> Statement:
        """What was bought, refunded and paid in this time. Raises NotAllowed."""
        with self._work.reading() as work:
            who = work.staff.get(by)
            if not who.may(Permission.SEE_REPORTS):
                who.must(Permission.MANAGE_ACCOUNTS)
            return work.accounts.statement(account, start, end)

    def settle(
        self,
        account: AccountId,
        amount: Money,
        tender: Tender,
        by: StaffId,
        approval: ApprovalId | None = None,
        *,
        slip: str = "",
        note: str = "",
    ) -> AccountEntry:
        """The customer pays what is owed, or a part of it: into the drawer of the open shift, or at the bank terminal.

        Raises AccountOwesLess, TenderUnfit, SlipNumberUnfit, CardNumberRefused, NoShiftOpen, ApprovalNeeded.
        """
        if tender not in SETTLED_BY:
            raise TenderUnfit(tender)
        number = slip_number(slip) if tender is Tender.BANK_CARD else ""
        words = refuse_card_number(note)[:200]
        with self._work() as work:
            leave = work.rights.check(by, Permission.MANAGE_ACCOUNTS, approval, subject=account)
            shift = work.shifts.current()
            if shift is None:
                raise NoShiftOpen
            known = work.accounts.get(account)
            owing = known.settled(amount)
            entry = replace(
                account_entry(
                    AccountEntryId(self._ids()),
                    known,
                    owing,
                    EntryKind.SETTLEMENT,
                    number=work.accounts.next_number(account),
                    at=self._clock.now(),
                    by=by,
                    tender=tender,
                ),
                shift=shift.id,
                slip=number,
                note=words,
            )
            work.accounts.enter(owing, entry)
            work.accounts.settled(entry, shift.id)
            if tender is Tender.CASH:
                self._into_drawer(work, shift, known, entry, leave.approver)
            told = AccountSettled(account, known.name, entry.id, tender, amount.fen)
            work.record(told, actor=by, approver=leave.approver)
        return entry

    def _into_drawer(
        self, work: Work, shift: Shift, account: Account, entry: AccountEntry, approver: StaffId | None
    ) -> None:
        movement = CashMovement(
            CashMovementId(self._ids()),
            shift.id,
            work.cash.next_number(shift.id),
            CashKind.SETTLEMENT,
            entry.amount,
            account.name,
            entry.by,
            entry.at,
            approver,
            entry.id,
        )
        work.cash.add(movement)
        told = CashMoved(movement.id, shift.id, movement.kind, movement.amount.fen, movement.reason)
        work.record(told, actor=entry.by, approver=approver)

    @staticmethod
    def _save(work: Work, account: Account, by: StaffId) -> None:
        work.staff.get(by).must(Permission.MANAGE_ACCOUNTS)
        work.accounts.save(account)
        work.record(AccountChanged(account.id, account.name), actor=by)


def _name(text: str) -> str:
    return refuse_card_number(text)
