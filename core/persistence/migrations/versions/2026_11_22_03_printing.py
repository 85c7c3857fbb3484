"""The print queue."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_03_printing"
down_revision = "20261122_02_journal"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('waiting', 'printing')")


def upgrade() -> None:
    op.create_table(
        "print_jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("printer", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("posted_by", sa.String(length=32), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fault", sa.String(length=60), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_jobs")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_print_jobs_open", "print_jobs", ["posted_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_table("print_jobs")
