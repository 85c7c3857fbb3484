"""Stations, how they prove themselves, their nozzles, their mailbox and what they reported."""

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata

stations = Table(
    "stations",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("address", String(200), nullable=False),
    Column("lat", Float, nullable=False),
    Column("lng", Float, nullable=False),
    Column("phone_policy", String(20), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment),
    # The last number given out in this station's mailbox, and the last that is safe at the station.
    Column("mailbox_latest", BigInteger, nullable=False),
    Column("mailbox_safe", BigInteger, nullable=False),
    # The legal entity it belongs to: stored value of one is not spent at another. Empty for the house itself.
    Column("entity", String(32), nullable=False, server_default=""),
)

station_tokens = Table(
    "station_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("station_id", Id(), ForeignKey("stations.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

pairing_codes = Table(
    "pairing_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("station_id", Id(), ForeignKey("stations.id"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

pairing_tries = Table(
    "pairing_tries",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("address", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "address", "at"),
)

nozzles = Table(
    "nozzles",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True),
    Column("pump", Integer, primary_key=True, autoincrement=False),
    Column("nozzle", Integer, primary_key=True, autoincrement=False),
    Column("grade", String(12), nullable=False),
)

# What waits for a station, numbered without gaps; kept after it was fetched, as a station may come back from a backup.
# Whose order it is is not in it: cloud_api.stations.persons.
mailbox = Table(
    "mailbox",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", Id(), nullable=False, unique=True),
    Column("kind", String(60), nullable=False),
    Column("envelope", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)

# Every message a station sent, once by its id; a refused one keeps its reason.
station_messages = Table(
    "station_messages",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True),
    Column("id", Id(), primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("refusal", String(60)),
)

# Sales and shifts as the station reported them.
station_reports = Table(
    "station_reports",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True),
    Column("kind", String(60), primary_key=True),
    Column("id", Id(), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("body", JSON, nullable=False),
)
