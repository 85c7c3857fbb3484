"""The station's question about another car at the pump, and the driver's answer.

Revision ID: 20261123_05_turning
Revises: 20261122_04_stored_value
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Moment

revision = "20261123_05_turning"
down_revision = "20261122_04_stored_value"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("car_asked_at", Moment))
    op.add_column("orders", sa.Column("car_differs", sa.String(8)))
    op.add_column("orders", sa.Column("car_is_mine", sa.Boolean))


def downgrade() -> None:
    with op.batch_alter_table("orders") as batch:
        for name in ("car_is_mine", "car_differs", "car_asked_at"):
            batch.drop_column(name)
