"""Orders that turn to another pump or back, calls for help, and fills named for the counter."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_16_orders"
down_revision = "20261122_15_cars"
branch_labels = None
depends_on = None

_BEFORE = (
    "waiting", "claiming", "accepted", "plate_checked", "authorising", "authorised", "fuelling", "filled",
)  # fmt: skip
_AFTER = ("waiting", "claiming", "accepted", "other_car", *_BEFORE[3:])


def upgrade() -> None:
    for column in (
        sa.Column("leaving", sa.String(length=30), server_default="", nullable=False),
        sa.Column("to_pump", sa.Integer()),
        sa.Column("to_nozzle", sa.Integer()),
        sa.Column("differs", sa.String(length=8), server_default="", nullable=False),
        sa.Column("reminded_at", sa.BigInteger()),
    ):
        op.add_column("orders", column)
    _index_open_ones(_AFTER)
    op.create_table(
        "help_calls",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("called_by", sa.String(length=32), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("pump", sa.Integer()),
        sa.Column("order", sa.String(length=32)),
        sa.Column("answered_by", sa.String(length=32)),
        sa.Column("answered_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_calls")),
    )
    unanswered = sa.text("answered_at IS NULL")
    op.create_index(
        "ix_help_calls_open",
        "help_calls",
        ["called_at"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
    op.create_table(
        "handed_fills",
        sa.Column("fill", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["fill"], ["fills.id"], name=op.f("fk_handed_fills_fill_fills")),
        sa.PrimaryKeyConstraint("fill", name=op.f("pk_handed_fills")),
    )


def downgrade() -> None:
    op.drop_table("handed_fills")
    op.drop_index("ix_help_calls_open", "help_calls")
    op.drop_table("help_calls")
    # The attendant of an older program asks nobody: he looks at the car once more.
    op.execute("UPDATE orders SET state = 'accepted' WHERE state = 'other_car'")
    _index_open_ones(_BEFORE)
    for name in ("reminded_at", "differs", "to_nozzle", "to_pump", "leaving"):
        op.drop_column("orders", name)


def _index_open_ones(states: tuple[str, ...]) -> None:
    op.drop_index("ix_orders_open", "orders")
    still_open = sa.text("state IN (" + ", ".join(f"'{state}'" for state in states) + ")")
    op.create_index(
        "ix_orders_open", "orders", ["paid_at"], sqlite_where=still_open, postgresql_where=still_open
    )
