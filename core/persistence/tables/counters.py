"""Nozzles' counters: what they showed, how much of it the books explain, and what is missing."""

from core.domain.counter import CounterWhy, Finding
from core.domain.missing_fill import MissingState
from core.persistence.column_types import Fen, Id, Li, Millilitres, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import Column, ForeignKey, Integer, String, Table, Text

counter_snapshots = Table(
    "counter_snapshots",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("pump", Integer(), nullable=False),
    Column("nozzle", Integer(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("why", Word(CounterWhy), nullable=False),
    Column("amount", Fen()),
    Column("fill", Id()),
    Column("shift", Id()),
    sqlite_with_rowid=False,
)

nozzle_counts = Table(
    "nozzle_counts",
    metadata,
    Column("pump", Integer(), primary_key=True, autoincrement=False),
    Column("nozzle", Integer(), primary_key=True, autoincrement=False),
    Column("explained", Millilitres(), nullable=False),
    Column("agreed", Millilitres(), nullable=False),
    Column("at", Moment(), nullable=False),
)

missing_fills = Table(
    "missing_fills",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("pump", Integer(), nullable=False),
    Column("nozzle", Integer(), nullable=False),
    Column("grade", String(12), nullable=False),
    Column("finding", Word(Finding), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("price", Li(), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("since", Moment(), nullable=False),
    Column("until", Moment(), nullable=False),
    Column("counter", Millilitres(), nullable=False),
    Column("agreed", Millilitres(), nullable=False),
    Column("state", Word(MissingState), nullable=False),
    Column("fill", Id(), ForeignKey("fills.id")),
    Column("ended_at", Moment()),
    Column("ended_by", Id()),
    Column("reason", String(200), nullable=False),
    Column("told", Text(), nullable=False),
    Column("told_volume", Millilitres(), nullable=False),
    sqlite_with_rowid=False,
)
