"""Calls for help from the forecourt, and fills named for the counter."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from core.persistence.column_types import Id, Moment
from core.persistence.tables.metadata import metadata

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
