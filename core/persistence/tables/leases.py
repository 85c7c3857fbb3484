"""Who owns what only one program at a time may own."""

from core.persistence.column_types import Moment
from core.persistence.metadata import metadata
from core.persistence.words import Column, String, Table

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("until", Moment(), nullable=False),
)
