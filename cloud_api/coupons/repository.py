"""Rows of campaigns, coupons and counter holds; every limit is one conditional update."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from cloud_api.coupons.tables import campaign_claims, campaigns, counter_holds, coupons
from core.domain.coupon import CouponKind, CouponTerms
from core.domain.ids import GradeCode, StationId
from core.domain.money import Money


@dataclass(frozen=True, slots=True)
class CampaignRow:
    id: str
    title: str
    terms: CouponTerms
    remaining: int
    claim_from: datetime
    claim_until: datetime


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


def terms_fields(terms: CouponTerms) -> dict[str, Any]:
    """The terms as JSON, the same in the database and on the wire."""
    fields: dict[str, Any] = {"kind": terms.kind.value}
    match terms.kind:
        case CouponKind.AMOUNT_OFF:
            fields["off_fen"] = terms.off.fen
        case CouponKind.PERCENT_OFF:
            fields["percent"] = terms.percent
        case CouponKind.PER_LITRE_OFF:
            fields["off_li"] = terms.off_li
    fields["threshold_fen"] = terms.threshold.fen
    fields["cap_fen"] = None if terms.cap is None else terms.cap.fen
    fields["grades"] = list(terms.grades)
    fields["stations"] = list(terms.stations)
    fields["valid_from"] = terms.valid_from.isoformat()
    fields["valid_until"] = terms.valid_until.isoformat()
    return fields


def terms_of(fields: Mapping[str, Any]) -> CouponTerms:
    return CouponTerms(
        kind=CouponKind(fields["kind"]),
        valid_from=datetime.fromisoformat(fields["valid_from"]),
        valid_until=datetime.fromisoformat(fields["valid_until"]),
        off=Money(fields.get("off_fen") or 0),
        percent=fields.get("percent") or 0,
        off_li=fields.get("off_li") or 0,
        threshold=Money(fields.get("threshold_fen") or 0),
        cap=None if fields.get("cap_fen") is None else Money(fields["cap_fen"]),
        grades=tuple(GradeCode(grade) for grade in fields["grades"]),
        stations=tuple(StationId(station) for station in fields["stations"]),
    )


# --- campaigns ---

_CAMPAIGN = (
    campaigns.c.id,
    campaigns.c.title,
    campaigns.c.terms,
    campaigns.c.remaining,
    campaigns.c.claim_from,
    campaigns.c.claim_until,
)


def add_campaign(connection: Connection, row: CampaignRow, now: datetime) -> None:
    connection.execute(
        insert(campaigns).values(
            id=row.id,
            title=row.title,
            terms=terms_fields(row.terms),
            stock=row.remaining,
            remaining=row.remaining,
            claim_from=row.claim_from,
            claim_until=row.claim_until,
            created_at=now,
        )
    )


def campaign(connection: Connection, campaign_id: str) -> CampaignRow | None:
    row = connection.execute(select(*_CAMPAIGN).where(campaigns.c.id == campaign_id)).one_or_none()
    return _campaign(row) if row else None


def running_campaigns(connection: Connection, now: datetime) -> list[CampaignRow]:
    rows = connection.execute(
        select(*_CAMPAIGN)
        .where(campaigns.c.claim_from <= now, campaigns.c.claim_until > now)
        .order_by(campaigns.c.claim_until, campaigns.c.id)
    )
    return [_campaign(row) for row in rows]


def take_from_stock(connection: Connection, campaign_id: str, count: int) -> bool:
    """Takes so many out of the campaign's stock; False when there are not as many left."""
    taken = connection.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign_id, campaigns.c.remaining >= count)
        .values(remaining=campaigns.c.remaining - count)
    )
    return taken.rowcount == 1


def claimed_by(connection: Connection, driver_id: str) -> set[str]:
    rows = connection.execute(
        select(campaign_claims.c.campaign_id).where(campaign_claims.c.driver_id == driver_id)
    )
    return {row.campaign_id for row in rows}


def has_claimed(connection: Connection, campaign_id: str, driver_id: str) -> bool:
    found = connection.execute(
        select(campaign_claims.c.coupon_id).where(
            campaign_claims.c.campaign_id == campaign_id, campaign_claims.c.driver_id == driver_id
        )
    ).one_or_none()
    return found is not None


def note_claim(
    connection: Connection, campaign_id: str, driver_id: str, coupon_id: str, now: datetime
) -> None:
    connection.execute(
        insert(campaign_claims).values(
            campaign_id=campaign_id, driver_id=driver_id, coupon_id=coupon_id, at=now
        )
    )


# --- coupons ---

_COUPON = (
    coupons.c.id,
    coupons.c.code,
    coupons.c.driver_id,
    coupons.c.title,
    coupons.c.terms,
    coupons.c.state,
    coupons.c.holder,
    coupons.c.held_until,
)


def add_coupons(connection: Connection, campaign_id: str, rows: Sequence[CouponRow], now: datetime) -> None:
    connection.execute(
        insert(coupons),
        [
            {
                "id": row.id,
                "code": row.code,
                "campaign_id": campaign_id,
                "driver_id": row.driver_id,
                "title": row.title,
                "terms": terms_fields(row.terms),
                "valid_from": row.terms.valid_from,
                "valid_until": row.terms.valid_until,
                "state": "available",
                "created_at": now,
            }
            for row in rows
        ],
    )


def coupon(connection: Connection, coupon_id: str) -> CouponRow | None:
    row = connection.execute(select(*_COUPON).where(coupons.c.id == coupon_id)).one_or_none()
    return _coupon(row) if row else None


def coupon_of_code(connection: Connection, code: str) -> CouponRow | None:
    row = connection.execute(select(*_COUPON).where(coupons.c.code == code)).one_or_none()
    return _coupon(row) if row else None


def coupons_of(connection: Connection, driver_id: str, limit: int) -> list[CouponRow]:
    """Those that end first, first; those that have ended, last."""
    rows = connection.execute(
        select(*_COUPON)
        .where(coupons.c.driver_id == driver_id)
        .order_by(coupons.c.valid_until.desc(), coupons.c.id)
        .limit(limit)
    )
    return [_coupon(row) for row in rows]


def unspent_coupons_of(connection: Connection, driver_id: str, now: datetime) -> list[CouponRow]:
    rows = connection.execute(
        select(*_COUPON)
        .where(coupons.c.driver_id == driver_id, coupons.c.valid_until > now, coupons.c.state != "redeemed")
        .order_by(coupons.c.valid_until, coupons.c.id)
    )
    return [_coupon(row) for row in rows]


def hold(connection: Connection, coupon_id: str, holder: str, until: datetime | None, now: datetime) -> bool:
    """Sets a free coupon aside for this holder, or again for the same one; False when somebody else has it."""
    held = connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id, or_(_is_free(now), _is_held_by(holder)))
        .values(state="held", holder=holder, held_until=until)
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
    connection.execute(
        update(coupons)
        .where(coupons.c.id == coupon_id, coupons.c.state == "redeemed", coupons.c.holder == holder)
        .values(state="available", holder=None, held_until=None, redeemed_at=None, discount_fen=None)
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


def _campaign(row: Any) -> CampaignRow:
    return CampaignRow(row.id, row.title, terms_of(row.terms), row.remaining, row.claim_from, row.claim_until)


def _coupon(row: Any) -> CouponRow:
    return CouponRow(
        row.id,
        row.code,
        row.driver_id,
        row.title,
        terms_of(row.terms),
        row.state,
        row.holder,
        row.held_until,
    )
