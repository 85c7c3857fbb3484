"""Rows of coupons and counter holds; who gets one is decided by one conditional update."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, insert, null, or_, select, update

from cloud_api.coupons.campaigns import terms_fields, terms_of
from cloud_api.coupons.tables import counter_holds, coupons, quote_coupons
from cloud_api.sets import one_of
from core.domain.coupon import CouponTerms

LETTERS_OF_BATCH = 16
NO_COMPANIONS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class CouponRow:
    id: str
    code: str
    driver_id: str | None
    title: str
    terms: CouponTerms
    state: str
    holder: str | None
    held_until: datetime | None
    campaign_id: str = ""
    version: int = 1
    code_hash: str | None = None
    batch_id: str | None = None
    reserved_fen: int | None = None

    def is_free(self, now: datetime) -> bool:
        """Nobody has it: a counter's hold whose time is over counts for nothing."""
        return self.state == "available" or (
            self.state == "held" and self.held_until is not None and self.held_until <= now
        )


@dataclass(frozen=True, slots=True)
class HoldRow:
    id: str
    coupon_id: str
    station_id: str
    sale_id: str
    state: str
    expires_at: datetime


_COUPON = (
    coupons.c.id,
    coupons.c.code,
    coupons.c.driver_id,
    coupons.c.title,
    coupons.c.terms,
    coupons.c.state,
    coupons.c.holder,
    coupons.c.held_until,
    coupons.c.campaign_id,
    coupons.c.version,
    coupons.c.code_hash,
    coupons.c.batch_id,
    coupons.c.reserved_fen,
)


def add_coupons(connection: Connection, rows: Sequence[CouponRow], now: datetime) -> None:
    connection.execute(
        insert(coupons),
        [
            {
                "id": row.id,
                "code": row.code or None,
                "code_hash": row.code_hash,
                "batch_id": row.batch_id,
                "campaign_id": row.campaign_id,
                "version": row.version,
                "reserved_fen": row.reserved_fen,
                "driver_id": row.driver_id,
                "title": row.title,
                "terms": terms_fields(row.terms),
                "valid_from": row.terms.valid_from,
                "valid_until": row.terms.valid_until,
                "state": row.state,
                "created_at": now,
            }
            for row in rows
        ],
    )


def coupon(connection: Connection, coupon_id: str) -> CouponRow | None:
    row = connection.execute(select(*_COUPON).where(coupons.c.id == coupon_id)).one_or_none()
    return coupon_of_row(row) if row else None


@lru_cache
def coupons_to_hold(dialect: str) -> Select[Any]:
    """The coupons of `coupons`, locked in one order until the transaction ends; `coupon_of_row` reads them."""
    return (
        select(*_COUPON)
        .where(one_of(dialect, coupons.c.id, "coupons"))
        .order_by(coupons.c.id)
        .with_for_update()
    )


def coupon_of_code(connection: Connection, code: str) -> CouponRow | None:
    """By the code itself, or by its hash where it came out of a batch."""
    is_of_batch = len(code) == len("YZ") + LETTERS_OF_BATCH
    known = coupons.c.code_hash == code_hash(code) if is_of_batch else coupons.c.code == code
    row = connection.execute(select(*_COUPON).where(known)).one_or_none()
    return coupon_of_row(row) if row else None


def code_hash(code: str) -> str:
    """What is kept of a batch's code. It has 80 random bits, so one plain round is enough."""
    return hashlib.sha256(code.encode()).hexdigest()


def give_to(connection: Connection, coupon_id: str, driver_id: str) -> bool:
    """Makes a coupon that is nobody's this driver's; False where somebody has it or holds it."""
    given = connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id, coupons.c.driver_id.is_(None), coupons.c.state == "available")
        .values(driver_id=driver_id)
    )
    return given.rowcount == 1


def change_state(connection: Connection, coupon_id: str, to: str, *, of: Sequence[str]) -> bool:
    """Moves a coupon that is in one of these states; False otherwise."""
    changed = connection.execute(
        update(coupons).where(coupons.c.id == coupon_id, coupons.c.state.in_(of)).values(state=to)
    )
    return changed.rowcount == 1


def coupons_of(connection: Connection, driver_id: str, limit: int) -> list[CouponRow]:
    """Those that end first, first; those that have ended, last."""
    rows = connection.execute(
        select(*_COUPON)
        .where(coupons.c.driver_id == driver_id)
        .order_by(coupons.c.valid_until.desc(), coupons.c.id)
        .limit(limit)
    )
    return [coupon_of_row(row) for row in rows]


def unspent_coupons_of(connection: Connection, driver_id: str, now: datetime) -> list[CouponRow]:
    rows = connection.execute(
        select(*_COUPON)
        .where(
            coupons.c.driver_id == driver_id,
            coupons.c.valid_until > now,
            coupons.c.state.in_(("available", "held")),
        )
        .order_by(coupons.c.valid_until, coupons.c.id)
    )
    return [coupon_of_row(row) for row in rows]


def hold(
    connection: Connection,
    coupon_id: str,
    holder: str,
    until: datetime | None,
    now: datetime,
    *,
    companions: Mapping[str, int] = NO_COMPANIONS,
) -> bool:
    """Sets a free coupon aside for this holder, or again for the same one; False when somebody else has it."""
    held = connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id, or_(_is_free(now), _is_held_by(holder)))
        .values(state="held", holder=holder, held_until=until, companions=dict(companions) or null())
    )
    return held.rowcount == 1


def redeem(connection: Connection, coupon_id: str, holder: str, discount_fen: int, now: datetime) -> bool:
    """Uses the coupon up, if this holder has it or nobody does; False otherwise."""
    redeemed = connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id, or_(_is_free(now), _is_held_by(holder)))
        .values(state="redeemed", holder=holder, held_until=None, redeemed_at=now, discount_fen=discount_fen)
    )
    return redeemed.rowcount == 1


