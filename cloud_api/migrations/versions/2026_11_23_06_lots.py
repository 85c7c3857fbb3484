"""Lots under wallets and points, legal entities, top-ups, refunds of balances, and looks at the books.

Revision ID: 20261123_06_lots
Revises: 20261123_05_turning
"""

import hashlib

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261123_06_lots"
down_revision = "20261123_05_turning"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("ledger_postings", "ledger_entries")
# A posting that comes again is passed over, as the asker means it; an entry never comes again.
_KEYS = {
    "ledger_postings": ("id", "IGNORE"),
    "ledger_entries": ("number", "ABORT, 'the ledger is only added to'"),
}
_WITH_LOTS = ("wallet_principal", "wallet_bonus", "points")


def upgrade() -> None:
    op.add_column("stations", sa.Column("entity", sa.String(32), nullable=False, server_default=""))
    _lots()
    _top_ups()
    _refunds()
    _lots_of_what_is_there()
    _only_added()


def downgrade() -> None:
    for table in _APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")
        else:
            op.execute(f"DROP TRIGGER {table}_no_replace")
    for table in (
        "wallet_refund_items", "wallet_refunds", "wallet_prepaid_holders", "wallet_top_ups", "wallet_bonus_uses",
        "wallet_bonus_rules", "ledger_checks", "ledger_lot_parts", "ledger_lots",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("stations") as batch:
        batch.drop_column("entity")


def _lots() -> None:
    op.create_table(
        "ledger_lots",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("source_id", sa.String(32), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("ends_at", Moment),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("left", sa.BigInteger, nullable=False),
        sa.Column("invoiced", sa.Boolean, nullable=False),
        sa.CheckConstraint('"left" >= 0', name=op.f("ck_ledger_lots_left")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lots")),
    )
    op.create_index(op.f("ix_ledger_lots_source_id"), "ledger_lots", ["source_id"])
    op.create_index(op.f("ix_ledger_lots_kind_ends_at"), "ledger_lots", ["kind", "ends_at"])
    op.create_index(
        "ix_ledger_lots_open",
        "ledger_lots",
        ["owner", "kind"],
        postgresql_where=sa.text('"left" > 0'),
        sqlite_where=sa.text('"left" > 0'),
    )
    op.create_table(
        "ledger_lot_parts",
        sa.Column("use_id", Id(), nullable=False),
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.Column("returned", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "taken > 0 AND returned BETWEEN 0 AND taken", name=op.f("ck_ledger_lot_parts_amount")
        ),
        sa.PrimaryKeyConstraint("use_id", "lot_id", name=op.f("pk_ledger_lot_parts")),
    )
    op.create_table(
        "ledger_checks",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("from_number", sa.BigInteger, nullable=False),
        sa.Column("to_number", sa.BigInteger, nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_checks")),
    )
    op.create_index(op.f("ix_ledger_checks_at"), "ledger_checks", ["at"])


def _top_ups() -> None:
    op.create_table(
        "wallet_bonus_rules",
        sa.Column("id", Id(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("threshold_fen", sa.BigInteger, nullable=False),
        sa.Column("bonus_fen", sa.BigInteger, nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("cap_fen", sa.BigInteger),
        sa.Column("once", sa.Boolean, nullable=False),
        sa.Column("stopped_at", Moment),
        sa.CheckConstraint(
            "threshold_fen > 0 AND bonus_fen >= 0 AND percent BETWEEN 0 AND 100",
            name=op.f("ck_wallet_bonus_rules_rule"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_bonus_rules")),
    )
    op.create_index(op.f("ix_wallet_bonus_rules_entity_ends_at"), "wallet_bonus_rules", ["entity", "ends_at"])
    op.create_table(
        "wallet_bonus_uses",
        sa.Column("rule_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("top_up_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["wallet_bonus_rules.id"],
            name=op.f("fk_wallet_bonus_uses_rule_id_wallet_bonus_rules"),
        ),
        sa.PrimaryKeyConstraint("rule_id", "driver_id", name=op.f("pk_wallet_bonus_uses")),
    )
    op.create_index(op.f("ix_wallet_bonus_uses_top_up_id"), "wallet_bonus_uses", ["top_up_id"])
    op.create_table(
        "wallet_top_ups",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("bonus_fen", sa.BigInteger, nullable=False),
        sa.Column("rule_id", Id()),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("pay_before", Moment, nullable=False),
        sa.Column("paid_at", Moment),
        sa.Column("payment_id", Id()),
        sa.Column("provider", sa.String(16)),
        sa.Column("payments_to_close", sa.Boolean, nullable=False),
        sa.CheckConstraint("amount_fen > 0 AND bonus_fen >= 0", name=op.f("ck_wallet_top_ups_amount")),
        sa.CheckConstraint("state IN ('pending', 'paid', 'closed')", name=op.f("ck_wallet_top_ups_state")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["wallet_bonus_rules.id"], name=op.f("fk_wallet_top_ups_rule_id_wallet_bonus_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_top_ups")),
    )
    op.create_index(op.f("ix_wallet_top_ups_driver_id_at"), "wallet_top_ups", ["driver_id", "at"])
    op.create_index(op.f("ix_wallet_top_ups_state_pay_before"), "wallet_top_ups", ["state", "pay_before"])
    op.create_index(op.f("ix_wallet_top_ups_payments_to_close"), "wallet_top_ups", ["payments_to_close"])
    op.create_table(
        "wallet_prepaid_holders",
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("registered_at", Moment, nullable=False),
        sa.Column("registered_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("driver_id", name=op.f("pk_wallet_prepaid_holders")),
    )


def _refunds() -> None:
    op.create_table(
        "wallet_refunds",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("top_up_id", sa.String(32)),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("bonus_gone_fen", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("decided_at", Moment),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("done_at", Moment),
        sa.CheckConstraint("amount_fen > 0 AND bonus_gone_fen >= 0", name=op.f("ck_wallet_refunds_amount")),
        sa.CheckConstraint(
            "state IN ('review', 'agreed', 'refused', 'done')", name=op.f("ck_wallet_refunds_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_refunds")),
    )
    op.create_index(op.f("ix_wallet_refunds_driver_id_at"), "wallet_refunds", ["driver_id", "at"])
    op.create_index(op.f("ix_wallet_refunds_state_at"), "wallet_refunds", ["state", "at"])
    op.create_table(
        "wallet_refund_items",
        sa.Column("id", Id(), nullable=False),
        sa.Column("refund_id", Id(), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("source_id", sa.String(32), nullable=False),
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("payment_id", Id()),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("bonus_gone_fen", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reference", sa.String(100)),
        sa.Column("ended_at", Moment),
        sa.CheckConstraint(
            "amount_fen > 0 AND bonus_gone_fen >= 0", name=op.f("ck_wallet_refund_items_amount")
        ),
        sa.CheckConstraint(
            "state IN ('review', 'waiting', 'by_hand', 'done', 'dropped')",
            name=op.f("ck_wallet_refund_items_state"),
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["wallet_refunds.id"], name=op.f("fk_wallet_refund_items_refund_id_wallet_refunds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_refund_items")),
    )
    op.create_index(op.f("ix_wallet_refund_items_refund_id"), "wallet_refund_items", ["refund_id"])
    op.create_index(op.f("ix_wallet_refund_items_state"), "wallet_refund_items", ["state"])


def _lots_of_what_is_there() -> None:
    """One lot for what each account holds, and for what a refund of an earlier charge may put back into it."""
    connection = op.get_bind()
    now = sa.func.current_timestamp()
    lots = sa.table(
        "ledger_lots",
        *(sa.column(name) for name in (
            "id", "kind", "owner", "entity", "source", "source_id", "amount", "left", "invoiced",
        )),
        sa.column("at"),
    )  # fmt: skip
    parts = sa.table(
        "ledger_lot_parts",
        *(sa.column(name) for name in ("use_id", "lot_id", "position", "taken", "returned")),
    )
    balances = {
        (row.kind, row.owner): row.balance
        for row in connection.execute(
            sa.text("SELECT kind, owner, balance FROM ledger_accounts WHERE kind IN :kinds").bindparams(
                sa.bindparam("kinds", _WITH_LOTS, expanding=True)
            )
        )
    }
    for (kind, owner), balance in balances.items():
        connection.execute(
            sa.insert(lots).values(
                id=_lot_id(kind, owner), kind=kind, owner=owner, entity="", source="before", source_id=owner,
                amount=balance, left=balance, invoiced=False, at=now,
            )
        )  # fmt: skip
    _parts_of_charges(connection, parts, balances)
    _parts_of_points(connection, parts, balances)


def _parts_of_charges(
    connection: sa.Connection, parts: sa.TableClause, balances: dict[tuple[str, str], int]
) -> None:
    charges = connection.execute(
        sa.text(
            "SELECT payment_id, owner, principal_fen, bonus_fen, refunded_fen FROM stored_charges"
            " WHERE tender = 'wallet' AND state = 'charged'"
        )
    ).all()
    for row in charges:
        bonus_back = row.bonus_fen * row.refunded_fen // (row.principal_fen + row.bonus_fen)
        for position, (kind, taken, back) in enumerate(
            (
                ("wallet_principal", row.principal_fen, row.refunded_fen - bonus_back),
                ("wallet_bonus", row.bonus_fen, bonus_back),
            )
        ):
            if taken and (kind, row.owner) in balances:
                connection.execute(
                    sa.insert(parts).values(
                        use_id=row.payment_id, lot_id=_lot_id(kind, row.owner), position=position, taken=taken,
                        returned=back,
                    )
                )  # fmt: skip


def _parts_of_points(
    connection: sa.Connection, parts: sa.TableClause, balances: dict[tuple[str, str], int]
) -> None:
    held = connection.execute(
        sa.text(
            "SELECT id, driver_id, points, spent, state FROM point_uses WHERE state IN ('held', 'redeemed')"
        )
    ).all()
    for row in held:
        taken = row.points if row.state == "held" else row.spent
        if taken and ("points", row.driver_id) in balances:
            connection.execute(
                sa.insert(parts).values(
                    use_id=row.id,
                    lot_id=_lot_id("points", row.driver_id),
                    position=0,
                    taken=taken,
                    returned=0,
                )
            )


def _lot_id(kind: str, owner: str) -> str:
    return hashlib.sha256(f"before lots {kind} {owner}".encode()).hexdigest()[:32]


def _only_added() -> None:
    """Neither emptied at once (PostgreSQL) nor replaced by a row of the same key (SQLite)."""
    for table in _APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_added()"
            )
            continue
        key, instead = _KEYS[table]
        known = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - names of ours
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {known}"
            f" BEGIN SELECT RAISE({instead}); END"
        )
