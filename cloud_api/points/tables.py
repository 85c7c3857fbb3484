"""Levels, points set aside or spent on bills, and what each bill and each refund means in points."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text

from cloud_api.metadata import Id, Moment, metadata

point_levels = Table(
    "point_levels",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("title", String(40), nullable=False),
    # So many points earned within so many days make the level.
    Column("from_points", Integer, nullable=False, unique=True),
    Column("period_days", Integer, nullable=False, server_default="365"),
    # Hundredths of a point for a yuan paid and for a litre filled.
    Column("per_yuan", Integer, nullable=False),
    Column("per_litre", Integer, nullable=False),
    # What else it gives, as members read it, one a line.
    Column("benefits", Text, nullable=False, server_default=""),
    CheckConstraint("from_points >= 0 AND per_yuan >= 0 AND per_litre >= 0 AND period_days > 0", name="rule"),
)

# More points on some days, for some grades, litres or amounts (core.domain.points_earning.PointsBonus).
point_rules = Table(
    "point_rules",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("extra", Integer, nullable=False),
    # grades, levels, stations, weekdays, days, least_fen, least_ml; what is not there is no condition.
    Column("conditions", JSON, nullable=False),
    Column("stopped_at", Moment),
    CheckConstraint("percent >= 100 AND extra >= 0", name="rule"),
    Index(None, "ends_at"),
)

point_uses = Table(
    "point_uses",
    metadata,
    # Made by the till: the same use is held, redeemed or released once.
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), nullable=False, index=True),
    Column("station_id", Id(), nullable=False),
    Column("sale_id", Id(), nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("worth_fen", BigInteger, nullable=False),
    # How many of them were spent in the end; the rest went back.
    Column("spent", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("points > 0 AND worth_fen >= 0 AND spent BETWEEN 0 AND points", name="amount"),
    CheckConstraint("state IN ('held', 'redeemed', 'released', 'overdue')", name="state"),
    Index(None, "state", "expires_at"),
    Index(None, "station_id", "sale_id"),
)

point_sales = Table(
    "point_sales",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("sale_id", Id(), primary_key=True),
    Column("driver_id", Id(), nullable=False),
    Column("at", Moment, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    Column("earned", BigInteger, nullable=False),
    # Of what was earned, so much was taken back; of what was spent, so much was given back.
    Column("reversed", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    CheckConstraint("reversed BETWEEN 0 AND earned", name="reversed"),
    Index(None, "driver_id", "at"),
)

point_refunds = Table(
    "point_refunds",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("refund_id", Id(), primary_key=True),
    Column("sale_id", Id(), nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    CheckConstraint("total_fen >= 0", name="total"),
    Index(None, "station_id", "sale_id"),
)
