"""Accounts with their kept balance, postings and their entries, which are only ever added; lots, charges, checks."""

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
    UniqueConstraint,
    text,
)

from cloud_api.metadata import Id, Moment, metadata

accounts = Table(
    "ledger_accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    # What it holds (cloud_api.ledger.book.Kind), and whose it is: a driver, a card, a station; empty for the house's own.
    Column("kind", String(24), nullable=False),
    Column("owner", String(32), nullable=False),
    # The sum of its entries, kept by the posting that adds them.
    Column("balance", BigInteger, nullable=False),
    # The other side of the books: what the house has taken in, given and owes to stations.
    Column("may_be_negative", Boolean, nullable=False),
    CheckConstraint("may_be_negative OR balance >= 0", name="balance"),
    UniqueConstraint("kind", "owner"),
)

postings = Table(
    "ledger_postings",
    metadata,
    # Made by whoever posts: the same id is posted once.
    Column("id", Id(), primary_key=True),
    Column("kind", String(24), nullable=False),
    # The payment, sale, refund or card that it is about.
    Column("about", String(32), nullable=False, index=True),
    Column("fingerprint", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

entries = Table(
    "ledger_entries",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("posting_id", Id(), ForeignKey("ledger_postings.id"), nullable=False, index=True),
    Column("account_id", Integer, ForeignKey("ledger_accounts.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    # What the account held after this entry: a statement needs no adding up, and a check finds a wrong one.
    Column("balance_after", BigInteger, nullable=False),
    CheckConstraint("amount <> 0", name="amount"),
    Index(None, "account_id", "number"),
)

# What the balance of an account with lots consists of: a top-up's money, its bonus, a month's points.
lots = Table(
    "ledger_lots",
    metadata,
    Column("id", Id(), primary_key=True),
    # The account that it is a part of.
    Column("kind", String(24), nullable=False),
    Column("owner", String(32), nullable=False),
    # The legal entity that has the money, and at whose stations alone it may be spent; empty for the house itself.
    Column("entity", String(32), nullable=False),
    # Where it came from (a top-up, a card, a sale, a gift), and which.
    Column("source", String(12), nullable=False),
    Column("source_id", String(32), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("amount", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    # Whether an invoice was issued for it when it was paid in: then none may be issued for what it pays.
    Column("invoiced", Boolean, nullable=False),
    CheckConstraint('"left" >= 0', name="left"),
    Index(
        "ix_ledger_lots_open",
        "owner",
        "kind",
        postgresql_where=text('"left" > 0'),
        sqlite_where=text('"left" > 0'),
    ),
    Index(None, "kind", "ends_at"),
)

# Which lots a payment, a use of points or a refund took, and how much of it has come back.
lot_parts = Table(
    "ledger_lot_parts",
    metadata,
    Column("use_id", Id(), primary_key=True),
    Column("lot_id", Id(), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("taken", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    CheckConstraint("taken > 0 AND returned BETWEEN 0 AND taken", name="amount"),
)

# Each look at the books: how far it went, and what was wrong.
ledger_checks = Table(
    "ledger_checks",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("from_number", BigInteger, nullable=False),
    Column("to_number", BigInteger, nullable=False),
    Column("faults", JSON, nullable=False),
    Index(None, "at"),
)

# What counters took from stored value: the ledger has the money, this has who asked for it and how it ended.
stored_charges = Table(
    "stored_charges",
    metadata,
    Column("payment_id", Id(), primary_key=True),
    Column("tender", String(16), nullable=False),
    # Whose balance it was; nothing where the code was nobody's.
    Column("owner", Id()),
    Column("station_id", Id(), nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(40)),
    # What there was, when it was too little.
    Column("available_fen", BigInteger),
    Column("principal_fen", BigInteger, nullable=False),
    Column("bonus_fen", BigInteger, nullable=False),
    Column("refunded_fen", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("state IN ('charged', 'declined', 'reversed')", name="state"),
    CheckConstraint("refunded_fen BETWEEN 0 AND principal_fen + bonus_fen", name="refunded"),
    Index(None, "owner", "at"),
)

stored_refunds = Table(
    "stored_refunds",
    metadata,
    Column("refund_id", Id(), primary_key=True),
    Column("payment_id", Id(), ForeignKey("stored_charges.payment_id"), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("amount_fen > 0", name="amount"),
)
