"""Requests and answers of campaigns and coupons."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Fen, Moment


class Terms(Given):
    """When, where and on what a coupon holds, and how much it takes off; empty lists mean all."""

    kind: Literal["amount_off", "percent_off", "per_litre_off"]
    off_fen: int | None = None
    percent: int | None = None
    off_li: int | None = None
    threshold_fen: int = 0
    cap_fen: int | None = None
    grades: list[str]
    stations: list[str]
    valid_from: Moment
    valid_until: Moment


class Coupon(Given):
    id: str
    code: str = Field(examples=["YZ7K2MPQ9XRA"])
    title: str = Field(examples=["满200减15"])
    terms: Terms
    state: Literal["available", "held", "redeemed", "expired"]
    valid_from: Moment
    valid_until: Moment


class Coupons(Given):
    coupons: list[Coupon]


class Campaign(Given):
    id: str
    title: str
    terms: Terms
    remaining: int
    claimed: bool = Field(description="By the driver who asks; false for who is not signed in.")
    claim_until: Moment


class Campaigns(Given):
    campaigns: list[Campaign]


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
