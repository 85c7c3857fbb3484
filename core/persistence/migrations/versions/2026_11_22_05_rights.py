"""Roles become the station's own data, people get cards, and approvals are kept."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261122_05_rights"
down_revision = "20261122_03_printing"
branch_labels = None
depends_on = None

_ATTENDANT = "authorise_pump serve_orders"
_CASHIER = "authorise_pump cash_in move_prepay round_off run_shift safe_drop sell sell_on_credit serve_orders void_line"
_MANAGER = (
    "authorise_pump cash_in cash_out check_count correct_shift discount hand_over_others manage_accounts manage_offers"
    " manage_roles manage_staff move_prepay open_drawer price_override refund reprint round_off run_shift safe_drop"
    " schedule_prices see_expected see_journal see_reports sell sell_on_credit serve_orders void_line void_sale"
)

_APPROVAL_DIFFERS = " OR ".join(
    f'OLD."{column}" {{differs}} NEW."{column}"'
    for column in ("id", "approver", "asked_by", "permission", "at", "until", "subject")
)
_SQLITE_TRIGGERS = (
    "CREATE TRIGGER approvals_keep BEFORE UPDATE ON approvals WHEN OLD.used_at IS NOT NULL OR "
    + _APPROVAL_DIFFERS.format(differs="IS NOT")
    + " BEGIN SELECT RAISE(ABORT, 'an approval is used once and never changes'); END",
    "CREATE TRIGGER approvals_stay BEFORE DELETE ON approvals BEGIN SELECT RAISE(ABORT, 'an approval is never deleted'); END",
)
_POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER approvals_keep BEFORE UPDATE ON approvals FOR EACH ROW WHEN (OLD.used_at IS NOT NULL OR "
    + _APPROVAL_DIFFERS.format(differs="IS DISTINCT FROM")
    + ") EXECUTE FUNCTION refuse('an approval is used once and never changes')",
    "CREATE TRIGGER approvals_stay BEFORE DELETE ON approvals FOR EACH ROW EXECUTE FUNCTION refuse('an approval is never deleted')",
)


def upgrade() -> None:
    roles = op.create_table(
        "roles",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_roles")),
    )
    op.bulk_insert(
        roles,
        [
            {"code": code, "name": "", "permissions": permissions, "active": True}
            for code, permissions in (("attendant", _ATTENDANT), ("cashier", _CASHIER), ("manager", _MANAGER))
        ],
    )
    _staff_with_cards()
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("approver", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("permission", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    for trigger in _SQLITE_TRIGGERS if _sqlite() else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("approvals")
    # A role of the station's own was not known before this step: its people are cashiers again.
    op.execute("UPDATE staff SET role = 'cashier' WHERE role NOT IN ('cashier', 'attendant', 'manager')")
    _staff_without_cards()
    op.drop_table("roles")


def _staff_with_cards() -> None:
    if _sqlite():
        _staff_anew(
            sa.Column("card_hash", sa.String(length=64), nullable=True),
            sa.UniqueConstraint("card_hash", name=op.f("uq_staff_card_hash")),
            sa.ForeignKeyConstraint(["role"], ["roles.code"], name=op.f("fk_staff_role_roles")),
            role=32,
        )
    else:
        op.alter_column("staff", "role", type_=sa.String(length=32))
        op.add_column("staff", sa.Column("card_hash", sa.String(length=64), nullable=True))
        op.create_unique_constraint(op.f("uq_staff_card_hash"), "staff", ["card_hash"])
        op.create_foreign_key(op.f("fk_staff_role_roles"), "staff", "roles", ["role"], ["code"])


def _staff_without_cards() -> None:
    if _sqlite():
        _staff_anew(role=20)
    else:
        op.drop_constraint(op.f("fk_staff_role_roles"), "staff")
        op.drop_column("staff", "card_hash")
        op.alter_column("staff", "role", type_=sa.String(length=20))


def _staff_anew(*more: Any, role: int) -> None:
    """SQLite cannot alter much in place: a new table takes the rows over."""
    op.rename_table("staff", "staff_before")
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=role), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    names = "id, name, role, pin_hash, active, failed_tries, locked_until"
    op.execute(f"INSERT INTO staff ({names}) SELECT {names} FROM staff_before")  # noqa: S608 - our own names
    op.drop_table("staff_before")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
