"""Fuel that is paid before it flows: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class PrepayNotFound(Refusal):
    """There is no prepay of this number, bill or plate."""

    asked: str


@dataclass(eq=False)
class PrepayIsReleased(Refusal):
    """The pump is released for it: fuel may flow at any moment."""

    number: str
    pump: int


@dataclass(eq=False)
class PumpNotReleased(Refusal):
    """Its pump is not released, so there is nothing to take back."""

    number: str


@dataclass(eq=False)
class PrepayFillBegan(Refusal):
    """Fuel flows for it already."""

    number: str
    pump: int


@dataclass(eq=False)
class PrepayIsClosed(Refusal):
    """It was filled, or its money is back."""

    number: str


@dataclass(eq=False)
class PrepayIsOpen(Refusal):
    """The bill has a prepay that is neither filled nor given back: that comes first."""

    number: str


@dataclass(eq=False)
class PrepayOwes(Refusal):
    """More was delivered than was paid: nothing is left of it, the difference is owed."""

    number: str
    owed_fen: int


@dataclass(eq=False)
class PrepayNotOverrun(Refusal):
    """Nothing is owed for it, or no longer."""

    number: str


@dataclass(eq=False)
class OverrunOnBill(Refusal):
    """What is owed for this prepay stands on an open bill already."""

    number: str
    cashier: str


@dataclass(eq=False)
class PumpIsPaidFor(Refusal):
    """Somebody has paid for fuel from this pump, which waits to be released for that."""

    pump: int
    number: str


@dataclass(eq=False)
class PumpHasPrepay(Refusal):
    """Somebody has paid for this pump already."""

    pump: int
