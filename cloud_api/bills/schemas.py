"""Bills and their differences as the finance office sees them."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, PlainText
from core.protocol.field_types import Moment


class Bill(Given):
    provider: str
    day: str = Field(examples=["2026-11-22"], description="The day in China.")
    state: Literal["fetched", "empty", "missing"]
    trouble: str | None = Field(description="Why it is missing; it is asked for again.")
    fetched_at: Moment
    paid_fen: int
    refunded_fen: int
    fee_fen: int
    lines: int


class BillList(Given):
    bills: list[Bill]


class Difference(Given):
    id: str
    provider: str
    day: str
    subject: Literal["payment", "refund"]
    kind: Literal["ours_only", "theirs_only", "amount", "state"]
    our_id: str = Field(description="The merchant's number: our payment's or refund's.")
    payment_id: str
    provider_ref: str
    ours_fen: int | None
    theirs_fen: int | None
    ours_state: str | None
    theirs_state: str | None
    cause: str = Field(examples=["day_edge"])
    sentence: str = Field(description="What may be behind it, and what to do.")
    state: Literal["open", "resolved", "gone"]
    found_at: Moment
    ended_at: Moment | None
    ended_by: str | None
    note: str | None


class DifferenceList(Given):
    differences: list[Difference]


class Resolved(Asked):
    note: Annotated[PlainText, Field(min_length=1, max_length=400)]
