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
    offers: list[Offer]
    expires_at: Moment


class OrderAsked(Asked):
    quote_id: KeyId
    plate: Annotated[PlainText, Field(max_length=30, examples=["云A12345"])]
    car: Annotated[PlainText, Field(max_length=60, examples=["白色 丰田卡罗拉"])] | None = None


class PaymentAsked(Asked):
    provider: Literal["wechat", "alipay"]
    channel: Literal["h5", "mini_program"]


class StartedPayment(Given):
    payment_id: str
    provider: Literal["wechat", "alipay"]
    pay_url: str | None = Field(None, description="H5: go there; it comes back to the order's page.")
    mini_program: dict[str, str] | None = Field(None, description="What wx.requestPayment takes.")
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
    timeline: list[TimelineEntry]


class Orders(Given):
    orders: list[Order]


class ClaimAsked(Asked):
    claim_id: KeyId


class Claimed(Given):
    order_id: str
    claimed: Literal[True]
