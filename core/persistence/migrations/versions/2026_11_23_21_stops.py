"""Emergency stops, each until somebody ended it."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_21_stops"
down_revision = "20261123_20_prices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emergency_stops",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_stops")),
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_emergency_stops_standing",
        "emergency_stops",
        ["at"],
        sqlite_where=standing,
        postgresql_where=standing,
    )


def downgrade() -> None:
    op.drop_index("ix_emergency_stops_standing", "emergency_stops")
    op.drop_table("emergency_stops")
