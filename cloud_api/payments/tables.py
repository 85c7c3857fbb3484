"""Payments, refunds, what providers told by themselves, and an append-only record of every attempt."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import SealedText

payments = Table(
    "payments",
    metadata,
    # Also the provider's merchant order number.
    Column("id", Id(), primary_key=True),
    # Of an online order, or of a sale at a station's counter.
    Column("order_id", Id(), index=True),
    Column("station_id", Id()),
    Column("sale_id", Id()),
    Column("provider", String(16), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("description", String(200), nullable=False),
    Column("payer_code", String(32)),  # masked
    Column("payer_ip", SealedText("payments.payer_ip")),
    Column("payer_openid", SealedText("payments.payer_openid")),
    Column("return_url", Text),
    # The page where a browser pays, or what stands in a QR code that the payer scans from us.
    Column("pay_url", Text),
    Column("mini_program", JSON),
    Column("state", String(12), nullable=False),
    Column("waiting_for", String(8)),
    Column("reason", String(40)),
    Column("provider_ref", String(64)),
    # What the balance or the card holds, where it was too little.
    Column("available_fen", BigInteger),
    # What has been given back or is on its way back; never more than was taken.
    Column("refunded_fen", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    # When nobody waits for the payer any longer.
    Column("expires_at", Moment, nullable=False),
    Column("cancel_asked_at", Moment),
    Column("paid_at", Moment),
    Column("ended_at", Moment),
    # When to ask the provider again; nothing for what has its end.
    Column("look_at", Moment, index=True),
    Column("looks", Integer, nullable=False),
    CheckConstraint("(order_id IS NULL) <> (station_id IS NULL)", name="owner"),
    CheckConstraint("state IN ('pending', 'captured', 'declined', 'cancelled')", name="state"),
    CheckConstraint("channel IN ('code', 'qr', 'h5', 'mini_program', 'jsapi')", name="channel"),
    CheckConstraint("amount_fen > 0", name="amount"),
    CheckConstraint("refunded_fen BETWEEN 0 AND amount_fen", name="refunded"),
    Index(None, "station_id", "sale_id"),
    Index(None, "provider", "paid_at"),
)

# Code payments that a counter took back before they arrived here: they are never charged.
called_off = Table(
    "payments_called_off",
    metadata,
    Column("payment_id", Id(), primary_key=True),
    Column("station_id", Id(), primary_key=True),
    Column("at", Moment, nullable=False),
)

refunds = Table(
    "payment_refunds",
    metadata,
    # Also the provider's merchant refund number.
    Column("id", Id(), primary_key=True),
    Column("payment_id", Id(), ForeignKey("payments.id"), nullable=False, index=True),
    # Who wants it: the order or the station that owns the payment, or we ourselves for money that came too late.
    Column("wanted_by", String(8), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("reason", String(80), nullable=False),
    Column("state", String(12), nullable=False),
    Column("trouble", String(40)),
    Column("created_at", Moment, nullable=False),
    Column("asked_at", Moment),
    Column("ended_at", Moment),
    Column("look_at", Moment, index=True),
    Column("looks", Integer, nullable=False),
    CheckConstraint("wanted_by IN ('order', 'station', 'us')", name="wanted_by"),
    CheckConstraint("state IN ('pending', 'refunded', 'failed')", name="state"),
    CheckConstraint("amount_fen > 0", name="amount"),
)

payment_notifications = Table(
    "payment_notifications",
    metadata,
    Column("provider", String(8), primary_key=True),
    # The provider's own id of what it tells: the same one again is the same notification.
    Column("event_id", String(64), primary_key=True),
    Column("about", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

payment_events = Table(
    "payment_events",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("payment_id", Id(), ForeignKey("payments.id"), nullable=False, index=True),
    Column("refund_id", Id()),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False),
    Column("detail", String(300), nullable=False),
)
