"""Staff and shifts."""

from core.domain.shift import ShiftState
from core.persistence.column_types import Fen, Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import Boolean, Column, ForeignKey, Integer, String, Table

staff = Table(
    "staff",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("role", String(32), ForeignKey("roles.code"), nullable=False),
    Column("pin_hash", String(200), nullable=False),
    Column("active", Boolean(), nullable=False),
    Column("failed_tries", Integer(), nullable=False),
    Column("locked_until", Moment()),
    Column("card_hash", String(64), unique=True),
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("number", Integer(), nullable=False, unique=True),
    Column("opened_by", Id(), nullable=False),
    Column("opened_at", Moment(), nullable=False),
    Column("opening_float", Fen(), nullable=False),
    Column("state", Word(ShiftState), nullable=False),
    Column("closed_by", Id()),
    Column("closed_at", Moment()),
    Column("counted_cash", Fen(), nullable=False),
    Column("expected_cash", Fen(), nullable=False),
    Column("checked_by", Id()),
    Column("followed_by", Id()),
)
