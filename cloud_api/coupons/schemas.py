"""Requests and answers of coupons."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Fen, Moment


class Terms(Given):
    """When, where and on what a coupon holds, and how much it takes off; empty lists mean all."""

    kind: Literal["amount_off", "percent_off", "per_litre_off", "fixed_price", "goods_free"]
    off_fen: int | None = None
    percent: int | None = None
    off_li: int | None = None
    threshold_fen: int = 0
    cap_fen: int | None = None
    grades: list[str]
    stations: list[str]
    valid_from: Moment
    valid_until: Moment
    price_li: int = Field(default=0, description="fixed_price: what a litre costs, in li.")
    goods: list[str] = Field(default_factory=list, description="goods_free: names or barcodes.")
    weekdays: list[int] = Field(default_factory=list, description="Monday is 0; empty: every day.")
    from_hour: int = 0
    until_hour: int = 24
    levels: list[str] = Field(default_factory=list)
    plates: list[str] = Field(default_factory=list)
    first_timers: bool = False
    with_offers: bool = True
    with_points: bool = True
    stack_group: str = Field(default="", description="Coupons of different groups go together.")


class Coupon(Given):
    id: str
    code: str = Field(examples=["YZ7K2MPQ9XRA"])
    title: str = Field(examples=["满200减15"])
    terms: Terms
    state: Literal["available", "held", "redeemed", "expired"]
    under_review: bool = Field(default=False, description="Somebody looks first at how it was claimed.")
    valid_from: Moment
    valid_until: Moment


class Coupons(Given):
    coupons: list[Coupon]


class HoldAsked(Asked):
    hold_id: KeyId
    code: Annotated[PlainText, Field(max_length=40)]
    sale_id: KeyId


class Held(Given):
    hold_id: str
    coupon_id: str
    code: str
    title: str
    terms: Terms
    expires_at: Moment


class RedeemAsked(Asked):
    sale_id: KeyId
    discount_fen: Fen


class HoldState(Given):
    hold_id: str
    state: Literal["redeemed", "released"]
