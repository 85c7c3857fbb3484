"""Drivers, their tokens, their sign-in codes and their cars."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata

drivers = Table(
    "drivers",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("phone", String(16), nullable=False, unique=True),
    # How a counter may call the driver; empty where nobody has said.
    Column("name", String(40), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
)

driver_tokens = Table(
    "driver_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False, index=True),
    Column("device_id", String(100)),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

# At most one code a phone; a new one takes the place of the old.
sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("phone", String(16), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

# Who asked for a code when: what the limits a day and an address are counted from.
sign_in_sends = Table(
    "sign_in_sends",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("phone", String(16), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "phone", "at"),
    Index(None, "address", "at"),
)

vehicles = Table(
    "vehicles",
    metadata,
    Column("driver_id", Id(), ForeignKey("drivers.id"), primary_key=True),
    Column("plate", String(16), primary_key=True),
    Column("car", String(60), nullable=False),
    Column("usual_grade", String(12)),
    Column("created_at", Moment, nullable=False),
    Index(None, "plate"),
)
