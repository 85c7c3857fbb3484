"""Batches of recharge cards, the cards, their sales, and who guessed. What a card holds is in the ledger."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import SealedText

card_batches = Table(
    "card_batches",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("face_fen", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    # The legal entity that sells them and takes them; empty for the house itself.
    Column("entity", String(32), nullable=False, server_default=""),
    # How long a card is valid from its sale; nothing for ever.
    Column("valid_years", Integer),
    # When the codes were told, the only time.
    Column("exported_at", Moment),
    Column("exported_by", String(64)),
    # Cards that were never sold are taken back together.
    Column("taken_back_at", Moment),
    CheckConstraint("face_fen > 0", name="face"),
    CheckConstraint("valid_years IS NULL OR valid_years >= 3", name="valid"),
)

recharge_cards = Table(
    "recharge_cards",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("batch_id", Id(), ForeignKey("card_batches.id"), nullable=False, index=True),
    # What may be said aloud: on the card's face, on receipts, to whoever freezes it.
    Column("number", String(16), nullable=False, unique=True),
    # Keyed; nothing until the batch's codes were told. Hashes of 64 characters are from before there was a key.
    Column("code_hash", String(64), unique=True),
    Column("state", String(8), nullable=False),
    Column("activated_at", Moment),
    Column("expires_at", Moment),
    Column("sale_id", Id()),
    # The card that was given for this one, when it was lost.
    Column("replaced_by", Id()),
    # Into whose wallet it went, and how much.
    Column("redeemed_by", Id(), index=True),
    Column("redeemed_at", Moment),
    Column("redeemed_fen", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("state IN ('new', 'active', 'frozen', 'redeemed', 'replaced', 'void')", name="state"),
)

card_sales = Table(
    "card_sales",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    # From 10 000 yuan on the law wants a name, kept for five years.
    Column("buyer", SealedText("card_sales.buyer")),
    Column("sold_by", String(64), nullable=False),
    Index(None, "at"),
)

# Who tried codes that are no card's: a station, a person, a device, a network, each by a keyed hash.
card_guesses = Table(
    "card_guesses",
    metadata,
    Column("guesser", String(32), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("since", Moment),
    Column("strikes", Integer, nullable=False),
    Column("locked_until", Moment),
)
