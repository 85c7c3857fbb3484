"""The first tables: sales, forecourt, orders, prices, people, mailbox, sums."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_01_station"
down_revision = None
branch_labels = None
depends_on = None


# Rows that never change once they are true; see core/persistence/tables/append_only.py.
_SQLITE_TRIGGERS = (
    'CREATE TRIGGER fills_keep_figures BEFORE UPDATE ON fills WHEN OLD."id" IS NOT NEW."id" OR OLD."pump" IS NOT NEW."pump" OR OLD."nozzle" IS NOT NEW."nozzle" OR OLD."grade" IS NOT NEW."grade" OR OLD."transaction" IS NOT NEW."transaction" OR OLD."volume" IS NOT NEW."volume" OR OLD."price" IS NOT NEW."price" OR OLD."amount" IS NOT NEW."amount" OR OLD."started_at" IS NOT NEW."started_at" OR OLD."ended_at" IS NOT NEW."ended_at" OR OLD."recorded_at" IS NOT NEW."recorded_at" OR OLD."totaliser" IS NOT NEW."totaliser" BEGIN SELECT RAISE(ABORT, \'a pump\'\'s figures never change\'); END',
    "CREATE TRIGGER fills_stay BEFORE DELETE ON fills BEGIN SELECT RAISE(ABORT, 'a fill is never deleted'); END",
    "CREATE TRIGGER sales_keep_end BEFORE UPDATE ON sales WHEN OLD.state <> 'open' BEGIN SELECT RAISE(ABORT, 'a closed sale never changes'); END",
    "CREATE TRIGGER sales_stay BEFORE DELETE ON sales BEGIN SELECT RAISE(ABORT, 'a sale is never deleted'); END",
    'CREATE TRIGGER payments_keep_figures BEFORE UPDATE ON payments WHEN OLD.state <> \'pending\' OR OLD."id" IS NOT NEW."id" OR OLD."sale" IS NOT NEW."sale" OR OLD."tender" IS NOT NEW."tender" OR OLD."amount" IS NOT NEW."amount" OR OLD."at" IS NOT NEW."at" OR OLD."tendered" IS NOT NEW."tendered" OR OLD."change" IS NOT NEW."change" BEGIN SELECT RAISE(ABORT, \'a payment\'\'s figures and its end never change\'); END',
    "CREATE TRIGGER payments_stay BEFORE DELETE ON payments BEGIN SELECT RAISE(ABORT, 'a payment is never deleted'); END",
    "CREATE TRIGGER shifts_keep_end BEFORE UPDATE ON shifts WHEN OLD.state <> 'open' BEGIN SELECT RAISE(ABORT, 'a closed shift never changes'); END",
    "CREATE TRIGGER shifts_stay BEFORE DELETE ON shifts BEGIN SELECT RAISE(ABORT, 'a shift is never deleted'); END",
    "CREATE TRIGGER events_keep BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'an event never changes'); END",
    "CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END",
    "CREATE TRIGGER sale_lines_come_while_open BEFORE INSERT ON sale_lines WHEN (SELECT state FROM sales WHERE id = NEW.sale) <> 'open' BEGIN SELECT RAISE(ABORT, 'a closed sale never changes'); END",
    "CREATE TRIGGER sale_lines_change_while_open BEFORE UPDATE ON sale_lines WHEN (SELECT state FROM sales WHERE id = OLD.sale) <> 'open' BEGIN SELECT RAISE(ABORT, 'a closed sale never changes'); END",
    "CREATE TRIGGER sale_lines_go_while_open BEFORE DELETE ON sale_lines WHEN (SELECT state FROM sales WHERE id = OLD.sale) <> 'open' BEGIN SELECT RAISE(ABORT, 'a closed sale never changes'); END",
    "CREATE TRIGGER payments_come_while_open BEFORE INSERT ON payments WHEN (SELECT state FROM sales WHERE id = NEW.sale) <> 'open' BEGIN SELECT RAISE(ABORT, 'a closed sale never changes'); END",
)
_POSTGRESQL_TRIGGERS = (
    """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END
$$
""",
    """
