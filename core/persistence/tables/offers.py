"""Litre offers, floors and the rules for bills, each with its history; points of members on counter sales."""

from core.domain.points import PointsUseState
from core.persistence.column_types import Fen, Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    false,
    literal_column,
)

# Whatever holds is one row without an end; a change ends it and adds the next, so one read brings all that holds now.
offer_book = Table(
    "offer_book",
    metadata,
    Column("kind", String(20), primary_key=True),  # "offer", "floor" or "rules"
    Column("key", String(40), primary_key=True),  # the offer's id, the grade, or nothing
    Column("since", Moment(), primary_key=True),
    Column("content", Text(), nullable=False),  # terms, li, or rules
    Column("set_by", Id(), nullable=False),
    Column("ended_at", Moment()),
    Column("ended_by", Id()),
)
HOLDS = offer_book.c.ended_at.is_(None)

points_uses = Table(
    "points_uses",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("sale", Id(), ForeignKey("sales.id", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("member", String(64), nullable=False),
    Column("asked", BigInteger(), nullable=False),
    Column("rule_points", Integer(), nullable=False),
    Column("rule_percent", Integer(), nullable=False),
    Column("points", BigInteger(), nullable=False),
    Column("worth", Fen(), nullable=False),
    Column("state", Word(PointsUseState), nullable=False),
    Column("reason", String(60), nullable=False),
    # The cloud knows how this use ended.
    Column("settled", Boolean(), nullable=False, server_default=false()),
)
UNSETTLED_POINTS = points_uses.c.settled == literal_column("false")
POINTS_TO_SETTLE = (PointsUseState.PENDING, PointsUseState.REDEEMED, PointsUseState.RELEASED)
