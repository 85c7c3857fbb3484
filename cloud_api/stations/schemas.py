"""Requests and answers of the directory and of stations."""

from typing import Annotated, Any

from pydantic import Field

from cloud_api.schemas import Asked, Given, PlainText
from core.protocol.field_types import Counter, MessageId, Moment


class ComingPrice(Given):
    price_li: int = Field(examples=[7950])
    at: Moment


class GradePrice(Given):
    grade: str = Field(examples=["G92"])
    name: str = Field(examples=["92号汽油"])
    price_li: int = Field(examples=[7810], description="Li (0.001 yuan) per litre.")
    coming: ComingPrice | None


class Station(Given):
    id: str
    name: str = Field(examples=["昆明北站加油站"])
    address: str
    lat: float = Field(description="GCJ-02 degrees.")
    lng: float = Field(description="GCJ-02 degrees.")
    distance_m: int | None = Field(description="Along the great circle; null where no place was given.")
    open: bool = Field(description="Linked to the cloud within the last two minutes.")
    phone_policy: str = Field(examples=["forbidden"], description="Whether a phone may be used at the pumps.")
    prices: list[GradePrice]


class Stations(Given):
    stations: list[Station]


class Nozzle(Given):
    nozzle: int
    grade: str
    name: str
    price_li: int | None


class Pump(Given):
    pump: int
    nozzles: list[Nozzle]


class StationWithPumps(Station):
    pumps: list[Pump]


class EnrolmentAsked(Asked):
    pairing_code: Annotated[PlainText, Field(max_length=20, examples=["K7QM-2XPD"])]


class Enrolled(Given):
    station_id: str
    name: str
    token: str


class StationSelf(Given):
    station_id: str
    name: str


class Envelope(Given):
    """One message on its way. The body's meaning is the kind's; see core.protocol.codec."""

    id: MessageId
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,59}$", examples=["order_placed"])]
    version: Annotated[int, Field(strict=True, ge=1, le=999, examples=[1])]
    number: Counter | None = None
    at: Moment
    body: dict[str, Any]


class Mailbox(Given):
    messages: list[Envelope]
    latest: int = Field(description="The last number given out, whether in this answer or not.")


class MessagesAsked(Asked):
    # Taken apart one by one, so that a malformed one is refused alone.
    messages: list[dict[str, Any]] = Field(
        max_length=200, description="Envelopes, in the order they happened."
    )


class RefusedMessage(Given):
    id: str
    code: str
    message: str


class MessagesTaken(Given):
    accepted: list[str]
    refused: list[RefusedMessage]
