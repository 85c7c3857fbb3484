"""Campaigns, the coupons issued from them, and who holds one at a counter."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("terms", JSON, nullable=False),
    Column("stock", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("claim_from", Moment, nullable=False),
    Column("claim_until", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("remaining >= 0 AND remaining <= stock", name="stock"),
)

coupons = Table(
    "coupons",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("code", String(20), nullable=False, unique=True),
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), nullable=False, index=True),
    # Nobody's: whoever brings the code to a counter.
    Column("driver_id", Id(), ForeignKey("drivers.id")),
    Column("title", String(100), nullable=False),
    Column("terms", JSON, nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("valid_until", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    # The order, or the counter's hold, that has it now or used it up; a hold without an end lasts as long as its order.
    Column("holder", Id()),
    Column("held_until", Moment),
    Column("redeemed_at", Moment),
    Column("discount_fen", BigInteger),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("state IN ('available', 'held', 'redeemed')", name="state"),
    CheckConstraint("state = 'available' OR holder IS NOT NULL", name="holder"),
    Index(None, "driver_id", "valid_until"),
)

campaign_claims = Table(
    "campaign_claims",
    metadata,
    Column("campaign_id", Id(), ForeignKey("campaigns.id"), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), primary_key=True),
    Column("coupon_id", Id(), ForeignKey("coupons.id"), nullable=False),
    Column("at", Moment, nullable=False),
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
