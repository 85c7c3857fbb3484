"""Campaigns, the coupons issued from them, who holds one at a counter, and what drivers filled by day."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import WithSealedList

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("terms", WithSealedList("campaigns.terms", "plates"), nullable=False),
    Column("stock", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("claim_from", Moment, nullable=False),
    Column("claim_until", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    # The terms are those of this version; coupons keep the terms that they were issued with.
    Column("version", Integer, nullable=False, server_default="1"),
    # How its coupons get to people, and what for where that is an event: birthday, first_fill, away.
    Column("way", String(8), nullable=False, server_default="claim"),
    Column("occasion", String(12)),
    Column("away_days", Integer, nullable=False, server_default="60"),
    # Days that a coupon holds from its issue on; without, the dates of the terms.
    Column("days", Integer),
    Column("points_price", Integer, nullable=False, server_default="0"),
    # Taken at issue, at what a coupon can cost at most; what it did not cost comes back.
    Column("budget_fen", BigInteger),
    Column("budget_left_fen", BigInteger),
    Column("limits", JSON),
    Column("friends", Integer, nullable=False, server_default="0"),
    # What a litre more brings, for the return; a statement of whoever keeps the campaign.
    Column("margin_li", Integer, nullable=False, server_default="0"),
    Column("baseline_days", Integer),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("remaining >= 0 AND remaining <= stock", name="stock"),
    CheckConstraint("budget_left_fen >= 0 AND budget_left_fen <= budget_fen", name="budget"),
    CheckConstraint("way IN ('claim', 'code', 'event', 'share', 'gift')", name="way"),
)

coupons = Table(
    "coupons",
    metadata,
    Column("id", Id(), primary_key=True),
    # Of a batch only the hash of each code is kept: it is as good as money and was exported once.
    Column("code", String(20), unique=True),
    Column("code_hash", String(64), unique=True),
    Column("batch_id", Id()),
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), nullable=False, index=True),
    # Nobody's: whoever brings the code to a counter.
    Column("driver_id", Id(), ForeignKey("drivers.id")),
    Column("title", String(100), nullable=False),
    Column("terms", WithSealedList("coupons.terms", "plates"), nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("valid_until", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    # The order, or the counter's hold, that has it now or used it up; a hold without an end lasts as long as its order.
    Column("holder", Id()),
    Column("held_until", Moment),
    Column("redeemed_at", Moment),
    Column("discount_fen", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    # What it holds of the campaign's budget: null where there is none, 0 once it is settled.
    Column("reserved_fen", BigInteger),
    # The coupons that its order holds together, itself among them, and what each saves: {id: fen}.
    Column("companions", JSON),
    CheckConstraint("state IN ('available', 'held', 'redeemed', 'review', 'void')", name="state"),
    CheckConstraint("state IN ('available', 'review', 'void') OR holder IS NOT NULL", name="holder"),
    CheckConstraint("code IS NOT NULL OR code_hash IS NOT NULL", name="code"),
    Index(None, "driver_id", "valid_until"),
    # Few, and none of what an order changes: holding and redeeming touch no index.
    Index(
        "ix_coupons_reserved",
        "campaign_id",
        "valid_until",
        sqlite_where=text("reserved_fen > 0"),
        postgresql_where=text("reserved_fen > 0"),
    ),
)

counter_holds = Table(
    "counter_holds",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("coupon_id", Id(), ForeignKey("coupons.id"), nullable=False),
    Column("station_id", Id(), ForeignKey("stations.id"), nullable=False),
    Column("sale_id", Id(), nullable=False),
    Column("state", String(12), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("state IN ('held', 'redeemed', 'released')", name="state"),
    Index(None, "state", "expires_at"),
    Index(None, "station_id", "sale_id"),
)

# The coupons of a quote that go together, the one it names among them, until an order takes them.
quote_coupons = Table(
    "quote_coupons",
    metadata,
    Column("quote_id", Id(), primary_key=True),
    Column("coupon_id", Id(), primary_key=True),
    Column("saves_fen", BigInteger, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# What each driver filled on each day of the station's zone, online and at counters.
driver_days = Table(
    "driver_days",
    metadata,
    Column("driver_id", Id(), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("fills", Integer, nullable=False),
    Column("volume_ml", BigInteger, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Index(None, "day"),
)
