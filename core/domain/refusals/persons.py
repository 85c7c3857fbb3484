"""Drivers as persons: WeChat sign-in, what they agreed to, copies and erasure of what we hold: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class WechatNotOffered(Refusal):
    """This cloud has no mini program to sign in with."""


@dataclass(eq=False)
class WechatCodeUnfit(Refusal):
    """WeChat does not know the code: it was used, or is older than five minutes. Fetch a fresh one."""


@dataclass(eq=False)
class WechatAccountBlocked(Refusal):
    """WeChat holds this account for a risk and lets it sign in nowhere."""


@dataclass(eq=False)
class WechatPhoneNeeded(Refusal):
    """This WeChat account is nobody's yet: sign in once more with the phone's code of the mini program."""


@dataclass(eq=False)
class ConsentPurposeUnknown(Refusal):
    """There is nothing to agree to under this word."""

    purpose: str


@dataclass(eq=False)
class PersonHasOpenOrders(Refusal):
    """Orders are not over yet, or money of them is still on its way back."""

    orders: int


@dataclass(eq=False)
class PersonHasBalance(Refusal):
    """Money that was paid in is still there, and has to be spent or paid back first."""

    amount_fen: int


@dataclass(eq=False)
class CopyNotReady(Refusal):
    """The copy is still being made."""


@dataclass(eq=False)
class PlateOfTooMany(Refusal):
    """So many drivers have this car already that it can hardly be a family's."""

    plate: str
    limit: int
