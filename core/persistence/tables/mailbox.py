"""Outbox, the number of the last message taken in, and the event log."""

from enum import StrEnum

from core.persistence.column_types import Counter, Digest, Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import BigInteger, Column, Integer, String, Table, Text


class OutboxState(StrEnum):
    """waiting -> sent | set_aside; set_aside -> waiting again, or settled by a person."""

    WAITING = "waiting"
    SENT = "sent"
    SET_ASIDE = "set_aside"
    SETTLED = "settled"


outbox = Table(
    "outbox",
    metadata,
    Column("position", Counter(), primary_key=True, autoincrement=False),
    Column("id", Id(), nullable=False, unique=True),
    Column("kind", String(60), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("body", Text(), nullable=False),
    Column("state", Word(OutboxState), nullable=False),
    # Why the cloud will never take it, for a person to read.
    Column("refusal", Text(), nullable=False),
)

# One row: everything up to this number of the cloud's mailbox is safe here.
inbox = Table(
    "inbox",
    metadata,
    Column("mailbox", String(20), primary_key=True),
    Column("last_taken", BigInteger(), nullable=False),
)

events = Table(
    "events",
    metadata,
    # Given by the one writer, so it has no gaps and stands in the order of the commits.
    Column("number", Counter(), primary_key=True, autoincrement=False),
    # The same in every copy of the log, wherever it is brought together with other stations' logs.
    Column("id", Id(), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("body", Text(), nullable=False),
    Column("program", String(40), nullable=False),
    Column("actor", String(60), nullable=False),
    Column("at", Moment(), nullable=False),
    # Who agreed on the spot to what the actor alone may not do.
    Column("approver", String(60), nullable=False),
    # What this row pins down of the money it tells of, and how it is tied to the row before it: core.domain.journal.
    Column("content", Digest(), nullable=False),
    Column("hash", Digest(), nullable=False),
)
