"""Requests and answers of a station's payments."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Moment

# From one fen to a million yuan, which no fill reaches.
Amount = Annotated[int, Field(strict=True, ge=1, le=100_000_000, examples=[26512])]


class Charge(Asked):
    payment_id: KeyId
    sale_id: KeyId
    amount_fen: Amount
    auth_code: Annotated[str, Field(max_length=64, description="The payer's code, as scanned.")]
    description: Annotated[PlainText, Field(min_length=1, examples=["95号汽油 32.45升"])]


class StartQr(Asked):
    payment_id: KeyId
    sale_id: KeyId
    amount_fen: Amount
    provider: Literal["wechat", "alipay"]
    description: Annotated[PlainText, Field(min_length=1, examples=["95号汽油 32.45升"])]


class Refund(Asked):
    refund_id: KeyId
    amount_fen: Amount
    reason: PlainText = ""


class StationPayment(Given):
    payment_id: str
    state: Literal["pending", "captured", "declined", "cancelled"]
    provider: Literal["wechat", "alipay", "unionpay", "wallet", "recharge_card"]
    provider_ref: str | None
    amount_fen: int
    paid_at: Moment | None
    reason: str | None = Field(examples=["balance_short"])
    waiting_for: Literal["payer", "provider"] | None
    available_fen: int | None = Field(
        description="What the balance or card holds: after it paid, or where it was too little."
    )
    qr: str | None = Field(description="What the payer scans.", examples=["weixin://wxpay/bizpayurl?pr=9xyz"])
    until: Moment | None = Field(description="Until when the code is waited for.")


class StationRefund(Given):
    refund_id: str
    state: Literal["pending", "refunded", "failed"]
    amount_fen: int
    reason: str | None = Field(examples=["payer_account_closed"])


class StuckRefund(Given):
    id: str
    payment_id: str
    provider: str
    order_id: str | None
    station_id: str | None
    amount_fen: int
    trouble: str | None = Field(examples=["payer_account_closed"])
    created_at: Moment
    ended_at: Moment | None


class StuckRefunds(Given):
    refunds: list[StuckRefund]


class RefundSettled(Asked):
    """`look_again`: the provider is asked again, under the same number; `paid_otherwise`: the money went another way."""

    way: Literal["look_again", "paid_otherwise"]
    note: Annotated[PlainText, Field(min_length=1, max_length=200)]