CREATE FUNCTION refuse_unless_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bill text;
BEGIN
    IF TG_OP = 'INSERT' THEN bill := NEW.sale; ELSE bill := OLD.sale; END IF;
    IF (SELECT state FROM sales WHERE id = bill) <> 'open' THEN
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$
""",
    'CREATE TRIGGER fills_keep_figures BEFORE UPDATE ON fills FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."pump" IS DISTINCT FROM NEW."pump" OR OLD."nozzle" IS DISTINCT FROM NEW."nozzle" OR OLD."grade" IS DISTINCT FROM NEW."grade" OR OLD."transaction" IS DISTINCT FROM NEW."transaction" OR OLD."volume" IS DISTINCT FROM NEW."volume" OR OLD."price" IS DISTINCT FROM NEW."price" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."started_at" IS DISTINCT FROM NEW."started_at" OR OLD."ended_at" IS DISTINCT FROM NEW."ended_at" OR OLD."recorded_at" IS DISTINCT FROM NEW."recorded_at" OR OLD."totaliser" IS DISTINCT FROM NEW."totaliser") EXECUTE FUNCTION refuse(\'a pump\'\'s figures never change\')',
    "CREATE TRIGGER fills_stay BEFORE DELETE ON fills FOR EACH ROW EXECUTE FUNCTION refuse('a fill is never deleted')",
    "CREATE TRIGGER sales_keep_end BEFORE UPDATE ON sales FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse('a closed sale never changes')",
    "CREATE TRIGGER sales_stay BEFORE DELETE ON sales FOR EACH ROW EXECUTE FUNCTION refuse('a sale is never deleted')",
    'CREATE TRIGGER payments_keep_figures BEFORE UPDATE ON payments FOR EACH ROW WHEN (OLD.state <> \'pending\' OR OLD."id" IS DISTINCT FROM NEW."id" OR OLD."sale" IS DISTINCT FROM NEW."sale" OR OLD."tender" IS DISTINCT FROM NEW."tender" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."at" IS DISTINCT FROM NEW."at" OR OLD."tendered" IS DISTINCT FROM NEW."tendered" OR OLD."change" IS DISTINCT FROM NEW."change") EXECUTE FUNCTION refuse(\'a payment\'\'s figures and its end never change\')',
    "CREATE TRIGGER payments_stay BEFORE DELETE ON payments FOR EACH ROW EXECUTE FUNCTION refuse('a payment is never deleted')",
    "CREATE TRIGGER shifts_keep_end BEFORE UPDATE ON shifts FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION refuse('a closed shift never changes')",
    "CREATE TRIGGER shifts_stay BEFORE DELETE ON shifts FOR EACH ROW EXECUTE FUNCTION refuse('a shift is never deleted')",
    "CREATE TRIGGER events_keep BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse('an event never changes')",
    "CREATE TRIGGER events_stay BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse('an event is never deleted')",
    "CREATE TRIGGER sale_lines_come_while_open BEFORE INSERT ON sale_lines FOR EACH ROW EXECUTE FUNCTION refuse_unless_open('a closed sale never changes')",
    "CREATE TRIGGER sale_lines_change_while_open BEFORE UPDATE ON sale_lines FOR EACH ROW EXECUTE FUNCTION refuse_unless_open('a closed sale never changes')",
    "CREATE TRIGGER sale_lines_go_while_open BEFORE DELETE ON sale_lines FOR EACH ROW EXECUTE FUNCTION refuse_unless_open('a closed sale never changes')",
    "CREATE TRIGGER payments_come_while_open BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION refuse_unless_open('a closed sale never changes')",
)


def upgrade() -> None:  # noqa: PLR0915 - a step is as long as what it changes
    op.create_table(
        "authorisations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=True),
        sa.Column("preset", sa.String(length=32), nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.String(length=32), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("order", sa.String(length=32), nullable=True),
        sa.Column("sale", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("transaction", sa.Integer(), nullable=True),
        sa.Column("fill", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisations")),
    )
    _partial_index(
        "uq_authorisations_open",
        "authorisations",
        ["pump"],
        "state IN ('pending', 'authorised')",
        unique=True,
    )

    op.create_table(
        "board",
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("grade", name=op.f("pk_board")),
    )
    op.create_table(
        "events",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events")),
    )
    op.create_table(
        "fills",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("transaction", sa.Integer(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=True),
        sa.Column("authorisation", sa.String(length=32), nullable=True),
        sa.Column("order", sa.String(length=32), nullable=True),
        sa.Column("sale", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("totaliser", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fills")),
        sa.UniqueConstraint(
            "pump", "transaction", "ended_at", name=op.f("uq_fills_pump_transaction_ended_at")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_fills_recorded_at", "fills", ["recorded_at"], unique=False)
    _partial_index("ix_fills_unpaid", "fills", ["recorded_at"], "state = 'unpaid'", unique=False)

    op.create_table(
        "fuel_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("local_hour", sa.Integer(), nullable=False),
        sa.Column("fills", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", "grade", "price", name=op.f("pk_fuel_sums")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_fuel_sums_hour", "fuel_sums", ["hour"], unique=False)

    op.create_table(
        "goods",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("barcode", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods")),
        sa.UniqueConstraint("barcode", name=op.f("uq_goods_barcode")),
    )
    op.create_table(
        "grades",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("controller_grade", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grades")),
    )
    op.create_table(
        "inbox",
        sa.Column("mailbox", sa.String(length=20), nullable=False),
        sa.Column("last_taken", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_inbox")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "nozzle_prices",
        sa.Column("nozzle", sa.String(length=12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("nozzle", name=op.f("pk_nozzle_prices")),
    )
    op.create_table(
        "nozzles",
        sa.Column("pump", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("pump", "number", name=op.f("pk_nozzles")),
    )
    op.create_table(
        "order_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("local_hour", sa.Integer(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", "grade", name=op.f("pk_order_sums")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_order_sums_hour", "order_sums", ["hour"], unique=False)

    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("by_volume", sa.Boolean(), nullable=False),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("car", sa.String(length=200), nullable=False),
        sa.Column("driver_phone", sa.String(length=20), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("served_by", sa.String(length=32), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("claim", sa.String(length=64), nullable=False),
        sa.Column("authorisation", sa.String(length=32), nullable=True),
        sa.Column("fill", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_ended_at", "orders", ["ended_at"], unique=False)
    _partial_index(
        "ix_orders_open",
        "orders",
        ["paid_at"],
        "state IN ('waiting', 'claiming', 'accepted', 'plate_checked', 'authorising', 'authorised', 'fuelling', 'filled')",
        unique=False,
    )

    op.create_table(
        "outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    _partial_index("ix_outbox_waiting", "outbox", ["position"], "state = 'waiting'", unique=False)

    op.create_table(
        "price_changes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("scheduled_by", sa.String(length=32), nullable=False),
        sa.Column("scheduled_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("applied_nozzles", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_changes")),
    )
    op.create_index("ix_price_changes_due_at", "price_changes", ["due_at"], unique=False)

    op.create_table(
        "pumps",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pumps")),
    )
    op.create_table(
        "readings",
        sa.Column("pump", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=True),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("transaction", sa.Integer(), nullable=True),
        sa.Column("preset", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("pump", name=op.f("pk_readings")),
    )
    op.create_table(
        "receipts",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sale", name=op.f("pk_receipts")),
    )
    op.create_table(
        "sale_numbers",
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_sale_numbers")),
    )
    op.create_table(
        "sale_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("sales", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("goods_pieces", sa.BigInteger(), nullable=False),
        sa.Column("goods_net", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", name=op.f("pk_sale_sums")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sale_sums_hour", "sale_sums", ["hour"], unique=False)

    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opening_float", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("counted_cash", sa.BigInteger(), nullable=False),
        sa.Column("expected_cash", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("number", name=op.f("uq_shifts_number")),
    )
    _partial_index("uq_shifts_open", "shifts", ["state"], "state = 'open'", unique=True)

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_table(
        "tender_sums",
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("tender", sa.String(length=20), nullable=False),
        sa.Column("payments", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shift", "hour", "tender", name=op.f("pk_tender_sums")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tender_sums_hour", "tender_sums", ["hour"], unique=False)

    op.create_table(
        "sales",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("cashier", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("coupon", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["shift"],
            ["shifts.id"],
            name=op.f("fk_sales_shift_shifts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales")),
        sqlite_with_rowid=False,
    )
    _partial_index("ix_sales_open", "sales", ["shift"], "state = 'open'", unique=False)
    _partial_index("uq_sales_number", "sales", ["number"], "number > ''", unique=True)

    op.create_table(
        "coupon_uses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sale"],
            ["sales.id"],
            name=op.f("fk_coupon_uses_sale_sales"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_uses")),
    )
    _partial_index(
        "ix_coupon_uses_to_settle",
        "coupon_uses",
        ["id"],
        "settled = false AND state IN ('pending', 'redeemed', 'released')",
        unique=False,
    )

    op.create_table(
        "payments",
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
        sa.ForeignKeyConstraint(
            ["sale"], ["sales.id"], name=op.f("fk_payments_sale_sales"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sqlite_with_rowid=False,
    )
    _partial_index("ix_payments_pending", "payments", ["at"], "state = 'pending'", unique=False)
    op.create_index("ix_payments_sale", "payments", ["sale"], unique=False)

    op.create_table(
        "sale_lines",
        sa.Column("sale", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("fill", sa.String(length=32), nullable=True),
        sa.Column("grade", sa.String(length=12), nullable=True),
        sa.Column("pump", sa.Integer(), nullable=True),
        sa.Column("nozzle", sa.Integer(), nullable=True),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("fuel_price", sa.Integer(), nullable=True),
        sa.Column("goods", sa.String(length=32), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("piece_price", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fill"],
            ["fills.id"],
            name=op.f("fk_sale_lines_fill_fills"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["sale"],
            ["sales.id"],
            name=op.f("fk_sale_lines_sale_sales"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("sale", "id", name=op.f("pk_sale_lines")),
        sqlite_with_rowid=False,
    )
    for trigger in _SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS:
        op.get_bind().exec_driver_sql(trigger)


def downgrade() -> None:
    op.drop_table("sale_lines")

    op.drop_table("payments")

    op.drop_table("coupon_uses")

    op.drop_table("sales")

    op.drop_table("tender_sums")
    op.drop_table("staff")

    op.drop_table("shifts")

    op.drop_table("sale_sums")
    op.drop_table("sale_numbers")
    op.drop_table("receipts")
    op.drop_table("readings")
    op.drop_table("pumps")

    op.drop_table("price_changes")

    op.drop_table("outbox")

    op.drop_table("orders")

    op.drop_table("order_sums")
    op.drop_table("nozzles")
    op.drop_table("nozzle_prices")
    op.drop_table("leases")
    op.drop_table("inbox")
    op.drop_table("grades")
    op.drop_table("goods")

    op.drop_table("fuel_sums")

    op.drop_table("fills")
    op.drop_table("events")
    op.drop_table("board")

    op.drop_table("authorisations")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse()")
        op.execute("DROP FUNCTION refuse_unless_open()")


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
