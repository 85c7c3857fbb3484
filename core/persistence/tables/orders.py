"""Online orders."""

from core.domain.station_order import ENDED, ServiceState
from core.persistence.column_types import Fen, Id, Li, Millilitres, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import Boolean, Column, Integer, String, Table

orders = Table(
    "orders",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("code", String(12), nullable=False),
    Column("pump", Integer(), nullable=False),
    Column("nozzle", Integer(), nullable=False),
    Column("grade", String(12), nullable=False),
    Column("price", Li(), nullable=False),
    Column("by_volume", Boolean(), nullable=False),
    Column("ordered", Fen(), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("discount", Fen(), nullable=False),
    Column("paid", Fen(), nullable=False),
    Column("plate", String(20), nullable=False),
    Column("car", String(200), nullable=False),
    Column("driver_phone", String(20), nullable=False),
    Column("paid_at", Moment(), nullable=False),
    Column("received_at", Moment(), nullable=False),
    Column("state", Word(ServiceState), nullable=False),
    Column("served_by", Id()),
    Column("accepted_at", Moment()),
    Column("claim", String(64), nullable=False),
    Column("authorisation", Id()),
    Column("fill", Id()),
    Column("reason", String(60), nullable=False),
    Column("ended_at", Moment()),
    Column("leaving", String(30), nullable=False, server_default=""),
    Column("to_pump", Integer()),
    Column("to_nozzle", Integer()),
    Column("differs", String(8), nullable=False, server_default=""),
    Column("reminded_at", Moment()),
)
OPEN_ORDERS = tuple(state for state in ServiceState if state not in ENDED)
