"""Member codes, who has been proven where, and confirmations by text message."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata

# Shown on the driver's phone, or given for a confirmation; it names a member, and pays once.
member_codes = Table(
    "member_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False, index=True),
    # Only at this station and for this bill; nothing for a code from the driver's own phone.
    Column("station_id", Id()),
    Column("sale_id", Id()),
    Column("expires_at", Moment, nullable=False),
    # The payment that it paid.
    Column("used_by", Id()),
)

# The member himself stood at this station's counter; with a bill, only for that bill.
member_proofs = Table(
    "member_proofs",
    metadata,
    Column("station_id", Id(), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.id"), primary_key=True),
    Column("sale_id", String(32), primary_key=True),
    Column("until", Moment, nullable=False),
)

member_confirmations = Table(
    "member_confirmations",
    metadata,
    # Made by the till: the same one again sends nothing twice.
    Column("id", Id(), primary_key=True),
    Column("station_id", Id(), ForeignKey("stations.id"), nullable=False),
    Column("sale_id", Id(), nullable=False),
    Column("driver_id", Id(), ForeignKey("drivers.id"), nullable=False, index=True),
    Column("salt", String(32), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
)
