"""Price changes nozzle by nozzle, with a second person, guide prices and what was ticked off."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_20_prices"
down_revision = "20261123_19_cases"
branch_labels = None
depends_on = None

_ADDED = (
    ("guide_prices", "a guide price"),
    ("price_checks", "what was ticked off"),
)


def upgrade() -> None:
    for column in (
        sa.Column("together", sa.String(32), server_default="", nullable=False),
        sa.Column("before", sa.Integer()),
        sa.Column("at_once", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("approved_by", sa.String(32)),
        sa.Column("approved_at", sa.BigInteger()),
        sa.Column("over", sa.Integer()),
    ):
        op.add_column("price_changes", column)
    changes = sa.table("price_changes", sa.column("id", sa.String()), sa.column("together", sa.String()))
    op.execute(sa.update(changes).values(together=changes.c.id))
    op.create_table(
        "price_switches",
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("nozzle", sa.String(12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("before", sa.Integer()),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("counter", sa.BigInteger()),
        sa.Column("counted", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("why", sa.String(20)),
        sa.Column("told", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["change"], ["price_changes.id"], name=op.f("fk_price_switches_change_price_changes")
        ),
        sa.PrimaryKeyConstraint("change", "nozzle", name=op.f("pk_price_switches")),
    )
    unsettled = sa.text("state IN ('waiting', 'asked', 'blocked')")
    op.create_index(
        "uq_price_switches_unsettled",
        "price_switches",
        ["nozzle"],
        unique=True,
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
    op.create_table(
        "price_blocks",
        sa.Column("nozzle", sa.String(12), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.String(200), nullable=False),
        sa.Column("inside", sa.Integer()),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("nozzle", name=op.f("pk_price_blocks")),
    )
    op.create_table(
        "guide_prices",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("grade", sa.String(12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(32), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_prices")),
    )
    op.create_table(
        "price_checks",
        sa.Column("together", sa.String(32), nullable=False),
        sa.Column("point", sa.String(20), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("together", "point", name=op.f("pk_price_checks")),
    )
    op.create_index(op.f("ix_price_changes_together"), "price_changes", ["together"])
    for table, what in _ADDED:
        op.execute(_trigger(f"{table}_keep", f"UPDATE ON {table}", f"{what} never changes"))
        op.execute(_trigger(f"{table}_stay", f"DELETE ON {table}", f"{what} is never deleted"))
    op.execute(
        _trigger(
            "price_switches_keep_end",
            "UPDATE ON price_switches",
            "a switch that ended never changes",
            "OLD.state IN ('confirmed', 'overtaken')",
        )
    )
    op.execute(_trigger("price_switches_stay", "DELETE ON price_switches", "a switch is never deleted"))


def downgrade() -> None:
    for table in ("price_checks", "guide_prices", "price_blocks", "price_switches"):
        op.drop_table(table)
    op.drop_index(op.f("ix_price_changes_together"), "price_changes")
    for name in ("approved_at", "approved_by", "over", "before", "at_once", "together"):
        op.drop_column("price_changes", name)


def _trigger(name: str, before: str, refusal: str, when: str = "") -> str:
    condition = f" WHEN ({when})" if when else ""
    if op.get_bind().dialect.name == "sqlite":
        condition = f" WHEN {when}" if when else ""
        return f"CREATE TRIGGER {name} BEFORE {before}{condition} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    return (
        f"CREATE TRIGGER {name} BEFORE {before} FOR EACH ROW{condition} EXECUTE FUNCTION refuse('{refusal}')"
    )
