"""Money that comes in, by whatever tender: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class PaymentUnclear(Refusal):
    """A payment of this sale has no clear answer yet: no second charge until it has."""

    payment: str


@dataclass(eq=False)
class PaymentIsFinal(Refusal):
    """The payment has its final state."""

    payment: str
    state: str


@dataclass(eq=False)
class PaymentNotFound(Refusal):
    """There is no such payment."""

    payment: str


@dataclass(eq=False)
class NothingDue(Refusal):
    """The bill is paid."""


@dataclass(eq=False)
class NotEnoughCash(Refusal):
    """The cash given is less than what this payment needs."""

    due_fen: int
    given_fen: int


@dataclass(eq=False)
class NotAPaymentCode(Refusal):
    """The code is not a payer's code of WeChat or Alipay."""


@dataclass(eq=False)
class ProviderNotOffered(Refusal):
    """We have no account at this payment provider."""

    provider: str


@dataclass(eq=False)
class ChannelNotOffered(Refusal):
    """This payment provider does not take money this way."""

    provider: str
    channel: str


@dataclass(eq=False)
class PayerNotKnown(Refusal):
    """A mini program pays for somebody whom WeChat has named to us; here nobody was named."""


@dataclass(eq=False)
class CardNumberRefused(Refusal):
    """The text holds what looks like a bank card's number; such a number is never written down."""


@dataclass(eq=False)
class SlipNumberUnfit(Refusal):
    """A terminal slip's number is 1 to 32 letters, digits or dashes."""


@dataclass(eq=False)
class SlipNumberUsed(Refusal):
    """This slip's number stands on another payment already."""

    slip: str


@dataclass(eq=False)
class TenderUnfit(Refusal):
    """This cannot be done with this way to pay."""

    tender: str


@dataclass(eq=False)
class AmountOverDue(Refusal):
    """More than what is due cannot be taken this way: only cash gives change."""

    due_fen: int
    asked_fen: int


@dataclass(eq=False)
class PaymentNotInBill(Refusal):
    """Only a payment that is in an unfinished bill can be taken back; a finished bill is refunded."""

    payment: str


@dataclass(eq=False)
class RechargeCardNotFound(Refusal):
    """There is no recharge card with this code or number."""


@dataclass(eq=False)
class PartsUnfit(Refusal):
    """The parts of a payment do not fit: this one may be from 0.01 up to `most_fen` yuan here."""

    tender: str
    amount_fen: int
    most_fen: int


@dataclass(eq=False)
class StoredValueShort(Refusal):
    """There is less in the wallet, or on the card, than should be paid from it here."""

    tender: str
    have_fen: int
    asked_fen: int


@dataclass(eq=False)
class RechargeCardBlocked(Refusal):
    """The recharge card is blocked; what it holds stays."""
