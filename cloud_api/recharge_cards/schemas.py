"""Requests and answers about recharge cards at a counter."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, PlainText


class CardAsked(Asked):
    code: Annotated[PlainText, Field(max_length=40, description="As scanned from the card.")]


class Card(Given):
    card_number: str = Field(examples=["8800000000012345"])
    state: Literal["new", "active", "frozen"]
    balance_fen: int = Field(examples=[3520])
