"""Goods."""

from sqlalchemy import Boolean, Column, Integer, String, Table

from core.persistence.column_types import Fen, Id
from core.persistence.tables.metadata import metadata

goods = Table(
    "goods",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("barcode", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("price", Fen(), nullable=False),
    Column("stock", Integer(), nullable=False),
    Column("on_sale", Boolean(), nullable=False),
)
