"""Drivers, their tokens, their sign-in codes, their cars, what they agreed to, and copies of what we hold of them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import BlindIndex, SealedText

drivers = Table(
    "drivers",
    metadata,
    Column("id", Id(), primary_key=True),
    # Nothing is left of these once a driver has been erased; the id stays, as the books name it.
    Column("phone", SealedText("drivers.phone")),
    Column("phone_index", BlindIndex("phone"), unique=True),
    # How a counter may call the driver; nothing where nobody has said.
    Column("name", SealedText("drivers.name")),
    # Who they are to our mini program, and to everything of ours at WeChat.
    Column("openid", SealedText("drivers.openid")),
    Column("openid_index", BlindIndex("openid"), unique=True),
    Column("unionid", SealedText("drivers.unionid")),
    Column("unionid_index", BlindIndex("unionid"), index=True),
    Column("created_at", Moment, nullable=False),
    Column("erased_at", Moment),
)

driver_tokens = Table(
    "driver_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False, index=True),
    Column("device_id", SealedText("driver_tokens.device_id")),
    # The program that signed in, so that its owner knows it again in a list.
    Column("agent", SealedText("driver_tokens.agent")),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

# At most one code a phone; a new one takes the place of the old.
sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("phone_index", BlindIndex("phone"), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

# Who asked for a code when: what the limits a day, an address and a device are counted from.
sign_in_sends = Table(
    "sign_in_sends",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("phone_index", BlindIndex("phone"), nullable=False),
    Column("address_index", BlindIndex("address"), nullable=False),
    Column("device_index", BlindIndex("device")),
    Column("at", Moment, nullable=False),
    Index(None, "phone_index", "at"),
    Index(None, "address_index", "at"),
    Index(None, "device_index", "at"),
)

vehicles = Table(
    "vehicles",
    metadata,
    Column("driver_id", Id(), ForeignKey("drivers.id"), primary_key=True),
    Column("plate_index", BlindIndex("plate"), primary_key=True),
    Column("plate", SealedText("vehicles.plate"), nullable=False),
    Column("car", SealedText("vehicles.car"), nullable=False),
    Column("usual_grade", String(12)),
    Column("created_at", Moment, nullable=False),
    Index(None, "plate_index"),
)

# One row for each time that somebody agreed; what was withdrawn stays, as it held until then.
driver_consents = Table(
    "driver_consents",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False),
    Column("purpose", String(24), nullable=False),
    # Which text it was.
    Column("version", String(40), nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Index(None, "driver_id", "purpose"),
)

# A copy of everything that we hold of somebody, made in the background and gone after a few days.
person_copies = Table(
    "person_copies",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False, index=True),
    Column("state", String(8), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("content", SealedText("person_copies.content")),
    Index(None, "state", "asked_at"),
)
