"""Rows of campaigns: stock and budget are taken by one conditional update and settled when a coupon has ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, text, update

from cloud_api.coupons.tables import campaigns, coupons
from core.domain.campaign import LimitKey, Occasion, Way
from core.domain.coupon import CouponKind, CouponTerms, conditions_in, conditions_of
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
    stock: int = 0
    version: int = 1
    way: Way = Way.CLAIM
    occasion: Occasion | None = None
    away_days: int = 60
    days: int | None = None
    points_price: int = 0
    budget_fen: int | None = None
    budget_left_fen: int | None = None
    limits: Mapping[LimitKey, int] = field(default_factory=dict)
    friends: int = 0
    margin_li: int = 0
    baseline_days: int | None = None
    paused: bool = False

    @property
    def reserves_fen(self) -> int | None:
        """What each of its coupons takes of the budget when it is issued; None where there is no budget."""
        if self.budget_fen is None or self.terms.most is None:
            return None
        return self.terms.most.fen


def terms_fields(terms: CouponTerms) -> dict[str, Any]:
    """The terms as JSON, the same in the database and on the wire."""
    written: dict[str, Any] = {"kind": terms.kind.value}
    match terms.kind:
        case CouponKind.AMOUNT_OFF:
            written["off_fen"] = terms.off.fen
        case CouponKind.PERCENT_OFF:
            written["percent"] = terms.percent
        case CouponKind.PER_LITRE_OFF:
            written["off_li"] = terms.off_li
        case CouponKind.FIXED_PRICE | CouponKind.GOODS_FREE:
            pass  # among the conditions
    written["threshold_fen"] = terms.threshold.fen
    written["cap_fen"] = None if terms.cap is None else terms.cap.fen
    written["grades"] = list(terms.grades)
    written["stations"] = list(terms.stations)
    written["valid_from"] = terms.valid_from.isoformat()
    written["valid_until"] = terms.valid_until.isoformat()
    return {**written, **conditions_of(terms)}


def terms_of(written: Mapping[str, Any]) -> CouponTerms:
    return CouponTerms(
        kind=CouponKind(written["kind"]),
        valid_from=datetime.fromisoformat(written["valid_from"]),
        valid_until=datetime.fromisoformat(written["valid_until"]),
        off=Money(written.get("off_fen") or 0),
        percent=written.get("percent") or 0,
        off_li=written.get("off_li") or 0,
        threshold=Money(written.get("threshold_fen") or 0),
        cap=None if written.get("cap_fen") is None else Money(written["cap_fen"]),
        grades=tuple(GradeCode(grade) for grade in written["grades"]),
        stations=tuple(StationId(station) for station in written["stations"]),
        **conditions_in(written),
    )


_CAMPAIGN = tuple(campaigns.c[each.name] for each in fields(CampaignRow))


def add_campaign(connection: Connection, row: CampaignRow, now: datetime) -> None:
    values = {each.name: getattr(row, each.name) for each in fields(CampaignRow)}
    values |= {"terms": terms_fields(row.terms), "limits": dict(row.limits) or None, "stock": row.remaining}
    connection.execute(insert(campaigns).values(**values, created_at=now))


def lock_campaign(connection: Connection, campaign_id: str) -> None:
    """Keeps the campaign from others until the transaction ends."""
    connection.execute(select(campaigns.c.id).where(campaigns.c.id == campaign_id).with_for_update())


def change_campaign(connection: Connection, campaign_id: str, **values: Any) -> None:
    connection.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(**values))


def campaign(connection: Connection, campaign_id: str) -> CampaignRow | None:
    row = connection.execute(select(*_CAMPAIGN).where(campaigns.c.id == campaign_id)).one_or_none()
    return _campaign(row) if row else None


def running_campaigns(connection: Connection, now: datetime, way: Way = Way.CLAIM) -> list[CampaignRow]:
    rows = connection.execute(
        select(*_CAMPAIGN)
        .where(
            campaigns.c.claim_from <= now,
            campaigns.c.claim_until > now,
            campaigns.c.way == way.value,
            campaigns.c.paused.is_(False),
        )
        .order_by(campaigns.c.claim_until, campaigns.c.id)
    )
    return [_campaign(row) for row in rows]


def all_campaigns(connection: Connection, limit: int, before: str | None = None) -> list[CampaignRow]:
    """Newest first; `before` is the last one of the page before."""
    asked = select(*_CAMPAIGN).order_by(campaigns.c.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(campaigns.c.id < before)
    return [_campaign(row) for row in connection.execute(asked)]


def take_from_stock(connection: Connection, campaign_id: str, count: int, reserved_fen: int = 0) -> bool:
    """Takes so many out of the campaign's stock and so much of its budget; False when there is not as much left.

    One conditional statement, and the last of its transaction: everybody who claims meets at this row.
    """
    enough = [campaigns.c.id == campaign_id, campaigns.c.remaining >= count, campaigns.c.paused.is_(False)]
    changed: dict[str, Any] = {"remaining": campaigns.c.remaining - count}
    if reserved_fen:
        enough.append(campaigns.c.budget_left_fen >= reserved_fen)
        changed["budget_left_fen"] = campaigns.c.budget_left_fen - reserved_fen
    return connection.execute(update(campaigns).where(*enough).values(**changed)).rowcount == 1


def add_to_stock(connection: Connection, campaign_id: str, count: int, budget_fen: int) -> None:
    changed: dict[str, Any] = {
        "stock": campaigns.c.stock + count,
        "remaining": campaigns.c.remaining + count,
    }
    if budget_fen:
        changed["budget_fen"] = campaigns.c.budget_fen + budget_fen
        changed["budget_left_fen"] = campaigns.c.budget_left_fen + budget_fen
    connection.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(**changed))


def has_unsettled(connection: Connection, now: datetime) -> bool:
    """Whether any coupon holds more of a budget than it can still cost; cheap to ask when there is none."""
    found = connection.execute(select(coupons.c.id).where(text("reserved_fen > 0"), _has_ended(now)).limit(1))
    return found.first() is not None


def _has_ended(now: datetime) -> ColumnElement[bool]:
    return or_(
        coupons.c.state.in_(("redeemed", "void")),
        and_(coupons.c.state.in_(("available", "review")), coupons.c.valid_until <= now),
    )


def unsettled(connection: Connection, now: datetime, limit: int) -> list[tuple[str, str, int]]:
    """Coupons that hold more of a budget than they can still cost: (coupon, campaign, fen to give back)."""
    rows = connection.execute(
        select(coupons.c.id, coupons.c.campaign_id, coupons.c.reserved_fen, coupons.c.discount_fen)
        .where(
            # Written out, so that the partial index is found by it.
            text("reserved_fen > 0"),
            _has_ended(now),
        )
        .order_by(coupons.c.campaign_id, coupons.c.id)
        .limit(limit)
        # What another worker settles just now is its own.
        .with_for_update(skip_locked=True)
    )
    return [(row.id, row.campaign_id, max(0, row.reserved_fen - (row.discount_fen or 0))) for row in rows]


def settle(connection: Connection, found: Sequence[tuple[str, str, int]]) -> None:
    """What these coupons did not cost is their campaigns' again."""
    ids = [coupon_id for coupon_id, _campaign_id, _fen in found]
    connection.execute(update(coupons).where(coupons.c.id.in_(ids)).values(reserved_fen=0))
    back: dict[str, int] = {}
    for _coupon_id, campaign_id, fen in found:
        back[campaign_id] = back.get(campaign_id, 0) + fen
    for campaign_id, fen in sorted(back.items()):
        connection.execute(
            update(campaigns)
            .where(campaigns.c.id == campaign_id)
            .values(budget_left_fen=campaigns.c.budget_left_fen + fen)
        )


def _campaign(row: Any) -> CampaignRow:
    values = {each.name: getattr(row, each.name) for each in fields(CampaignRow)}
    values["terms"] = terms_of(row.terms)
    values["way"] = Way(row.way)
    values["occasion"] = None if row.occasion is None else Occasion(row.occasion)
    values["limits"] = {LimitKey(key): most for key, most in (row.limits or {}).items()}
    return CampaignRow(**values)
