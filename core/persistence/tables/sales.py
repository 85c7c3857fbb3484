"""Sales, lines, coupon uses, and how often a receipt was printed."""

from core.domain.coupon import CouponUseState
from core.domain.offer import RoundTo
from core.domain.sale import SaleState
from core.persistence.bill_columns import MemberJson, StepsJson
from core.persistence.column_types import Fen, Id, Li, Millilitres, Moment, TermsJson, Word
from core.persistence.metadata import metadata
from core.persistence.words import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    false,
    literal_column,
    text,
)


# Rows of one aggregate are written in one transaction, in whatever order suits: the tie is checked when it commits.
def _tied_to(column: str) -> ForeignKey:
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


sales = Table(
    "sales",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("shift", Id(), _tied_to("shifts.id"), nullable=False),
    Column("cashier", Id(), nullable=False),
    Column("opened_at", Moment(), nullable=False),
    Column("state", Word(SaleState), nullable=False),
    Column("number", String(20), nullable=False),
    Column("completed_at", Moment()),
    # The use that is on the bill; one that was refused or released stays in its table and is off the bill.
    Column("coupon", Id()),
    Column("member", MemberJson()),
    Column("points", Id()),
    Column("round_to", Word(RoundTo)),
    Column("rounding", Fen(), nullable=False, server_default=text("0")),
    Column("steps", StepsJson(), nullable=False, server_default=""),
    Column("place", String(60), nullable=False, server_default=""),
    Column("held_at", Moment()),
    Column("held_label", String(60), nullable=False, server_default=""),
    sqlite_with_rowid=False,
)

sale_lines = Table(
    "sale_lines",
    metadata,
    Column("sale", Id(), _tied_to("sales.id"), primary_key=True),
    Column("id", Id(), primary_key=True),
    Column("position", Integer(), nullable=False),
    Column("title", String(200), nullable=False),
    Column("gross", Fen(), nullable=False),
    Column("discount", Fen(), nullable=False),
    Column("fill", Id(), _tied_to("fills.id")),
    Column("grade", String(12)),
    Column("pump", Integer()),
    Column("nozzle", Integer()),
    Column("volume", Millilitres(), nullable=False),
    Column("fuel_price", Li()),
    Column("goods", Id()),
    Column("quantity", Integer(), nullable=False),
    Column("piece_price", Fen(), nullable=False),
    Column("keyed", Boolean(), nullable=False, server_default=false()),
    Column("listed_price", Fen()),
    Column("by_hand", Fen(), nullable=False, server_default=text("0")),
    Column("reason", String(80), nullable=False, server_default=""),
    Column("prepay", Id()),
    Column("overrun", Id()),
    sqlite_with_rowid=False,
)

# By which car a completed bill is found again, whether its member's or the one that it was bought for.
bill_plates = Table(
    "bill_plates",
    metadata,
    Column("plate", String(20), primary_key=True),
    Column("sale", Id(), ForeignKey("sales.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    sqlite_with_rowid=False,
)

coupon_uses = Table(
    "coupon_uses",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("sale", Id(), _tied_to("sales.id"), nullable=False),
    Column("code", String(40), nullable=False),
    Column("state", Word(CouponUseState), nullable=False),
    Column("title", String(200), nullable=False),
    Column("terms", TermsJson()),
    Column("discount", Fen(), nullable=False),
    Column("reason", String(60), nullable=False),
    # The cloud knows how this use ended.
    Column("settled", Boolean(), nullable=False, server_default=false()),
)
UNSETTLED = coupon_uses.c.settled == literal_column("false")
TO_SETTLE = (CouponUseState.PENDING, CouponUseState.REDEEMED, CouponUseState.RELEASED)

# The last number given on each local day. Its row is as durable as the sale that took the number.
sale_numbers = Table(
    "sale_numbers",
    metadata,
    Column("day", String(8), primary_key=True),
    Column("last", Integer(), nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("sale", Id(), primary_key=True),
    Column("copies", Integer(), nullable=False),
)
