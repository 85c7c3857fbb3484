"""What these books are: a station's real ones, or a training till's."""

from sqlalchemy import Column, Integer, String, Table

from core.persistence.tables.metadata import metadata

books = Table(
    "books",
    metadata,
    # There is one row, and it is number 1.
    Column("one", Integer(), primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
)
