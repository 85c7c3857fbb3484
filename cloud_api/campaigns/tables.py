"""Versions of campaigns, who got which coupon for what, counted limits, shares, batches of codes, birthdays."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import WithSealedList

# Only added to: what the campaign promised at any time stays readable.
campaign_versions = Table(
    "campaign_versions",
    metadata,
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("title", String(100), nullable=False),
    Column("terms", WithSealedList("campaign_versions.terms", "plates"), nullable=False),
    Column("days", Integer),
    Column("at", Moment, nullable=False),
    Column("by", String(40), nullable=False),
)

# One row for a person and an occasion: that nobody gets a coupon twice for the same is its key.
campaign_grants = Table(
    "campaign_grants",
    metadata,
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), primary_key=True),
    Column("occasion", String(48), primary_key=True),
    Column("coupon_id", Id(), ForeignKey("coupons.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "driver_id"),
)

# How often a campaign gave to a person, phone, device, plate, payer, network or day; keys are hashes.
campaign_uses = Table(
    "campaign_uses",
    metadata,
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),  # empty: ever
    Column("count", Integer, nullable=False),
)

campaign_shares = Table(
    "campaign_shares",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), nullable=False),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("friends_left", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("friends_left >= 0", name="friends"),
    Index(None, "campaign_id", "driver_id"),
)

code_batches = Table(
    "code_batches",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("count", Integer, nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("at", Moment, nullable=False),
)

# Month and day alone, as told by the driver; no year.
birthdays = Table(
    "birthdays",
    metadata,
    Column("driver_id", Id(), ForeignKey("drivers.id"), primary_key=True),
    Column("month_day", String(5), nullable=False, index=True),
    Column("told_at", Moment, nullable=False),
)
