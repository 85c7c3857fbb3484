"""Stored value, its top-ups and refunds, and recharge cards: what the rules say no to."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class TopUpNotFound(Refusal):
    """There is no such top-up, or it is somebody else's."""

    top_up: str


@dataclass(eq=False)
class TopUpClosed(Refusal):
    """The top-up has been paid, or its time to be paid is over."""

    top_up: str
    state: str


@dataclass(eq=False)
class PrepaidLimitReached(Refusal):
    """One person may keep only so much with us; more with a registered name."""

    limit_fen: int
    room_fen: int


@dataclass(eq=False)
class NothingToPayBack(Refusal):
    """No money that was paid in is left."""


@dataclass(eq=False)
class BalanceRefundNotFound(Refusal):
    """There is no such refund of a balance."""

    refund: str


@dataclass(eq=False)
class BalanceRefundDecided(Refusal):
    """This refund of a balance waits for no decision (any more)."""

    refund: str
    state: str


@dataclass(eq=False)
class CardBatchNotFound(Refusal):
    """There is no such batch of recharge cards."""

    batch: str


@dataclass(eq=False)
class CardBatchExported(Refusal):
    """The codes of a batch are told once only."""

    batch: str


@dataclass(eq=False)
class CardBatchNotExported(Refusal):
    """Cards without codes cannot be sold."""

    batch: str


@dataclass(eq=False)
class CardBuyerNeeded(Refusal):
    """From this sum on, the law wants the buyer's name."""

    from_fen: int


@dataclass(eq=False)
class RechargeCardUnfit(Refusal):
    """The card's state does not allow it."""

    card: str
    state: str


@dataclass(eq=False)
class RechargeCardExpired(Refusal):
    """The card's time is over; what it holds stays, and the finance office makes it valid again."""

    card: str
    expired_at: datetime


@dataclass(eq=False)
class LedgerAccountNotFound(Refusal):
    """There is no such account in the ledger."""

    kind: str
    owner: str


@dataclass(eq=False)
class PayoutTooLarge(Refusal):
    """The station is owed less than that."""

    owed_fen: int
    asked_fen: int
