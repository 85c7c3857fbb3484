"""Message id, kind, version, number, time: what every message between station and cloud is wrapped in."""

from typing import Annotated, Any

from core.protocol.field_types import Counter, MessageId, Moment
from core.protocol.part import Field, Part


class Envelope(Part):
    """One message on its way. The body's meaning is the kind's; see core.protocol.codec."""

    id: MessageId
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,59}$", examples=["order_placed"])]
    version: Annotated[int, Field(strict=True, ge=1, le=999, examples=[1])]
    # Only from cloud to station: its place in the station's mailbox, without gaps, from 1.
    number: Counter | None = None
    at: Moment
    body: dict[str, Any]
