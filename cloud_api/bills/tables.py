"""A provider's bill of a day, its lines, and where they differ from our books."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from cloud_api.metadata import Id, Moment, metadata

bills = Table(
    "bills",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("provider", String(16), nullable=False),
    # The day in China, YYYY-MM-DD.
    Column("day", String(10), nullable=False),
    # fetched; empty: the provider says that there was nothing; missing: it could not be had yet.
    Column("state", String(8), nullable=False),
    Column("trouble", String(200)),
    Column("digest", String(64)),
    Column("fetched_at", Moment, nullable=False),
    Column("paid_fen", BigInteger, nullable=False),
    Column("refunded_fen", BigInteger, nullable=False),
    Column("fee_fen", BigInteger, nullable=False),
    Column("lines", Integer, nullable=False),
    CheckConstraint("state IN ('fetched', 'empty', 'missing')", name="state"),
    UniqueConstraint("provider", "day"),
)

bill_lines = Table(
    "bill_lines",
    metadata,
    Column("bill_id", Id(), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("subject", String(8), nullable=False),
    # The merchant's number: our payment's, or our refund's.
    Column("our_id", String(64), nullable=False, index=True),
    Column("payment_id", String(64), nullable=False),
    Column("provider_ref", String(64), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("fee_fen", BigInteger, nullable=False),
    Column("standing", String(12), nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("subject IN ('payment', 'refund')", name="subject"),
)

bill_differences = Table(
    "bill_differences",
    metadata,
    # Made from provider, subject, number and kind: found again, it is the same one.
    Column("id", Id(), primary_key=True),
    Column("provider", String(16), nullable=False),
    Column("day", String(10), nullable=False),
    Column("subject", String(8), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("our_id", String(64), nullable=False),
    Column("payment_id", String(64), nullable=False),
    Column("provider_ref", String(64), nullable=False),
    Column("ours_fen", BigInteger),
    Column("theirs_fen", BigInteger),
    Column("ours_state", String(12)),
    Column("theirs_state", String(12)),
    Column("cause", String(24), nullable=False),
    Column("state", String(8), nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", String(64)),
    Column("note", String(400)),
    CheckConstraint("kind IN ('ours_only', 'theirs_only', 'amount', 'state')", name="kind"),
    CheckConstraint("state IN ('open', 'resolved', 'gone')", name="state"),
    Index(None, "state", "day"),
    Index(None, "provider", "day"),
)
