"""Who owns what only one program at a time may own."""

from sqlalchemy import Column, String, Table

from core.persistence.column_types import Moment
from core.persistence.tables.metadata import metadata

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("until", Moment(), nullable=False),
)
