"""The first rooms: drivers, stations, prices, coupons, orders."""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261122_01_rooms"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", Id(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("claim_from", Moment(), nullable=False),
        sa.Column("claim_until", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("remaining >= 0 AND remaining <= stock", name=op.f("ck_campaigns_stock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_table(
        "drivers",
        sa.Column("id", Id(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
        sa.UniqueConstraint("phone", name=op.f("uq_drivers_phone")),
    )
    op.create_table(
        "first_answers",
        sa.Column("asker", Id(), nullable=False),
        sa.Column("route", sa.String(length=60), nullable=False),
        sa.Column("key", Id(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("asker", "route", "key", name=op.f("pk_first_answers")),
    )
    op.create_table(
        "pairing_tries",
        sa.Column("id", Id(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_tries")),
    )
    op.create_index(op.f("ix_pairing_tries_address_at"), "pairing_tries", ["address", "at"], unique=False)
    op.create_table(
        "sign_in_codes",
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("salt", Id(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_sign_in_codes")),
    )
    op.create_table(
        "sign_in_sends",
        sa.Column("id", Id(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sends")),
    )
    op.create_index(op.f("ix_sign_in_sends_address_at"), "sign_in_sends", ["address", "at"], unique=False)
    op.create_index(op.f("ix_sign_in_sends_phone_at"), "sign_in_sends", ["phone", "at"], unique=False)
    op.create_table(
        "stations",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lng", sa.Float(), nullable=False),
        sa.Column("phone_policy", sa.String(length=20), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.Column("mailbox_latest", sa.BigInteger(), nullable=False),
        sa.Column("mailbox_safe", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stations")),
    )
    op.create_table(
        "coming_prices",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("price_li", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_coming_prices_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("station_id", "grade", "at", name=op.f("pk_coming_prices")),
    )
    op.create_table(
        "coupons",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=True),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("valid_until", Moment(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("holder", Id(), nullable=True),
        sa.Column("held_until", Moment(), nullable=True),
        sa.Column("redeemed_at", Moment(), nullable=True),
        sa.Column("discount_fen", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("state = 'available' OR holder IS NOT NULL", name=op.f("ck_coupons_holder")),
        sa.CheckConstraint("state IN ('available', 'held', 'redeemed')", name=op.f("ck_coupons_state")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_coupons_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_coupons_driver_id_drivers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("code", name=op.f("uq_coupons_code")),
    )
    op.create_index(op.f("ix_coupons_campaign_id"), "coupons", ["campaign_id"], unique=False)
    op.create_index(
        op.f("ix_coupons_driver_id_valid_until"), "coupons", ["driver_id", "valid_until"], unique=False
    )
    op.create_table(
        "driver_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("device_id", sa.String(length=100), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_driver_tokens_driver_id_drivers")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_driver_tokens")),
    )
    op.create_index(op.f("ix_driver_tokens_driver_id"), "driver_tokens", ["driver_id"], unique=False)
    op.create_table(
        "mailbox",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_mailbox_station_id_stations")),
        sa.PrimaryKeyConstraint("station_id", "number", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mailbox_message_id")),
    )
    op.create_table(
        "nozzles",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("pump", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("nozzle", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_nozzles_station_id_stations")),
        sa.PrimaryKeyConstraint("station_id", "pump", "nozzle", name=op.f("pk_nozzles")),
    )
    op.create_table(
        "pairing_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_pairing_codes_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_pairing_codes")),
    )
    op.create_index(op.f("ix_pairing_codes_station_id"), "pairing_codes", ["station_id"], unique=False)
    op.create_table(
        "price_boards",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_price_boards_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_price_boards")),
    )
    op.create_table(
        "prices",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price_li", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_prices_station_id_stations")),
        sa.PrimaryKeyConstraint("station_id", "grade", name=op.f("pk_prices")),
    )
    op.create_table(
        "station_messages",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("refusal", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_station_messages_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("station_id", "id", name=op.f("pk_station_messages")),
    )
    op.create_table(
        "station_reports",
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_station_reports_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("station_id", "kind", "id", name=op.f("pk_station_reports")),
    )
    op.create_table(
        "station_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_station_tokens_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_station_tokens")),
    )
    op.create_index(op.f("ix_station_tokens_station_id"), "station_tokens", ["station_id"], unique=False)
    op.create_table(
        "vehicles",
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("plate", sa.String(length=16), nullable=False),
        sa.Column("car", sa.String(length=60), nullable=False),
        sa.Column("usual_grade", sa.String(length=12), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_vehicles_driver_id_drivers")),
        sa.PrimaryKeyConstraint("driver_id", "plate", name=op.f("pk_vehicles")),
    )
    op.create_table(
        "campaign_claims",
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("coupon_id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_claims_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_campaign_claims_coupon_id_coupons")
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["drivers.id"], name=op.f("fk_campaign_claims_driver_id_drivers")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "driver_id", name=op.f("pk_campaign_claims")),
    )
    op.create_table(
        "counter_holds",
        sa.Column("id", Id(), nullable=False),
        sa.Column("coupon_id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("sale_id", Id(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'redeemed', 'released')", name=op.f("ck_counter_holds_state")),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_counter_holds_coupon_id_coupons")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_counter_holds_station_id_stations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_holds")),
    )
    op.create_index(
        op.f("ix_counter_holds_state_expires_at"), "counter_holds", ["state", "expires_at"], unique=False
    )
    op.create_table(
        "orders",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price_li", sa.Integer(), nullable=False),
        sa.Column("by_what", sa.String(length=8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("volume_ml", sa.BigInteger(), nullable=True),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("coupon_id", Id(), nullable=True),
        sa.Column("plate", sa.String(length=16), nullable=False),
        sa.Column("car", sa.String(length=60), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("pay_before", Moment(), nullable=False),
        sa.Column("paid_at", Moment(), nullable=True),
        sa.Column("accept_before", Moment(), nullable=True),
        sa.Column("payment_id", Id(), nullable=True),
        sa.Column("provider", sa.String(length=12), nullable=True),
        sa.Column("claim_id", Id(), nullable=True),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("fuelling_volume_ml", sa.BigInteger(), nullable=True),
        sa.Column("fuelling_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("fuelling_at", Moment(), nullable=True),
        sa.Column("fill_id", Id(), nullable=True),
        sa.Column("fill_volume_ml", sa.BigInteger(), nullable=True),
        sa.Column("fill_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("fill_price_li", sa.Integer(), nullable=True),
        sa.Column("filled_at", Moment(), nullable=True),
        sa.Column("completed_by", sa.String(length=200), nullable=True),
        sa.Column("used_fen", sa.BigInteger(), nullable=True),
        sa.Column("used_discount_fen", sa.BigInteger(), nullable=True),
        sa.Column("owed_fen", sa.BigInteger(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=30), nullable=True),
        sa.Column("refund_id", Id(), nullable=True),
        sa.Column("refund_fen", sa.BigInteger(), nullable=False),
        sa.Column("refund_state", sa.String(length=10), nullable=False),
        sa.Column("payments_to_close", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "refund_state IN ('none', 'pending', 'refunded')", name=op.f("ck_orders_refund_state")
        ),
        sa.CheckConstraint(
            "state IN ('pending_payment', 'reserved', 'fuelling', 'completed', 'cancelled')",
            name=op.f("ck_orders_state"),
        ),
        sa.CheckConstraint(
            "discount_fen >= 0 AND discount_fen <= amount_fen", name=op.f("ck_orders_discount")
        ),
        sa.CheckConstraint("refund_fen >= 0 AND refund_fen <= paid_fen", name=op.f("ck_orders_refund")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupons.id"], name=op.f("fk_orders_coupon_id_coupons")),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_orders_driver_id_drivers")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_orders_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("fill_id", name=op.f("uq_orders_fill_id")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_orders_refund_id")),
    )
    op.create_index(
        op.f("ix_orders_driver_id_created_at"), "orders", ["driver_id", "created_at"], unique=False
    )
    op.create_index(op.f("ix_orders_payments_to_close"), "orders", ["payments_to_close"], unique=False)
    op.create_index(op.f("ix_orders_refund_state"), "orders", ["refund_state"], unique=False)
    op.create_index(op.f("ix_orders_state_pay_before"), "orders", ["state", "pay_before"], unique=False)
    op.create_table(
        "quotes",
        sa.Column("id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        sa.Column("pump", sa.Integer(), nullable=False),
        sa.Column("nozzle", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price_li", sa.Integer(), nullable=False),
        sa.Column("by_what", sa.String(length=8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("volume_ml", sa.BigInteger(), nullable=False),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("coupon_id", Id(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupons.id"], name=op.f("fk_quotes_coupon_id_coupons")),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_quotes_driver_id_drivers")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_quotes_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
    )
    op.create_index(op.f("ix_quotes_expires_at"), "quotes", ["expires_at"], unique=False)
    op.create_table(
        "order_timeline",
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_timeline_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_timeline")),
    )


def downgrade() -> None:
    op.drop_table("order_timeline")
    op.drop_index(op.f("ix_quotes_expires_at"), table_name="quotes")
    op.drop_table("quotes")
    op.drop_index(op.f("ix_orders_state_pay_before"), table_name="orders")
    op.drop_index(op.f("ix_orders_refund_state"), table_name="orders")
    op.drop_index(op.f("ix_orders_payments_to_close"), table_name="orders")
    op.drop_index(op.f("ix_orders_driver_id_created_at"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_counter_holds_state_expires_at"), table_name="counter_holds")
    op.drop_table("counter_holds")
    op.drop_table("campaign_claims")
    op.drop_table("vehicles")
    op.drop_index(op.f("ix_station_tokens_station_id"), table_name="station_tokens")
    op.drop_table("station_tokens")
    op.drop_table("station_reports")
    op.drop_table("station_messages")
    op.drop_table("prices")
    op.drop_table("price_boards")
    op.drop_index(op.f("ix_pairing_codes_station_id"), table_name="pairing_codes")
    op.drop_table("pairing_codes")
    op.drop_table("nozzles")
    op.drop_table("mailbox")
    op.drop_index(op.f("ix_driver_tokens_driver_id"), table_name="driver_tokens")
    op.drop_table("driver_tokens")
    op.drop_index(op.f("ix_coupons_driver_id_valid_until"), table_name="coupons")
    op.drop_index(op.f("ix_coupons_campaign_id"), table_name="coupons")
    op.drop_table("coupons")
    op.drop_table("coming_prices")
    op.drop_table("stations")
    op.drop_index(op.f("ix_sign_in_sends_phone_at"), table_name="sign_in_sends")
    op.drop_index(op.f("ix_sign_in_sends_address_at"), table_name="sign_in_sends")
    op.drop_table("sign_in_sends")
    op.drop_table("sign_in_codes")
    op.drop_index(op.f("ix_pairing_tries_address_at"), table_name="pairing_tries")
    op.drop_table("pairing_tries")
    op.drop_table("first_answers")
    op.drop_table("drivers")
    op.drop_table("campaigns")
