"""A driver's balance as the driver sees it."""

from typing import Literal

from pydantic import Field

from cloud_api.schemas import Given
from core.protocol.field_types import Moment


class WalletEntry(Given):
    at: Moment
    what: str = Field(examples=["topped_up", "spent", "given_back"])
    of: Literal["principal", "bonus"]
    amount_fen: int = Field(examples=[-26512])
    balance_fen: int


class Wallet(Given):
    balance_fen: int = Field(examples=[30000])
    principal_fen: int
    bonus_fen: int
    entries: list[WalletEntry] = Field(description="The latest first.")
