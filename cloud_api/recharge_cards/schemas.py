"""Requests and answers about recharge cards: at a counter, on a driver's phone, at the head office."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Moment

_Title = Annotated[PlainText, Field(min_length=1, max_length=100)]


class CardAsked(Asked):
    code: Annotated[PlainText, Field(max_length=40, description="As scanned from the card.")]


class Card(Given):
    card_number: str = Field(examples=["8800000000012345"])
    state: Literal["new", "active", "frozen", "redeemed"]
    balance_fen: int = Field(examples=[3520])


class Redemption(Given):
    card_number: str
    redeemed_fen: int = Field(description="What the card has brought into the wallet.")


class BatchAsked(Asked):
    batch_id: KeyId
    title: _Title
    face_fen: Annotated[int, Field(ge=1, le=100_000)]
    count: Annotated[int, Field(ge=1, le=10_000)]
    entity: Annotated[str, Field(max_length=32, pattern=r"^[0-9a-z_-]*$")] = ""
    valid_years: Annotated[int | None, Field(ge=3, le=50)] = None


class Batch(Given):
    batch_id: str
    title: str
    face_fen: int
    count: int
    entity: str
    valid_years: int | None
    created_at: Moment
    exported_at: Moment | None
    taken_back_at: Moment | None


class Batches(Given):
    batches: list[Batch]


class Report(Given):
    batch: Batch
    cards: int
    sold: int
    frozen: int
    redeemed: int
    replaced: int
    sold_fen: int
    spent_fen: int = Field(description="Paid with at counters and for orders.")
    redeemed_fen: int = Field(description="Gone into wallets.")
    outstanding_fen: int = Field(description="Still on the cards.")


class Sold(Asked):
    buyer: Annotated[PlainText | None, Field(max_length=100, description="From 10 000 yuan on.")] = None


class SoldGiven(Given):
    cards: int
    total_fen: int


class PrintedCard(Given):
    number: str
    code: str


class Exported(Given):
    cards: list[PrintedCard] = Field(description="Told this once; nobody can tell them again.")


class OfficeCard(Given):
    card_number: str
    batch_id: str
    state: str
    balance_fen: int
    face_fen: int
    activated_at: Moment | None
    expires_at: Moment | None


class TakenBack(Given):
    cards: int
