"""Campaigns with versions, budgets, limits and ways to people; what drivers filled by day; abuse.

Revision ID: 20261123_07_campaigns
Revises: 20261123_06_lots
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from cloud_api.metadata import Id, Moment

revision = "20261123_07_campaigns"
down_revision = "20261123_06_lots"
branch_labels = None
depends_on = None

_STATES = "state IN ('available', 'held', 'redeemed', 'review', 'void')"
_STATES_BEFORE = "state IN ('available', 'held', 'redeemed')"
_HOLDER = "state IN ('available', 'review', 'void') OR holder IS NOT NULL"
_HOLDER_BEFORE = "state = 'available' OR holder IS NOT NULL"
_ADDED_TO_CAMPAIGNS = (
    "version", "way", "occasion", "away_days", "days", "points_price", "budget_fen", "budget_left_fen", "limits",
    "friends", "margin_li", "baseline_days", "paused",
)  # fmt: skip


def upgrade() -> None:
    _campaigns()
    _coupons()
    _campaign_rooms()
    op.execute(
        "INSERT INTO campaign_grants (campaign_id, driver_id, occasion, coupon_id, at)"
        " SELECT campaign_id, driver_id, 'claim 1', coupon_id, at FROM campaign_claims"
    )
    op.execute(
        "INSERT INTO campaign_uses (campaign_id, kind, key, day, count)"
        " SELECT campaign_id, 'person', driver_id, '', 1 FROM campaign_claims"
    )
    op.execute(
        "INSERT INTO campaign_versions (campaign_id, version, title, terms, at, by)"
        " SELECT id, 1, title, terms, created_at, '' FROM campaigns"
    )
    op.drop_table("campaign_claims")
    _days()
    _abuse()


def downgrade() -> None:
    op.create_table(
        "campaign_claims",
        sa.Column("campaign_id", Id(), sa.ForeignKey("campaigns.id"), primary_key=True),
        sa.Column("driver_id", Id(), sa.ForeignKey("drivers.id"), primary_key=True),
        sa.Column("coupon_id", Id(), sa.ForeignKey("coupons.id"), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.execute(
        "INSERT INTO campaign_claims (campaign_id, driver_id, coupon_id, at)"
        " SELECT campaign_id, driver_id, coupon_id, at FROM campaign_grants WHERE occasion = 'claim 1'"
    )
    for table in (
        "staff_days", "abuse_cases", "seen_with", "velocity_counters", "driver_days", "quote_coupons", "birthdays",
        "code_batches", "campaign_shares", "campaign_uses", "campaign_grants", "campaign_versions",
    ):  # fmt: skip
        op.drop_table(table)
    # A code of which only the hash was kept cannot be told any more; neither can a state that was not known.
    op.execute("UPDATE coupons SET code = substr(id, 13, 20) WHERE code IS NULL")
    op.execute("UPDATE coupons SET state = 'redeemed', holder = id WHERE state IN ('review', 'void')")
    op.drop_index("ix_coupons_reserved", table_name="coupons")
    with op.batch_alter_table("coupons") as batch:
        batch.drop_constraint(op.f("ck_coupons_code"), type_="check")
        batch.drop_constraint(op.f("uq_coupons_code_hash"), type_="unique")
        for name in ("companions", "reserved_fen", "version", "batch_id", "code_hash"):
            batch.drop_column(name)
        batch.alter_column("code", existing_type=sa.String(20), nullable=False)
        _check(batch, "coupons_state", _STATES_BEFORE)
        _check(batch, "coupons_holder", _HOLDER_BEFORE)
    with op.batch_alter_table("campaigns") as batch:
        batch.drop_constraint(op.f("ck_campaigns_budget"), type_="check")
        batch.drop_constraint(op.f("ck_campaigns_way"), type_="check")
        for name in _ADDED_TO_CAMPAIGNS:
            batch.drop_column(name)


def _check(batch: BatchOperations, name: str, rule: str) -> None:
    batch.drop_constraint(op.f(f"ck_{name}"), type_="check")
    batch.create_check_constraint(op.f(f"ck_{name}"), rule)


def _campaigns() -> None:
    with op.batch_alter_table("campaigns") as batch:
        batch.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
        batch.add_column(sa.Column("way", sa.String(8), nullable=False, server_default="claim"))
        batch.add_column(sa.Column("occasion", sa.String(12)))
        batch.add_column(sa.Column("away_days", sa.Integer, nullable=False, server_default="60"))
        batch.add_column(sa.Column("days", sa.Integer))
        batch.add_column(sa.Column("points_price", sa.Integer, nullable=False, server_default="0"))
        batch.add_column(sa.Column("budget_fen", sa.BigInteger))
        batch.add_column(sa.Column("budget_left_fen", sa.BigInteger))
        batch.add_column(sa.Column("limits", sa.JSON))
        batch.add_column(sa.Column("friends", sa.Integer, nullable=False, server_default="0"))
        batch.add_column(sa.Column("margin_li", sa.Integer, nullable=False, server_default="0"))
        batch.add_column(sa.Column("baseline_days", sa.Integer))
        batch.add_column(sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.text("false")))
        batch.create_check_constraint(
            op.f("ck_campaigns_budget"), "budget_left_fen >= 0 AND budget_left_fen <= budget_fen"
        )
        batch.create_check_constraint(
            op.f("ck_campaigns_way"), "way IN ('claim', 'code', 'event', 'share', 'gift')"
        )


def _coupons() -> None:
    with op.batch_alter_table("coupons") as batch:
        batch.alter_column("code", existing_type=sa.String(20), nullable=True)
        batch.add_column(sa.Column("code_hash", sa.String(64)))
        batch.add_column(sa.Column("batch_id", Id()))
        batch.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
        batch.add_column(sa.Column("reserved_fen", sa.BigInteger))
        batch.add_column(sa.Column("companions", sa.JSON))
        batch.create_unique_constraint(op.f("uq_coupons_code_hash"), ["code_hash"])
        batch.create_check_constraint(op.f("ck_coupons_code"), "code IS NOT NULL OR code_hash IS NOT NULL")
        _check(batch, "coupons_state", _STATES)
        _check(batch, "coupons_holder", _HOLDER)
    op.create_index(
        "ix_coupons_reserved",
        "coupons",
        ["campaign_id", "valid_until"],
        sqlite_where=sa.text("reserved_fen > 0"),
        postgresql_where=sa.text("reserved_fen > 0"),
    )


def _campaign_rooms() -> None:
    op.create_table(
        "campaign_versions",
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("days", sa.Integer),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_versions_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "version", name=op.f("pk_campaign_versions")),
    )
    op.create_table(
        "campaign_grants",
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("occasion", sa.String(48), nullable=False),
        sa.Column("coupon_id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        *_of("campaign_grants", "campaign_id", "driver_id", "coupon_id"),
        sa.PrimaryKeyConstraint("campaign_id", "driver_id", "occasion", name=op.f("pk_campaign_grants")),
    )
    op.create_index(op.f("ix_campaign_grants_driver_id"), "campaign_grants", ["driver_id"])
    op.create_table(
        "campaign_uses",
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        *_of("campaign_uses", "campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "kind", "key", "day", name=op.f("pk_campaign_uses")),
    )
    op.create_table(
        "campaign_shares",
        sa.Column("id", Id(), nullable=False),
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("friends_left", sa.Integer, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.CheckConstraint("friends_left >= 0", name=op.f("ck_campaign_shares_friends")),
        *_of("campaign_shares", "campaign_id", "driver_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_shares")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_campaign_shares_token_hash")),
    )
    op.create_index(
        op.f("ix_campaign_shares_campaign_id_driver_id"), "campaign_shares", ["campaign_id", "driver_id"]
    )
    op.create_table(
        "code_batches",
        sa.Column("id", Id(), nullable=False),
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("at", Moment, nullable=False),
        *_of("code_batches", "campaign_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batches")),
    )
    op.create_index(op.f("ix_code_batches_campaign_id"), "code_batches", ["campaign_id"])
    op.create_table(
        "birthdays",
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("month_day", sa.String(5), nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        *_of("birthdays", "driver_id"),
        sa.PrimaryKeyConstraint("driver_id", name=op.f("pk_birthdays")),
    )
    op.create_index(op.f("ix_birthdays_month_day"), "birthdays", ["month_day"])


def _of(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    owners = {"campaign_id": "campaigns", "driver_id": "drivers", "coupon_id": "coupons"}
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{owners[column]}.id"], name=op.f(f"fk_{table}_{column}_{owners[column]}")
        )
        for column in columns
    ]


def _days() -> None:
    op.create_table(
        "quote_coupons",
        sa.Column("quote_id", Id(), nullable=False),
        sa.Column("coupon_id", Id(), nullable=False),
        sa.Column("saves_fen", sa.BigInteger, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("quote_id", "coupon_id", name=op.f("pk_quote_coupons")),
    )
    op.create_index(op.f("ix_quote_coupons_at"), "quote_coupons", ["at"])
    op.create_table(
        "driver_days",
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("fills", sa.Integer, nullable=False),
        sa.Column("volume_ml", sa.BigInteger, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("driver_id", "day", name=op.f("pk_driver_days")),
    )
    op.create_index(op.f("ix_driver_days_day"), "driver_days", ["day"])


def _abuse() -> None:
    op.create_table(
        "velocity_counters",
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("window", sa.String(16), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("forget_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("what", "key", "window", name=op.f("pk_velocity_counters")),
    )
    op.create_index(op.f("ix_velocity_counters_forget_at"), "velocity_counters", ["forget_at"])
    op.create_table(
        "seen_with",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "driver_id", name=op.f("pk_seen_with")),
    )
    op.create_index(op.f("ix_seen_with_driver_id"), "seen_with", ["driver_id"])
    op.create_table(
        "abuse_cases",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("about", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("station_id", Id()),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("campaign_id", Id()),
        sa.Column("coupon_id", Id()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("appeal", sa.String(500), nullable=False, server_default=""),
        sa.Column("appealed_at", Moment),
        sa.Column("answer", sa.String(500), nullable=False, server_default=""),
        sa.Column("answered_by", sa.String(40), nullable=False, server_default=""),
        sa.Column("answered_at", Moment),
        sa.CheckConstraint("about IN ('driver', 'staff')", name=op.f("ck_abuse_cases_about")),
        sa.CheckConstraint("action IN ('delay', 'lower', 'review')", name=op.f("ck_abuse_cases_action")),
        sa.CheckConstraint(
            "state IN ('noted', 'open', 'appealed', 'upheld', 'lifted')", name=op.f("ck_abuse_cases_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abuse_cases")),
    )
    op.create_index(op.f("ix_abuse_cases_coupon_id"), "abuse_cases", ["coupon_id"])
    op.create_index(op.f("ix_abuse_cases_state_at"), "abuse_cases", ["state", "at"])
    op.create_index(op.f("ix_abuse_cases_subject_at"), "abuse_cases", ["subject", "at"])
    op.create_table(
        "staff_days",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("staff", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("whom", sa.String(32), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("station_id", "staff", "day", "what", "whom", name=op.f("pk_staff_days")),
    )
    op.create_index(op.f("ix_staff_days_day"), "staff_days", ["day"])
