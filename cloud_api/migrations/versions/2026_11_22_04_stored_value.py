"""The ledger, wallets, recharge cards, points, members at counters; payments by QR code and by stored value.

Revision ID: 20261122_04_stored_value
Revises: 20261122_03_called_off
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261122_04_stored_value"
down_revision = "20261122_03_called_off"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_CHANNELS = "channel IN ('code', 'qr', 'h5', 'mini_program')"
_CHANNELS_BEFORE = "channel IN ('code', 'h5', 'mini_program')"
_LEVELS = (
    {"code": "member", "title": "普通会员", "from_points": 0, "per_yuan": 100, "per_litre": 0},
    {"code": "silver", "title": "银卡会员", "from_points": 3_000, "per_yuan": 120, "per_litre": 0},
    {"code": "gold", "title": "金卡会员", "from_points": 10_000, "per_yuan": 150, "per_litre": 50},
)
_APPEND_ONLY = ("ledger_postings", "ledger_entries")


def upgrade() -> None:
    _ledger()
    _cards()
    _points()
    _members()
    _payments(16, _CHANNELS)
    with op.batch_alter_table("payments") as batch:
        batch.add_column(sa.Column("available_fen", sa.BigInteger))
    op.add_column("drivers", sa.Column("name", sa.String(40), nullable=False, server_default=""))
    op.create_index(op.f("ix_vehicles_plate"), "vehicles", ["plate"])
    op.create_index(op.f("ix_counter_holds_station_id_sale_id"), "counter_holds", ["station_id", "sale_id"])
    _only_added()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_only_added ON {table}")
        op.execute("DROP FUNCTION ledger_only_added()")
    op.drop_index(op.f("ix_counter_holds_station_id_sale_id"), "counter_holds")
    op.drop_index(op.f("ix_vehicles_plate"), "vehicles")
    with op.batch_alter_table("drivers") as batch:
        batch.drop_column("name")
    with op.batch_alter_table("payments") as batch:
        batch.drop_column("available_fen")
    _payments(8, _CHANNELS_BEFORE)
    for table in (
        "member_confirmations", "member_proofs", "member_codes", "point_refunds", "point_sales", "point_uses",
        "point_levels", "card_tries", "recharge_cards", "card_batches", "stored_refunds", "stored_charges",
        "ledger_entries", "ledger_postings", "ledger_accounts",
    ):  # fmt: skip
        op.drop_table(table)


def _payments(provider_length: int, channels: str) -> None:
    with op.batch_alter_table("payments") as batch:
        batch.alter_column("provider", type_=sa.String(provider_length), existing_nullable=False)
        batch.drop_constraint(op.f("ck_payments_channel"), type_="check")
        batch.create_check_constraint(op.f("ck_payments_channel"), channels)


def _ledger() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sa.Column("may_be_negative", sa.Boolean, nullable=False),
        sa.CheckConstraint("may_be_negative OR balance >= 0", name=op.f("ck_ledger_accounts_balance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("kind", "owner", name=op.f("uq_ledger_accounts_kind_owner")),
    )
    op.create_table(
        "ledger_postings",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("about", sa.String(32), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_postings")),
    )
    op.create_index(op.f("ix_ledger_postings_about"), "ledger_postings", ["about"])
    op.create_table(
        "ledger_entries",
        sa.Column("number", _BIG, nullable=False, autoincrement=True),
        sa.Column("posting_id", Id(), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("balance_after", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_amount")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["ledger_postings.id"], name=op.f("fk_ledger_entries_posting_id_ledger_postings")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_entries_account_id_ledger_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_entries")),
    )
    op.create_index(op.f("ix_ledger_entries_posting_id"), "ledger_entries", ["posting_id"])
    op.create_index(op.f("ix_ledger_entries_account_id_number"), "ledger_entries", ["account_id", "number"])
    op.create_table(
        "stored_charges",
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("tender", sa.String(16), nullable=False),
        sa.Column("owner", Id()),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("available_fen", sa.BigInteger),
        sa.Column("principal_fen", sa.BigInteger, nullable=False),
        sa.Column("bonus_fen", sa.BigInteger, nullable=False),
        sa.Column("refunded_fen", sa.BigInteger, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.CheckConstraint(
            "state IN ('charged', 'declined', 'reversed')", name=op.f("ck_stored_charges_state")
        ),
        sa.CheckConstraint(
            "refunded_fen BETWEEN 0 AND principal_fen + bonus_fen", name=op.f("ck_stored_charges_refunded")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_stored_charges")),
    )
    op.create_index(op.f("ix_stored_charges_owner_at"), "stored_charges", ["owner", "at"])
    op.create_table(
        "stored_refunds",
        sa.Column("refund_id", Id(), nullable=False),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_stored_refunds_amount")),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["stored_charges.payment_id"],
            name=op.f("fk_stored_refunds_payment_id_stored_charges"),
        ),
        sa.PrimaryKeyConstraint("refund_id", name=op.f("pk_stored_refunds")),
    )


def _cards() -> None:
    op.create_table(
        "card_batches",
        sa.Column("id", Id(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("face_fen", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.CheckConstraint("face_fen > 0", name=op.f("ck_card_batches_face")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_batches")),
    )
    op.create_table(
        "recharge_cards",
        sa.Column("id", Id(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("activated_at", Moment),
        sa.CheckConstraint("state IN ('new', 'active', 'frozen')", name=op.f("ck_recharge_cards_state")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["card_batches.id"], name=op.f("fk_recharge_cards_batch_id_card_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recharge_cards")),
        sa.UniqueConstraint("number", name=op.f("uq_recharge_cards_number")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recharge_cards_code_hash")),
    )
    op.create_index(op.f("ix_recharge_cards_batch_id"), "recharge_cards", ["batch_id"])
    op.create_table(
        "card_tries",
        sa.Column("id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_tries")),
    )
    op.create_index(op.f("ix_card_tries_station_id_at"), "card_tries", ["station_id", "at"])


def _points() -> None:
    levels = op.create_table(
        "point_levels",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("from_points", sa.Integer, nullable=False),
        sa.Column("per_yuan", sa.Integer, nullable=False),
        sa.Column("per_litre", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "from_points >= 0 AND per_yuan >= 0 AND per_litre >= 0", name=op.f("ck_point_levels_rule")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_point_levels")),
        sa.UniqueConstraint("from_points", name=op.f("uq_point_levels_from_points")),
    )
    op.bulk_insert(levels, list(_LEVELS))
    op.create_table(
        "point_uses",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("sale_id", Id(), nullable=False),
        sa.Column("points", sa.BigInteger, nullable=False),
        sa.Column("worth_fen", sa.BigInteger, nullable=False),
        sa.Column("spent", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.CheckConstraint(
            "points > 0 AND worth_fen >= 0 AND spent BETWEEN 0 AND points", name=op.f("ck_point_uses_amount")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'redeemed', 'released', 'overdue')", name=op.f("ck_point_uses_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_uses")),
    )
    op.create_index(op.f("ix_point_uses_driver_id"), "point_uses", ["driver_id"])
    op.create_index(op.f("ix_point_uses_state_expires_at"), "point_uses", ["state", "expires_at"])
    op.create_index(op.f("ix_point_uses_station_id_sale_id"), "point_uses", ["station_id", "sale_id"])
    op.create_table(
        "point_sales",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("sale_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("total_fen", sa.BigInteger, nullable=False),
        sa.Column("earned", sa.BigInteger, nullable=False),
        sa.Column("reversed", sa.BigInteger, nullable=False),
        sa.Column("returned", sa.BigInteger, nullable=False),
        sa.CheckConstraint("reversed BETWEEN 0 AND earned", name=op.f("ck_point_sales_reversed")),
        sa.PrimaryKeyConstraint("station_id", "sale_id", name=op.f("pk_point_sales")),
    )
    op.create_index(op.f("ix_point_sales_driver_id_at"), "point_sales", ["driver_id", "at"])
    op.create_table(
        "point_refunds",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("refund_id", Id(), nullable=False),
        sa.Column("sale_id", Id(), nullable=False),
        sa.Column("total_fen", sa.BigInteger, nullable=False),
        sa.CheckConstraint("total_fen >= 0", name=op.f("ck_point_refunds_total")),
        sa.PrimaryKeyConstraint("station_id", "refund_id", name=op.f("pk_point_refunds")),
    )
    op.create_index(op.f("ix_point_refunds_station_id_sale_id"), "point_refunds", ["station_id", "sale_id"])


def _members() -> None:
    op.create_table(
        "member_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("station_id", Id()),
        sa.Column("sale_id", Id()),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_by", Id()),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_member_codes_driver_id_drivers")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_member_codes")),
    )
    op.create_index(op.f("ix_member_codes_driver_id"), "member_codes", ["driver_id"])
    op.create_table(
        "member_proofs",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("sale_id", sa.String(32), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_member_proofs_driver_id_drivers")
        ),
        sa.PrimaryKeyConstraint("station_id", "driver_id", "sale_id", name=op.f("pk_member_proofs")),
    )
    op.create_table(
        "member_confirmations",
        sa.Column("id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("sale_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("confirmed_at", Moment),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_member_confirmations_station_id_stations")
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_member_confirmations_driver_id_drivers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_confirmations")),
    )
    op.create_index(op.f("ix_member_confirmations_driver_id"), "member_confirmations", ["driver_id"])


def _only_added() -> None:
    """The database itself refuses to change or remove what was posted."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION ledger_only_added() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the ledger is only added to'; END $$"
        )
        for table in _APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION ledger_only_added()"
            )
        return
    for table in _APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
            )
