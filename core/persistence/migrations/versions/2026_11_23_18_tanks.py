"""Tanks, what was measured in them, the stock book with its days, deliveries and alarms; rights for them."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "20261123_18_tanks"
down_revision = "20261123_17_fills"
branch_labels = None
depends_on = None

_RIGHTS = {"adjust_stock", "keep_tanks"}
_RULES = (
    ("stock_entries_keep", "UPDATE ON stock_entries", "a line of the stock book never changes", ""),
    ("stock_entries_stay", "DELETE ON stock_entries", "a line of the stock book is never deleted", ""),
    ("stock_days_keep", "UPDATE ON stock_days", "a day of the stock book never changes", ""),
    ("stock_days_stay", "DELETE ON stock_days", "a day of the stock book is never deleted", ""),
    (
        "deliveries_keep_end",
        "UPDATE ON deliveries",
        "a received delivery never changes",
        "OLD.state IN ('received', 'cancelled')",
    ),
    ("deliveries_stay", "DELETE ON deliveries", "a delivery is never deleted", ""),
    ("tank_dips_keep", "UPDATE ON tank_readings", "what was dipped never changes", 'OLD."by" IS NOT NULL'),
    ("tank_dips_stay", "DELETE ON tank_readings", "what was dipped is never deleted", 'OLD."by" IS NOT NULL'),
    (
        "tank_alarms_keep_end",
        "UPDATE ON tank_alarms",
        "an alarm that is over never changes",
        "OLD.gone_at IS NOT NULL",
    ),
    ("tank_alarms_stay", "DELETE ON tank_alarms", "an alarm is never deleted", ""),
)
_TABLES = (
    "tank_alarms",
    "stock_days",
    "stock_entries",
    "delivery_fillings",
    "delivery_parts",
    "deliveries",
    "tank_hours",
    "tank_readings",
    "tank_strapping",
    "tanks",
)


def upgrade() -> None:
    _make_tanks()
    _make_readings()
    _make_deliveries()
    _make_stock()
    _make_alarms()
    for rule in _RULES:
        op.execute(_trigger(*rule))
    _change_rights(lambda rights: rights | _RIGHTS)


def downgrade() -> None:
    _change_rights(lambda rights: rights - _RIGHTS)
    for table in _TABLES:
        op.drop_table(table)


def _make_tanks() -> None:
    op.create_table(
        "tanks",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("safe_fill", sa.BigInteger(), nullable=False),
        sa.Column("critical_low", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("critical_high", sa.BigInteger(), nullable=False),
        sa.Column("water", sa.Integer(), nullable=False),
        sa.Column("critical_water", sa.Integer(), nullable=False),
        sa.Column("nozzles", sa.Text(), nullable=False),
        sa.Column("manifold", sa.Integer(), nullable=True),
        sa.Column("density_20", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tanks")),
    )
    op.create_table(
        "tank_strapping",
        sa.Column("tank", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tank"], ["tanks.number"], name=op.f("fk_tank_strapping_tank_tanks")),
        sa.PrimaryKeyConstraint("tank", "height", name=op.f("pk_tank_strapping")),
        sqlite_with_rowid=False,
    )


def _make_readings() -> None:
    op.create_table(
        "tank_readings",
        sa.Column("tank", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("product_height", sa.Integer(), nullable=False),
        sa.Column("water_height", sa.Integer(), nullable=False),
        sa.Column("temperature", sa.Integer(), nullable=True),
        sa.Column("product_volume", sa.BigInteger(), nullable=False),
        sa.Column("water_volume", sa.BigInteger(), nullable=False),
        sa.Column("ullage", sa.BigInteger(), nullable=True),
        sa.Column("volume_at_20", sa.BigInteger(), nullable=True),
        sa.Column("alarms", sa.String(length=200), nullable=False),
        sa.Column("delivery_detected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tank"], ["tanks.number"], name=op.f("fk_tank_readings_tank_tanks")),
        sa.PrimaryKeyConstraint("tank", "at", name=op.f("pk_tank_readings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tank_hours",
        sa.Column("tank", sa.Integer(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("fuel", sa.BigInteger(), nullable=False),
        sa.Column("at_20", sa.BigInteger(), nullable=True),
        sa.Column("water_height", sa.Integer(), nullable=False),
        sa.Column("temperature", sa.Integer(), nullable=True),
        sa.Column("lowest", sa.BigInteger(), nullable=False),
        sa.Column("highest", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tank"], ["tanks.number"], name=op.f("fk_tank_hours_tank_tanks")),
        sa.PrimaryKeyConstraint("tank", "hour", name=op.f("pk_tank_hours")),
        sqlite_with_rowid=False,
    )


def _make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("supplier", sa.String(length=60), nullable=False),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("ordered_by", sa.String(length=32), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("note_number", sa.String(length=40), nullable=False),
        sa.Column("plate", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("began_by", sa.String(length=32), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("unloaded_at", sa.BigInteger(), nullable=True),
        sa.Column("received_by", sa.String(length=32), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("by_note", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ordered > 0", name=op.f("ck_deliveries_something_was_ordered")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["ordered_at"],
        sqlite_where=sa.text("state IN ('ordered', 'unloading', 'settling')"),
        postgresql_where=sa.text("state IN ('ordered', 'unloading', 'settling')"),
    )
    op.create_index(op.f("ix_deliveries_ordered_at"), "deliveries", ["ordered_at"])
    op.create_table(
        "delivery_parts",
        sa.Column("delivery", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("compartment", sa.String(length=40), nullable=False),
        sa.Column("tank", sa.Integer(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery"], ["deliveries.id"], name=op.f("fk_delivery_parts_delivery_deliveries")
        ),
        sa.ForeignKeyConstraint(["tank"], ["tanks.number"], name=op.f("fk_delivery_parts_tank_tanks")),
        sa.PrimaryKeyConstraint("delivery", "place", name=op.f("pk_delivery_parts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery_fillings",
        sa.Column("delivery", sa.String(length=32), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("noted", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("flowing", sa.BigInteger(), nullable=False),
        sa.Column("before_at", sa.BigInteger(), nullable=False),
        sa.Column("before_fuel", sa.BigInteger(), nullable=False),
        sa.Column("before_water", sa.BigInteger(), nullable=False),
        sa.Column("before_at_20", sa.BigInteger(), nullable=True),
        sa.Column("before_dipped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("after_at", sa.BigInteger(), nullable=True),
        sa.Column("after_fuel", sa.BigInteger(), nullable=True),
        sa.Column("after_water", sa.BigInteger(), nullable=True),
        sa.Column("after_at_20", sa.BigInteger(), nullable=True),
        sa.Column("after_dipped", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["book"], ["tanks.number"], name=op.f("fk_delivery_fillings_book_tanks")),
        sa.ForeignKeyConstraint(
            ["delivery"], ["deliveries.id"], name=op.f("fk_delivery_fillings_delivery_deliveries")
        ),
        sa.PrimaryKeyConstraint("delivery", "book", name=op.f("pk_delivery_fillings")),
        sqlite_with_rowid=False,
    )


def _make_stock() -> None:
    op.create_table(
        "stock_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("delivery", sa.String(length=32), nullable=True),
        sa.Column("fill", sa.String(length=32), nullable=True),
        sa.Column("other", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery"], ["deliveries.id"], name=op.f("fk_stock_entries_delivery_deliveries")
        ),
        sa.ForeignKeyConstraint(["fill"], ["fills.id"], name=op.f("fk_stock_entries_fill_fills")),
        sa.ForeignKeyConstraint(["tank"], ["tanks.number"], name=op.f("fk_stock_entries_tank_tanks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_entries")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_stock_entries_at"), "stock_entries", ["at"])
    op.create_index(op.f("ix_stock_entries_fill"), "stock_entries", ["fill"], unique=True)
    op.create_index(
        "uq_stock_entries_opening",
        "stock_entries",
        ["tank"],
        unique=True,
        sqlite_where=sa.text("kind = 'opening'"),
        postgresql_where=sa.text("kind = 'opening'"),
    )
    op.create_table(
        "stock_days",
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("transferred", sa.BigInteger(), nullable=False),
        sa.Column("adjusted", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("measured", sa.BigInteger(), nullable=True),
        sa.Column("measured_at_20", sa.BigInteger(), nullable=True),
        sa.Column("water", sa.BigInteger(), nullable=False),
        sa.Column("temperature", sa.Integer(), nullable=True),
        sa.Column("running", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["book"], ["tanks.number"], name=op.f("fk_stock_days_book_tanks")),
        sa.PrimaryKeyConstraint("book", "day", name=op.f("pk_stock_days")),
        sqlite_with_rowid=False,
    )


def _make_alarms() -> None:
    op.create_table(
        "tank_alarms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tank"], ["tanks.number"], name=op.f("fk_tank_alarms_tank_tanks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tank_alarms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tank_alarms_raised_at"), "tank_alarms", ["raised_at"])
    op.create_index(
        "uq_tank_alarms_standing",
        "tank_alarms",
        ["tank", "kind"],
        unique=True,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )


def _trigger(name: str, before: str, refusal: str, when: str) -> str:
    if op.get_bind().dialect.name == "sqlite":
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
