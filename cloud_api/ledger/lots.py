"""Lots of the accounts that have them: added, taken in their order, given back, always beside a posting of the same sum.

Whoever takes or gives lots does so before posting, so that two transactions always lock lots first and accounts after.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud_api.ledger.book import Kind
from cloud_api.ledger.tables import accounts, lot_parts, lots
from core.domain import lots as rules
from core.domain.lots import Lot, Part

HOUSE = ""
# The kinds of accounts that consist of lots.
WITH_LOTS = (Kind.WALLET_PRINCIPAL, Kind.WALLET_BONUS, Kind.POINTS)


_CHANGED = update(lots).where(lots.c.id == bindparam("lot")).values(left=lots.c.left + bindparam("by"))


@dataclass(frozen=True, slots=True)
class NewLot:
    """What is added to an account: `source` and `source_id` say where it came from."""

    id: str
    kind: Kind
    owner: str
    amount: int
    at: datetime
    source: str
    source_id: str
    entity: str = HOUSE
    ends_at: datetime | None = None
    invoiced: bool = False


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot as it is kept."""

    id: str
    kind: Kind
    entity: str
    source: str
    source_id: str
    at: datetime
    ends_at: datetime | None
    amount: int
    left: int
    invoiced: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken, kind by kind, and what there is left of all the lots asked for."""

    parts: tuple[Part, ...]
    by_kind: Mapping[Kind, int]
    left: int


class LotsTooShort(Exception):
    """The lots do not hold that much; nothing was taken."""

    def __init__(self, have: int) -> None:
        super().__init__(f"only {have}")
        self.have = have


def add(connection: Connection, new: NewLot) -> None:
    """Puts an amount into a lot, which is made where it is not there; zero leaves no lot."""
    if new.amount <= 0:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {
        "id": new.id, "kind": new.kind, "owner": new.owner, "entity": new.entity, "source": new.source,
        "source_id": new.source_id, "at": new.at, "ends_at": new.ends_at, "amount": new.amount, "left": new.amount,
        "invoiced": new.invoiced,
    }  # fmt: skip
    added = dialect.insert(lots).values(values)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=[lots.c.id],
            set_={"amount": lots.c.amount + new.amount, "left": lots.c.left + new.amount},
        )
    )


def take(
    connection: Connection,
    use_id: str,
    owner: str,
    amount: int,
    *,
    kinds: Sequence[Kind],
    entity: ColumnElement[str] | str = HOUSE,
    first: str | None = None,
) -> Taken:
    """Takes an amount out of an owner's lots, in their order, under a use's id. Raises LotsTooShort.

    `first` names a lot that goes before all others.
    """
    rows = connection.execute(
        select(lots.c.id, lots.c.kind, lots.c.left, lots.c.at, lots.c.ends_at)
        .where(lots.c.owner == owner, lots.c.kind.in_(kinds), lots.c.entity == entity, lots.c.left > 0)
        .order_by(lots.c.id)
        .with_for_update()
    ).all()
    have = sum(row.left for row in rows)
    if have < amount:
        raise LotsTooShort(have)
    known = {
        row.id: Lot(row.id, row.left, row.at, row.kind == Kind.WALLET_BONUS, row.ends_at) for row in rows
    }
    parts = _first_of(known, first, amount)
    kind_of = {row.id: Kind(row.kind) for row in rows}
    _took(connection, use_id, parts)
    by_kind = dict.fromkeys(kinds, 0)
    for part in parts:
        by_kind[kind_of[part.lot_id]] += part.taken
    return Taken(parts, by_kind, have - amount)


def take_from(connection: Connection, use_id: str, amounts: Mapping[str, int]) -> None:
    """Takes out of exactly these lots, which the caller has locked and found to hold that much."""
    _took(
        connection,
        use_id,
        tuple(Part(lot_id, False, turn, taken) for turn, (lot_id, taken) in enumerate(amounts.items())),
    )


def give_back(connection: Connection, use_id: str, amount: int) -> dict[Kind, int]:
    """Puts part or all of what a use took back into its lots; how much into which kind. ValueError for more than that."""
    rows = connection.execute(
        select(lot_parts, lots.c.kind)
        .join(lots, lots.c.id == lot_parts.c.lot_id)
        .where(lot_parts.c.use_id == use_id)
        .order_by(lots.c.id)
        .with_for_update()
    ).all()
    kind_of = {row.lot_id: Kind(row.kind) for row in rows}
    parts = [
        Part(row.lot_id, row.kind == Kind.WALLET_BONUS, row.position, row.taken, row.returned) for row in rows
    ]
    back = rules.given_back(parts, amount)
    by_kind = dict.fromkeys(kind_of.values(), 0)
    for lot_id, into in back.items():
        by_kind[kind_of[lot_id]] += into
    if back:
        _change_left(connection, back)
        connection.execute(
            update(lot_parts)
            .where(lot_parts.c.use_id == use_id, lot_parts.c.lot_id.in_(back))
            .values(returned=lot_parts.c.returned + case(back, value=lot_parts.c.lot_id))
        )
    return by_kind


def mark_invoiced(connection: Connection, source_id: str, *, invoiced: bool) -> None:
    """An invoice was issued for what came in by this top-up or card (or taken back): what it pays gets none (or may again)."""
    connection.execute(update(lots).where(lots.c.source_id == source_id).values(invoiced=invoiced))


def prolong(connection: Connection, use_id: str, until: datetime) -> None:
    """The lots of a use end no sooner than that."""
    used = select(lot_parts.c.lot_id).where(lot_parts.c.use_id == use_id)
    connection.execute(update(lots).where(lots.c.id.in_(used), lots.c.ends_at < until).values(ends_at=until))


def of_owner(
    connection: Connection, owner: str, kinds: Iterable[Kind], *, lock: bool = False, emptied: bool = False
) -> list[LotRow]:
    """An owner's lots, the oldest first; with `emptied` also those of which nothing is left."""
    query = _rows().where(lots.c.owner == owner, lots.c.kind.in_(list(kinds)))
    if not emptied:
        query = query.where(lots.c.left > 0)
    query = query.order_by(lots.c.at, lots.c.id)
    return [_row(row) for row in connection.execute(query.with_for_update() if lock else query)]


