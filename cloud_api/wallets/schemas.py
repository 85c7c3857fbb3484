"""A driver's balance as the driver sees it, its top-ups and its refunds."""

from typing import Annotated, Literal

from pydantic import Field

from cloud_api.schemas import Asked, Given, KeyId, PlainText
from core.protocol.field_types import Moment

_Fen = Annotated[int, Field(ge=1, le=10_000_000, description="Whole fen")]


class WalletEntry(Given):
    number: int = Field(description="A statement goes on before it.")
    at: Moment
    what: str = Field(examples=["topped_up", "spent", "given_back"])
    of: Literal["principal", "bonus"]
    amount_fen: int = Field(examples=[-26512])
    balance_fen: int
    about: str = Field(description="The top-up, payment or refund behind it.")


class Wallet(Given):
    balance_fen: int = Field(examples=[30000])
    principal_fen: int
    bonus_fen: int
    entries: list[WalletEntry] = Field(description="The latest first.")


class Statement(Given):
    entries: list[WalletEntry]
    next_before: int | None = Field(
        description="Ask with before= this for the next page; nothing at the end."
    )


class Lot(Given):
    top_up_id: str
    of: Literal["principal", "bonus"]
    source: str = Field(examples=["online", "by_hand", "card"])
    at: Moment
    amount_fen: int
    left_fen: int


class Lots(Given):
    lots: list[Lot]


class Rule(Given):
    id: str
    title: str = Field(examples=["充500送30"])
    threshold_fen: int
    bonus_fen: int
    percent: int
    cap_fen: int | None
    once: bool
    starts_at: Moment
    ends_at: Moment
    is_used_up: bool = Field(description="Once for each person, and this one had it.")


class Offer(Given):
    room_fen: int = Field(description="How much more may be paid in.")
    limit_fen: int
    is_named: bool
    rules: list[Rule]


class TopUpAsked(Asked):
    amount_fen: _Fen
    station_id: KeyId | None = Field(None, description="Whose company takes the money; the house by default.")


class TopUp(Given):
    id: str
    state: str = Field(examples=["pending", "paid", "closed"])
    amount_fen: int
    bonus_fen: int
    at: Moment
    pay_before: Moment
    paid_at: Moment | None


class TopUps(Given):
    top_ups: list[TopUp]


class TopUpPaymentAsked(Asked):
    provider: Literal["wechat", "alipay"]
    channel: Literal["h5", "mini_program", "jsapi"]
    payer_code: Annotated[PlainText, Field(min_length=1, max_length=512)] | None = Field(
        None,
        description="Channel jsapi where the official account has an appid of its own: the code of WeChat's silent sign-in.",
    )


class TopUpPayment(Given):
    payment_id: str
    provider: str
    pay_url: str | None = None
    mini_program: dict[str, str] | None = None
    expires_at: Moment


class TopUpBack(Given):
    top_up_id: str
    at: Moment
    paid_fen: int
    bonus_fen: int
    back_fen: int
    bonus_gone_fen: int


class RefundOffer(Given):
    back_fen: int
    bonus_gone_fen: int
    needs_a_look: bool = Field(description="Somebody of the finance office agrees first.")
    top_ups: list[TopUpBack]


class RefundAsked(Asked):
    top_up_id: KeyId | None = Field(None, description="Only this top-up; the whole balance by default.")


class RefundItem(Given):
    id: str
    top_up_id: str
    source: str
    amount_fen: int
    state: str = Field(examples=["review", "waiting", "by_hand", "done", "dropped"])
    reference: str | None
    ended_at: Moment | None


class BalanceRefund(Given):
    id: str
    state: str = Field(examples=["review", "agreed", "refused", "done"])
    amount_fen: int
    bonus_gone_fen: int
    at: Moment
    done_at: Moment | None
    note: str
    items: list[RefundItem]


class BalanceRefunds(Given):
    refunds: list[BalanceRefund]
