"""Rows of grants, counted limits, shares, batches, versions and results; each limit is one conditional statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, insert, literal, select, true, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from cloud_api.campaigns.tables import (
    birthdays,
    campaign_grants,
    campaign_shares,
    campaign_uses,
    campaign_versions,
    code_batches,
)
from cloud_api.coupons.campaigns import CampaignRow, terms_fields
from cloud_api.coupons.tables import coupons, driver_days


@dataclass(frozen=True, slots=True)
class ShareRow:
    id: str
    campaign_id: str
    driver_id: str
    friends_left: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BatchRow:
    id: str
    campaign_id: str
    count: int
    made_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What became of a campaign's coupons, and what their drivers filled during it and before."""

    issued: int
    held: int
    redeemed: int
    expired: int
    void: int
    cost_fen: int
    drivers: int
    volume_ml: int
    amount_fen: int
    volume_before_ml: int
    amount_before_fen: int


def _insert(connection: Connection) -> Any:
    return postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert


def add_version(connection: Connection, row: CampaignRow, by: str, now: datetime) -> None:
    connection.execute(
        insert(campaign_versions).values(
            campaign_id=row.id,
            version=row.version,
            title=row.title,
            terms=terms_fields(row.terms),
            days=row.days,
            at=now,
            by=by,
        )
    )


def versions_of(connection: Connection, campaign_id: str) -> list[Any]:
    return list(
        connection.execute(
            select(campaign_versions)
            .where(campaign_versions.c.campaign_id == campaign_id)
            .order_by(campaign_versions.c.version)
        )
    )


# --- grants and limits ---


def use_up(  # noqa: PLR0917 - the key of a row
    connection: Connection, campaign_id: str, kind: str, key: str, day: str, most: int
) -> int | None:
    """One more for this key; which one it is, or None where as many as may be had it already."""
    uses = campaign_uses.c
    statement = (
        _insert(connection)(campaign_uses)
        .values(campaign_id=campaign_id, kind=kind, key=key, day=day, count=1)
        .on_conflict_do_update(
            index_elements=[uses.campaign_id, uses.kind, uses.key, uses.day],
            set_={"count": uses.count + 1},
            where=uses.count < most,
        )
        .returning(uses.count)
    )
    found: int | None = connection.execute(statement).scalar()
    return found


def grant(  # noqa: PLR0917 - the row
    connection: Connection, campaign_id: str, driver_id: str, occasion: str, coupon_id: str, now: datetime
) -> bool:
    """Notes that this person has the coupon for this occasion; False where they had one for it before.

    The coupon must be there; where the answer is False its caller gives everything back by ending the savepoint.
    """
    added = connection.execute(
        _insert(connection)(campaign_grants)
        .values(campaign_id=campaign_id, driver_id=driver_id, occasion=occasion, coupon_id=coupon_id, at=now)
        .on_conflict_do_nothing()
        .returning(campaign_grants.c.coupon_id)
    )
    return added.scalar() is not None


def claims_of(connection: Connection, driver_id: str) -> set[str]:
    """The campaigns of which this driver has claimed a coupon."""
    rows = connection.execute(
        select(campaign_grants.c.campaign_id).where(
            campaign_grants.c.driver_id == driver_id, campaign_grants.c.occasion.startswith("claim")
        )
    )
    return set(rows.scalars())


# --- shares ---


def add_share(connection: Connection, row: ShareRow, token_hash: str, now: datetime) -> None:
    connection.execute(
        insert(campaign_shares).values(
            id=row.id,
            campaign_id=row.campaign_id,
            driver_id=row.driver_id,
            token_hash=token_hash,
            friends_left=row.friends_left,
            expires_at=row.expires_at,
            created_at=now,
        )
    )


def share(connection: Connection, token_hash: str) -> ShareRow | None:
    row = connection.execute(
        select(
            campaign_shares.c.id,
            campaign_shares.c.campaign_id,
            campaign_shares.c.driver_id,
            campaign_shares.c.friends_left,
            campaign_shares.c.expires_at,
        ).where(campaign_shares.c.token_hash == token_hash)
    ).one_or_none()
    return ShareRow(*row) if row else None


def take_friend(connection: Connection, share_id: str) -> bool:
    """One friend fewer; False where there is none left."""
    taken = connection.execute(
        update(campaign_shares)
        .where(campaign_shares.c.id == share_id, campaign_shares.c.friends_left > 0)
        .values(friends_left=campaign_shares.c.friends_left - 1)
    )
    return taken.rowcount == 1


# --- batches ---


def add_batch(connection: Connection, row: BatchRow) -> None:
    connection.execute(
        insert(code_batches).values(
            id=row.id, campaign_id=row.campaign_id, count=row.count, made_by=row.made_by, at=row.at
        )
    )


