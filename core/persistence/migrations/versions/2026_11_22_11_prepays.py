"""Prepays: fuel that is paid before it flows, and what of it was filled or went back in the kept sums."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_11_prepays"
down_revision = "20261122_10_books"
branch_labels = None
depends_on = None

_RULES = (
    (
        "prepays_keep_figures",
        "UPDATE ON prepays",
        "a prepay''s figures and its end never change",
        "OLD.state IN ('settled', 'returned') OR "
        + " OR ".join(
            f'OLD."{column}" IS DISTINCT FROM NEW."{column}"'
            for column in ("id", "number", "sale", "line", "amount", "paid_at", "by")
        ),
    ),
    (
        "prepays_keep_fill",
        "UPDATE ON prepays",
        "what a prepay was filled with never changes",
        "OLD.fill IS NOT NULL AND ("
        + " OR ".join(
            f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in ("fill", "used", "volume")
        )
        + ")",
    ),
    ("prepays_stay", "DELETE ON prepays", "a prepay is never deleted", ""),
)
_ONCE = sa.text("state IN ('pending', 'authorised', 'finished')")
_OPEN = sa.text("state IN ('paid', 'released', 'filled')")


def upgrade() -> None:
    op.add_column("authorisations", sa.Column("prepay", sa.String(length=32), nullable=True))
    op.create_index(
        "uq_authorisations_prepay",
        "authorisations",
        ["prepay"],
        unique=True,
        sqlite_where=_ONCE,
        postgresql_where=_ONCE,
    )
    for name in ("prepaid", "prepaid_filled"):
        op.add_column("sale_sums", _sum(name))
    op.add_column("refund_sums", _sum("prepaid"))
    _make_table()
    op.create_index("ix_prepays_open", "prepays", ["paid_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index(op.f("ix_prepays_number"), "prepays", ["number"], unique=True)
    op.create_index(op.f("ix_prepays_fill"), "prepays", ["fill"], unique=True)
    op.create_index(op.f("ix_prepays_sale"), "prepays", ["sale"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for rule in _RULES:
        op.execute(_sqlite_trigger(*rule) if sqlite else _postgresql_trigger(*rule))


def downgrade() -> None:
    op.drop_table("prepays")
    op.drop_column("refund_sums", "prepaid")
    for name in ("prepaid_filled", "prepaid"):
        op.drop_column("sale_sums", name)
    op.drop_index("uq_authorisations_prepay", "authorisations")
    op.drop_column("authorisations", "prepay")


def _sum(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _make_table() -> None:
    op.create_table(
        "prepays",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("authorisation", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("moved_from", sa.Integer(), nullable=True),
        sa.Column("to_pump", sa.Integer(), nullable=True),
        sa.Column("to_nozzle", sa.Integer(), nullable=True),
        sa.Column("to_grade", sa.String(length=12), nullable=True),
        sa.Column("fill", sa.String(length=32), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("filled_at", sa.BigInteger(), nullable=True),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("plate", sa.String(length=12), server_default="", nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "amount > 0 AND used >= 0 AND returned >= 0", name=op.f("ck_prepays_not_less_than_nothing")
        ),
        sa.CheckConstraint(
            "returned = 0 OR returned + used <= amount", name=op.f("ck_prepays_no_more_back_than_was_left")
        ),
        sa.ForeignKeyConstraint(["fill"], ["fills.id"], name=op.f("fk_prepays_fill_fills")),
        sa.ForeignKeyConstraint(
            ["sale", "line"],
            ["sale_lines.sale", "sale_lines.id"],
            name=op.f("fk_prepays_sale_line_sale_lines"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepays")),
        sqlite_with_rowid=False,
    )


def _sqlite_trigger(name: str, before: str, refusal: str, when: str) -> str:
    condition = f" WHEN {when.replace('IS DISTINCT FROM', 'IS NOT')}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {before}{condition} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"


def _postgresql_trigger(name: str, before: str, refusal: str, when: str) -> str:
    condition = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {before} FOR EACH ROW{condition} EXECUTE FUNCTION refuse('{refusal}')"
    )
