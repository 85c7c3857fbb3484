"""Whose printer prints for which program, and the messages that the cloud will never take, found quickly."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_12_queues"
down_revision = "20261122_11_prepays"
branch_labels = None
depends_on = None

_SET_ASIDE = sa.text("state = 'set_aside'")


def upgrade() -> None:
    op.create_table(
        "print_places",
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("printer", sa.String(length=120), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_print_places")),
    )
    op.create_index(
        "ix_outbox_set_aside", "outbox", ["position"], sqlite_where=_SET_ASIDE, postgresql_where=_SET_ASIDE
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_set_aside", "outbox")
    op.drop_table("print_places")
