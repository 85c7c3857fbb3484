"""What people decide of fills, who owes one, what counters showed, and fills that are missing; rights for all of it."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

revision = "20261123_17_fills"
down_revision = "20261123_16_orders"
branch_labels = None
depends_on = None

_RIGHTS = {"book_missing", "owe_fill", "resolve_fill", "test_fill", "unlock_fill"}
_FIGURES = (
    "id",
    "pump",
    "nozzle",
    "grade",
    "transaction",
    "volume",
    "price",
    "amount",
    "started_at",
    "ended_at",
    "recorded_at",
    "totaliser",
)
_OF_A_DEBT = ("id", "number", "kind", "fill", "pump", "amount", "at", "by", "due_on")


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


_KEEP_FIGURES = ("fills_keep_figures", "UPDATE ON fills", "a pump''s figures never change")
_RULES = (
    ("fill_entries_keep", "UPDATE ON fill_entries", "what was decided of a fill never changes", ""),
    ("fill_entries_stay", "DELETE ON fill_entries", "what was decided of a fill is never deleted", ""),
    ("counter_snapshots_keep", "UPDATE ON counter_snapshots", "what a counter showed never changes", ""),
    ("counter_snapshots_stay", "DELETE ON counter_snapshots", "what a counter showed is never deleted", ""),
    (
        "debts_keep_figures",
        "UPDATE ON debts",
        "a debt''s figures and its end never change",
        f"OLD.state <> 'open' OR {_differs(_OF_A_DEBT)}",
    ),
    ("debts_stay", "DELETE ON debts", "a debt is never deleted", ""),
    ("missing_fills_stay", "DELETE ON missing_fills", "what was missing is never deleted", ""),
)


def upgrade() -> None:
    op.add_column("fills", sa.Column("source", sa.String(length=20), server_default="pump", nullable=False))
    op.add_column("fills", sa.Column("timed", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("fills", sa.Column("debt", sa.String(length=32), nullable=True))
    _keep_figures((*_FIGURES, "source", "timed"))
    _partial("ix_fills_apart", "fills", "recorded_at", "state IN ('in_sale', 'disputed')")
    _make_steps()
    _make_counters()
    for rule in _RULES:
        op.execute(_trigger(*rule))
    _change_rights(lambda rights: rights | _RIGHTS)


def downgrade() -> None:
    _change_rights(lambda rights: rights - _RIGHTS)
    for table in ("missing_fills", "nozzle_counts", "counter_snapshots", "debts", "fill_entries"):
        op.drop_table(table)
    _keep_figures(_FIGURES)
    op.drop_index("ix_fills_apart", "fills")
    op.drop_column("fills", "debt")
    op.drop_column("fills", "timed")
    op.drop_column("fills", "source")


def _make_steps() -> None:
    op.create_table(
        "fill_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("fill", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=True),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("tank", sa.Integer(), nullable=True),
        sa.Column("debt", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("undoes", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "returned >= 0 AND returned <= volume", name=op.f("ck_fill_entries_no_more_back_than_flowed")
        ),
        sa.ForeignKeyConstraint(["fill"], ["fills.id"], name=op.f("fk_fill_entries_fill_fills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fill_entries")),
        sqlite_with_rowid=False,
    )
    for column in ("fill", "shift", "at"):
        op.create_index(op.f(f"ix_fill_entries_{column}"), "fill_entries", [column])
    op.create_table(
        "debts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fill", sa.String(length=32), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=True),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("plate", sa.String(length=12), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["fill"], ["fills.id"], name=op.f("fk_debts_fill_fills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debts")),
        sqlite_with_rowid=False,
    )
    _partial("uq_debts_open", "debts", "fill", "state = 'open'", unique=True)


def _make_counters() -> None:
    op.create_table(
        "counter_snapshots",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("fill", sa.String(length=32), nullable=True),
        sa.Column("shift", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_snapshots")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_counter_snapshots_pump_nozzle_at"), "counter_snapshots", ["pump", "nozzle", "at"]
    )
    op.create_table(
        "nozzle_counts",
        sa.Column("pump", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("nozzle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("explained", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pump", "nozzle", name=op.f("pk_nozzle_counts")),
    )
    op.create_table(
        "missing_fills",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("finding", sa.String(length=20), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fill", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("told_volume", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["fill"], ["fills.id"], name=op.f("fk_missing_fills_fill_fills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_fills")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_missing_fills_pump_nozzle_until"), "missing_fills", ["pump", "nozzle", "until"])
    _partial("ix_missing_fills_open", "missing_fills", "since", "state = 'proposed'")


def _partial(name: str, table: str, column: str, condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=unique, sqlite_where=where, postgresql_where=where)


def _keep_figures(columns: Sequence[str]) -> None:
    on_table = "" if _is_sqlite() else " ON fills"
    op.execute(f"DROP TRIGGER fills_keep_figures{on_table}")
    op.execute(_trigger(*_KEEP_FIGURES, _differs(columns)))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _trigger(name: str, before: str, refusal: str, when: str) -> str:
    if _is_sqlite():
        condition = f" WHEN {when.replace('IS DISTINCT FROM', 'IS NOT')}" if when else ""
        return f"CREATE TRIGGER {name} BEFORE {before}{condition} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    condition = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {before} FOR EACH ROW{condition} EXECUTE FUNCTION refuse('{refusal}')"
    )


def _change_rights(change: Callable[[set[str]], set[str]]) -> None:
    """Whoever manages roles may do what is new; the station gives it to others as it likes."""
    roles = sa.table("roles", sa.column("code", sa.String()), sa.column("permissions", sa.Text()))
    bind = op.get_bind()
    for code, words in bind.execute(sa.select(roles.c.code, roles.c.permissions)).all():
        rights = set(words.split())
        if "manage_roles" in rights:
            changed = " ".join(sorted(change(rights)))
            bind.execute(sa.update(roles).where(roles.c.code == code).values(permissions=changed))
