"""Kept sums of what went back, beside the kept sums of what was sold.

Lines count in the shift that wrote the refund down; money in the shift in which it moved, "" when none was open.
"""

from core.domain.payment import Tender
from core.persistence.column_types import Fen, Id, Li, Millilitres, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import BigInteger, Column, Integer, String, Table, text

refund_sums = Table(
    "refund_sums",
    metadata,
    Column("shift", Id(), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("refunds", BigInteger(), nullable=False),
    Column("voids", BigInteger(), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("goods_pieces", BigInteger(), nullable=False),
    Column("goods_amount", Fen(), nullable=False),
    Column("prepaid", Fen(), nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)

refund_tender_sums = Table(
    "refund_tender_sums",
    metadata,
    Column("shift", String(32), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("tender", Word(Tender), primary_key=True),
    Column("refunds", BigInteger(), nullable=False),
    Column("amount", Fen(), nullable=False),
    sqlite_with_rowid=False,
)

refund_fuel_sums = Table(
    "refund_fuel_sums",
    metadata,
    Column("shift", Id(), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("grade", String(12), primary_key=True),
    Column("price", Li(), primary_key=True),
    Column("local_hour", Integer(), nullable=False),
    Column("fills", BigInteger(), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("amount", Fen(), nullable=False),
    sqlite_with_rowid=False,
)
