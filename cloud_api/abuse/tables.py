"""Counters of how often, who was seen with what, cases with their reasons, and the deeds of stations' staff by day."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import SealedText

velocity_counters = Table(
    "velocity_counters",
    metadata,
    Column("what", String(20), primary_key=True),
    Column("key", String(64), primary_key=True),  # a hash
    Column("window", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("forget_at", Moment, nullable=False, index=True),
)

# Which drivers came with a device, a plate or a payer; `key` is a hash.
seen_with = Table(
    "seen_with",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("driver_id", Id(), primary_key=True),
    Column("last_at", Moment, nullable=False),
    Index(None, "driver_id"),
)

abuse_cases = Table(
    "abuse_cases",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("about", String(8), nullable=False),
    Column("subject", String(40), nullable=False),  # the driver, or the member of staff at the station
    Column("station_id", Id()),
    Column("deed", String(20), nullable=False),
    Column("score", Integer, nullable=False),
    Column("action", String(8), nullable=False),
    # Each rule that spoke: its name, its weight, what was found and what it allows.
    Column("reasons", JSON, nullable=False),
    Column("campaign_id", Id()),
    Column("coupon_id", Id(), index=True),
    Column("state", String(10), nullable=False),
    Column("appeal", SealedText("abuse_cases.appeal"), nullable=False),
    Column("appealed_at", Moment),
    Column("answer", SealedText("abuse_cases.answer"), nullable=False),
    Column("answered_by", String(40), nullable=False, server_default=""),
    Column("answered_at", Moment),
    CheckConstraint("about IN ('driver', 'staff')", name="about"),
    CheckConstraint("action IN ('delay', 'lower', 'review')", name="action"),
    CheckConstraint("state IN ('noted', 'open', 'appealed', 'upheld', 'lifted')", name="state"),
    Index(None, "state", "at"),
    Index(None, "subject", "at"),
)

staff_days = Table(
    "staff_days",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("staff", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("what", String(12), primary_key=True),  # sale, member, coupon, manual, void, refund
    Column("whom", String(32), primary_key=True),  # the member, where the deed is for one
    Column("count", Integer, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Index(None, "day"),
)
