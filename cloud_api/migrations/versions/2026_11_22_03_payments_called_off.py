"""Code payments that were taken back before they arrived.

Revision ID: 20261122_03_called_off
Revises: 20261122_02_payments
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261122_03_called_off"
down_revision = "20261122_02_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payments_called_off",
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("payment_id", "station_id", name="pk_payments_called_off"),
    )


def downgrade() -> None:
    op.drop_table("payments_called_off")
