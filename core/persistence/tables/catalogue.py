"""Goods."""

from core.persistence.column_types import Fen, Id
from core.persistence.metadata import metadata
from core.persistence.words import Boolean, Column, Integer, String, Table, text

goods = Table(
    "goods",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("barcode", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("price", Fen(), nullable=False),
    Column("stock", Integer(), nullable=False),
    Column("on_sale", Boolean(), nullable=False),
    Column("initials", String(200), nullable=False, server_default=""),
    Column("quick_page", Integer(), nullable=False, server_default=text("0")),
    Column("quick_place", Integer(), nullable=False, server_default=text("0")),
    Column("quick_colour", String(20), nullable=False, server_default=""),
)
