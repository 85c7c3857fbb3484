"""Grades, pumps, nozzles, their last readings; authorisations and fills."""

from core.domain.fill import FillSource, FillState
from core.domain.pump import AuthorisationState, PumpState
from core.persistence.column_types import (
    Fen,
    Id,
    Li,
    Millilitres,
    Moment,
    PresetText,
    Word,
)
from core.persistence.metadata import metadata
from core.persistence.words import Boolean, Column, Integer, String, Table, UniqueConstraint, true

grades = Table(
    "grades",
    metadata,
    Column("code", String(12), primary_key=True),
    Column("controller_grade", Integer(), nullable=False),
    Column("position", Integer(), nullable=False),
)

pumps = Table("pumps", metadata, Column("number", Integer(), primary_key=True, autoincrement=False))

nozzles = Table(
    "nozzles",
    metadata,
    Column("pump", Integer(), primary_key=True, autoincrement=False),
    Column("number", Integer(), primary_key=True, autoincrement=False),
    Column("grade", String(12), nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("pump", Integer(), primary_key=True, autoincrement=False),
    Column("state", Word(PumpState), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("nozzle", Integer()),
    Column("volume", Millilitres(), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("price", Li()),
    Column("transaction", Integer()),
    Column("preset", PresetText()),
)

emergency_stops = Table(
    "emergency_stops",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("by", Id(), nullable=False),
    Column("ended_at", Moment()),
    Column("ended_by", Id()),
)

authorisations = Table(
    "authorisations",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("pump", Integer(), nullable=False),
    Column("nozzle", Integer()),
    Column("preset", PresetText(), nullable=False),
    Column("price", Li()),
    Column("requested_by", Id(), nullable=False),
    Column("requested_at", Moment(), nullable=False),
    Column("order", Id()),
    Column("sale", Id()),
    Column("state", Word(AuthorisationState), nullable=False),
    Column("transaction", Integer()),
    Column("fill", Id()),
    Column("reason", String(60), nullable=False),
    Column("prepay", Id()),
)

fills = Table(
    "fills",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("pump", Integer(), nullable=False),
    Column("nozzle", Integer(), nullable=False),
    Column("grade", String(12), nullable=False),
    Column("transaction", Integer(), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("price", Li(), nullable=False),
    Column("amount", Fen(), nullable=False),
    Column("started_at", Moment()),
    Column("ended_at", Moment(), nullable=False),
    Column("recorded_at", Moment(), nullable=False),
    Column("shift", Id()),
    Column("authorisation", Id()),
    Column("order", Id()),
    Column("sale", Id()),
    Column("state", Word(FillState), nullable=False),
    Column("totaliser", Millilitres()),
    Column("source", Word(FillSource), nullable=False, server_default=FillSource.PUMP),
    Column("timed", Boolean(), nullable=False, server_default=true()),
    Column("debt", Id()),
    # The controller repeats its record until it is closed there: the same one is never a second fill.
    UniqueConstraint("pump", "transaction", "ended_at"),
    sqlite_with_rowid=False,
)
