"""Past bills and prepays found by car, and bills by trade number, however old they are."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_15_cars"
down_revision = "20261122_14_remaining"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_payments_provider_ref", "payments", "provider_ref"),
    ("ix_prepays_plate", "prepays", "plate"),
)


def upgrade() -> None:
    op.create_table(
        "bill_plates",
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["sale"],
            ["sales.id"],
            name=op.f("fk_bill_plates_sale_sales"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("plate", "sale", name=op.f("pk_bill_plates")),
        sqlite_with_rowid=False,
    )
    for name, table, column in _INDEXES:
        known = sa.text(f"{column} > ''")
        op.create_index(name, table, [column], sqlite_where=known, postgresql_where=known)
    sqlite = op.get_bind().dialect.name == "sqlite"
    of_member = "json_extract(member, '$.plate')" if sqlite else "member::json ->> 'plate'"
    op.execute(
        "INSERT INTO bill_plates (plate, sale)"  # noqa: S608 - no word of it is anybody's input
        " SELECT p.plate, p.sale FROM payments p JOIN sales s ON s.id = p.sale"
        " WHERE p.plate > '' AND s.state = 'completed' AND p.state = 'captured' AND p.reverses IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM payments b WHERE b.reverses = p.id AND b.state = 'captured')"
        f" UNION SELECT {of_member}, id FROM sales"
        f" WHERE state = 'completed' AND member IS NOT NULL AND {of_member} > ''"
    )


def downgrade() -> None:
    for name, table, _column in reversed(_INDEXES):
        op.drop_index(name, table)
    op.drop_table("bill_plates")
