"""Requests and answers about members at a counter, and the code on a driver's phone."""

from typing import Annotated

from pydantic import Field

from cloud_api.coupons.schemas import Terms
from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Moment


class MyCode(Given):
    code: str = Field(examples=["YM402915774120386625"])
    expires_at: Moment
    lives_seconds: int = Field(examples=[60])
    qr_png: str = Field(
        description="The code as a QR picture, a data address: a mini program draws none itself."
    )
    balance_fen: int = Field(examples=[30000])
    points: int = Field(examples=[1280])
    level_title: str = Field(examples=["银卡会员"])


class FindAsked(Asked):
    text: Annotated[
        PlainText,
        Field(
            min_length=1,
            max_length=40,
            description="A member code, a phone number, a plate or a member's id.",
        ),
    ]


class PointsRule(Given):
    points_per_yuan_off: int = Field(examples=[100])
    most_percent: int = Field(examples=[50])


class EarningRule(Given):
    hundredths_per_yuan: int = Field(examples=[100], description="Hundredths of a point for a yuan paid.")
    hundredths_per_litre: int = Field(examples=[0], description="Hundredths of a point for a litre filled.")


class MemberCoupon(Given):
    code: str
    title: str
    terms: Terms


class Member(Given):
    member_id: str
    name: str = Field(examples=["张女士"])
    phone_masked: str = Field(examples=["138****5678"])
    level: str = Field(examples=["silver"])
    level_title: str = Field(examples=["银卡会员"])
    plates: list[str]
    balance_fen: int
    points: int
    points_rule: PointsRule
    earning_rule: EarningRule
    coupons: list[MemberCoupon]
    proven: bool = Field(description="The member himself stands there: points and balance may be spent.")


class MemberChoice(Given):
    member_id: str
    name: str
    phone_masked: str


class Found(Given):
    member: Member | None
    choices: list[MemberChoice] = Field(description="Where several members share a plate.")


class ConfirmationAsked(Asked):
    confirmation_id: KeyId
    sale_id: KeyId


class ConfirmationSent(Given):
    resend_after_seconds: int
    expires_after_seconds: int


class Confirmed(Asked):
    code: Annotated[PlainText, Field(max_length=12, examples=["402915"])]


class SpendingCode(Given):
    spending_code: str = Field(description="Pays from the balance, once, for this bill alone.")
    expires_at: Moment


class PointsHoldAsked(Asked):
    use_id: KeyId
    sale_id: KeyId
    member_id: KeyId
    points: Annotated[int, Field(strict=True, ge=1, le=100_000_000)]


class PointsRedeemAsked(Asked):
    sale_id: KeyId
    points: Annotated[int, Field(strict=True, ge=1, le=100_000_000)]


class PointsUse(Given):
    use_id: str
    state: str = Field(examples=["held"])
    points: int
    worth_fen: int
