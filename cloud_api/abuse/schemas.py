"""Requests and answers about abuse: cases with their reasons, appeals and answers, and what staff did."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, PlainText
from core.protocol.field_types import Moment

Words = Annotated[PlainText, Field(min_length=1, max_length=200)]


class Reason(Given):
    rule: str = Field(examples=["accounts_on_device"])
    weight: int = Field(examples=[40])
    found: int = Field(examples=[5])
    most: int = Field(examples=[2], description="What the rule allows.")
    words: str = Field(examples=["同一设备上登录过 5 个账号（最多 2 个）。"])


class OwnCase(Given):
    """What was done about a driver's coupon, and why; an automatic decision that a person may object to."""

    case_id: str
    action: Literal["delay", "lower", "review"]
    score: int
    reasons: list[Reason]
    state: str
    appeal: str
    answer: str


class AppealAsked(Asked):
    words: Words


class Case(Given):
    id: str
    at: Moment
    about: Literal["driver", "staff"]
    subject: str
    station_id: str | None
    deed: str
    score: int
    action: str
    reasons: list[Reason]
    campaign_id: str | None
    coupon_id: str | None
    state: str
    appeal: str
    appealed_at: Moment | None
    answer: str
    answered_by: str
    answered_at: Moment | None


class Cases(Given):
    cases: list[Case]


class AnswerAsked(Asked):
    lift: bool = Field(description="Whether what was done is taken back.")
    words: Words


class StaffDay(Given):
    station_id: str
    staff: str
    what: str
    whom: str
    count: int
    amount_fen: int


class StaffDays(Given):
    day: str
    deeds: list[StaffDay]
