"""Cases of fuel that two counts disagree about: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class CaseNotFound(Refusal):
    """There is no such case."""

    case: str


@dataclass(eq=False)
class CaseIsClosed(Refusal):
    """Nothing more is said of a closed case."""


@dataclass(eq=False)
class CaseNeedsReason(Refusal):
    """A case is explained in words before it is closed."""
