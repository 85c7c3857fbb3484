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
    # Set aside for a refund of the balance, until the money has gone back.
    WALLET_REFUNDING = "wallet_refunding"
    CARD = "recharge_card"
    POINTS = "points"
    POINTS_HELD = "points_held"
    # The house's other side.
    # What we owe stations for orders paid online and for what was paid from stored value.
    STATION_TAKINGS = "station_takings"
    STATION_PAID_OUT = "station_paid_out"  # what stations have been paid of it
    ONLINE_TAKEN = "online_taken"  # what came in for orders at the providers
    PAID_IN = "paid_in"  # money that drivers and card buyers have paid in
    PAID_BACK = "paid_back"  # principal that went back to drivers
    BONUS_GIVEN = "bonus_given"
    POINTS_ISSUED = "points_issued"
    POINTS_SPENT = "points_spent"
    POINTS_EXPIRED = "points_expired"
    POINTS_OWED = (
        "points_owed"  # points taken back that had been spent already; below zero while they are owed
    )

    @property
    def is_points(self) -> bool:
        return self.value.startswith("points")


_OWNED = frozenset(
    {
        Kind.WALLET_PRINCIPAL,
        Kind.WALLET_BONUS,
        Kind.WALLET_REFUNDING,
        Kind.CARD,
        Kind.POINTS,
        Kind.POINTS_HELD,
    }
)


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
    fingerprint = digest(posting)
    added = repository.add_posting(
        connection, posting.id, kind=posting.kind, about=posting.about, fingerprint=fingerprint, at=at
    )
    if not added:
        if repository.fingerprint_of(connection, posting.id) != fingerprint:
            raise IdempotencyKeyReused
        return False
    # Each account's entries together; the accounts are locked in the same order by everybody.
    moved = in_turn(posting)
    if not moved:
        return True
    held = repository.accounts_of(
        connection,
        {(entry.kind, entry.owner) for entry in moved},
        lambda kind: not is_owned(Kind(kind)),
    )
    balances = {account.id: account.balance for account in held.values()}
    written: list[tuple[int, int, int]] = []
    for entry in moved:
        account = held[entry.kind, entry.owner]
        after = balances[account.id] + entry.amount
        if after < 0 and not account.may_be_negative:
            raise BalanceTooShort(entry.kind, entry.owner)
        balances[account.id] = after
        written.append((account.id, entry.amount, after))
    repository.move(connection, balances)
    repository.add_entries(connection, posting.id, written)
    return True


def balance(connection: Connection, kind: Kind, owner: str, *, lock: bool = False) -> int:
    """What an account holds. `lock` keeps it so until the transaction ends."""
    return repository.balance(connection, kind, owner, lock=lock)


def statement(
    connection: Connection,
    kinds: Kind | Sequence[Kind],
    owner: str,
    limit: int = 50,
    *,
    before: int | None = None,
) -> Sequence[repository.StatementRow]:
    """An owner's latest entries, newest first; `before` is the number of an entry, and older ones are meant."""
    asked = [kinds] if isinstance(kinds, Kind) else list(kinds)
    return repository.statement(connection, asked, owner, limit, before)


def faults(connection: Connection, after: int | None = None) -> list[str]:
    """What is wrong with the books; nothing, unless somebody reached around this room.

    `after` is an entry's number: only what was posted after it is looked at, not everything.
    """
    found = [
        f"posting {one} does not sum to zero"
        for one in repository.postings_that_do_not_balance(connection, after or 0)
    ]
    off = (
        repository.accounts_off_their_entries(connection)
        if after is None
        else repository.accounts_with_a_torn_chain(connection, after)
    )
    found += [
        f"account {kind} of {owner or 'the house'} does not hold what its entries say" for kind, owner in off
    ]
    if repository.sum_of_everything(connection, of_entries=after is None) != 0:
        found.append("the whole does not sum to zero")
    return found


def derived_id(purpose: str, subject: str) -> str:
    """Always the same id for the same purpose and subject: what follows from something happens once."""
    return hashlib.sha256(f"{purpose} {subject}".encode()).hexdigest()[:32]


def is_owned(kind: Kind) -> bool:
    """Whether such an account is somebody's, and so never below zero."""
    return kind in _OWNED


def in_turn(posting: Posting) -> list[Entry]:
    """What a posting moves, in the order in which everybody locks the accounts."""
    return sorted(_without_nothing(posting.entries), key=lambda entry: (entry.kind, entry.owner))


def _without_nothing(moved: tuple[Entry, ...]) -> list[Entry]:
    return [entry for entry in moved if entry.amount]


def digest(posting: Posting) -> str:
    """Tells one posting from another under the same id."""
    told = [posting.kind, posting.about]
    told += sorted(
        f"{entry.kind} {entry.owner} {entry.amount}" for entry in _without_nothing(posting.entries)
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
