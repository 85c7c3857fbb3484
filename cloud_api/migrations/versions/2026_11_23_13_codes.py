"""An index by which a new order finds whether its code is shown at its station already, however many orders there are.

Revision ID: 20261123_13_codes
Revises: 20261123_12_people
"""

from alembic import op

revision = "20261123_13_codes"
down_revision = "20261123_12_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_station_id_code", "orders", ["station_id", "code"])


def downgrade() -> None:
    op.drop_index("ix_orders_station_id_code", "orders")
