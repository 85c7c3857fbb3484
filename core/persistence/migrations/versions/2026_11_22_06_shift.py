"""A whole day at the drawer: cash in and out, counts by denomination, meters at the cut, corrections, the Z kept."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261122_06_shift"
down_revision = "20261122_05_rights"
branch_labels = None
depends_on = None

_TABLES = (
    ("cash_movements", "cash that moved"),
    ("shift_counts", "a count"),
    ("shift_pieces", "a count"),
    ("shift_meters", "a meter reading"),
    ("shift_corrections", "a correction"),
    ("z_reports", "a Z"),
)


def upgrade() -> None:
    op.add_column("shifts", sa.Column("checked_by", sa.String(length=32), nullable=True))
    op.add_column("shifts", sa.Column("followed_by", sa.String(length=32), nullable=True))
    _create(
        "cash_movements",
        "number",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("approver", sa.String(length=32), nullable=True),
        sa.Column("ref", sa.String(length=32), nullable=False),
        unique="id",
    )
    _create(
        "shift_counts",
        "tender",
        sa.Column("tender", sa.String(length=20), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
    )
    _create(
        "shift_pieces",
        "denomination",
        sa.Column("denomination", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
    )
    _create(
        "shift_meters",
        "nozzle",
        sa.Column("nozzle", sa.String(length=12), nullable=False),
        sa.Column("totaliser", sa.BigInteger(), nullable=True),
        sa.Column("running", sa.BigInteger(), nullable=False),
    )
    _create(
        "shift_corrections",
        "number",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tender", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("approver", sa.String(length=32), nullable=True),
        unique="id",
    )
    _create(
        "z_reports",
        None,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        unique="number",
    )
    op.create_index(
        "ix_fills_pump_nozzle_recorded_at", "fills", ["pump", "nozzle", "recorded_at"], unique=False
    )
    for trigger in _triggers(op.get_bind().dialect.name):
        op.execute(trigger)


def downgrade() -> None:
    op.drop_index("ix_fills_pump_nozzle_recorded_at", "fills")
    for table, _what in reversed(_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        # SQLite takes a column away from under a trigger only when no trigger names its table's columns.
        op.execute("DROP TRIGGER shifts_keep_end")
    for column in ("followed_by", "checked_by"):
        op.drop_column("shifts", column)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER shifts_keep_end BEFORE UPDATE ON shifts WHEN OLD.state <> 'open'"
            " BEGIN SELECT RAISE(ABORT, 'a closed shift never changes'); END"
        )


def _create(table: str, second_key: str | None, *columns: sa.Column[Any], unique: str | None = None) -> None:
    keys = ["shift", second_key] if second_key else ["shift"]
    constraints: list[Any] = [
        sa.ForeignKeyConstraint(
            ["shift"],
            ["shifts.id"],
            name=op.f(f"fk_{table}_shift_shifts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
    ]
    if unique:
        constraints.append(sa.UniqueConstraint(unique, name=op.f(f"uq_{table}_{unique}")))
    op.create_table(
        table,
        sa.Column("shift", sa.String(length=32), nullable=False),
        *columns,
        *constraints,
        sqlite_with_rowid=False,
    )


def _triggers(dialect: str) -> Iterator[str]:
    for table, what in _TABLES:
        for name, change, refusal in (
            (f"{table}_keep", "UPDATE", f"{what} never changes"),
            (f"{table}_stay", "DELETE", f"{what} is never deleted"),
        ):
            doing = (
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
                if dialect == "sqlite"
                else f"FOR EACH ROW EXECUTE FUNCTION refuse('{refusal}')"
            )
            yield f"CREATE TRIGGER {name} BEFORE {change} ON {table} {doing}"
