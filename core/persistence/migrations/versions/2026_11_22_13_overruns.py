"""What a pump delivers beyond a prepay: the line on which it is paid, and the bill that paid it."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_13_overruns"
down_revision = "20261122_12_queues"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sale_lines", sa.Column("overrun", sa.String(length=32), nullable=True))
    op.add_column("prepays", sa.Column("overrun_sale", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("prepays", "overrun_sale")
    op.drop_column("sale_lines", "overrun")
