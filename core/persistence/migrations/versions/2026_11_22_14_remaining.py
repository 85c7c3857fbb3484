"""What a member's balance or a card held after it had paid."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_14_remaining"
down_revision = "20261122_13_overruns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payments", sa.Column("remaining", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("payments", "remaining")
