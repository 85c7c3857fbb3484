"""Cases of fuel that two counts disagree about."""

from core.domain.reconciliation.case import CaseState
from core.domain.reconciliation.gap import Cause, GapKind
from core.persistence.column_types import Counter, Fen, Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import BigInteger, Column, String, Table, UniqueConstraint

reconciliation_cases = Table(
    "reconciliation_cases",
    metadata,
    Column("number", Counter(), primary_key=True, autoincrement=False),
    Column("id", Id(), nullable=False),
    Column("shift", Id(), nullable=False),
    Column("kind", Word(GapKind), nullable=False),
    Column("grade", String(12), nullable=False),
    Column("nozzle", String(12), nullable=False),  # empty for a gap of the whole grade
    Column("millilitres", BigInteger(), nullable=False),
    Column("found", Word(Cause), nullable=False),
    Column("worth", Fen(), nullable=False),
    Column("found_at", Moment(), nullable=False),
    Column("cause", Word(Cause), nullable=False),
    Column("state", Word(CaseState), nullable=False),
    Column("said", String(200), nullable=False),
    Column("by", Id()),
    Column("at", Moment()),
    UniqueConstraint("id"),
    # A shift is compared once; whoever tries again finds what was found.
    UniqueConstraint("shift", "kind", "grade", "nozzle", "found"),
)
