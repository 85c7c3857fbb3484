"""Posting: amounts moved between accounts, summing to zero, once for the same id, never more than is there."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from cloud_api.ledger import repository
from core.domain.refusals.cloud import IdempotencyKeyReused


class Kind(StrEnum):
    """What an account holds. Fen and points never meet in one posting."""

    # Whose balance is somebody's and never below zero.
    WALLET_PRINCIPAL = "wallet_principal"
    WALLET_BONUS = "wallet_bonus"
    CARD = "recharge_card"
    POINTS = "points"
    POINTS_HELD = "points_held"
    # The house's other side.
    STATION_TAKINGS = "station_takings"  # what stations have sold against stored value, and we owe them
    PAID_IN = "paid_in"  # money that drivers and card buyers have paid in
    BONUS_GIVEN = "bonus_given"
    POINTS_ISSUED = "points_issued"
    POINTS_SPENT = "points_spent"
    POINTS_OWED = (
        "points_owed"  # points taken back that had been spent already; below zero while they are owed
    )

    @property
    def is_points(self) -> bool:
        return self.value.startswith("points")


_OWNED = frozenset({Kind.WALLET_PRINCIPAL, Kind.WALLET_BONUS, Kind.CARD, Kind.POINTS, Kind.POINTS_HELD})


@dataclass(frozen=True, slots=True)
class Entry:
    """So much more on an account, or less."""

    kind: Kind
    owner: str
    amount: int


@dataclass(frozen=True, slots=True)
class Posting:
    """What is moved and why. `kind` and `about` say it to whoever reads a statement."""

    id: str
    kind: str
    about: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if sum(entry.amount for entry in self.entries) != 0:
            raise ValueError(f"posting {self.id} does not sum to zero")
        if len({entry.kind.is_points for entry in self.entries}) > 1:
            raise ValueError(f"posting {self.id} mixes fen and points")


class BalanceTooShort(Exception):
    """An account does not hold that much; nothing was moved. Whoever posts says it in the words of its room."""

    def __init__(self, kind: Kind, owner: str) -> None:
        super().__init__(f"{kind} of {owner}")
        self.kind, self.owner = kind, owner


def post(connection: Connection, posting: Posting, at: datetime) -> bool:
    """Writes a posting down; False where it stands already. In the caller's transaction, which a raise must end.

    Raises BalanceTooShort, IdempotencyKeyReused (this id stands for something else).
    """
    fingerprint = _fingerprint(posting)
    added = repository.add_posting(
        connection, posting.id, kind=posting.kind, about=posting.about, fingerprint=fingerprint, at=at
    )
    if not added:
        if repository.fingerprint_of(connection, posting.id) != fingerprint:
            raise IdempotencyKeyReused
        return False
    # Always in the same order, so that two postings never wait for each other.
    for entry in sorted(_without_nothing(posting.entries), key=lambda entry: (entry.kind, entry.owner)):
        account = repository.account_id(
            connection, entry.kind, entry.owner, may_be_negative=entry.kind not in _OWNED
        )
        after = repository.move(connection, account, entry.amount)
        if after is None:
            raise BalanceTooShort(entry.kind, entry.owner)
        repository.add_entry(connection, posting.id, account, amount=entry.amount, balance_after=after)
    return True


def balance(connection: Connection, kind: Kind, owner: str, *, lock: bool = False) -> int:
    """What an account holds. `lock` keeps it so until the transaction ends."""
    return repository.balance(connection, kind, owner, lock=lock)


def statement(
    connection: Connection, kind: Kind, owner: str, limit: int = 50
) -> Sequence[repository.StatementRow]:
    """An account's latest entries, newest first."""
    return repository.statement(connection, kind, owner, limit)


def faults(connection: Connection) -> list[str]:
    """What is wrong with the books; nothing, unless somebody reached around this room."""
    found = [
        f"posting {one} does not sum to zero" for one in repository.postings_that_do_not_balance(connection)
    ]
    found += [
        f"account {kind} of {owner or 'the house'} does not hold what its entries say"
        for kind, owner in repository.accounts_off_their_entries(connection)
    ]
    if repository.sum_of_everything(connection) != 0:
        found.append("the whole does not sum to zero")
    return found


def derived_id(purpose: str, subject: str) -> str:
    """Always the same id for the same purpose and subject: what follows from something happens once."""
    return hashlib.sha256(f"{purpose} {subject}".encode()).hexdigest()[:32]


def _without_nothing(moved: tuple[Entry, ...]) -> list[Entry]:
    return [entry for entry in moved if entry.amount]


def _fingerprint(posting: Posting) -> str:
    told = [posting.kind, posting.about]
    told += sorted(
        f"{entry.kind} {entry.owner} {entry.amount}" for entry in _without_nothing(posting.entries)
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
