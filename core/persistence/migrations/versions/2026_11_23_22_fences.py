"""What the gauge took for deliveries; and the database holds stops, calls, orders, price changes and what was missing."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_22_fences"
down_revision = "20261123_21_stops"
branch_labels = None
depends_on = None


def _differs(*columns: str) -> str:
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


_MISSED = _differs("id", "pump", "nozzle", "grade", "finding")
_BECAME = _differs(
    "volume",
    "price",
    "amount",
    "since",
    "until",
    "counter",
    "agreed",
    "state",
    "fill",
    "ended_at",
    "ended_by",
    "reason",
)
_ORDERED = _differs(
    "id", "code", "grade", "price", "by_volume", "ordered", "discount", "paid", "paid_at", "received_at"
)
_ORDER_ENDED = _differs("state", "fill", "served_by", "ended_at")
_CHANGE = _differs("id", "grade", "price", "scheduled_by", "scheduled_at", "together")
_CHANGE_ENDED = _differs("state", "due_at", "before", "approved_by", "approved_at", "applied_at")
_RULES = (
    ("gauge_deliveries_keep", "UPDATE ON gauge_deliveries", "what the gauge noticed never changes", ""),
    ("gauge_deliveries_stay", "DELETE ON gauge_deliveries", "what the gauge noticed is never deleted", ""),
    (
        "missing_fills_keep",
        "UPDATE ON missing_fills",
        "what was missing, and what became of it, never change",
        f"{_MISSED} OR (OLD.state <> 'proposed' AND ({_BECAME}))",
    ),
    (
        "emergency_stops_keep",
        "UPDATE ON emergency_stops",
        "an emergency stop and its end never change",
        f"OLD.ended_at IS NOT NULL OR {_differs('id', 'at', 'by')}",
    ),
    ("emergency_stops_stay", "DELETE ON emergency_stops", "an emergency stop is never deleted", ""),
    (
        "help_calls_keep",
        "UPDATE ON help_calls",
        "a call for help and its answer never change",
        f"OLD.answered_at IS NOT NULL OR {_differs('id', 'called_by', 'called_at', 'pump', 'order')}",
    ),
    ("help_calls_stay", "DELETE ON help_calls", "a call for help is never deleted", ""),
    (
        "orders_keep",
        "UPDATE ON orders",
        "what a driver paid for, and how an order ended, never change",
        f"{_ORDERED} OR (OLD.ended_at IS NOT NULL AND ({_ORDER_ENDED}))",
    ),
    ("orders_stay", "DELETE ON orders", "an order is never deleted", ""),
    (
        "price_changes_keep",
        "UPDATE ON price_changes",
        "a price change and its end never change",
        f"{_CHANGE} OR (OLD.state NOT IN ('proposed', 'scheduled', 'applying') AND ({_CHANGE_ENDED}))",
    ),
    ("price_changes_stay", "DELETE ON price_changes", "a price change is never deleted", ""),
    (
        "coupon_uses_keep",
        "UPDATE ON coupon_uses",
        "a coupon''s use never changes",
        _differs("id", "sale", "code"),
    ),
    ("coupon_uses_stay", "DELETE ON coupon_uses", "a coupon''s use is never deleted", ""),
    (
        "points_uses_keep",
        "UPDATE ON points_uses",
        "a use of points never changes",
        _differs("id", "sale", "member", "asked"),
    ),
    ("points_uses_stay", "DELETE ON points_uses", "a use of points is never deleted", ""),
    ("accounts_keep", "UPDATE ON accounts", "an account stays its own", _differs("id")),
    ("accounts_stay", "DELETE ON accounts", "an account is never deleted", ""),
)
_RECEIVED = "(SELECT state FROM deliveries WHERE id = OLD.delivery) IN ('received', 'cancelled')"
_OF_DELIVERIES = tuple(
    (f"{table}_{name}", table, deed)
    for table in ("delivery_parts", "delivery_fillings")
    for name, deed in (("keep", "UPDATE"), ("stay", "DELETE"))
)
_REFUSE_ONCE_RECEIVED = """
CREATE FUNCTION refuse_once_received() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM deliveries WHERE id = OLD.delivery) IN ('received', 'cancelled') THEN
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "gauge_deliveries",
        sa.Column("tank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("water_before", sa.Integer(), nullable=False),
        sa.Column("water_after", sa.Integer(), nullable=False),
        sa.Column("temperature_before", sa.Integer(), nullable=False),
        sa.Column("temperature_after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tank"], ["tanks.number"], name=op.f("fk_gauge_deliveries_tank_tanks")),
        sa.PrimaryKeyConstraint("tank", "began_at", name=op.f("pk_gauge_deliveries")),
        sqlite_with_rowid=False,
    )
    for rule in _RULES:
        op.execute(_trigger(*rule))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_REFUSE_ONCE_RECEIVED)
    for name, table, deed in _OF_DELIVERIES:
        op.execute(_trigger_once_received(name, f"{deed} ON {table}"))


def downgrade() -> None:
    for name, before, _refusal, _when in _RULES:
        _drop(name, before.rpartition(" ")[2])
    for name, table, _deed in _OF_DELIVERIES:
        _drop(name, table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_once_received()")
    op.drop_table("gauge_deliveries")


def _drop(name: str, table: str) -> None:
    op.execute(
        f"DROP TRIGGER {name}"
        if op.get_bind().dialect.name == "sqlite"
        else f"DROP TRIGGER {name} ON {table}"
    )


def _trigger(name: str, before: str, refusal: str, when: str) -> str:
    if op.get_bind().dialect.name == "sqlite":
        condition = f" WHEN {when.replace('IS DISTINCT FROM', 'IS NOT')}" if when else ""
        return f"CREATE TRIGGER {name} BEFORE {before}{condition} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    condition = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {before} FOR EACH ROW{condition} EXECUTE FUNCTION refuse('{refusal}')"
    )


def _trigger_once_received(name: str, before: str) -> str:
    refusal = "a received delivery never changes"
    if op.get_bind().dialect.name == "sqlite":
        return _trigger(name, before, refusal, _RECEIVED)
    return f"CREATE TRIGGER {name} BEFORE {before} FOR EACH ROW EXECUTE FUNCTION refuse_once_received('{refusal}')"
