"""Payments, refunds, notifications of providers, and the record of attempts.

Revision ID: 20261122_02_payments
Revises: 20261122_01_rooms
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261122_02_payments"
down_revision = "20261122_01_rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_id", Id()),
        sa.Column("station_id", Id()),
        sa.Column("sale_id", Id()),
        sa.Column("provider", sa.String(8), nullable=False),
        sa.Column("channel", sa.String(12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("payer_code", sa.String(32)),
        sa.Column("payer_ip", sa.String(45)),
        sa.Column("payer_openid", sa.String(64)),
        sa.Column("return_url", sa.Text),
        sa.Column("pay_url", sa.Text),
        sa.Column("mini_program", sa.JSON),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("waiting_for", sa.String(8)),
        sa.Column("reason", sa.String(40)),
        sa.Column("provider_ref", sa.String(64)),
        sa.Column("refunded_fen", sa.BigInteger, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("cancel_asked_at", Moment),
        sa.Column("paid_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("look_at", Moment),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.CheckConstraint("(order_id IS NULL) <> (station_id IS NULL)", name=op.f("ck_payments_owner")),
        sa.CheckConstraint(
            "state IN ('pending', 'captured', 'declined', 'cancelled')", name=op.f("ck_payments_state")
        ),
        sa.CheckConstraint("channel IN ('code', 'h5', 'mini_program')", name=op.f("ck_payments_channel")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("refunded_fen BETWEEN 0 AND amount_fen", name=op.f("ck_payments_refunded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_order_id"), "payments", ["order_id"])
    op.create_index(op.f("ix_payments_look_at"), "payments", ["look_at"])
    op.create_index(op.f("ix_payments_station_id_sale_id"), "payments", ["station_id", "sale_id"])
    op.create_table(
        "payment_refunds",
        sa.Column("id", Id(), nullable=False),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("wanted_by", sa.String(8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("trouble", sa.String(40)),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("asked_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("look_at", Moment),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "wanted_by IN ('order', 'station', 'us')", name=op.f("ck_payment_refunds_wanted_by")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'refunded', 'failed')", name=op.f("ck_payment_refunds_state")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_refunds_amount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_refunds")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_payment_refunds_payment_id_payments")
        ),
    )
    op.create_index(op.f("ix_payment_refunds_payment_id"), "payment_refunds", ["payment_id"])
    op.create_index(op.f("ix_payment_refunds_look_at"), "payment_refunds", ["look_at"])
    op.create_table(
        "payment_notifications",
        sa.Column("provider", sa.String(8), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("provider", "event_id", name=op.f("pk_payment_notifications")),
    )
    op.create_table(
        "payment_events",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True
        ),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("refund_id", Id()),
        sa.Column("at", Moment, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_payment_events")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_payment_events_payment_id_payments")
        ),
    )
    op.create_index(op.f("ix_payment_events_payment_id"), "payment_events", ["payment_id"])


def downgrade() -> None:
    for table in ("payment_events", "payment_notifications", "payment_refunds", "payments"):
        op.drop_table(table)
