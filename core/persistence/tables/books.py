"""What these books are: a station's real ones, or a training till's."""

from core.persistence.metadata import metadata
from core.persistence.words import Column, Integer, String, Table

books = Table(
    "books",
    metadata,
    # There is one row, and it is number 1.
    Column("one", Integer(), primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
)
