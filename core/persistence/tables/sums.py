"""Kept sums: what completed sales and orders come to, by shift and by local hour, written in their own transaction.

One row serves both readings: a shift's figures are the sum over its hours, a day's the sum over its hours' shifts.
`hour` is the moment at which the station's local hour began, `local_hour` what its clock then showed (0 to 23).
"""

from core.domain.payment import Tender
from core.persistence.column_types import Fen, Id, Li, Millilitres, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import BigInteger, Column, Integer, String, Table, text

sale_sums = Table(
    "sale_sums",
    metadata,
    Column("shift", Id(), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("sales", BigInteger(), nullable=False),
    Column("gross", Fen(), nullable=False),
    Column("discount", Fen(), nullable=False),
    Column("goods_pieces", BigInteger(), nullable=False),
    Column("goods_net", Fen(), nullable=False),
    Column("rounding", Fen(), nullable=False, server_default=text("0")),
    # What was paid for fuel before it flowed, and what of it has flowed: neither is goods or fuel when it is sold.
    Column("prepaid", Fen(), nullable=False, server_default=text("0")),
    Column("prepaid_filled", Fen(), nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)

tender_sums = Table(
    "tender_sums",
    metadata,
    Column("shift", Id(), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("tender", Word(Tender), primary_key=True),
    Column("payments", BigInteger(), nullable=False),
    Column("amount", Fen(), nullable=False),
    sqlite_with_rowid=False,
)

fuel_sums = Table(
    "fuel_sums",
    metadata,
    Column("shift", Id(), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("grade", String(12), primary_key=True),
    Column("price", Li(), primary_key=True),
    Column("local_hour", Integer(), nullable=False),
    Column("fills", BigInteger(), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("gross", Fen(), nullable=False),
    Column("net", Fen(), nullable=False),
    sqlite_with_rowid=False,
)

order_sums = Table(
    "order_sums",
    metadata,
    # Empty for an order that was completed while no shift was open.
    Column("shift", String(32), primary_key=True),
    Column("hour", Moment(), primary_key=True),
    Column("grade", String(12), primary_key=True),
    Column("local_hour", Integer(), nullable=False),
    Column("orders", BigInteger(), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    # What their drivers owed in the end.
    Column("owed", Fen(), nullable=False),
    sqlite_with_rowid=False,
)