def batches_of(connection: Connection, campaign_id: str) -> list[BatchRow]:
    rows = connection.execute(
        select(*(code_batches.c[name] for name in ("id", "campaign_id", "count", "made_by", "at")))
        .where(code_batches.c.campaign_id == campaign_id)
        .order_by(code_batches.c.at, code_batches.c.id)
    )
    return [BatchRow(*row) for row in rows]


# --- occasions ---


def tell_birthday(connection: Connection, driver_id: str, month_day: str, now: datetime) -> bool:
    """Kept once: whoever could change it would have it every week. False where another one is kept."""
    connection.execute(
        _insert(connection)(birthdays)
        .values(driver_id=driver_id, month_day=month_day, told_at=now)
        .on_conflict_do_nothing()
    )
    kept = connection.execute(
        select(birthdays.c.month_day).where(birthdays.c.driver_id == driver_id)
    ).scalar()
    return kept == month_day


def born_on(
    connection: Connection, month_days: Sequence[str], campaign_id: str, occasion: str, limit: int
) -> list[str]:
    """Drivers whose birthday it is and who have nothing for it yet."""
    rows = connection.execute(
        select(birthdays.c.driver_id)
        .where(
            birthdays.c.month_day.in_(month_days),
            ~_has(campaign_id, birthdays.c.driver_id, occasion),
        )
        .limit(limit)
    )
    return list(rows.scalars())


def new_since(connection: Connection, day: str, campaign_id: str, occasion: str, limit: int) -> list[str]:
    """Drivers whose first day of filling is this one or later."""
    earlier = driver_days.alias("earlier")
    rows = connection.execute(
        select(driver_days.c.driver_id)
        .where(
            driver_days.c.day >= day,
            ~exists().where(
                earlier.c.driver_id == driver_days.c.driver_id, earlier.c.day < driver_days.c.day
            ),
            ~_has(campaign_id, driver_days.c.driver_id, occasion),
        )
        .limit(limit)
    )
    return list(rows.scalars())


def away_between(
    connection: Connection, first: str, last: str, campaign_id: str, limit: int
) -> list[tuple[str, str]]:
    """Drivers whose last day of filling lies between these days, with that day; each such day is an occasion."""
    later = driver_days.alias("later")
    rows = connection.execute(
        select(driver_days.c.driver_id, driver_days.c.day)
        .where(
            driver_days.c.day >= first,
            driver_days.c.day <= last,
            ~exists().where(later.c.driver_id == driver_days.c.driver_id, later.c.day > driver_days.c.day),
            ~_has(campaign_id, driver_days.c.driver_id, literal("away ") + driver_days.c.day),
        )
        .limit(limit)
    )
    return [(row.driver_id, row.day) for row in rows]


def _has(campaign_id: str, driver_id: Any, occasion: Any) -> Any:
    return exists().where(
        campaign_grants.c.campaign_id == campaign_id,
        campaign_grants.c.driver_id == driver_id,
        campaign_grants.c.occasion == occasion,
    )


# --- results ---


def result(  # noqa: PLR0917 - the days of the campaign and those before it
    connection: Connection, campaign_id: str, now: datetime, first: str, last: str, before: str
) -> ResultRow:
    """In one query: the campaign's coupons by what became of them, and what their drivers filled in its days and before."""
    own = coupons.c.campaign_id == campaign_id

    def counted(*rules: Any) -> Any:
        return func.coalesce(func.sum(case((and_(*rules), 1), else_=0)), 0)

    is_over = and_(coupons.c.state == "available", coupons.c.valid_until <= now)
    of_coupons = (
        select(
            func.count().label("issued"),
            counted(coupons.c.state == "held").label("held"),
            counted(coupons.c.state == "redeemed").label("redeemed"),
            counted(is_over).label("expired"),
            counted(coupons.c.state == "void").label("void"),
            func.coalesce(func.sum(coupons.c.discount_fen), 0).label("cost_fen"),
            func.count(coupons.c.driver_id.distinct()).label("drivers"),
        )
        .where(own)
        .subquery()
    )
    theirs = driver_days.c.driver_id.in_(
        select(coupons.c.driver_id).where(own, coupons.c.driver_id.is_not(None))
    )
    during, earlier = driver_days.c.day >= first, driver_days.c.day < first

    def summed(column: Any, when: Any) -> Any:
        return func.coalesce(func.sum(case((when, column), else_=0)), 0)

    of_days = (
        select(
            summed(driver_days.c.volume_ml, during).label("volume_ml"),
            summed(driver_days.c.amount_fen, during).label("amount_fen"),
            summed(driver_days.c.volume_ml, earlier).label("volume_before_ml"),
            summed(driver_days.c.amount_fen, earlier).label("amount_before_fen"),
        )
        .where(theirs, driver_days.c.day >= before, driver_days.c.day <= last)
        .subquery()
    )
    return ResultRow(
        *(
            int(value)
            for value in connection.execute(
                select(of_coupons, of_days).select_from(of_coupons.join(of_days, true()))
            ).one()
        )
    )
