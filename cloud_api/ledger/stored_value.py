"""Paying out of stored value at a counter: charge, undo, give back, each once by its id."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from cloud_api.ledger import lots
from cloud_api.ledger.book import BalanceTooShort, Entry, Kind, Posting, derived_id, post
from cloud_api.ledger.tables import stored_charges, stored_refunds

CHARGED, DECLINED, REVERSED = "charged", "declined", "reversed"


_KNOWN = select(stored_charges).where(stored_charges.c.payment_id == bindparam("payment")).with_for_update()


class CannotPay(Exception):
    """This code or balance does not pay; `reason` is a code of ours, `available_fen` what there is when it is too little."""

    def __init__(self, reason: str, available_fen: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.available_fen = reason, available_fen


@dataclass(frozen=True, slots=True)
class Drawn:
    """Out of which accounts an amount is paid: principal and bonus of one owner."""

    owner: str
    principal: Kind
    principal_fen: int
    bonus: Kind | None = None
    bonus_fen: int = 0
    # What the owner has after it.
    left_fen: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """One payment out of stored value."""

    payment_id: str
    tender: str
    station_id: str
    at: datetime
    state: str
    owner: str | None = None
    reason: str | None = None
    available_fen: int | None = None
    principal_fen: int = 0
    bonus_fen: int = 0
    refunded_fen: int = 0

    @property
    def amount_fen(self) -> int:
        return self.principal_fen + self.bonus_fen


def charge(
    connection: Connection,
    payment_id: str,
    *,
    tender: str,
    station_id: str,
    at: datetime,
    draw: Callable[[], Drawn],
) -> Charge:
    """Takes what `draw` finds, once for this id; one that was undone before it arrived is not taken.

    What `draw` raises as CannotPay ends the payment as declined, and that answer stays.
    """
    known = charge_of(connection, payment_id)
    if known is not None:
        return known
    ended = Charge(payment_id, tender, station_id, at, CHARGED)
    try:
        with connection.begin_nested():
            drawn = draw()
            post(connection, spending(payment_id, station_id, drawn), at)
            ended = replace(
                ended,
                owner=drawn.owner,
                available_fen=drawn.left_fen,
                principal_fen=drawn.principal_fen,
                bonus_fen=drawn.bonus_fen,
            )
    except CannotPay as no:
        ended = replace(ended, state=DECLINED, reason=no.reason, available_fen=no.available_fen)
    except BalanceTooShort:
        # Another program was faster between our look and our posting.
        ended = replace(ended, state=DECLINED, reason="balance_short")
    connection.execute(insert(stored_charges).values(_values(ended)))
    return ended


def reverse(
    connection: Connection, payment_id: str, *, tender: str, at: datetime, back: Sequence[Kind]
) -> Charge:
    """Gives back what is left of a charge; a charge that has not arrived will not be made."""
    known = charge_of(connection, payment_id)
    if known is None:
        gone = Charge(payment_id, tender, "0" * 32, at, REVERSED, reason="cancelled_at_counter")
        connection.execute(insert(stored_charges).values(_values(gone)))
        return gone
    if known.state != CHARGED:
        return known
    left = known.amount_fen - known.refunded_fen
    if left:
        _give_back(connection, known, derived_id("reverse", payment_id), left, at=at, back=back)
    connection.execute(
        update(stored_charges)
        .where(stored_charges.c.payment_id == payment_id)
        .values(state=REVERSED, refunded_fen=known.amount_fen)
    )
    return replace(known, state=REVERSED, refunded_fen=known.amount_fen)


def refund(
    connection: Connection,
    refund_id: str,
    payment_id: str,
    amount_fen: int,
    *,
    at: datetime,
    back: Sequence[Kind],
) -> bool:
    """Gives part or all of a charge back to where it came from, once for this id; False where that cannot be."""
    # The charge first: reading it keeps everybody else's refund of it waiting.
    known = charge_of(connection, payment_id)
    if refund_of(connection, refund_id) is not None:
        return True
    if known is None or known.state != CHARGED or known.refunded_fen + amount_fen > known.amount_fen:
        return False
    _give_back(connection, known, refund_id, amount_fen, at=at, back=back)
    connection.execute(
        insert(stored_refunds).values(
            refund_id=refund_id, payment_id=payment_id, amount_fen=amount_fen, at=at
        )
    )
    connection.execute(
        update(stored_charges)
        .where(stored_charges.c.payment_id == payment_id)
        .values(refunded_fen=known.refunded_fen + amount_fen)
    )
    return True


def charge_of(connection: Connection, payment_id: str) -> Charge | None:
    row = connection.execute(_KNOWN, {"payment": payment_id}).mappings().one_or_none()
    return None if row is None else Charge(**{field.name: row[field.name] for field in fields(Charge)})


def hand_over(connection: Connection, owner: str, successor: str) -> None:
    """What still comes back to one owner comes back to its successor: a lost card's to the new one."""
    connection.execute(update(stored_charges).where(stored_charges.c.owner == owner).values(owner=successor))


def refund_of(connection: Connection, refund_id: str) -> int | None:
    """How much a refund gave back; None where there is no such refund."""
    return connection.execute(
        select(stored_refunds.c.amount_fen).where(stored_refunds.c.refund_id == refund_id)
    ).scalar_one_or_none()


def spending(payment_id: str, station_id: str, drawn: Drawn) -> Posting:
    """What a payment out of stored value moves."""
    taken = drawn.principal_fen + drawn.bonus_fen
    moved = [
        Entry(drawn.principal, drawn.owner, -drawn.principal_fen),
        Entry(Kind.STATION_TAKINGS, station_id, taken),
    ]
    if drawn.bonus is not None:
        moved.append(Entry(drawn.bonus, drawn.owner, -drawn.bonus_fen))
    return Posting(payment_id, "spent", payment_id, tuple(moved))


def _give_back(
    connection: Connection,
    known: Charge,
    posting_id: str,
    amount_fen: int,
    *,
    at: datetime,
    back: Sequence[Kind],
) -> None:
    owner = known.owner or ""
    # Into the lots that it came out of; what has no lots, such as a card, is one account.
    into = (
        lots.give_back(connection, known.payment_id, amount_fen) if len(back) > 1 else {back[0]: amount_fen}
    )
    moved = [Entry(Kind.STATION_TAKINGS, known.station_id, -amount_fen)]
    moved += [Entry(kind, owner, fen) for kind, fen in into.items()]
    post(connection, Posting(posting_id, "given_back", known.payment_id, tuple(moved)), at)


def _values(charge: Charge) -> dict[str, Any]:
    return {field.name: getattr(charge, field.name) for field in fields(Charge)}
