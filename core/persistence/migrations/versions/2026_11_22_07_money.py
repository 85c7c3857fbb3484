"""Every way to pay, payments taken back, refunds to the fen, account customers, and the sums kept of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261122_07_money"
down_revision = "20261122_06_shift"
branch_labels = None
depends_on = None

_OF_BEFORE = (
    "id",
    "sale",
    "tender",
    "amount",
    "at",
    "taken_by",
    "state",
    "tendered",
    "change",
    "payer_code",
    "provider_ref",
    "waiting_for",
    "reason",
    "position",
)
_TABLES = (
    "refunds",
    "refund_lines",
    "refund_legs",
    "refunded_lines",
    "refunded_payments",
    "refund_numbers",
    "accounts",
    "account_entries",
    "settlement_sums",
    "refund_sums",
    "refund_tender_sums",
    "refund_fuel_sums",
)

_KEEP_SQLITE = 'CREATE TRIGGER payments_keep_figures BEFORE UPDATE ON payments WHEN OLD.state <> \'pending\' OR OLD."id" IS NOT NEW."id" OR OLD."sale" IS NOT NEW."sale" OR OLD."tender" IS NOT NEW."tender" OR OLD."amount" IS NOT NEW."amount" OR OLD."at" IS NOT NEW."at" OR OLD."tendered" IS NOT NEW."tendered" OR OLD."change" IS NOT NEW."change" OR OLD."slip" IS NOT NEW."slip" OR OLD."account" IS NOT NEW."account" OR OLD."member" IS NOT NEW."member" OR OLD."reverses" IS NOT NEW."reverses" BEGIN SELECT RAISE(ABORT, \'a payment\'\'s figures and its end never change\'); END'
_KEEP_SQLITE_BEFORE = 'CREATE TRIGGER payments_keep_figures BEFORE UPDATE ON payments WHEN OLD.state <> \'pending\' OR OLD."id" IS NOT NEW."id" OR OLD."sale" IS NOT NEW."sale" OR OLD."tender" IS NOT NEW."tender" OR OLD."amount" IS NOT NEW."amount" OR OLD."at" IS NOT NEW."at" OR OLD."tendered" IS NOT NEW."tendered" OR OLD."change" IS NOT NEW."change" BEGIN SELECT RAISE(ABORT, \'a payment\'\'s figures and its end never change\'); END'
_KEEP_POSTGRESQL = 'CREATE TRIGGER payments_keep_figures BEFORE UPDATE ON payments FOR EACH ROW WHEN (OLD.state <> \'pending\' OR OLD."id" IS DISTINCT FROM NEW."id" OR OLD."sale" IS DISTINCT FROM NEW."sale" OR OLD."tender" IS DISTINCT FROM NEW."tender" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."at" IS DISTINCT FROM NEW."at" OR OLD."tendered" IS DISTINCT FROM NEW."tendered" OR OLD."change" IS DISTINCT FROM NEW."change" OR OLD."slip" IS DISTINCT FROM NEW."slip" OR OLD."account" IS DISTINCT FROM NEW."account" OR OLD."member" IS DISTINCT FROM NEW."member" OR OLD."reverses" IS DISTINCT FROM NEW."reverses") EXECUTE FUNCTION refuse(\'a payment\'\'s figures and its end never change\')'
_KEEP_POSTGRESQL_BEFORE = 'CREATE TRIGGER payments_keep_figures BEFORE UPDATE ON payments FOR EACH ROW WHEN (OLD.state <> \'pending\' OR OLD."id" IS DISTINCT FROM NEW."id" OR OLD."sale" IS DISTINCT FROM NEW."sale" OR OLD."tender" IS DISTINCT FROM NEW."tender" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."at" IS DISTINCT FROM NEW."at" OR OLD."tendered" IS DISTINCT FROM NEW."tendered" OR OLD."change" IS DISTINCT FROM NEW."change") EXECUTE FUNCTION refuse(\'a payment\'\'s figures and its end never change\')'
_OTHERS_SQLITE = (
    "CREATE TRIGGER payments_stay BEFORE DELETE ON payments BEGIN SELECT RAISE(ABORT, 'a payment is never deleted'); END",
    "CREATE TRIGGER payments_come_while_open BEFORE INSERT ON payments WHEN (SELECT state FROM sales WHERE id = NEW.sale) <> 'open' BEGIN SELECT RAISE(ABORT, 'a closed sale never changes'); END",
)

_SQLITE_TRIGGERS = (
    "CREATE TRIGGER refunds_keep BEFORE UPDATE ON refunds BEGIN SELECT RAISE(ABORT, 'a refund never changes'); END",
    "CREATE TRIGGER refunds_stay BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'a refund is never deleted'); END",
    "CREATE TRIGGER refund_lines_keep BEFORE UPDATE ON refund_lines BEGIN SELECT RAISE(ABORT, 'a refund never changes'); END",
    "CREATE TRIGGER refund_lines_stay BEFORE DELETE ON refund_lines BEGIN SELECT RAISE(ABORT, 'a refund is never deleted'); END",
    "CREATE TRIGGER account_entries_keep BEFORE UPDATE ON account_entries BEGIN SELECT RAISE(ABORT, 'an account''s entry never changes'); END",
    "CREATE TRIGGER account_entries_stay BEFORE DELETE ON account_entries BEGIN SELECT RAISE(ABORT, 'an account''s entry is never deleted'); END",
    'CREATE TRIGGER refund_legs_keep_end BEFORE UPDATE ON refund_legs WHEN OLD.state IN (\'done\', \'to_cash\') OR OLD."id" IS NOT NEW."id" OR OLD."refund" IS NOT NEW."refund" OR OLD."of" IS NOT NEW."of" OR OLD."tender" IS NOT NEW."tender" OR OLD."amount" IS NOT NEW."amount" BEGIN SELECT RAISE(ABORT, \'a refund\'\'s figures and its end never change\'); END',
    "CREATE TRIGGER refund_legs_stay BEFORE DELETE ON refund_legs BEGIN SELECT RAISE(ABORT, 'a refund is never deleted'); END",
    'CREATE TRIGGER refunded_lines_only_grow BEFORE UPDATE ON refunded_lines WHEN NEW.quantity < OLD.quantity OR NEW.amount < OLD.amount OR OLD."sale" IS NOT NEW."sale" OR OLD."line" IS NOT NEW."line" OR OLD."sold_quantity" IS NOT NEW."sold_quantity" OR OLD."sold" IS NOT NEW."sold" BEGIN SELECT RAISE(ABORT, \'what went back has gone back\'); END',
    "CREATE TRIGGER refunded_lines_stay BEFORE DELETE ON refunded_lines BEGIN SELECT RAISE(ABORT, 'what went back has gone back'); END",
    'CREATE TRIGGER refunded_payments_only_grow BEFORE UPDATE ON refunded_payments WHEN NEW.given_back < OLD.given_back OR OLD."payment" IS NOT NEW."payment" OR OLD."took" IS NOT NEW."took" BEGIN SELECT RAISE(ABORT, \'what went back has gone back\'); END',
    "CREATE TRIGGER refunded_payments_stay BEFORE DELETE ON refunded_payments BEGIN SELECT RAISE(ABORT, 'what went back has gone back'); END",
)

_POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER refunds_keep BEFORE UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION refuse('a refund never changes')",
    "CREATE TRIGGER refunds_stay BEFORE DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION refuse('a refund is never deleted')",
    "CREATE TRIGGER refund_lines_keep BEFORE UPDATE ON refund_lines FOR EACH ROW EXECUTE FUNCTION refuse('a refund never changes')",
    "CREATE TRIGGER refund_lines_stay BEFORE DELETE ON refund_lines FOR EACH ROW EXECUTE FUNCTION refuse('a refund is never deleted')",
    "CREATE TRIGGER account_entries_keep BEFORE UPDATE ON account_entries FOR EACH ROW EXECUTE FUNCTION refuse('an account''s entry never changes')",
    "CREATE TRIGGER account_entries_stay BEFORE DELETE ON account_entries FOR EACH ROW EXECUTE FUNCTION refuse('an account''s entry is never deleted')",
    'CREATE TRIGGER refund_legs_keep_end BEFORE UPDATE ON refund_legs FOR EACH ROW WHEN (OLD.state IN (\'done\', \'to_cash\') OR OLD."id" IS DISTINCT FROM NEW."id" OR OLD."refund" IS DISTINCT FROM NEW."refund" OR OLD."of" IS DISTINCT FROM NEW."of" OR OLD."tender" IS DISTINCT FROM NEW."tender" OR OLD."amount" IS DISTINCT FROM NEW."amount") EXECUTE FUNCTION refuse(\'a refund\'\'s figures and its end never change\')',
    "CREATE TRIGGER refund_legs_stay BEFORE DELETE ON refund_legs FOR EACH ROW EXECUTE FUNCTION refuse('a refund is never deleted')",
    'CREATE TRIGGER refunded_lines_only_grow BEFORE UPDATE ON refunded_lines FOR EACH ROW WHEN (NEW.quantity < OLD.quantity OR NEW.amount < OLD.amount OR OLD."sale" IS DISTINCT FROM NEW."sale" OR OLD."line" IS DISTINCT FROM NEW."line" OR OLD."sold_quantity" IS DISTINCT FROM NEW."sold_quantity" OR OLD."sold" IS DISTINCT FROM NEW."sold") EXECUTE FUNCTION refuse(\'what went back has gone back\')',
    "CREATE TRIGGER refunded_lines_stay BEFORE DELETE ON refunded_lines FOR EACH ROW EXECUTE FUNCTION refuse('what went back has gone back')",
    'CREATE TRIGGER refunded_payments_only_grow BEFORE UPDATE ON refunded_payments FOR EACH ROW WHEN (NEW.given_back < OLD.given_back OR OLD."payment" IS DISTINCT FROM NEW."payment" OR OLD."took" IS DISTINCT FROM NEW."took") EXECUTE FUNCTION refuse(\'what went back has gone back\')',
    "CREATE TRIGGER refunded_payments_stay BEFORE DELETE ON refunded_payments FOR EACH ROW EXECUTE FUNCTION refuse('what went back has gone back')",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        _payments_anew(_columns(money=True), _KEEP_SQLITE)
    else:
        for column in _new_columns():
            op.add_column("payments", column)
        op.execute("DROP TRIGGER payments_keep_figures ON payments")
        op.execute(_KEEP_POSTGRESQL)
    _create_tables()
    _partial_index("ix_payments_slip", "payments", ["slip"], "slip > ''")
    _partial_index(
        "uq_payments_reverses", "payments", ["reverses"], "state IN ('pending', 'captured')", unique=True
    )
    _partial_index("ix_refund_legs_open", "refund_legs", ["id"], "state IN ('pending', 'refused')")
    op.create_index(op.f("ix_refunds_sale"), "refunds", ["sale"])
    op.create_index(op.f("ix_refunds_number"), "refunds", ["number"], unique=True)
    op.create_index(op.f("ix_refund_lines_sale"), "refund_lines", ["sale"])
    op.create_index(op.f("ix_refund_legs_refund"), "refund_legs", ["refund"])
    op.create_index(
        op.f("ix_account_entries_account_number"), "account_entries", ["account", "number"], unique=True
    )
    for table in ("refund_sums", "refund_tender_sums", "refund_fuel_sums", "settlement_sums"):
        op.create_index(op.f(f"ix_{table}_hour"), table, ["hour"])
    for trigger in _SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("uq_payments_reverses", "payments")
    op.drop_index("ix_payments_slip", "payments")
    if op.get_bind().dialect.name == "sqlite":
        _payments_anew(_columns(money=False), _KEEP_SQLITE_BEFORE)
        return
    op.execute("DROP TRIGGER payments_keep_figures ON payments")
    for column in reversed(_new_columns()):
        op.drop_column("payments", column.name)
    op.execute(_KEEP_POSTGRESQL_BEFORE)


def _payments_anew(columns: list[Any], keep: str) -> None:
    """SQLite cannot alter much in place: a new table takes the rows over."""
    for trigger in ("payments_keep_figures", "payments_stay", "payments_come_while_open"):
        op.execute(f"DROP TRIGGER {trigger}")
    op.drop_index("ix_payments_pending", "payments")
    op.drop_index("ix_payments_sale", "payments")
    op.rename_table("payments", "payments_before")
    op.create_table("payments", *columns, sqlite_with_rowid=False)
    names = ", ".join(_OF_BEFORE)
    op.execute(f"INSERT INTO payments ({names}) SELECT {names} FROM payments_before")  # noqa: S608 - our own names
    op.drop_table("payments_before")
    op.create_index(op.f("ix_payments_sale"), "payments", ["sale"])
    _partial_index("ix_payments_pending", "payments", ["at"], "state = 'pending'")
    for trigger in (keep, *_OTHERS_SQLITE):
        op.execute(trigger)


def _columns(*, money: bool) -> list[Any]:
    return [
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("tender", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tendered", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("payer_code", sa.String(length=40), nullable=False),
        sa.Column("provider_ref", sa.String(length=100), nullable=False),
        sa.Column("waiting_for", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(_new_columns() if money else ()),
        sa.ForeignKeyConstraint(
            ["sale"], ["sales.id"], name=op.f("fk_payments_sale_sales"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    ]


def _new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("slip", sa.String(length=32), server_default="", nullable=False),
        sa.Column("account", sa.String(length=32), nullable=True),
        sa.Column("plate", sa.String(length=20), server_default="", nullable=False),
        sa.Column("member", sa.String(length=40), nullable=True),
        sa.Column("qr", sa.Text(), server_default="", nullable=False),
        sa.Column("reverses", sa.String(length=32), nullable=True),
    ]


def _create_tables() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rounding", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("approver", sa.String(length=32), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reinstate", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sale"], ["sales.id"], name=op.f("fk_refunds_sale_sales")),
        sa.ForeignKeyConstraint(["shift"], ["shifts.id"], name=op.f("fk_refunds_shift_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund_lines",
        sa.Column("refund", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity >= 0 AND amount >= 0", name=op.f("ck_refund_lines_not_less_than_nothing")
        ),
        sa.ForeignKeyConstraint(["refund"], ["refunds.id"], name=op.f("fk_refund_lines_refund_refunds")),
        sa.ForeignKeyConstraint(
            ["sale", "line"],
            ["sale_lines.sale", "sale_lines.id"],
            name=op.f("fk_refund_lines_sale_line_sale_lines"),
        ),
        sa.PrimaryKeyConstraint("refund", "line", name=op.f("pk_refund_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund_legs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("refund", sa.String(length=32), nullable=False),
        sa.Column("of", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tender", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("provider_ref", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("slip", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_legs_more_than_nothing")),
        sa.ForeignKeyConstraint(["of"], ["payments.id"], name=op.f("fk_refund_legs_of_payments")),
        sa.ForeignKeyConstraint(["refund"], ["refunds.id"], name=op.f("fk_refund_legs_refund_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_legs")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refunded_lines",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("sold_quantity", sa.Integer(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount BETWEEN 0 AND sold", name=op.f("ck_refunded_lines_no_more_money_than_sold")
        ),
        sa.CheckConstraint(
            "quantity BETWEEN 0 AND sold_quantity", name=op.f("ck_refunded_lines_no_more_pieces_than_sold")
        ),
        sa.PrimaryKeyConstraint("sale", "line", name=op.f("pk_refunded_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refunded_payments",
        sa.Column("payment", sa.String(length=32), nullable=False),
        sa.Column("took", sa.BigInteger(), nullable=False),
        sa.Column("given_back", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "given_back BETWEEN 0 AND took", name=op.f("ck_refunded_payments_no_more_than_it_brought")
        ),
        sa.ForeignKeyConstraint(
            ["payment"], ["payments.id"], name=op.f("fk_refunded_payments_payment_payments")
        ),
        sa.PrimaryKeyConstraint("payment", name=op.f("pk_refunded_payments")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund_numbers",
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_refund_numbers")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("plates", sa.Text(), nullable=False),
        sa.Column("limit", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint('owed <= "limit"', name=op.f("ck_accounts_within_limit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("debit", sa.String(length=48), nullable=False),
        sa.Column("credit", sa.String(length=48), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=True),
        sa.Column("sale", sa.String(length=32), nullable=True),
        sa.Column("payment", sa.String(length=32), nullable=True),
        sa.Column("refund", sa.String(length=32), nullable=True),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("tender", sa.String(length=20), nullable=True),
        sa.Column("slip", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_account_entries_more_than_nothing")),
        sa.ForeignKeyConstraint(
            ["account"], ["accounts.id"], name=op.f("fk_account_entries_account_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_entries")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settlement_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("tender", sa.String(length=20), nullable=False),
        sa.Column("settlements", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", "tender", name=op.f("pk_settlement_sums")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("refunds", sa.BigInteger(), nullable=False),
        sa.Column("voids", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("goods_pieces", sa.BigInteger(), nullable=False),
        sa.Column("goods_amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", name=op.f("pk_refund_sums")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund_tender_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("tender", sa.String(length=20), nullable=False),
        sa.Column("refunds", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", "tender", name=op.f("pk_refund_tender_sums")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refund_fuel_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("local_hour", sa.Integer(), nullable=False),
        sa.Column("fills", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", "grade", "price", name=op.f("pk_refund_fuel_sums")),
        sqlite_with_rowid=False,
    )


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
