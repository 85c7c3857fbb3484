"""Many payments out of wallets at once: the same rows as one after another, by few statements.

`cloud_api.ledger.stored_value.charge` is the way of one; a test holds both to the same rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from cloud_api.ledger import repository
from cloud_api.ledger.book import Entry, Kind, digest, in_turn, is_owned
from cloud_api.ledger.repository import AccountRow
from cloud_api.ledger.stored_value import CHARGED, CannotPay, Drawn, spending
from cloud_api.ledger.tables import accounts, entries, lot_parts, lots, postings, stored_charges
from cloud_api.sets import Writes, one_of
from core.domain import lots as rules
from core.domain.lots import Lot

_KINDS = (Kind.WALLET_PRINCIPAL, Kind.WALLET_BONUS)


@dataclass(frozen=True, slots=True)
class Draw:
    """One payment: so much of whose wallet, for which station and its legal entity."""

    payment_id: str
    owner: str
    amount_fen: int
    station_id: str
    entity: str


@dataclass(slots=True)
class _KeptLot:
    kind: Kind
    entity: str
    lot: Lot


class Purses:
    """The wallets of these owners, locked until the transaction ends: lots first, accounts after, as everybody does."""

    def __init__(
        self,
        connection: Connection,
        lots_of: Iterable[Any],
        accounts_of: Iterable[Any],
        stations: Collection[str],
    ) -> None:
        self._lots: defaultdict[str, list[_KeptLot]] = defaultdict(list)
        for row in lots_of:
            lot = Lot(row.id, row.left, row.at, row.kind == Kind.WALLET_BONUS, row.ends_at)
            self._lots[row.owner].append(_KeptLot(Kind(row.kind), row.entity, lot))
        self._accounts = {
            (row.kind, row.owner): AccountRow(row.id, row.balance, row.may_be_negative) for row in accounts_of
        }
        # A station's first order, or a driver's first bonus: an account that is not there yet is made.
        keys = {
            (kind.value, owner) for owner, its in self._lots.items() for kind in {kept.kind for kept in its}
        }
        missing = (keys | {(Kind.STATION_TAKINGS.value, one) for one in stations}) - self._accounts.keys()
        if missing:
            self._accounts |= repository.accounts_of(
                connection, missing, lambda kind: not is_owned(Kind(kind))
            )
        self._left: dict[str, int] = {}
        self._moved: dict[int, int] = {}
        self._rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def draw(self, asked: Draw, at: datetime) -> Drawn:
        """Takes it out of the lots that may be spent there, principal first. Raises CannotPay; nothing is taken then."""
        its = [kept for kept in self._lots.get(asked.owner, ()) if kept.entity == asked.entity]
        have = sum(kept.lot.left for kept in its)
        if have < asked.amount_fen:
            raise CannotPay("balance_short", have)
        by_id = {kept.lot.id: kept for kept in its}
        taken = dict.fromkeys(_KINDS, 0)
        for part in rules.spent([kept.lot for kept in its], asked.amount_fen):
            kept = by_id[part.lot_id]
            kept.lot = replace(kept.lot, left=kept.lot.left - part.taken)
            taken[kept.kind] += part.taken
            self._left[part.lot_id] = kept.lot.left
            self._rows["parts"].append(
                {
                    "use_id": asked.payment_id,
                    "lot_id": part.lot_id,
                    "position": part.position,
                    "taken": part.taken,
                    "returned": 0,
                }
            )
        principal, bonus = (taken[kind] for kind in _KINDS)
        drawn = Drawn(asked.owner, _KINDS[0], principal, _KINDS[1], bonus, have - asked.amount_fen)
        self._post(asked, drawn, at)
        return drawn

    def write(self, writes: Writes) -> None:
        """What was drawn, in the order in which everybody writes it."""
        writes.update(lots, "id", [{"id": lot, "left": left} for lot, left in self._left.items()])
        writes.insert(lot_parts, self._rows["parts"])
        writes.insert(postings, self._rows["postings"])
        writes.update(accounts, "id", [{"id": one, "balance": fen} for one, fen in self._moved.items()])
        writes.insert(entries, self._rows["entries"])
        writes.insert(stored_charges, self._rows["charges"])

    def _post(self, asked: Draw, drawn: Drawn, at: datetime) -> None:
        posting = spending(asked.payment_id, asked.station_id, drawn)
        self._rows["postings"].append(
            {
                "id": posting.id,
                "kind": posting.kind,
                "about": posting.about,
                "fingerprint": digest(posting),
                "at": at,
            }
        )
        for entry in in_turn(posting):
            after = self._after(entry)
            self._rows["entries"].append(
                {
                    "posting_id": posting.id,
                    "account_id": self._account(entry).id,
                    "amount": entry.amount,
                    "balance_after": after,
                }
            )
        self._rows["charges"].append(
            {
                "payment_id": asked.payment_id,
                "tender": "wallet",
                "owner": asked.owner,
                "station_id": asked.station_id,
                "state": CHARGED,
                "reason": None,
                "available_fen": drawn.left_fen,
                "principal_fen": drawn.principal_fen,
                "bonus_fen": drawn.bonus_fen,
                "refunded_fen": 0,
                "at": at,
            }
        )

    def _account(self, entry: Entry) -> AccountRow:
        return self._accounts[entry.kind.value, entry.owner]

    def _after(self, entry: Entry) -> int:
        account = self._account(entry)
        after = self._moved.get(account.id, account.balance) + entry.amount
        self._moved[account.id] = after
        return after


@lru_cache
def open_lots(dialect: str) -> Select[Any]:
    """What is left of the wallets of `owners`, locked."""
    return (
        select(lots.c.id, lots.c.kind, lots.c.owner, lots.c.entity, lots.c.left, lots.c.at, lots.c.ends_at)
        .where(
            one_of(dialect, lots.c.owner, "owners"),
            or_(*(lots.c.kind == kind.value for kind in _KINDS)),
            lots.c.left > 0,
        )
        .order_by(lots.c.id)
        .with_for_update()
    )


@lru_cache
def accounts_for(dialect: str) -> Select[Any]:
    """The accounts of these wallets, and what `stations` have taken, locked."""
    theirs = or_(
        and_(
            one_of(dialect, accounts.c.owner, "owners"),
            or_(*(accounts.c.kind == kind.value for kind in _KINDS)),
        ),
        and_(one_of(dialect, accounts.c.owner, "stations"), accounts.c.kind == Kind.STATION_TAKINGS.value),
    )
    return (
        select(
            accounts.c.id, accounts.c.kind, accounts.c.owner, accounts.c.balance, accounts.c.may_be_negative
        )
        .where(theirs)
        .order_by(accounts.c.kind, accounts.c.owner)
        .with_for_update()
    )
