"""Messages the cloud sends."""

from typing import ClassVar

from core.protocol.field_types import (
    By,
    Fen,
    Grade,
    LiPerLitre,
    MessageId,
    Millilitres,
    Moment,
    Number,
    ShortText,
)
from core.protocol.part import Part


class OrderPlaced(Part):
    """A driver ordered and paid; the station may claim it."""

    kind: ClassVar[str] = "order_placed"
    version: ClassVar[int] = 1
    order_id: MessageId
    code: ShortText
    pump: Number
    nozzle: Number
    grade: Grade
    price_li: LiPerLitre
    by: By
    amount_fen: Fen
    volume_ml: Millilitres | None = None
    discount_fen: Fen
    paid_fen: Fen
    plate: ShortText
    car: ShortText = ""
    driver_phone_masked: ShortText
    paid_at: Moment


class OrderWithdrawn(Part):
    """An order that was placed will not be served any more; its money went back."""

    kind: ClassVar[str] = "order_withdrawn"
    version: ClassVar[int] = 1
    order_id: MessageId
    reason: ShortText


class OrderCarAnswered(Part):
    """The driver says whether the car at the pump is theirs."""

    kind: ClassVar[str] = "order_car_answered"
    version: ClassVar[int] = 1
    order_id: MessageId
    mine: bool


class OrderBackAsked(Part):
    """The driver asks for an accepted order to be given back; the station does so as long as no fuel has flowed."""

    kind: ClassVar[str] = "order_back_asked"
    version: ClassVar[int] = 1
    order_id: MessageId


class CloudForgot(Part):
    """The cloud came back from an older copy of itself: the station says again what it said after this message.

    None is to say everything again. What the cloud knows all the same is taken once, by the messages' ids.
    """

    kind: ClassVar[str] = "cloud_forgot"
    version: ClassVar[int] = 1
    known_id: MessageId | None = None


FromCloud = OrderPlaced | OrderWithdrawn | OrderCarAnswered | OrderBackAsked | CloudForgot
