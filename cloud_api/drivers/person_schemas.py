"""Requests and answers about a driver as a person: WeChat, consents, copies, erasure."""

from typing import Annotated

from pydantic import Field

from cloud_api.schemas import Asked, Given, PlainText
from core.protocol.field_types import Moment

WechatCode = Annotated[PlainText, Field(min_length=1, max_length=128)]


class WechatSignInAsked(Asked):
    code: WechatCode = Field(description="From wx.login.")
    phone_code: WechatCode | None = Field(
        default=None, description="From the button that reads the phone; needed where the account is new."
    )
    device_id: Annotated[PlainText, Field(max_length=100)] | None = None


class WechatBinding(Asked):
    code: WechatCode


class ConsentAsked(Asked):
    version: Annotated[PlainText, Field(min_length=1, max_length=40, examples=["2026-11"])]


class Consent(Given):
    purpose: str = Field(examples=["marketing"])
    version: str
    given_at: Moment
    withdrawn_at: Moment | None


class Consents(Given):
    consents: list[Consent]


class Copy(Given):
    id: str
    state: str = Field(examples=["asked", "ready"])
    asked_at: Moment
    expires_at: Moment


class Copies(Given):
    copies: list[Copy]


class ErasureAsked(Asked):
    code: Annotated[
        PlainText,
        Field(min_length=1, max_length=12, description="Sent to the driver's own phone, as for signing in."),
    ]
