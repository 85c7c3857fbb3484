"""Cash that moved without a sale; how shifts were counted, cut, put right, and their Z as it was when they closed."""

from core.domain.cash import CashKind
from core.domain.payment import Tender
from core.persistence.column_types import Fen, Id, Millilitres, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import Column, ForeignKey, Integer, String, Table, Text


def _of_shift() -> Column[str]:
    return Column(
        "shift", Id(), ForeignKey("shifts.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )


cash_movements = Table(
    "cash_movements",
    metadata,
    _of_shift(),
    Column("number", Integer(), primary_key=True, autoincrement=False),
    Column("id", Id(), nullable=False, unique=True),
    Column("kind", Word(CashKind), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("by", Id(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("approver", Id()),
    Column("ref", Id(), nullable=False),
    sqlite_with_rowid=False,
)

shift_counts = Table(
    "shift_counts",
    metadata,
    _of_shift(),
    Column("tender", Word(Tender), primary_key=True),
    Column("expected", Fen(), nullable=False),
    Column("counted", Fen(), nullable=False),
    sqlite_with_rowid=False,
)

# Notes and coins of a count; denomination 0 is cash that was counted as a sum.
shift_pieces = Table(
    "shift_pieces",
    metadata,
    _of_shift(),
    Column("denomination", Integer(), primary_key=True, autoincrement=False),
    Column("pieces", Integer(), nullable=False),
    sqlite_with_rowid=False,
)

shift_meters = Table(
    "shift_meters",
    metadata,
    _of_shift(),
    Column("nozzle", String(12), primary_key=True),
    Column("totaliser", Millilitres()),
    Column("running", Millilitres(), nullable=False),
    sqlite_with_rowid=False,
)

shift_corrections = Table(
    "shift_corrections",
    metadata,
    _of_shift(),
    Column("number", Integer(), primary_key=True, autoincrement=False),
    Column("id", Id(), nullable=False, unique=True),
    Column("tender", Word(Tender), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("by", Id(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("approver", Id()),
    sqlite_with_rowid=False,
)

# The paper's figures as they stood when the shift closed, to be printed again years later exactly so.
z_reports = Table(
    "z_reports",
    metadata,
    _of_shift(),
    Column("number", Integer(), nullable=False, unique=True),
    Column("content", Text(), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", Moment(), nullable=False),
    sqlite_with_rowid=False,
)
