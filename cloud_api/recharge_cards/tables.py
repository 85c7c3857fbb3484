"""Batches of recharge cards, the cards, and who tried codes that are no card's. What a card holds is in the ledger."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata

card_batches = Table(
    "card_batches",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("face_fen", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("face_fen > 0", name="face"),
)

recharge_cards = Table(
    "recharge_cards",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("batch_id", Id(), ForeignKey("card_batches.id"), nullable=False, index=True),
    # What may be said aloud: on the card's face, on receipts, to whoever freezes it.
    Column("number", String(16), nullable=False, unique=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("state", String(8), nullable=False),
    Column("activated_at", Moment),
    CheckConstraint("state IN ('new', 'active', 'frozen')", name="state"),
)

card_tries = Table(
    "card_tries",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("station_id", Id(), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "station_id", "at"),
)
