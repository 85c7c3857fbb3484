"""Money that goes back: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class RefundTooLarge(Refusal):
    """More than was paid cannot be given back."""

    paid_fen: int
    asked_fen: int


@dataclass(eq=False)
class RefundOverSold(Refusal):
    """More of a line than was sold, less what went back before, cannot be refunded."""

    line: str
    left_fen: int
    asked_fen: int


@dataclass(eq=False)
class RefundOverPaid(Refusal):
    """More cannot go back to a payment than it brought, less what went back to it before."""

    payment: str
    left_fen: int
    asked_fen: int


@dataclass(eq=False)
class NothingToRefund(Refusal):
    """Nothing of this bill is left to give back, or nothing was chosen."""


@dataclass(eq=False)
class RefundNotFound(Refusal):
    """There is no such refund or part of it."""

    refund: str


@dataclass(eq=False)
class RefundIsFinal(Refusal):
    """This part of the refund has its final state."""

    refund: str
    state: str


@dataclass(eq=False)
class RefundWaits(Refusal):
    """An earlier refund of this bill has no clear answer yet; it is being asked."""

    number: str
