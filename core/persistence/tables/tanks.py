"""Tanks, their strapping tables and readings; the stock book and its days; deliveries; alarms."""

from core.domain.tanks.alarm import TankAlarmKind
from core.domain.tanks.delivery import DeliveryState
from core.domain.tanks.reading import ProbeStatus
from core.domain.tanks.stock import StockKind
from core.persistence.column_types import Day, Id, Millilitres, Moment, NozzleNames, Word
from core.persistence.metadata import metadata
from core.persistence.words import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    false,
)


def _tank(name: str = "tank", *, key: bool = False) -> Column[int]:
    return Column(name, Integer(), ForeignKey("tanks.number"), primary_key=key, nullable=False)


tanks = Table(
    "tanks",
    metadata,
    Column("number", Integer(), primary_key=True, autoincrement=False),
    Column("grade", String(12), nullable=False),
    Column("capacity", Millilitres(), nullable=False),
    Column("safe_fill", Millilitres(), nullable=False),
    Column("critical_low", Millilitres(), nullable=False),
    Column("low", Millilitres(), nullable=False),
    Column("high", Millilitres(), nullable=False),
    Column("critical_high", Millilitres(), nullable=False),
    Column("water", Integer(), nullable=False),
    Column("critical_water", Integer(), nullable=False),
    Column("nozzles", NozzleNames(), nullable=False),
    Column("manifold", Integer()),
    Column("density_20", Integer(), nullable=False),
)

tank_strapping = Table(
    "tank_strapping",
    metadata,
    _tank(key=True),
    Column("height", Integer(), primary_key=True, autoincrement=False),
    Column("volume", Millilitres(), nullable=False),
    sqlite_with_rowid=False,
)

tank_readings = Table(
    "tank_readings",
    metadata,
    _tank(key=True),
    Column("at", Moment(), primary_key=True, autoincrement=False),
    Column("by", Id()),
    Column("status", Word(ProbeStatus), nullable=False),
    Column("product_height", Integer(), nullable=False),
    Column("water_height", Integer(), nullable=False),
    Column("temperature", Integer()),
    Column("product_volume", Millilitres(), nullable=False),
    Column("water_volume", Millilitres(), nullable=False),
    Column("ullage", Millilitres()),
    Column("volume_at_20", Millilitres()),
    Column("alarms", String(200), nullable=False),
    Column("delivery_detected", Boolean(), nullable=False),
    sqlite_with_rowid=False,
)

tank_hours = Table(
    "tank_hours",
    metadata,
    _tank(key=True),
    Column("hour", Moment(), primary_key=True, autoincrement=False),
    Column("fuel", Millilitres(), nullable=False),
    Column("at_20", Millilitres()),
    Column("water_height", Integer(), nullable=False),
    Column("temperature", Integer()),
    Column("lowest", Millilitres(), nullable=False),
    Column("highest", Millilitres(), nullable=False),
    Column("readings", Integer(), nullable=False),
    sqlite_with_rowid=False,
)

stock_entries = Table(
    "stock_entries",
    metadata,
    Column("id", Id(), primary_key=True),
    _tank(),
    Column("kind", Word(StockKind), nullable=False),
    Column("volume", Millilitres(), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("by", Id(), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("delivery", Id(), ForeignKey("deliveries.id")),
    Column("fill", Id(), ForeignKey("fills.id")),
    Column("other", Integer()),
    sqlite_with_rowid=False,
)

stock_days = Table(
    "stock_days",
    metadata,
    _tank("book", key=True),
    Column("day", Day(), primary_key=True),
    Column("since", Moment(), nullable=False),
    Column("until", Moment(), nullable=False),
    Column("opening", Millilitres(), nullable=False),
    Column("opened", Millilitres(), nullable=False),
    Column("delivered", Millilitres(), nullable=False),
    Column("returned", Millilitres(), nullable=False),
    Column("transferred", Millilitres(), nullable=False),
    Column("adjusted", Millilitres(), nullable=False),
    Column("sold", Millilitres(), nullable=False),
    Column("measured", Millilitres()),
    Column("measured_at_20", Millilitres()),
    Column("water", Millilitres(), nullable=False),
    Column("temperature", Integer()),
    Column("running", Millilitres(), nullable=False),
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("grade", String(12), nullable=False),
    Column("supplier", String(60), nullable=False),
    Column("ordered", Millilitres(), nullable=False),
    Column("ordered_by", Id(), nullable=False),
    Column("ordered_at", Moment(), nullable=False),
    Column("note_number", String(40), nullable=False),
    Column("plate", String(40), nullable=False),
    Column("state", Word(DeliveryState), nullable=False),
    Column("began_by", Id()),
    Column("began_at", Moment()),
    Column("unloaded_at", Moment()),
    Column("received_by", Id()),
    Column("received_at", Moment()),
    Column("by_note", Boolean(), nullable=False),
    Column("remark", String(200), nullable=False),
    CheckConstraint("ordered > 0", name="something_was_ordered"),
    sqlite_with_rowid=False,
)

delivery_parts = Table(
    "delivery_parts",
    metadata,
    Column("delivery", Id(), ForeignKey("deliveries.id"), primary_key=True),
    Column("place", Integer(), primary_key=True, autoincrement=False),
    Column("compartment", String(40), nullable=False),
    _tank(),
    Column("volume", Millilitres(), nullable=False),
    sqlite_with_rowid=False,
)

delivery_fillings = Table(
    "delivery_fillings",
    metadata,
    Column("delivery", Id(), ForeignKey("deliveries.id"), primary_key=True),
    _tank("book", key=True),
    Column("noted", Millilitres(), nullable=False),
    Column("sold", Millilitres(), nullable=False),
    Column("flowing", Millilitres(), nullable=False),
    Column("before_at", Moment(), nullable=False),
    Column("before_fuel", Millilitres(), nullable=False),
    Column("before_water", Millilitres(), nullable=False),
    Column("before_at_20", Millilitres()),
    Column("before_dipped", Boolean(), nullable=False, server_default=false()),
    Column("after_at", Moment()),
    Column("after_fuel", Millilitres()),
    Column("after_water", Millilitres()),
    Column("after_at_20", Millilitres()),
    Column("after_dipped", Boolean()),
    sqlite_with_rowid=False,
)

# What the gauge took for a delivery by itself, in its own clock's moments.
gauge_deliveries = Table(
    "gauge_deliveries",
    metadata,
    _tank(key=True),
    Column("began_at", Moment(), primary_key=True),
    Column("ended_at", Moment(), nullable=False),
    Column("before", Millilitres(), nullable=False),
    Column("after", Millilitres(), nullable=False),
    Column("water_before", Integer(), nullable=False),
    Column("water_after", Integer(), nullable=False),
    Column("temperature_before", Integer(), nullable=False),
    Column("temperature_after", Integer(), nullable=False),
    sqlite_with_rowid=False,
)

tank_alarms = Table(
    "tank_alarms",
    metadata,
    Column("id", Id(), primary_key=True),
    _tank(),
    Column("kind", Word(TankAlarmKind), nullable=False),
    Column("raised_at", Moment(), nullable=False),
    Column("figure", BigInteger(), nullable=False),
    Column("acknowledged_by", Id()),
    Column("acknowledged_at", Moment()),
    Column("gone_at", Moment()),
    sqlite_with_rowid=False,
)
