"""Many payments out of wallets at once: the same rows as one after another, by few statements.

`cloud_api.ledger.stored_value.charge` is the way of one; a test holds both to the same rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, text

from cloud_api.ledger import repository
from cloud_api.ledger.book import Kind, digest, in_turn, is_owned
from cloud_api.ledger.repository import AccountRow
from cloud_api.ledger.stored_value import CHARGED, CannotPay, Drawn, spending
from cloud_api.ledger.tables import accounts, entries, lot_parts, lots, postings, stored_charges
from cloud_api.sets import Writes
from core.domain import lots as rules
from core.domain.lots import Lot, Part
from core.domain.tenders import Tender

_BONUS = Kind.WALLET_BONUS.value
_WRITTEN_OUT = ", ".join(f"'{kind.value}'" for kind in (Kind.WALLET_PRINCIPAL, Kind.WALLET_BONUS))


@dataclass(frozen=True, slots=True)
class Draw:
    """One payment: so much of whose wallet, for which station and its legal entity."""

    payment_id: str
    owner: str
    amount_fen: int
    station_id: str
    entity: str


class Purses:
    """The wallets of these owners, locked until the transaction ends: lots first, accounts after, as everybody does."""

    def __init__(
        self,
        connection: Connection,
        lots_of: Iterable[Any],
        accounts_of: Iterable[Any],
        stations: Collection[str],
    ) -> None:
        # What each owner has to spend at one legal entity.
        self._lots: defaultdict[tuple[str, str], list[Lot]] = defaultdict(list)
        kinds = set()
        for row in lots_of:
            lot = Lot(row.id, row.left, row.at, row.kind == _BONUS, row.ends_at)
            self._lots[row.owner, row.entity].append(lot)
            kinds.add((row.kind, row.owner))
        self._accounts = {
            (row.kind, row.owner): AccountRow(row.id, row.balance, row.may_be_negative) for row in accounts_of
        }
        # A station's first order, or a driver's first bonus: an account that is not there yet is made.
        takings = {(Kind.STATION_TAKINGS.value, one) for one in stations}
        missing = (kinds | takings) - self._accounts.keys()
        if missing:
            self._accounts |= repository.accounts_of(
                connection, missing, lambda kind: not is_owned(Kind(kind))
            )
        self._left: dict[str, int] = {}
        self._moved: dict[int, int] = {}
        self._rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def draw(self, asked: Draw) -> Drawn:
        """Takes it out of the lots that may be spent there, principal first. Raises CannotPay; nothing is taken then."""
        its = self._lots.get((asked.owner, asked.entity), [])
        have = sum([lot.left for lot in its])
        if have < asked.amount_fen:
            raise CannotPay("balance_short", have)
        taken = {False: 0, True: 0}
        for part in rules.spent(its, asked.amount_fen):
            taken[part.is_bonus] += part.taken
            self._take(asked.payment_id, its, part)
        drawn = Drawn(
            asked.owner,
            Kind.WALLET_PRINCIPAL,
            taken[False],
            Kind.WALLET_BONUS,
            taken[True],
            have - asked.amount_fen,
        )
        self._post(asked, drawn)
        return drawn

    def write(self, writes: Writes, at: datetime) -> None:
        """What was drawn, in the order in which everybody writes it."""
        rows = self._rows
        writes.update(lots, "id", [{"id": lot, "left": left} for lot, left in self._left.items()])
        writes.insert(lot_parts, rows["parts"], {"returned": 0})
        writes.insert(postings, rows["postings"], {"at": at})
        writes.update(accounts, "id", [{"id": one, "balance": fen} for one, fen in self._moved.items()])
        writes.insert(entries, rows["entries"])
        alike = {"tender": Tender.WALLET.value, "state": CHARGED, "refunded_fen": 0, "at": at}
        writes.insert(stored_charges, rows["charges"], alike)

    def _take(self, payment_id: str, its: list[Lot], part: Part) -> None:
        [place] = [place for place, lot in enumerate(its) if lot.id == part.lot_id]
        lot = its[place]
        left = self._left[lot.id] = lot.left - part.taken
        its[place] = Lot(lot.id, left, lot.at, lot.is_bonus, lot.ends_at)
        self._rows["parts"].append(
            {"use_id": payment_id, "lot_id": lot.id, "position": part.position, "taken": part.taken}
        )

    def _post(self, asked: Draw, drawn: Drawn) -> None:
        posting, rows, moved = spending(asked.payment_id, asked.station_id, drawn), self._rows, self._moved
        rows["postings"].append(
            {
                "id": posting.id,
                "kind": posting.kind,
                "about": posting.about,
                "fingerprint": digest(posting),
            }
        )
        for entry in in_turn(posting):
            account = self._accounts[entry.kind.value, entry.owner]
            after = moved[account.id] = moved.get(account.id, account.balance) + entry.amount
            rows["entries"].append(
                {
                    "posting_id": posting.id,
                    "account_id": account.id,
                    "amount": entry.amount,
                    "balance_after": after,
                }
            )
        rows["charges"].append(
            {
                "payment_id": asked.payment_id,
                "owner": asked.owner,
                "station_id": asked.station_id,
                "available_fen": drawn.left_fen,
                "principal_fen": drawn.principal_fen,
                "bonus_fen": drawn.bonus_fen,
            }
        )


def open_lots(owners: Select[Any]) -> Select[Any]:
    """What is left of the wallets of these owners, locked."""
    return (
        select(lots.c.id, lots.c.kind, lots.c.owner, lots.c.entity, lots.c.left, lots.c.at, lots.c.ends_at)
        .where(
            lots.c.owner.in_(owners),
            # Written out, so that the partial index is found by it.
            text(f"ledger_lots.kind IN ({_WRITTEN_OUT})"),
            text('ledger_lots."left" > 0'),
        )
        .order_by(lots.c.id)
        .with_for_update()
    )


def accounts_for(owners: Select[Any], stations: Select[Any]) -> Select[Any]:
    """The accounts of these wallets, and what these stations have taken, locked; the ids of both never meet."""
    return (
        select(
            accounts.c.id, accounts.c.kind, accounts.c.owner, accounts.c.balance, accounts.c.may_be_negative
        )
        .where(
            accounts.c.owner.in_(owners.union_all(stations)),
            text(f"ledger_accounts.kind IN ({_WRITTEN_OUT}, '{Kind.STATION_TAKINGS.value}')"),
        )
        .order_by(accounts.c.kind, accounts.c.owner)
        .with_for_update()
    )
