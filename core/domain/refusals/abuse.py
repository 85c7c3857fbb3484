"""Cases of abuse: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class CaseUnknown(Refusal):
    """There is no such case, or it is about somebody else."""


@dataclass(eq=False)
class CaseIsAnswered(Refusal):
    """Somebody has answered this case already."""
