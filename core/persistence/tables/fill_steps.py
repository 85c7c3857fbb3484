"""What people decided of fills, and who owes one."""

from core.domain.debt import DebtKind, DebtState
from core.domain.fill_step import FillStep
from core.persistence.column_types import Day, Fen, Id, Millilitres, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import CheckConstraint, Column, ForeignKey, Integer, String, Table

fill_entries = Table(
    "fill_entries",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("fill", Id(), ForeignKey("fills.id"), nullable=False),
    Column("step", Word(FillStep), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("by", Id(), nullable=False),
    Column("grade", String(12), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("shift", Id()),
    Column("returned", Millilitres(), nullable=False),
    Column("tank", Integer()),
    Column("debt", Id()),
    Column("reason", String(200), nullable=False),
    Column("undoes", Id()),
    CheckConstraint("returned >= 0 AND returned <= volume", name="no_more_back_than_flowed"),
    sqlite_with_rowid=False,
)

debts = Table(
    "debts",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("number", String(40), nullable=False),
    Column("kind", Word(DebtKind), nullable=False),
    Column("fill", Id(), ForeignKey("fills.id"), nullable=False),
    Column("pump", Integer(), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("by", Id(), nullable=False),
    Column("shift", Id()),
    Column("person", String(40), nullable=False),
    Column("plate", String(12), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("note", String(200), nullable=False),
    Column("due_on", Day()),
    Column("state", Word(DebtState), nullable=False),
    Column("sale", Id()),
    Column("ended_at", Moment()),
    Column("reason", String(200), nullable=False),
    sqlite_with_rowid=False,
)
