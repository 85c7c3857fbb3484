"""With what an order is paid, the driver's asking for it back, WeChat's JSAPI, and the providers' daily bills.

Revision ID: 20261123_08_paying
Revises: 20261123_07_campaigns
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261123_08_paying"
down_revision = "20261123_07_campaigns"
branch_labels = None
depends_on = None

_CHANNELS = "channel IN ('code', 'qr', 'h5', 'mini_program', 'jsapi')"
_CHANNELS_BEFORE = "channel IN ('code', 'qr', 'h5', 'mini_program')"


def upgrade() -> None:
    op.add_column("orders", sa.Column("stored_fen", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("back_asked_at", Moment))
    op.add_column("orders", sa.Column("back_declined_at", Moment))
    with op.batch_alter_table("payments") as batch:
        batch.drop_constraint(op.f("ck_payments_channel"), type_="check")
        batch.create_check_constraint(op.f("ck_payments_channel"), _CHANNELS)
    op.create_index("ix_payments_provider_paid_at", "payments", ["provider", "paid_at"])
    _tenders()
    _bills()


def downgrade() -> None:
    op.drop_table("bill_differences")
    op.drop_table("bill_lines")
    op.drop_table("bills")
    op.drop_table("order_tenders")
    op.drop_index("ix_payments_provider_paid_at", "payments")
    op.execute(
        "DELETE FROM payment_events WHERE payment_id IN (SELECT id FROM payments WHERE channel = 'jsapi')"
    )
    op.execute("DELETE FROM payments WHERE channel = 'jsapi'")
    with op.batch_alter_table("payments") as batch:
        batch.drop_constraint(op.f("ck_payments_channel"), type_="check")
        batch.create_check_constraint(op.f("ck_payments_channel"), _CHANNELS_BEFORE)
    with op.batch_alter_table("orders") as batch:
        for name in ("back_declined_at", "back_asked_at", "stored_fen"):
            batch.drop_column(name)


def _tenders() -> None:
    op.create_table(
        "order_tenders",
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("tender", sa.String(8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("points", sa.BigInteger),
        sa.Column("reference", Id(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_tenders")),
        sa.CheckConstraint(
            "tender IN ('wallet', 'card', 'points', 'online')", name=op.f("ck_order_tenders_tender")
        ),
        sa.CheckConstraint("state IN ('taken', 'returned')", name=op.f("ck_order_tenders_state")),
        sa.CheckConstraint("returned_fen BETWEEN 0 AND amount_fen", name=op.f("ck_order_tenders_returned")),
    )
    op.create_index("ix_order_tenders_reference", "order_tenders", ["reference"])
    # What was paid before was paid by a provider alone.
    op.execute(
        "INSERT INTO order_tenders (order_id, position, tender, amount_fen, points, reference, returned_fen, state)"
        " SELECT id, 1, 'online', paid_fen, NULL, payment_id, refund_fen, 'taken'"
        " FROM orders WHERE payment_id IS NOT NULL AND paid_fen > 0"
    )


def _bills() -> None:
    op.create_table(
        "bills",
        sa.Column("id", Id(), nullable=False),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("trouble", sa.String(200)),
        sa.Column("digest", sa.String(64)),
        sa.Column("fetched_at", Moment, nullable=False),
        sa.Column("paid_fen", sa.BigInteger, nullable=False),
        sa.Column("refunded_fen", sa.BigInteger, nullable=False),
        sa.Column("fee_fen", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
        sa.CheckConstraint("state IN ('fetched', 'empty', 'missing')", name=op.f("ck_bills_state")),
        sa.UniqueConstraint("provider", "day", name=op.f("uq_bills_provider_day")),
    )
    op.create_table(
        "bill_lines",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("our_id", sa.String(64), nullable=False),
        sa.Column("payment_id", sa.String(64), nullable=False),
        sa.Column("provider_ref", sa.String(64), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("fee_fen", sa.BigInteger, nullable=False),
        sa.Column("standing", sa.String(12), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("bill_id", "position", name=op.f("pk_bill_lines")),
        sa.CheckConstraint("subject IN ('payment', 'refund')", name=op.f("ck_bill_lines_subject")),
    )
    op.create_index("ix_bill_lines_our_id", "bill_lines", ["our_id"])
    op.create_table(
        "bill_differences",
        sa.Column("id", Id(), nullable=False),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("our_id", sa.String(64), nullable=False),
        sa.Column("payment_id", sa.String(64), nullable=False),
        sa.Column("provider_ref", sa.String(64), nullable=False),
        sa.Column("ours_fen", sa.BigInteger),
        sa.Column("theirs_fen", sa.BigInteger),
        sa.Column("ours_state", sa.String(12)),
        sa.Column("theirs_state", sa.String(12)),
        sa.Column("cause", sa.String(24), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("found_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("note", sa.String(400)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_differences")),
        sa.CheckConstraint(
            "kind IN ('ours_only', 'theirs_only', 'amount', 'state')", name=op.f("ck_bill_differences_kind")
        ),
        sa.CheckConstraint("state IN ('open', 'resolved', 'gone')", name=op.f("ck_bill_differences_state")),
    )
    op.create_index("ix_bill_differences_state_day", "bill_differences", ["state", "day"])
    op.create_index("ix_bill_differences_provider_day", "bill_differences", ["provider", "day"])
