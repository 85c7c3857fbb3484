"""Prepays: money for fuel that is still to flow, or to go back."""

from core.domain.prepay import PrepayState
from core.persistence.column_types import Fen, Id, Millilitres, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    false,
)

prepays = Table(
    "prepays",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("number", String(30), nullable=False),
    Column("sale", Id(), nullable=False),
    Column("line", Id(), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("paid_at", Moment(), nullable=False),
    Column("by", Id(), nullable=False),
    Column("pump", Integer(), nullable=False),
    Column("nozzle", Integer(), nullable=False),
    Column("grade", String(12), nullable=False),
    Column("ready_at", Moment(), nullable=False),
    Column("state", Word(PrepayState), nullable=False),
    Column("authorisation", Id()),
    Column("reason", String(60), nullable=False),
    Column("moved_from", Integer()),
    Column("to_pump", Integer()),
    Column("to_nozzle", Integer()),
    Column("to_grade", String(12)),
    Column("fill", Id(), ForeignKey("fills.id")),
    Column("used", Fen(), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("filled_at", Moment()),
    Column("returned", Fen(), nullable=False),
    Column("deposit", Boolean(), nullable=False, server_default=false()),
    Column("plate", String(12), nullable=False, server_default=""),
    Column("ended_at", Moment()),
    Column("overrun_sale", Id()),
    ForeignKeyConstraint(["sale", "line"], ["sale_lines.sale", "sale_lines.id"]),
    CheckConstraint("amount > 0 AND used >= 0 AND returned >= 0", name="not_less_than_nothing"),
    CheckConstraint("returned = 0 OR returned + used <= amount", name="no_more_back_than_was_left"),
    sqlite_with_rowid=False,
)
