"""Price board, what each nozzle confirmed, and price changes."""

from sqlalchemy import Column, String, Table

from core.domain.price import PriceChangeState
from core.persistence.column_types import Id, Li, Moment, NozzleNames, Word
from core.persistence.tables.metadata import metadata

board = Table(
    "board",
    metadata,
    Column("grade", String(12), primary_key=True),
    Column("price", Li(), nullable=False),
    Column("since", Moment(), nullable=False),
)

nozzle_prices = Table(
    "nozzle_prices",
    metadata,
    Column("nozzle", String(12), primary_key=True),
    Column("price", Li(), nullable=False),
)

price_changes = Table(
    "price_changes",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("grade", String(12), nullable=False),
    Column("price", Li(), nullable=False),
    Column("due_at", Moment(), nullable=False),
    Column("scheduled_by", Id(), nullable=False),
    Column("scheduled_at", Moment(), nullable=False),
    Column("state", Word(PriceChangeState), nullable=False),
    Column("applied_nozzles", NozzleNames(), nullable=False),
    Column("applied_at", Moment()),
)
