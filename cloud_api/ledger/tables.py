"""Accounts with their kept balance, postings, and the entries they consist of. Entries are only ever added."""

from sqlalchemy import (
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
