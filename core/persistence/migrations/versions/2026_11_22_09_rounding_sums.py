"""What was rounded off bills, kept by shift and hour."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_09_rounding_sums"
down_revision = "20261122_08_sale"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sale_sums", sa.Column("rounding", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("sale_sums", "rounding")
