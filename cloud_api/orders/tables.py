"""Quotes, orders and their timeline."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import SealedText

quotes = Table(
    "quotes",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False),
    Column("station_id", Id(), ForeignKey("stations.id"), nullable=False),
    Column("pump", Integer, nullable=False),
    Column("nozzle", Integer, nullable=False),
    Column("grade", String(12), nullable=False),
    Column("price_li", Integer, nullable=False),
    Column("by_what", String(8), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("volume_ml", BigInteger, nullable=False),
    Column("discount_fen", BigInteger, nullable=False),
    Column("coupon_id", Id(), ForeignKey("coupons.id")),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False),
    Column("station_id", Id(), ForeignKey("stations.id"), nullable=False),
    Column("code", String(6), nullable=False),
    Column("state", String(20), nullable=False),
    Column("pump", Integer, nullable=False),
    Column("nozzle", Integer, nullable=False),
    Column("grade", String(12), nullable=False),
    Column("price_li", Integer, nullable=False),
    Column("by_what", String(8), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("volume_ml", BigInteger),
    Column("discount_fen", BigInteger, nullable=False),
    Column("paid_fen", BigInteger, nullable=False),
    Column("coupon_id", Id(), ForeignKey("coupons.id")),
    Column("plate", SealedText("orders.plate"), nullable=False),
    Column("car", SealedText("orders.car"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("pay_before", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("accept_before", Moment),
    Column("payment_id", Id()),
    Column("provider", String(12)),
    Column("claim_id", Id()),
    Column("accepted_at", Moment),
    Column("fuelling_volume_ml", BigInteger),
    Column("fuelling_amount_fen", BigInteger),
    Column("fuelling_at", Moment),
    Column("fill_id", Id(), unique=True),
    Column("fill_volume_ml", BigInteger),
    Column("fill_amount_fen", BigInteger),
    Column("fill_price_li", Integer),
    Column("filled_at", Moment),
    Column("completed_by", String(200)),
    Column("used_fen", BigInteger),
    Column("used_discount_fen", BigInteger),
    Column("owed_fen", BigInteger),
    Column("cancel_reason", String(30)),
    Column("refund_id", Id(), unique=True),
    Column("refund_fen", BigInteger, nullable=False),
    Column("refund_state", String(10), nullable=False),
    # Unpaid attempts at the providers still have to be closed (the order ended before one of them was paid).
    Column("payments_to_close", Boolean, nullable=False),
    # Another car stands at the pump: since when its driver is asked, what differs in its plate, and the answer.
    Column("car_asked_at", Moment),
    Column("car_differs", String(8)),
    Column("car_is_mine", Boolean),
    # What wallet, card and points have paid of it; a provider is asked for the rest.
    Column("stored_fen", BigInteger, nullable=False, server_default="0"),
    # The driver asks the station, which has accepted it, to give it back; and when the station said no.
    Column("back_asked_at", Moment),
    Column("back_declined_at", Moment),
    CheckConstraint(
        "state IN ('pending_payment', 'reserved', 'fuelling', 'completed', 'cancelled')", name="state"
    ),
    CheckConstraint("refund_state IN ('none', 'pending', 'refunded')", name="refund_state"),
    CheckConstraint("refund_fen >= 0 AND refund_fen <= paid_fen", name="refund"),
    CheckConstraint("discount_fen >= 0 AND discount_fen <= amount_fen", name="discount"),
    Index(None, "driver_id", "created_at"),
    Index(None, "state", "pay_before"),
    Index(None, "refund_state"),
    Index(None, "payments_to_close"),
    # The codes that a station is shown: a new one must not be among those of its live orders.
    Index(None, "station_id", "code"),
)

# With what an order is paid. A part that came back as another one was chosen stays here, with all of it returned.
order_tenders = Table(
    "order_tenders",
    metadata,
    Column("order_id", Id(), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("tender", String(8), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("points", BigInteger),
    # The payment (online), the charge of stored value (wallet, card), or the use of points.
    Column("reference", Id(), nullable=False, index=True),
    Column("returned_fen", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    CheckConstraint("tender IN ('wallet', 'card', 'points', 'online')", name="tender"),
    CheckConstraint("state IN ('taken', 'returned')", name="state"),
    CheckConstraint("returned_fen BETWEEN 0 AND amount_fen", name="returned"),
)

order_timeline = Table(
    "order_timeline",
    metadata,
    Column("order_id", Id(), ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("what", String(20), nullable=False),
)
