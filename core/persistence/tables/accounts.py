"""Account customers and the entries of what they owe."""

from typing import Any

from core.domain.account import EntryKind
from core.domain.payment import Tender
from core.persistence.column_types import AsColumn, Fen, Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)


class Plates(AsColumn[tuple[str, ...]]):
    """Plates, with spaces between."""

    impl = Text

    def to_column(self, value: tuple[str, ...]) -> str:
        return " ".join(value)

    def from_column(self, value: Any) -> tuple[str, ...]:
        return tuple(value.split())


accounts = Table(
    "accounts",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("plates", Plates(), nullable=False),
    Column("limit", Fen(), nullable=False),
    # The sum of the account's entries, kept with each of them.
    Column("owed", Fen(), nullable=False),
    Column("active", Boolean(), nullable=False),
    CheckConstraint('owed <= "limit"', name="within_limit"),
    sqlite_with_rowid=False,
)

account_entries = Table(
    "account_entries",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("account", Id(), ForeignKey("accounts.id"), nullable=False),
    Column("number", Integer(), nullable=False),
    Column("kind", Word(EntryKind), nullable=False),
    Column("debit", String(48), nullable=False),
    Column("credit", String(48), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("owed", Fen(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("by", Id(), nullable=False),
    Column("shift", Id()),
    Column("sale", Id()),
    Column("payment", Id()),
    Column("refund", Id()),
    Column("plate", String(20), nullable=False),
    Column("tender", Word(Tender)),
    Column("slip", String(32), nullable=False),
    Column("note", String(200), nullable=False),
    CheckConstraint("amount > 0", name="more_than_nothing"),
    sqlite_with_rowid=False,
)

# What account customers paid, by shift and by local hour.
settlement_sums = Table(
    "settlement_sums",
    metadata,
    Column("shift", Id(), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("tender", Word(Tender), primary_key=True),
    Column("settlements", BigInteger(), nullable=False),
    Column("amount", Fen(), nullable=False),
    sqlite_with_rowid=False,
)
