"""Calls for help from the forecourt, and fills named for the counter."""

from core.persistence.column_types import Id, Moment
from core.persistence.metadata import metadata
from core.persistence.words import Column, ForeignKey, Integer, Table

help_calls = Table(
    "help_calls",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("called_by", Id(), nullable=False),
    Column("called_at", Moment(), nullable=False),
    Column("pump", Integer()),
    Column("order", Id()),
    Column("answered_by", Id()),
    Column("answered_at", Moment()),
)

handed_fills = Table(
    "handed_fills",
    metadata,
    Column("fill", Id(), ForeignKey("fills.id"), primary_key=True),
    Column("by", Id(), nullable=False),
    Column("at", Moment(), nullable=False),
)
