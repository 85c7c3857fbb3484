"""Account customers, their entries, and the sums of what they settled."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.account import Account, AccountEntry, EntryKind, Statement
from core.domain.ids import AccountId, ShiftId
from core.domain.money import ZERO
from core.domain.refusals.accounts import AccountNotFound
from core.persistence.repositories.sums import adding
from core.persistence.rows import RowsOf
from core.persistence.tables.accounts import account_entries, accounts, settlement_sums
from core.persistence.transaction import Command, Query, Transaction
from core.persistence.words import Executable, bindparam, func, insert_of, literal_column, select, update

_ACCOUNTS = RowsOf(accounts, Account)
_BY_ID = _ACCOUNTS.where(accounts.c.id == bindparam("account"))
_ALL = _ACCOUNTS.where(order=[accounts.c.active.desc(), accounts.c.name, accounts.c.id])
_OWED = Command(
    update(accounts).where(accounts.c.id == bindparam("account")).values(owed=bindparam("owing")),
    asks=("account", "owing"),
)
_ENTRIES = RowsOf(account_entries, AccountEntry)
_WITHIN = _ENTRIES.where(
    account_entries.c.account == bindparam("account"),
    account_entries.c.at >= bindparam("start"),
    account_entries.c.at < bindparam("end"),
    order=[account_entries.c.number],
)
_LAST = Query(
    select(func.coalesce(func.max(account_entries.c.number), literal_column("0"))).where(
        account_entries.c.account == bindparam("account")
    ),
    int,
)
_EVER = datetime.min.replace(tzinfo=UTC)
_ADD_SETTLEMENT = adding(settlement_sums, "settlements", "amount")


def _save() -> Executable:
    names = [column.name for column in accounts.columns]
    fresh: Any = insert_of(accounts).values({name: bindparam(name) for name in names})
    saved: Executable = fresh.on_conflict_do_update(
        index_elements=["id"],
        set_={name: fresh.excluded[name] for name in ("name", "plates", "limit", "active")},
    )
    return saved


_SAVE = Command(_save(), tuple(column.name for column in accounts.columns))


class SqlAccounts:
    """Port Accounts."""

    def __init__(self, transaction: Transaction, station: ZoneInfo) -> None:
        self._transaction = transaction
        self._station = station

    def get(self, account: AccountId) -> Account:
        found = self._transaction.first(_BY_ID, account)
        if found is None:
            raise AccountNotFound(account)
        return found

    def all(self) -> Sequence[Account]:
        return self._transaction.all(_ALL)

    def save(self, account: Account) -> None:
        self._transaction.run(_SAVE, *_ACCOUNTS.of(account))

    def enter(self, account: Account, entry: AccountEntry) -> None:
        self._transaction.run(_OWED, account.id, account.owed)
        self._transaction.run(_ENTRIES.insert, *_ENTRIES.of(entry))

    def next_number(self, account: AccountId) -> int:
        return (self._transaction.first(_LAST, account) or 0) + 1

    def entries(self, account: AccountId, start: datetime, end: datetime) -> Sequence[AccountEntry]:
        return self._transaction.all(_WITHIN, account, start, end)

    def statement(self, account: AccountId, start: datetime, end: datetime) -> Statement:
        known, entries = self.get(account), tuple(self.entries(account, start, end))
        if entries:
            first = entries[0]
            before = first.owed - (first.amount if first.kind is EntryKind.CHARGE else -first.amount)
        else:
            earlier = self.entries(account, _EVER, start)
            before = earlier[-1].owed if earlier else ZERO
        return Statement(known, start, end, before, entries)

    def settled(self, entry: AccountEntry, shift: ShiftId) -> None:
        local = entry.at.astimezone(self._station)
        hour = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        self._transaction.run(_ADD_SETTLEMENT, shift, hour, entry.tender, 1, entry.amount)
