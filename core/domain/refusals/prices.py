"""Price changes and nozzles without their price: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class PriceChangeOwn(Refusal):
    """Whoever wrote the price down cannot be the second person who agrees to it."""


@dataclass(eq=False)
class NozzleBlocked(Refusal):
    """The nozzle did not take the price in force: nothing is released on it until it has."""

    pump: int
    nozzle: int
    why: str


@dataclass(eq=False)
class NozzleTakesPrice(Refusal):
    """The nozzle is taking its new price just now."""

    pump: int
    nozzle: int


@dataclass(eq=False)
class GuidePriceUnfit(Refusal):
    """A guide price holds from now or later on, never for a time that is over."""


@dataclass(eq=False)
class NothingToTryAgain(Refusal):
    """The nozzle is not blocked."""

    nozzle: str
