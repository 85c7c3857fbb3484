"""Rows of the ledger; a balance moves by one conditional update, so that no race can take it below zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.ledger.tables import accounts, entries, postings


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry of an account, as its owner may see it."""

    at: datetime
    kind: str
    about: str
    amount: int
    balance_after: int


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


def account_id(connection: Connection, kind: str, owner: str, *, may_be_negative: bool) -> int:
    """The account of this kind and owner; a new empty one at its first use."""
    found = _account_id(connection, kind, owner)
    if found is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(
            dialect.insert(accounts)
            .values(kind=kind, owner=owner, balance=0, may_be_negative=may_be_negative)
            .on_conflict_do_nothing()
        )
        found = _account_id(connection, kind, owner)
    if found is None:
        raise LookupError("the account was just written and is not there")
    return found


def _account_id(connection: Connection, kind: str, owner: str) -> int | None:
    return connection.execute(
        select(accounts.c.id).where(accounts.c.kind == kind, accounts.c.owner == owner)
    ).scalar_one_or_none()


def move(connection: Connection, account: int, amount: int) -> int | None:
    """The balance after it; None where that much is not there, and nothing is changed then."""
    return connection.execute(
        update(accounts)
        .where(accounts.c.id == account, or_(accounts.c.may_be_negative, accounts.c.balance + amount >= 0))
        .values(balance=accounts.c.balance + amount)
        .returning(accounts.c.balance)
    ).scalar_one_or_none()


def add_entry(
    connection: Connection, posting_id: str, account: int, *, amount: int, balance_after: int
) -> None:
    connection.execute(
        insert(entries).values(
            posting_id=posting_id, account_id=account, amount=amount, balance_after=balance_after
        )
    )


def balance(connection: Connection, kind: str, owner: str, *, lock: bool = False) -> int:
    query = select(accounts.c.balance).where(accounts.c.kind == kind, accounts.c.owner == owner)
    return connection.execute(query.with_for_update() if lock else query).scalar_one_or_none() or 0


def statement(connection: Connection, kind: str, owner: str, limit: int) -> Sequence[StatementRow]:
    """The latest entries first."""
    rows = connection.execute(
        select(postings.c.at, postings.c.kind, postings.c.about, entries.c.amount, entries.c.balance_after)
        .join(accounts, accounts.c.id == entries.c.account_id)
        .join(postings, postings.c.id == entries.c.posting_id)
        .where(accounts.c.kind == kind, accounts.c.owner == owner)
        .order_by(entries.c.number.desc())
        .limit(limit)
    )
    return [StatementRow(*row) for row in rows]


def sum_of_everything(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.sum(entries.c.amount), 0))).scalar_one())


def postings_that_do_not_balance(connection: Connection) -> list[str]:
    rows = connection.execute(
        select(entries.c.posting_id).group_by(entries.c.posting_id).having(func.sum(entries.c.amount) != 0)
    )
    return [row.posting_id for row in rows]


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
