"""Sellers and how their goods are classified, titles that drivers keep, invoices with lines and papers, what is invoiced."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import SealedBytes, SealedText

sellers = Table(
    "invoice_sellers",
    metadata,
    # The legal entity that stations belong to (stations.entity).
    Column("entity", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("tax_number", String(20), nullable=False),
    Column("address", String(100), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("bank", String(100), nullable=False),
    Column("account", String(40), nullable=False),
    Column("clerk", String(20), nullable=False),
    # Prepaid money is invoiced when it is paid in, and then never what it buys; or the other way round.
    Column("invoices_top_ups", Boolean, nullable=False),
)

goods = Table(
    "invoice_goods",
    metadata,
    Column("entity", String(32), primary_key=True),
    # A fuel's grade, a barcode, or "goods" for whatever has no row of its own.
    Column("what", String(40), primary_key=True),
    Column("name", String(90), nullable=False),
    Column("tax_code", String(19), nullable=False),
    Column("unit", String(20), nullable=False),
    # VAT in basis points; nothing where it is not taxable.
    Column("rate", Integer),
    Column("is_refined_oil", Boolean, nullable=False),
)

titles = Table(
    "invoice_titles",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), nullable=False, index=True),
    # core.domain.invoice.title.Title as JSON.
    Column("title", SealedText("invoice_titles.title"), nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

invoices = Table(
    "invoices",
    metadata,
    # Made by whoever asks: the same again is the same.
    Column("id", Id(), primary_key=True),
    # What the invoice house knows it by: it takes 20 characters.
    Column("order_no", String(20), nullable=False, unique=True),
    Column("entity", String(32), nullable=False),
    Column("driver_id", Id()),
    Column("form", String(8), nullable=False),
    Column("title", SealedText("invoices.title"), nullable=False),
    Column("gross_fen", BigInteger, nullable=False),
    Column("net_fen", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("at", Moment, nullable=False),
    # The house is asked (again) then; nothing where nothing is left to do.
    Column("next_at", Moment),
    Column("tries", Integer, nullable=False),
    Column("failure", String(200)),
    Column("number", String(20)),
    Column("issued_at", Moment),
    # What it invoices was given back since: it is taken back by a red one, and what is left is invoiced anew.
    Column("is_stale", Boolean, nullable=False),
    Column("reason", Integer),
    Column("red_number", String(20)),
    Column("reversed_at", Moment),
    # The one that stands in for it, made from what is left.
    Column("followed_by", Id()),
    CheckConstraint("form IN ('ordinary', 'special')", name="form"),
    CheckConstraint(
        "state IN ('waiting', 'sent', 'issued', 'failed', 'reversing', 'reversed', 'dropped')", name="state"
    ),
    Index(None, "driver_id", "at"),
    Index(None, "next_at"),
)

lines = Table(
    "invoice_lines",
    metadata,
    Column("invoice_id", Id(), ForeignKey("invoices.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("name", String(90), nullable=False),
    Column("tax_code", String(19), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("rate", Integer),
    Column("is_refined_oil", Boolean, nullable=False),
    Column("gross_fen", BigInteger, nullable=False),
    Column("net_fen", BigInteger, nullable=False),
    Column("quantity_e8", BigInteger),
    Column("price_e8", BigInteger),
)

# What an invoice is of. While it stands, `holds` keeps everything from being invoiced a second time.
sources = Table(
    "invoice_sources",
    metadata,
    Column("invoice_id", Id(), ForeignKey("invoices.id"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("source_id", Id(), primary_key=True),
    Column("station_id", String(32), nullable=False),
)

holds = Table(
    "invoice_holds",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("source_id", Id(), primary_key=True),
    Column("invoice_id", Id(), nullable=False, index=True),
)

papers = Table(
    "invoice_papers",
    metadata,
    Column("invoice_id", Id(), ForeignKey("invoices.id"), primary_key=True),
    # "pdf", "xml" or "ofd"; the red one's begin with "red-".
    Column("form", String(8), primary_key=True),
    Column("body", SealedBytes("invoice_papers.body"), nullable=False),
    Column("at", Moment, nullable=False),
)

# What counters gave back, line by line.
returns = Table(
    "invoice_returns",
    metadata,
    Column("refund_id", Id(), primary_key=True),
    Column("line_id", Id(), primary_key=True),
    Column("sale_id", Id(), nullable=False, index=True),
    Column("amount_fen", BigInteger, nullable=False),
)
