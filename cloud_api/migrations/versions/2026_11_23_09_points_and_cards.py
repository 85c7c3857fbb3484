"""Rules and periods of points; recharge cards whose codes are keyed, told once, redeemed, replaced; who guessed.

Revision ID: 20261123_09_points_and_cards
Revises: 20261123_08_paying
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261123_09_points_and_cards"
down_revision = "20261123_08_paying"
branch_labels = None
depends_on = None

_STATES = "state IN ('new', 'active', 'frozen', 'redeemed', 'replaced', 'void')"
_STATES_BEFORE = "state IN ('new', 'active', 'frozen')"
_RULE = "from_points >= 0 AND per_yuan >= 0 AND per_litre >= 0 AND period_days > 0"
_RULE_BEFORE = "from_points >= 0 AND per_yuan >= 0 AND per_litre >= 0"
_VALID = "valid_years IS NULL OR valid_years >= 3"


def upgrade() -> None:
    _points()
    with op.batch_alter_table("card_batches") as batch:
        batch.add_column(sa.Column("entity", sa.String(32), nullable=False, server_default=""))
        batch.add_column(sa.Column("valid_years", sa.Integer))
        batch.add_column(sa.Column("exported_at", Moment))
        batch.add_column(sa.Column("exported_by", sa.String(64)))
        batch.add_column(sa.Column("taken_back_at", Moment))
        batch.create_check_constraint(op.f("ck_card_batches_valid"), _VALID)
    # Until now codes were told when a batch was made.
    op.execute("UPDATE card_batches SET exported_at = created_at, exported_by = 'command'")
    with op.batch_alter_table("recharge_cards") as batch:
        batch.alter_column("code_hash", existing_type=sa.String(64), nullable=True)
        batch.add_column(sa.Column("expires_at", Moment))
        batch.add_column(sa.Column("sale_id", Id()))
        batch.add_column(sa.Column("replaced_by", Id()))
        batch.add_column(sa.Column("redeemed_by", Id()))
        batch.add_column(sa.Column("redeemed_at", Moment))
        batch.add_column(sa.Column("redeemed_fen", sa.BigInteger, nullable=False, server_default="0"))
        batch.drop_constraint(op.f("ck_recharge_cards_state"), type_="check")
        batch.create_check_constraint(op.f("ck_recharge_cards_state"), _STATES)
    op.create_index(op.f("ix_recharge_cards_redeemed_by"), "recharge_cards", ["redeemed_by"])
    op.create_table(
        "card_sales",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("total_fen", sa.BigInteger, nullable=False),
        sa.Column("buyer", sa.Text),
        sa.Column("sold_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_sales")),
    )
    op.create_index(op.f("ix_card_sales_at"), "card_sales", ["at"])
    op.create_table(
        "card_guesses",
        sa.Column("guesser", sa.String(32), nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("since", Moment),
        sa.Column("strikes", sa.Integer, nullable=False),
        sa.Column("locked_until", Moment),
        sa.PrimaryKeyConstraint("guesser", name=op.f("pk_card_guesses")),
    )
    op.drop_table("card_tries")


def downgrade() -> None:
    op.create_table(
        "card_tries",
        sa.Column("id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_tries")),
    )
    op.create_index(op.f("ix_card_tries_station_id_at"), "card_tries", ["station_id", "at"])
    op.drop_table("card_guesses")
    op.drop_table("card_sales")
    op.drop_index(op.f("ix_recharge_cards_redeemed_by"), "recharge_cards")
    # Cards in states that the earlier program does not know, or without a code, would be refused there.
    op.execute("UPDATE recharge_cards SET state = 'frozen' WHERE state IN ('redeemed', 'replaced', 'void')")
    op.execute("UPDATE recharge_cards SET code_hash = id WHERE code_hash IS NULL")
    with op.batch_alter_table("recharge_cards") as batch:
        batch.drop_constraint(op.f("ck_recharge_cards_state"), type_="check")
        batch.create_check_constraint(op.f("ck_recharge_cards_state"), _STATES_BEFORE)
        for name in (
            "redeemed_fen",
            "redeemed_at",
            "redeemed_by",
            "replaced_by",
            "sale_id",
            "expires_at",
        ):
            batch.drop_column(name)
        batch.alter_column("code_hash", existing_type=sa.String(64), nullable=False)
    with op.batch_alter_table("card_batches") as batch:
        batch.drop_constraint(op.f("ck_card_batches_valid"), type_="check")
        for name in ("taken_back_at", "exported_by", "exported_at", "valid_years", "entity"):
            batch.drop_column(name)
    op.drop_table("point_rules")
    with op.batch_alter_table("point_levels") as batch:
        batch.drop_constraint(op.f("ck_point_levels_rule"), type_="check")
        batch.create_check_constraint(op.f("ck_point_levels_rule"), _RULE_BEFORE)
        batch.drop_column("benefits")
        batch.drop_column("period_days")


def _points() -> None:
    with op.batch_alter_table("point_levels") as batch:
        batch.add_column(sa.Column("period_days", sa.Integer, nullable=False, server_default="365"))
        batch.add_column(sa.Column("benefits", sa.Text, nullable=False, server_default=""))
        batch.drop_constraint(op.f("ck_point_levels_rule"), type_="check")
        batch.create_check_constraint(op.f("ck_point_levels_rule"), _RULE)
    op.create_table(
        "point_rules",
        sa.Column("id", Id(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("extra", sa.Integer, nullable=False),
        sa.Column("conditions", sa.JSON, nullable=False),
        sa.Column("stopped_at", Moment),
        sa.CheckConstraint("percent >= 100 AND extra >= 0", name=op.f("ck_point_rules_rule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_rules")),
    )
    op.create_index(op.f("ix_point_rules_ends_at"), "point_rules", ["ends_at"])
