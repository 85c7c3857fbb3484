"""A driver's points and level as the driver sees them, and the rules behind them."""

from typing import Annotated

from pydantic import Field, model_validator

from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Moment

_Code = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[a-z0-9_]+$")]
_Grade = Annotated[str, Field(min_length=1, max_length=12, pattern=r"^[A-Z0-9]+$")]


class Level(Given):
    code: str
    title: str = Field(examples=["金卡会员"])
    from_points: int = Field(description="So many points earned within the period make it.")
    period_days: int
    hundredths_per_yuan: int
    hundredths_per_litre: int
    benefits: list[str] = Field(description="What else it gives.")


class Ending(Given):
    points: int
    ends_at: Moment


class Points(Given):
    points: int
    owed: int = Field(description="Taken back after they had been spent; what is earned next repays them.")
    level: Level
    next_level: Level | None
    missing_for_next: int
    ending: list[Ending] = Field(description="What ends when, the soonest first.")
    rules: list["RuleGiven"]


class PointsEntry(Given):
    number: int
    at: Moment
    what: str = Field(examples=["points_earned", "points_ended"])
    points: int
    balance: int
    about: str


class Statement(Given):
    entries: list[PointsEntry]
    next_before: int | None


class RuleAsked(Asked):
    """More points: so many per cent of what a level earns, and so many on top. What is empty is no condition."""

    title: Annotated[PlainText, Field(min_length=1, max_length=100)]
    starts_at: Moment
    ends_at: Moment
    percent: Annotated[int, Field(ge=100, le=1000)] = 100
    extra: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    grades: Annotated[list[_Grade], Field(max_length=20)] = Field(default_factory=list)
    levels: Annotated[list[_Code], Field(max_length=20)] = Field(default_factory=list)
    stations: Annotated[list[KeyId], Field(max_length=1000)] = Field(default_factory=list)
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)] = Field(
        default_factory=list
    )
    days: Annotated[list[Annotated[int, Field(ge=1, le=31)]], Field(max_length=31)] = Field(
        default_factory=list
    )
    least_fen: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    least_ml: Annotated[int, Field(ge=0, le=100_000_000)] = 0

    @model_validator(mode="after")
    def gives_something(self) -> "RuleAsked":
        if self.ends_at <= self.starts_at or (self.percent == 100 and self.extra == 0):
            raise ValueError("a rule ends after it starts, and gives more than 100 % or something on top")
        return self


class RuleGiven(RuleAsked):
    id: str


class Rules(Given):
    rules: list[RuleGiven]


class LevelAsked(Asked):
    title: Annotated[PlainText, Field(min_length=1, max_length=40)]
    from_points: Annotated[int, Field(ge=0, le=10**9)]
    period_days: Annotated[int, Field(ge=1, le=3660)] = 365
    hundredths_per_yuan: Annotated[int, Field(ge=0, le=100_000)]
    hundredths_per_litre: Annotated[int, Field(ge=0, le=100_000)] = 0
    benefits: Annotated[list[PlainText], Field(max_length=20)] = Field(default_factory=list)


class Levels(Given):
    levels: list[Level]


class PointsGift(Asked):
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    why: Annotated[PlainText, Field(min_length=1, max_length=200)]
