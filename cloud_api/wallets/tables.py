"""Top-ups and their bonus rules, refunds of balances, and whose name is registered. The money itself is in the ledger."""

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
)

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import SealedText

bonus_rules = Table(
    "wallet_bonus_rules",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("entity", String(32), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("threshold_fen", BigInteger, nullable=False),
    Column("bonus_fen", BigInteger, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("cap_fen", BigInteger),
    # Once for each person.
    Column("once", Boolean, nullable=False),
    Column("stopped_at", Moment),
    CheckConstraint("threshold_fen > 0 AND bonus_fen >= 0 AND percent BETWEEN 0 AND 100", name="rule"),
    Index(None, "entity", "ends_at"),
)

# Who has had, or is about to have, a rule that is once for each person.
bonus_uses = Table(
    "wallet_bonus_uses",
    metadata,
    Column("rule_id", Id(), ForeignKey("wallet_bonus_rules.id"), primary_key=True),
    Column("driver_id", Id(), primary_key=True),
    Column("top_up_id", Id(), nullable=False, index=True),
)

top_ups = Table(
    "wallet_top_ups",
    metadata,
    # Made by the driver's phone: the same again is the same.
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), nullable=False),
    Column("entity", String(32), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    # Promised when it was placed, given when it is paid.
    Column("bonus_fen", BigInteger, nullable=False),
    Column("rule_id", Id(), ForeignKey("wallet_bonus_rules.id")),
    Column("state", String(8), nullable=False),
    Column("at", Moment, nullable=False),
    Column("pay_before", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("payment_id", Id()),
    Column("provider", String(16)),
    # Unpaid attempts at the providers still have to be closed.
    Column("payments_to_close", Boolean, nullable=False),
    CheckConstraint("amount_fen > 0 AND bonus_fen >= 0", name="amount"),
    CheckConstraint("state IN ('pending', 'paid', 'closed')", name="state"),
    Index(None, "driver_id", "at"),
    Index(None, "state", "pay_before"),
    Index(None, "payments_to_close"),
)

# Whose name has been registered with a document: that person may have more with us.
prepaid_holders = Table(
    "wallet_prepaid_holders",
    metadata,
    Column("driver_id", Id(), primary_key=True),
    Column("registered_at", Moment, nullable=False),
    # The person of the head office who has seen the document.
    Column("registered_by", String(64), nullable=False),
)

balance_refunds = Table(
    "wallet_refunds",
    metadata,
    # Made by the driver's phone: the same again is the same.
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), nullable=False),
    Column("why", String(12), nullable=False),
    # Only this top-up; nothing for the whole balance.
    Column("top_up_id", String(32)),
    Column("amount_fen", BigInteger, nullable=False),
    Column("bonus_gone_fen", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("at", Moment, nullable=False),
    Column("decided_at", Moment),
    # The person of the finance office; nothing where the rules alone decided.
    Column("decided_by", String(64)),
    Column("note", SealedText("wallet_refunds.note"), nullable=False),
    Column("done_at", Moment),
    CheckConstraint("amount_fen > 0 AND bonus_gone_fen >= 0", name="amount"),
    CheckConstraint("state IN ('review', 'agreed', 'refused', 'done')", name="state"),
    Index(None, "driver_id", "at"),
    Index(None, "state", "at"),
)

# Lot by lot: each goes back the way it came.
refund_items = Table(
    "wallet_refund_items",
    metadata,
    # Also the refund's number at the provider.
    Column("id", Id(), primary_key=True),
    Column("refund_id", Id(), ForeignKey("wallet_refunds.id"), nullable=False, index=True),
    Column("source", String(12), nullable=False),
    Column("source_id", String(32), nullable=False),
    Column("entity", String(32), nullable=False),
    # The payment that it came by; nothing for what was paid in cash or by a card.
    Column("payment_id", Id()),
    Column("amount_fen", BigInteger, nullable=False),
    Column("bonus_gone_fen", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    # How it was paid out by hand.
    Column("reference", SealedText("wallet_refund_items.reference")),
    Column("ended_at", Moment),
    CheckConstraint("amount_fen > 0 AND bonus_gone_fen >= 0", name="amount"),
    CheckConstraint("state IN ('review', 'waiting', 'by_hand', 'done', 'dropped')", name="state"),
    Index(None, "state"),
)
