"""Members, points, rounding and steps of bills; held bills; keyed goods; quick keys; offers with their history."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core.wording.initials import initials_of

revision = "20261122_08_sale"
down_revision = "20261122_07_money"
branch_labels = None
depends_on = None

_OFFER_DIFFERS = " OR ".join(
    f'OLD."{column}" {{differs}} NEW."{column}"' for column in ("kind", "key", "since", "content", "set_by")
)
_SQLITE_TRIGGERS = (
    "CREATE TRIGGER offer_book_keeps BEFORE UPDATE ON offer_book WHEN OLD.ended_at IS NOT NULL OR "
    + _OFFER_DIFFERS.format(differs="IS NOT")
    + " BEGIN SELECT RAISE(ABORT, 'what an offer was never changes'); END",
    "CREATE TRIGGER offer_book_stays BEFORE DELETE ON offer_book BEGIN SELECT RAISE(ABORT, 'an offer is never deleted'); END",
)
_POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER offer_book_keeps BEFORE UPDATE ON offer_book FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL OR "
    + _OFFER_DIFFERS.format(differs="IS DISTINCT FROM")
    + ") EXECUTE FUNCTION refuse('what an offer was never changes')",
    "CREATE TRIGGER offer_book_stays BEFORE DELETE ON offer_book FOR EACH ROW EXECUTE FUNCTION refuse('an offer is never deleted')",
)


def upgrade() -> None:
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    _find_by_initials()
    has_key = sa.text("quick_page > 0")
    op.create_index(
        "uq_goods_quick_key",
        "goods",
        ["quick_page", "quick_place"],
        unique=True,
        sqlite_where=has_key,
        postgresql_where=has_key,
    )
    op.create_table(
        "offer_book",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", "since", name=op.f("pk_offer_book")),
    )
    holds = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_offer_book_holds",
        "offer_book",
        ["kind", "key"],
        unique=True,
        sqlite_where=holds,
        postgresql_where=holds,
    )
    op.create_table(
        "points_uses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("rule_points", sa.Integer(), nullable=False),
        sa.Column("rule_percent", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sale"],
            ["sales.id"],
            name=op.f("fk_points_uses_sale_sales"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_uses")),
    )
    to_settle = sa.text("settled = false AND state IN ('pending', 'redeemed', 'released')")
    op.create_index(
        "ix_points_uses_to_settle", "points_uses", ["id"], sqlite_where=to_settle, postgresql_where=to_settle
    )
    for trigger in _SQLITE_TRIGGERS if _sqlite() else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("points_uses")
    op.drop_table("offer_book")
    op.drop_index("uq_goods_quick_key", "goods")
    for table, columns in _columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)


def _find_by_initials() -> None:
    connection = op.get_bind()
    known = connection.exec_driver_sql("SELECT id, name FROM goods").all()
    change = sa.text("UPDATE goods SET initials = :initials WHERE id = :id")
    for goods, name in known:
        connection.execute(change, {"initials": initials_of(name), "id": goods})


def _columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "sales": [
            sa.Column("member", sa.Text(), nullable=True),
            sa.Column("points", sa.String(length=32), nullable=True),
            sa.Column("round_to", sa.String(length=20), nullable=True),
            sa.Column("rounding", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
            sa.Column("steps", sa.Text(), server_default="", nullable=False),
            sa.Column("place", sa.String(length=60), server_default="", nullable=False),
            sa.Column("held_at", sa.BigInteger(), nullable=True),
            sa.Column("held_label", sa.String(length=60), server_default="", nullable=False),
        ],
        "sale_lines": [
            sa.Column("keyed", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("listed_price", sa.BigInteger(), nullable=True),
            sa.Column("by_hand", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
            sa.Column("reason", sa.String(length=80), server_default="", nullable=False),
            sa.Column("prepay", sa.String(length=32), nullable=True),
        ],
        "goods": [
            sa.Column("initials", sa.String(length=200), server_default="", nullable=False),
            sa.Column("quick_page", sa.Integer(), server_default=sa.text("0"), nullable=False),
            sa.Column("quick_place", sa.Integer(), server_default=sa.text("0"), nullable=False),
            sa.Column("quick_colour", sa.String(length=20), server_default="", nullable=False),
        ],
    }


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