def companions_of(connection: Connection, coupon_id: str) -> Mapping[str, int]:
    """The coupons that its order holds together, itself among them, and what each saves; nothing for one alone."""
    found = connection.execute(select(coupons.c.companions).where(coupons.c.id == coupon_id)).scalar()
    return found or NO_COMPANIONS


def put_quote_coupons(
    connection: Connection, quote_id: str, saving: Mapping[str, int], now: datetime
) -> None:
    connection.execute(
        insert(quote_coupons),
        [
            {"quote_id": quote_id, "coupon_id": coupon_id, "saves_fen": fen, "at": now}
            for coupon_id, fen in saving.items()
        ],
    )


def coupons_of_quote(connection: Connection, quote_id: str) -> Mapping[str, int]:
    rows = connection.execute(
        select(quote_coupons.c.coupon_id, quote_coupons.c.saves_fen)
        .where(quote_coupons.c.quote_id == quote_id)
        .order_by(quote_coupons.c.coupon_id)
    )
    return {row.coupon_id: row.saves_fen for row in rows}


def has_quote_coupons(connection: Connection, before: datetime) -> bool:
    found = connection.execute(select(quote_coupons.c.quote_id).where(quote_coupons.c.at < before).limit(1))
    return found.first() is not None


def forget_quote_coupons(connection: Connection, before: datetime) -> None:
    connection.execute(delete(quote_coupons).where(quote_coupons.c.at < before))


def release(connection: Connection, coupon_id: str, holder: str) -> bool:
    """Gives the coupon back, if this holder has it."""
    released = connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id, _is_held_by(holder))
        .values(state="available", holder=None, held_until=None)
    )
    return released.rowcount == 1


def release_overdue(connection: Connection, now: datetime) -> int:
    """Frees what counters held too long."""
    connection.execute(
        update(counter_holds)
        .where(counter_holds.c.state == "held", counter_holds.c.expires_at <= now)
        .values(state="released")
    )
    freed = connection.execute(
        update(coupons)
        .where(coupons.c.state == "held", coupons.c.held_until <= now)
        .values(state="available", holder=None, held_until=None)
    )
    return freed.rowcount


def has_overdue(connection: Connection, now: datetime) -> bool:
    overdue = connection.execute(
        select(counter_holds.c.id)
        .where(counter_holds.c.state == "held", counter_holds.c.expires_at <= now)
        .limit(1)
    ).one_or_none()
    return overdue is not None


# --- counter holds ---


def counter_hold(connection: Connection, hold_id: str) -> HoldRow | None:
    row = connection.execute(
        select(
            counter_holds.c.id,
            counter_holds.c.coupon_id,
            counter_holds.c.station_id,
            counter_holds.c.sale_id,
            counter_holds.c.state,
            counter_holds.c.expires_at,
        )
        .where(counter_holds.c.id == hold_id)
        .with_for_update()
    ).one_or_none()
    return HoldRow(*row) if row else None


def redeemed_holds(connection: Connection, station_id: str, sale_id: str) -> Sequence[str]:
    return (
        connection.execute(
            select(counter_holds.c.id).where(
                counter_holds.c.station_id == station_id,
                counter_holds.c.sale_id == sale_id,
                counter_holds.c.state == "redeemed",
            )
        )
        .scalars()
        .all()
    )


def unredeem(connection: Connection, coupon_id: str, holder: str) -> None:
    """A used coupon is its owner's again. Where its budget was settled, it is worth what it was worth then, and no more."""
    row = connection.execute(
        select(coupons.c.reserved_fen, coupons.c.discount_fen, coupons.c.terms)
        .where(coupons.c.id == coupon_id, coupons.c.state == "redeemed", coupons.c.holder == holder)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return
    changed: dict[str, Any] = {}
    if row.reserved_fen == 0:
        terms = {**row.terms, "cap_fen": row.discount_fen}
        changed = {"reserved_fen": row.discount_fen, "terms": terms}
    connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id)
        .values(
            state="available", holder=None, held_until=None, redeemed_at=None, discount_fen=None, **changed
        )
    )


def put_counter_hold(connection: Connection, row: HoldRow, now: datetime) -> None:
    changed = connection.execute(
        update(counter_holds)
        .where(counter_holds.c.id == row.id)
        .values(state=row.state, expires_at=row.expires_at)
    )
    if changed.rowcount == 0:
        connection.execute(
            insert(counter_holds).values(
                id=row.id,
                coupon_id=row.coupon_id,
                station_id=row.station_id,
                sale_id=row.sale_id,
                state=row.state,
                expires_at=row.expires_at,
                created_at=now,
            )
        )


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(coupons.c.state == "available", and_(coupons.c.state == "held", coupons.c.held_until <= now))


def _is_held_by(holder: str) -> ColumnElement[bool]:
    return and_(coupons.c.state == "held", coupons.c.holder == holder)


def coupon_of_row(row: Any) -> CouponRow:
    return CouponRow(
        row.id,
        row.code or "",
        row.driver_id,
        row.title,
        terms_of(row.terms),
        row.state,
        row.holder,
        row.held_until,
        row.campaign_id,
        row.version,
        row.code_hash,
        row.batch_id,
        row.reserved_fen,
    )


def restore(connection: Connection, coupon_id: str, terms: CouponTerms) -> None:
    """The coupon with these terms, free again where it was under review; one that is used or held stays as it is."""
    connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id, coupons.c.state.in_(("review", "available")))
        .values(state="available", terms=terms_fields(terms), valid_from=terms.valid_from)
    )
