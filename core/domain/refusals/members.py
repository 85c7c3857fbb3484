"""Members and their points: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class MemberNotFound(Refusal):
    """No member has this code, phone number or plate."""

    text: str


@dataclass(eq=False)
class MemberNeedsChoice(Refusal):
    """Several members share this plate: choose one. Each is (member's id, name, masked phone)."""

    choices: tuple[tuple[str, str, str], ...]


@dataclass(eq=False)
class MemberNotProven(Refusal):
    """A phone number or a plate only names a member: his points and balance need his code."""


@dataclass(eq=False)
class NoMemberOnBill(Refusal):
    """Put the member on the bill first."""


@dataclass(eq=False)
class PointsNotEnough(Refusal):
    """The member has fewer points, or they are held for another bill."""

    have: int
    asked: int


@dataclass(eq=False)
class PointsUnfit(Refusal):
    """Points are a whole number from 1, and they must take something off."""

    points: int


@dataclass(eq=False)
class PointsAlreadyOnBill(Refusal):
    """Points stand on this bill already; take them off first."""


@dataclass(eq=False)
class PointsHoldGone(Refusal):
    """The points are no longer set aside for this bill."""


@dataclass(eq=False)
class MemberCodeExpired(Refusal):
    """The code on the member's phone is over, was not issued, or is for another bill."""
