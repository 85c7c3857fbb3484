"""Invoices: sellers and their goods, titles, invoices with lines, sources and papers, and what counters gave back.

Revision ID: 20261123_11_invoices
Revises: 20261123_10_offices
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261123_11_invoices"
down_revision = "20261123_10_offices"
branch_labels = None
depends_on = None

_STATES = "state IN ('waiting', 'sent', 'issued', 'failed', 'reversing', 'reversed', 'dropped')"


def upgrade() -> None:
    _sellers()
    _invoices()
    _parts()
    op.create_table(
        "invoice_returns",
        sa.Column("refund_id", Id(), nullable=False),
        sa.Column("line_id", Id(), nullable=False),
        sa.Column("sale_id", Id(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("refund_id", "line_id", name=op.f("pk_invoice_returns")),
    )
    op.create_index("ix_invoice_returns_sale_id", "invoice_returns", ["sale_id"])


def downgrade() -> None:
    for table in (
        "invoice_returns",
        "invoice_papers",
        "invoice_holds",
        "invoice_sources",
        "invoice_lines",
        "invoices",
        "invoice_titles",
        "invoice_goods",
        "invoice_sellers",
    ):
        op.drop_table(table)


def _sellers() -> None:
    op.create_table(
        "invoice_sellers",
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tax_number", sa.String(20), nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("bank", sa.String(100), nullable=False),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("clerk", sa.String(20), nullable=False),
        sa.Column("invoices_top_ups", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_invoice_sellers")),
    )
    op.create_table(
        "invoice_goods",
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("name", sa.String(90), nullable=False),
        sa.Column("tax_code", sa.String(19), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("rate", sa.Integer),
        sa.Column("is_refined_oil", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("entity", "what", name=op.f("pk_invoice_goods")),
    )
    op.create_table(
        "invoice_titles",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_titles")),
    )
    op.create_index("ix_invoice_titles_driver_id", "invoice_titles", ["driver_id"])


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_no", sa.String(20), nullable=False),
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("driver_id", Id()),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("gross_fen", sa.BigInteger, nullable=False),
        sa.Column("net_fen", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("next_at", Moment),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("failure", sa.String(200)),
        sa.Column("number", sa.String(20)),
        sa.Column("issued_at", Moment),
        sa.Column("is_stale", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Integer),
        sa.Column("red_number", sa.String(20)),
        sa.Column("reversed_at", Moment),
        sa.Column("followed_by", Id()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("order_no", name=op.f("uq_invoices_order_no")),
        sa.CheckConstraint("form IN ('ordinary', 'special')", name=op.f("ck_invoices_form")),
        sa.CheckConstraint(_STATES, name=op.f("ck_invoices_state")),
    )
    op.create_index("ix_invoices_driver_id_at", "invoices", ["driver_id", "at"])
    op.create_index("ix_invoices_next_at", "invoices", ["next_at"])


def _parts() -> None:
    op.create_table(
        "invoice_lines",
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("name", sa.String(90), nullable=False),
        sa.Column("tax_code", sa.String(19), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("rate", sa.Integer),
        sa.Column("is_refined_oil", sa.Boolean, nullable=False),
        sa.Column("gross_fen", sa.BigInteger, nullable=False),
        sa.Column("net_fen", sa.BigInteger, nullable=False),
        sa.Column("quantity_e8", sa.BigInteger),
        sa.Column("price_e8", sa.BigInteger),
        sa.PrimaryKeyConstraint("invoice_id", "position", name=op.f("pk_invoice_lines")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_lines_invoice_id_invoices")
        ),
    )
    op.create_table(
        "invoice_sources",
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source_id", Id(), nullable=False),
        sa.Column("station_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("invoice_id", "kind", "source_id", name=op.f("pk_invoice_sources")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_sources_invoice_id_invoices")
        ),
    )
    op.create_table(
        "invoice_holds",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source_id", Id(), nullable=False),
        sa.Column("invoice_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "source_id", name=op.f("pk_invoice_holds")),
    )
    op.create_index("ix_invoice_holds_invoice_id", "invoice_holds", ["invoice_id"])
    op.create_table(
        "invoice_papers",
        sa.Column("invoice_id", Id(), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("invoice_id", "form", name=op.f("pk_invoice_papers")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_papers_invoice_id_invoices")
        ),
    )
