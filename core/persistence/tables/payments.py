"""Payments."""

from core.domain.payment import PaymentState, Tender
from core.persistence.column_types import Fen, Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import Column, ForeignKey, Integer, String, Table, Text

payments = Table(
    "payments",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("sale", Id(), ForeignKey("sales.id", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("tender", Word(Tender), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("taken_by", Id(), nullable=False),
    Column("state", Word(PaymentState), nullable=False),
    Column("tendered", Fen(), nullable=False),
    Column("change", Fen(), nullable=False),
    Column("payer_code", String(40), nullable=False),
    Column("provider_ref", String(100), nullable=False),
    Column("waiting_for", String(20), nullable=False),
    Column("reason", String(60), nullable=False),
    Column("position", Integer(), nullable=False),
    Column("slip", String(32), nullable=False, server_default=""),
    Column("account", Id()),
    Column("plate", String(20), nullable=False, server_default=""),
    Column("member", String(40)),
    Column("qr", Text(), nullable=False, server_default=""),
    # The payment of the same bill that this one gives back.
    Column("reverses", Id()),
    Column("remaining", Fen()),
    sqlite_with_rowid=False,
)
