"""Rows of the ledger; balances move under a lock and a CHECK, so that no race can take one below zero."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.ledger.tables import accounts, entries, postings

# Asked with every payment, so made once.
_LOCKED = (
    select(accounts.c.kind, accounts.c.owner, accounts.c.id, accounts.c.balance, accounts.c.may_be_negative)
    .where(tuple_(accounts.c.kind, accounts.c.owner).in_(bindparam("keys", expanding=True)))
    .order_by(accounts.c.kind, accounts.c.owner)
    .with_for_update()
)
_MOVED = update(accounts).where(accounts.c.id == bindparam("account")).values(balance=bindparam("new"))


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry of an account, as its owner may see it."""

    at: datetime
    kind: str
    about: str
    amount: int
    balance_after: int
    # Where this entry stands among all; a statement goes on before it.
    number: int
    account_kind: str
    posting_id: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as it was when it was locked."""

    id: int
    balance: int
    may_be_negative: bool


def add_posting(
    connection: Connection, posting_id: str, *, kind: str, about: str, fingerprint: str, at: datetime
) -> bool:
    """False where there already is one of this id; nothing is changed then."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insertion = (
        dialect.insert(postings)
        .values(id=posting_id, kind=kind, about=about, fingerprint=fingerprint, at=at)
        .on_conflict_do_nothing()
        .returning(postings.c.id)
    )
    return connection.execute(insertion).first() is not None


def fingerprint_of(connection: Connection, posting_id: str) -> str | None:
    return connection.execute(
        select(postings.c.fingerprint).where(postings.c.id == posting_id)
    ).scalar_one_or_none()


def accounts_of(
    connection: Connection, keys: Collection[tuple[str, str]], may_be_negative: Callable[[str], bool]
) -> dict[tuple[str, str], AccountRow]:
    """The accounts of these kinds and owners, locked in one order for all; new empty ones at their first use."""
    found = _accounts_of(connection, keys)
    missing = sorted(set(keys) - found.keys())
    if missing:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(
            dialect.insert(accounts).on_conflict_do_nothing(),
            [
                {"kind": kind, "owner": owner, "balance": 0, "may_be_negative": may_be_negative(kind)}
                for kind, owner in missing
            ],
        )
        found = _accounts_of(connection, keys)
    return found


def _accounts_of(
    connection: Connection, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], AccountRow]:
    rows = connection.execute(_LOCKED, {"keys": sorted(keys)})
    return {(row.kind, row.owner): AccountRow(row.id, row.balance, bool(row.may_be_negative)) for row in rows}


def move(connection: Connection, balances: Mapping[int, int]) -> None:
    """Sets the balances of accounts that the caller has locked; a CHECK refuses one below zero."""
    connection.execute(
        _MOVED, [{"account": account, "new": balance} for account, balance in sorted(balances.items())]
    )


def add_entries(connection: Connection, posting_id: str, written: Sequence[tuple[int, int, int]]) -> None:
    """Each of an account, an amount and the balance after it."""
    connection.execute(
        insert(entries),
        [
            {"posting_id": posting_id, "account_id": account, "amount": amount, "balance_after": after}
            for account, amount, after in written
        ],
    )


def balance(connection: Connection, kind: str, owner: str, *, lock: bool = False) -> int:
    query = select(accounts.c.balance).where(accounts.c.kind == kind, accounts.c.owner == owner)
    return connection.execute(query.with_for_update() if lock else query).scalar_one_or_none() or 0


def statement(
    connection: Connection, kinds: Sequence[str], owner: str, limit: int, before: int | None
) -> Sequence[StatementRow]:
    """The latest entries first."""
    query = (
        select(
            postings.c.at,
            postings.c.kind,
            postings.c.about,
            entries.c.amount,
            entries.c.balance_after,
            entries.c.number,
            accounts.c.kind.label("account_kind"),
            postings.c.id,
        )
        .join(accounts, accounts.c.id == entries.c.account_id)
        .join(postings, postings.c.id == entries.c.posting_id)
        .where(accounts.c.kind.in_(kinds), accounts.c.owner == owner)
        .order_by(entries.c.number.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(entries.c.number < before)
    return [StatementRow(*row) for row in connection.execute(query)]


def balances_of_kind(connection: Connection, kind: str, limit: int) -> list[tuple[str, int]]:
    """Owners and what their accounts of a kind hold, the largest first; empty ones are left out."""
    rows = connection.execute(
        select(accounts.c.owner, accounts.c.balance)
        .where(accounts.c.kind == kind, accounts.c.balance != 0)
        .order_by(accounts.c.balance.desc(), accounts.c.owner)
        .limit(limit)
    )
    return [(row.owner, row.balance) for row in rows]


def totals(connection: Connection) -> dict[str, int]:
    """What all accounts of each kind hold together."""
    rows = connection.execute(select(accounts.c.kind, func.sum(accounts.c.balance)).group_by(accounts.c.kind))
    return {kind: int(total) for kind, total in rows}


def sum_of_everything(connection: Connection, *, of_entries: bool) -> int:
    """Of all entries, which takes long, or of all balances."""
    column = entries.c.amount if of_entries else accounts.c.balance
    return int(connection.execute(select(func.coalesce(func.sum(column), 0))).scalar_one())


def last_number(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(entries.c.number), 0))).scalar_one())


def postings_that_do_not_balance(connection: Connection, after: int = 0) -> Sequence[str]:
    """Postings whose entries do not sum to zero; only those with an entry after that number."""
    query = (
        select(entries.c.posting_id).group_by(entries.c.posting_id).having(func.sum(entries.c.amount) != 0)
    )
    if after:
        touched = select(entries.c.posting_id).where(entries.c.number > after)
        query = query.where(entries.c.posting_id.in_(touched))
    return connection.execute(query).scalars().all()


def accounts_off_their_entries(connection: Connection) -> list[tuple[str, str]]:
    """Accounts whose kept balance is not the sum of their entries."""
    summed = (
        select(entries.c.account_id, func.sum(entries.c.amount).label("summed"))
        .group_by(entries.c.account_id)
        .subquery()
    )
    rows = connection.execute(
        select(accounts.c.kind, accounts.c.owner)
        .outerjoin(summed, summed.c.account_id == accounts.c.id)
        .where(accounts.c.balance != func.coalesce(summed.c.summed, 0))
    )
    return [(row.kind, row.owner) for row in rows]


def accounts_with_a_torn_chain(connection: Connection, after: int) -> list[tuple[str, str]]:
    """Accounts of which an entry after that number does not follow from the one before it, or whose balance is not the
    last one's. An account's entries are numbered under its lock, so they stand in the order of their commits."""
    before, newest = entries.alias("before"), entries.alias("newest")
    earlier = (
        select(before.c.balance_after)
        .where(before.c.account_id == entries.c.account_id, before.c.number < entries.c.number)
        .order_by(before.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    torn = select(entries.c.account_id).where(
        entries.c.number > after,
        entries.c.balance_after - entries.c.amount != func.coalesce(earlier, 0),
    )
    last = (
        select(newest.c.balance_after)
        .where(newest.c.account_id == accounts.c.id)
        .order_by(newest.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    touched = select(entries.c.account_id).where(entries.c.number > after)
    rows = connection.execute(
        select(accounts.c.kind, accounts.c.owner).where(
            accounts.c.id.in_(torn) | (accounts.c.id.in_(touched) & (accounts.c.balance != last))
        )
    )
    return [(row.kind, row.owner) for row in rows]
