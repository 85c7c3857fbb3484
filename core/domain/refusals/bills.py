"""The providers' daily bills: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class BillDayUnfit(Refusal):
    """Bills are of days that are over, up to so many days back."""

    days: int


@dataclass(eq=False)
class DifferenceNotFound(Refusal):
    """There is no such difference."""

    difference: str


@dataclass(eq=False)
class DifferenceClosed(Refusal):
    """The difference is settled, or is none any more."""

    difference: str
    state: str
