"""Refunds with their lines and legs, and beside them how much of each line and payment has gone back.

The two last tables exist for their checks: whatever a program does, the database lets no more go back of a line than was
sold, and no more to a payment than it brought.
"""

from typing import Any

from core.domain.ids import FillId
from core.domain.payment import Tender
from core.domain.refund import LegState, RefundKind, RefundReason
from core.persistence.column_types import AsColumn, Fen, Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
)


class FillIds(AsColumn[tuple[FillId, ...]]):
    """Fills, with spaces between."""

    impl = Text

    def to_column(self, value: tuple[FillId, ...]) -> str:
        return " ".join(value)

    def from_column(self, value: Any) -> tuple[FillId, ...]:
        return tuple(FillId(fill) for fill in value.split())


refunds = Table(
    "refunds",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("sale", Id(), ForeignKey("sales.id"), nullable=False),
    Column("shift", Id(), ForeignKey("shifts.id"), nullable=False),
    Column("number", String(20), nullable=False),
    Column("kind", Word(RefundKind), nullable=False),
    Column("rounding", Fen(), nullable=False),
    Column("reason", Word(RefundReason), nullable=False),
    Column("note", String(200), nullable=False),
    Column("by", Id(), nullable=False),
    Column("approver", Id()),
    Column("at", Moment(), nullable=False),
    Column("reinstate", FillIds(), nullable=False),
    sqlite_with_rowid=False,
)

refund_lines = Table(
    "refund_lines",
    metadata,
    Column("refund", Id(), ForeignKey("refunds.id"), primary_key=True),
    Column("line", Id(), primary_key=True),
    Column("sale", Id(), nullable=False),
    Column("position", Integer(), nullable=False),
    Column("quantity", Integer(), nullable=False),
    Column("amount", Fen(), nullable=False),
    ForeignKeyConstraint(["sale", "line"], ["sale_lines.sale", "sale_lines.id"]),
    CheckConstraint("quantity >= 0 AND amount >= 0", name="not_less_than_nothing"),
    sqlite_with_rowid=False,
)

refund_legs = Table(
    "refund_legs",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("refund", Id(), ForeignKey("refunds.id"), nullable=False),
    Column("of", Id(), ForeignKey("payments.id"), nullable=False),
    Column("position", Integer(), nullable=False),
    Column("tender", Word(Tender), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("state", Word(LegState), nullable=False),
    Column("provider_ref", String(100), nullable=False),
    Column("reason", String(60), nullable=False),
    Column("slip", String(32), nullable=False),
    Column("shift", Id()),
    Column("ended_at", Moment()),
    CheckConstraint("amount > 0", name="more_than_nothing"),
    sqlite_with_rowid=False,
)

refunded_lines = Table(
    "refunded_lines",
    metadata,
    Column("sale", Id(), primary_key=True),
    Column("line", Id(), primary_key=True),
    Column("sold_quantity", Integer(), nullable=False),
    Column("sold", Fen(), nullable=False),
    Column("quantity", Integer(), nullable=False),
    Column("amount", Fen(), nullable=False),
    CheckConstraint("quantity BETWEEN 0 AND sold_quantity", name="no_more_pieces_than_sold"),
    CheckConstraint("amount BETWEEN 0 AND sold", name="no_more_money_than_sold"),
    sqlite_with_rowid=False,
)

refunded_payments = Table(
    "refunded_payments",
    metadata,
    Column("payment", Id(), ForeignKey("payments.id"), primary_key=True),
    Column("took", Fen(), nullable=False),
    Column("given_back", Fen(), nullable=False),
    CheckConstraint("given_back BETWEEN 0 AND took", name="no_more_than_it_brought"),
    sqlite_with_rowid=False,
)

refund_numbers = Table(
    "refund_numbers",
    metadata,
    Column("day", String(8), primary_key=True),
    Column("last", Integer(), nullable=False),
)
