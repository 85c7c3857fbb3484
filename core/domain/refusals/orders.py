"""Online orders and their quotes: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class OrderNotFound(Refusal):
    """There is no such order."""

    order: str


@dataclass(eq=False)
class OrderStateUnfit(Refusal):
    """The order is not in a state that allows this."""

    order: str
    state: str


@dataclass(eq=False)
class OrderNoLongerWaiting(Refusal):
    """The order was cancelled or taken before this claim."""

    order: str
    state: str


@dataclass(eq=False)
class OrderAlreadyAccepted(Refusal):
    """The station is serving the order: it can no longer be cancelled from the phone."""

    order: str


@dataclass(eq=False)
class QuoteNotFound(Refusal):
    """There is no such quote of this driver."""


@dataclass(eq=False)
class QuoteExpired(Refusal):
    """The quote's five minutes are over, or its price no longer holds; ask again."""


@dataclass(eq=False)
class NozzleOfAnotherFuel(Refusal):
    """The order was paid for one fuel, and that nozzle gives another."""

    order: str
    pump: int
    nozzle: int


@dataclass(eq=False)
class NoQuestionOpen(Refusal):
    """The station has not asked this, or needs no answer any more."""

    order: str


@dataclass(eq=False)
class StationSilent(Refusal):
    """The station has not been heard of for a while: it could not serve the order."""

    station: str