def of_source(connection: Connection, owner: str, source_id: str) -> list[LotRow]:
    """An owner's lots of one source, also emptied ones."""
    rows = connection.execute(_rows().where(lots.c.source_id == source_id, lots.c.owner == owner))
    return [_row(row) for row in rows]


def of_use(connection: Connection, use_id: str) -> list[tuple[LotRow, Part]]:
    """What a use took, and out of which lots: whether an invoice may be issued for it hangs on them."""
    rows = connection.execute(
        _rows()
        .add_columns(lot_parts.c.position, lot_parts.c.taken, lot_parts.c.returned)
        .join(lot_parts, lot_parts.c.lot_id == lots.c.id)
        .where(lot_parts.c.use_id == use_id)
        .order_by(lot_parts.c.position)
    )
    return [
        (
            _row(row),
            Part(row.id, row.kind == Kind.WALLET_BONUS, row.position, row.taken, row.returned),
        )
        for row in rows
    ]


def ended(
    connection: Connection, kind: Kind, now: datetime, limit: int, *, lock: bool = True
) -> list[tuple[str, LotRow]]:
    """Lots that have ended with something left, each with its owner."""
    query = (
        _rows()
        .add_columns(lots.c.owner)
        .where(lots.c.kind == kind, lots.c.ends_at <= now, lots.c.left > 0)
        .order_by(lots.c.id)
        .limit(limit)
    )
    rows = connection.execute(query.with_for_update() if lock else query)
    return [(row.owner, _row(row)) for row in rows]


def off_their_accounts(connection: Connection) -> list[tuple[str, str]]:
    """Accounts whose lots do not hold what the account holds."""
    summed = (
        select(lots.c.kind, lots.c.owner, func.sum(lots.c.left).label("summed"))
        .group_by(lots.c.kind, lots.c.owner)
        .subquery()
    )
    rows = connection.execute(
        select(accounts.c.kind, accounts.c.owner)
        .outerjoin(summed, (summed.c.kind == accounts.c.kind) & (summed.c.owner == accounts.c.owner))
        .where(accounts.c.kind.in_(WITH_LOTS), accounts.c.balance != func.coalesce(summed.c.summed, 0))
    )
    return [(row.kind, row.owner) for row in rows]


def _first_of(known: Mapping[str, Lot], first: str | None, amount: int) -> tuple[Part, ...]:
    lot = known.get(first or "")
    if lot is None:
        return rules.spent(list(known.values()), amount)
    taken = min(lot.left, amount)
    rest = rules.spent([one for one in known.values() if one.id != lot.id], amount - taken)
    ahead = (Part(lot.id, lot.is_bonus, 0, taken),) if taken else ()
    return ahead + tuple(Part(part.lot_id, part.is_bonus, part.position + 1, part.taken) for part in rest)


def _took(connection: Connection, use_id: str, parts: Sequence[Part]) -> None:
    if not parts:
        return
    _change_left(connection, {part.lot_id: -part.taken for part in parts})
    connection.execute(
        insert(lot_parts),
        [
            {"use_id": use_id, "lot_id": p.lot_id, "position": p.position, "taken": p.taken, "returned": 0}
            for p in parts
        ],
    )


def _change_left(connection: Connection, by: Mapping[str, int]) -> None:
    connection.execute(_CHANGED, [{"lot": lot_id, "by": change} for lot_id, change in sorted(by.items())])


def _rows() -> Select[Any]:
    return select(
        lots.c.id, lots.c.kind, lots.c.entity, lots.c.source, lots.c.source_id, lots.c.at, lots.c.ends_at,
        lots.c.amount, lots.c.left, lots.c.invoiced,
    )  # fmt: skip


def _row(row: Row[Any]) -> LotRow:
    return LotRow(
        row.id, Kind(row.kind), row.entity, row.source, row.source_id, row.at, row.ends_at,
        row.amount, row.left, row.invoiced,
    )  # fmt: skip
