"""Requests and answers of quotes and orders."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import By, Fen, Millilitres, Moment, Number

State = Literal["pending_payment", "reserved", "fuelling", "completed", "cancelled"]
RefundState = Literal["none", "pending", "refunded"]


class QuoteAsked(Asked):
    """How much of what; `coupon_id` left out chooses the best coupon, null takes none."""

    station_id: KeyId
    pump: Number
    nozzle: Number
    by: By
    amount_fen: Fen | None = None
    volume_ml: (
        Annotated[Millilitres, Field(multiple_of=10, description="A pump counts in 0.01 L.")] | None
    ) = None
    coupon_id: KeyId | None = None

    @model_validator(mode="after")
    def _says_how_much(self) -> "QuoteAsked":
        wanted, other = (
            (self.amount_fen, self.volume_ml) if self.by == "amount" else (self.volume_ml, self.amount_fen)
        )
        if wanted is None or other is not None:
            raise ValueError("by amount takes amount_fen alone, by volume takes volume_ml alone")
        return self


class Offer(Given):
    coupon_id: str
    title: str
    usable: bool
    saves_fen: int
    why: str = Field(examples=["可省￥15.00，最划算。"])
    taken: bool = Field(default=False, description="Among the best together.")


class Combination(Given):
    """The best coupons together for a quote as things stand now, and a reason for each other."""

    quote_id: str
    amount_fen: int
    discount_fen: int
    to_pay_fen: int
    coupon_ids: list[str]
    offers: list[Offer]


class Quote(Given):
    id: str
    station_id: str
    pump: int
    nozzle: int
    grade: str
    grade_name: str
    price_li: int
    by: By
    amount_fen: int = Field(
        description="Gross: what the pump is preset to, or by volume what it is expected to say."
    )
    volume_ml: int = Field(description="Expected.")
    discount_fen: int
    to_pay_fen: int
    coupon_id: str | None
    coupon_ids: list[str] = Field(
        default_factory=list, description="All that go together; coupon_id is the first."
    )
    offers: list[Offer]
    expires_at: Moment


class OrderAsked(Asked):
    quote_id: KeyId
    plate: Annotated[PlainText, Field(max_length=30, examples=["云A12345"])]
    car: Annotated[PlainText, Field(max_length=60, examples=["白色 丰田卡罗拉"])] | None = None


class WalletOrderAsked(Asked):
    """An order without a quote, paid from the wallet at once: `to_pay_fen` is what the phone showed, and must still be right."""

    station_id: KeyId
    pump: Number
    nozzle: Number
    by: By
    amount_fen: Fen | None = None
    volume_ml: Annotated[Millilitres, Field(multiple_of=10)] | None = None
    coupon_id: KeyId | None = None
    to_pay_fen: Fen
    plate: Annotated[PlainText, Field(max_length=30, examples=["云A12345"])]
    car: Annotated[PlainText, Field(max_length=60)] | None = None

    @model_validator(mode="after")
    def _says_how_much(self) -> "WalletOrderAsked":
        wanted, other = (
            (self.amount_fen, self.volume_ml) if self.by == "amount" else (self.volume_ml, self.amount_fen)
        )
        if wanted is None or other is not None:
            raise ValueError("by amount takes amount_fen alone, by volume takes volume_ml alone")
        return self


class PartAsked(Asked):
    """A part of the payment out of stored value: an amount of the wallet or of a card, or points."""

    tender: Literal["wallet", "card", "points"]
    amount_fen: Fen | None = None
    points: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    code: Annotated[PlainText, Field(max_length=40, description="The recharge card's.")] | None = None

    @model_validator(mode="after")
    def _says_how_much(self) -> "PartAsked":
        if (self.points is None) is not (self.tender != "points"):
            raise ValueError("points take points, and nothing else does")
        if (self.amount_fen is None) is not (self.tender == "points"):
            raise ValueError("wallet and card take amount_fen")
        if (self.code is None) is not (self.tender != "card"):
            raise ValueError("a card takes its code, and nothing else does")
        return self


class PaymentAsked(Asked):
    """`parts` left out keeps those that were chosen before; without a provider they have to pay it all."""

    provider: Literal["wechat", "alipay"] | None = None
    channel: Literal["h5", "mini_program", "jsapi", "qr"] | None = None
    payer_code: Annotated[PlainText, Field(min_length=1, max_length=512)] | None = Field(
        None,
        description="Channel jsapi where the official account has an appid of its own: the code of WeChat's silent sign-in.",
    )
    parts: Annotated[list[PartAsked], Field(max_length=3)] | None = None

    @model_validator(mode="after")
    def _pays_somehow(self) -> "PaymentAsked":
        if (self.provider is None) is not (self.channel is None):
            raise ValueError("a provider takes a channel")
        if self.provider is None and not self.parts:
            raise ValueError("a provider, parts, or both")
        return self


class StartedPayment(Given):
    payment_id: str
    provider: Literal["wechat", "alipay"] | None = Field(
        description="Nothing where stored value has paid it all: the order is paid then."
    )
    pay_url: str | None = Field(
        None, description="H5: go there, it comes back to the order's page. QR: to be scanned."
    )
    mini_program: dict[str, str] | None = Field(
        None, description="What wx.requestPayment (JSAPI: WeixinJSBridge) or my.tradePay takes."
    )
    expires_at: Moment


class CancelAsked(Asked):
    reason: Annotated[PlainText, Field(max_length=200)] | None = None


class OrderStation(Given):
    id: str
    name: str
    address: str


class OrderCoupon(Given):
    id: str
    title: str


class Fuelling(Given):
    volume_ml: int
    amount_fen: int
    at: Moment


class Fill(Given):
    volume_ml: int
    amount_fen: int
    price_li: int
    at: Moment


class Settlement(Given):
    used_fen: int
    discount_fen: int
    owed_fen: int
    refund_fen: int
    refund_state: RefundState


class Cancelled(Given):
    reason: str
    sentence: str
    refund_fen: int
    refund_state: RefundState


class CarQuestion(Given):
    """The attendant sees another car at the pump than the one on the order."""

    at: Moment
    differs: list[int] = Field(
        description="Places in the plate that the attendant reads otherwise, from 1; none: another car altogether."
    )
    sentence: str


class CarAnswer(Asked):
    mine: bool


class OrderTender(Given):
    """A part of what was paid, and how much of it went back to where it came from, or is on its way."""

    tender: Literal["wallet", "card", "points", "online"]
    amount_fen: int
    points: int | None
    returned_fen: int


class BackAsked(Given):
    """The driver has asked the station, which serves the order, to give it back."""

    at: Moment
    declined_at: Moment | None
    sentence: str


class TimelineEntry(Given):
    at: Moment
    what: Literal[
        "placed",
        "paid",
        "accepted",
        "car_differs",
        "car_is_mine",
        "car_is_not_mine",
        "moved",
        "back_asked",
        "back_declined",
        "authorised",
        "fuelling",
        "filled",
        "completed",
        "refunded",
        "cancelled",
    ]
    sentence: str


class Order(Given):
    id: str
    code: str = Field(examples=["402915"], description="Shown to the attendant.")
    state: State
    station: OrderStation
    pump: int
    nozzle: int
    grade: str
    grade_name: str
    price_li: int
    by: By
    amount_fen: int
    volume_ml: int | None
    discount_fen: int
    to_pay_fen: int
    paid_fen: int
    coupon: OrderCoupon | None
    plate: str
    car: str
    created_at: Moment
    pay_before: Moment
    paid_at: Moment | None
    accepted_at: Moment | None
    provider: Literal["wechat", "alipay"] | None
    fuelling: Fuelling | None
    fill: Fill | None
    settlement: Settlement | None
    cancelled: Cancelled | None
    car_question: CarQuestion | None = Field(description="To be answered on the phone.")
    tenders: list[OrderTender] = Field(
        [], description="With what it is paid; before it is paid, what is set aside."
    )
    back_asked: BackAsked | None = None
    timeline: list[TimelineEntry]


class Orders(Given):
    orders: list[Order]


class ClaimAsked(Asked):
    claim_id: KeyId


class Claimed(Given):
    order_id: str
    claimed: Literal[True]
