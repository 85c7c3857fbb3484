"""Requests and answers of campaigns, for drivers and for the head office."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.coupons.schemas import Terms
from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Fen, Moment

Pieces = Annotated[int, Field(strict=True, ge=1, le=100_000_000)]
Hour = Annotated[int, Field(strict=True, ge=0, le=24)]
Title = Annotated[PlainText, Field(min_length=1, max_length=100)]
Words = Annotated[PlainText, Field(min_length=1, max_length=500)]
Limit = Literal[
    "person", "phone", "device", "plate", "payer", "person_a_day", "network_a_day", "day", "shares"
]


class Campaign(Given):
    id: str
    title: str
    terms: Terms
    remaining: int
    claimed: bool = Field(description="By the driver who asks; false for who is not signed in.")
    claim_until: Moment
    points_price: int = Field(default=0, description="What it costs in points.")
    days: int | None = Field(default=None, description="How long a coupon holds from its claim on.")


class Campaigns(Given):
    campaigns: list[Campaign]


class Share(Given):
    token: str = Field(description="For the link to friends; told this once.")
    friends: int
    expires_at: Moment


class CodeAsked(Asked):
    code: Annotated[PlainText, Field(min_length=1, max_length=40, examples=["YZ7K2MPQ9XRA4BCDEF"])]


class BirthdayAsked(Asked):
    month: Annotated[int, Field(strict=True, ge=1, le=12)]
    day: Annotated[int, Field(strict=True, ge=1, le=31)]


class Birthday(Given):
    month_day: str = Field(examples=["11-23"])


# --- head office ---


class TermsAsked(Asked):
    """When, where and on what the coupons hold, and how much they take off; empty lists mean all."""

    kind: Literal["amount_off", "percent_off", "per_litre_off", "fixed_price", "goods_free"]
    valid_from: Moment
    valid_until: Moment
    off_fen: Fen = 0
    percent: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    off_li: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    price_li: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    threshold_fen: Fen = 0
    cap_fen: Fen | None = None
    grades: Annotated[list[PlainText], Field(max_length=50)] = Field(default_factory=list)
    stations: Annotated[list[KeyId], Field(max_length=1000)] = Field(default_factory=list)
    goods: Annotated[list[PlainText], Field(max_length=50)] = Field(default_factory=list)
    weekdays: Annotated[list[Annotated[int, Field(strict=True, ge=0, le=6)]], Field(max_length=7)] = Field(
        default_factory=list
    )
    from_hour: Hour = 0
    until_hour: Hour = 24
    levels: Annotated[list[PlainText], Field(max_length=20)] = Field(default_factory=list)
    plates: Annotated[list[PlainText], Field(max_length=200)] = Field(default_factory=list)
    first_timers: bool = False
    with_offers: bool = True
    with_points: bool = True
    stack_group: Annotated[PlainText, Field(max_length=20)] = ""


class PlanAsked(Asked):
    title: Title
    terms: TermsAsked
    stock: Pieces
    way: Literal["claim", "code", "event", "share", "gift"] = "claim"
    occasion: Literal["birthday", "first_fill", "away"] | None = None
    away_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 60
    days: Annotated[int, Field(strict=True, ge=1, le=3650)] | None = None
    points_price: Annotated[int, Field(strict=True, ge=0, le=100_000_000)] = 0
    budget_fen: Fen | None = None
    limits: dict[Limit, Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]] = Field(
        default_factory=dict
    )
    friends: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    margin_li: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    baseline_days: Annotated[int, Field(strict=True, ge=1, le=366)] | None = None


class KeptCampaign(Given):
    id: str
    title: str
    terms: Terms
    version: int
    way: str
    occasion: str | None
    away_days: int
    days: int | None
    points_price: int
    stock: int
    remaining: int
    budget_fen: int | None
    budget_left_fen: int | None
    limits: dict[str, int]
    friends: int
    margin_li: int
    baseline_days: int | None
    paused: bool
    claim_from: Moment
    claim_until: Moment


class KeptCampaigns(Given):
    campaigns: list[KeptCampaign]


class Version(Given):
    version: int
    title: str
    terms: Terms
    days: int | None
    at: Moment
    by: str


class Versions(Given):
    versions: list[Version]


class PauseAsked(Asked):
    paused: bool


class StockAsked(Asked):
    pieces: Annotated[int, Field(strict=True, ge=0, le=100_000_000)] = 0
    budget_fen: Fen = 0


class BatchAsked(Asked):
    count: Annotated[int, Field(strict=True, ge=1, le=10_000)]


class Batch(Given):
    id: str
    count: int
    made_by: str
    at: Moment


class MadeBatch(Batch):
    codes: list[str] = Field(description="Told this once; only hashes are kept.")


class Batches(Given):
    batches: list[Batch]


class GiftAsked(Asked):
    driver_id: KeyId
    occasion: Annotated[PlainText, Field(min_length=1, max_length=40, description="What for; once a person.")]


class Result(Given):
    """Baseline: the same drivers, in `baseline_days` days before the campaign, brought to as many days as it has run."""

    issued: int
    held: int
    redeemed: int
    expired: int
    void: int
    cost_fen: int
    drivers: int
    days: int
    baseline_days: int
    volume_ml: int
    baseline_volume_ml: int
    gained_ml: int
    amount_fen: int
    baseline_amount_fen: int
    gained_fen: int
    margin_fen: int = Field(description="The gained litres by the margin a litre that the campaign states.")
    return_percent: int | None


class KeptCoupon(Given):
    id: str
    campaign_id: str
    version: int
    driver_id: str | None
    code: str = Field(description="Its last four signs; of a batch's coupon, nothing.")
    title: str
    state: str
    holder: str | None
    terms: Terms


class KeptCoupons(Given):
    coupons: list[KeptCoupon]
