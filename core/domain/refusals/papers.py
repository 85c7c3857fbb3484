"""Papers of the receipt printer: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class PrintJobNotFound(Refusal):
    """There is no such paper in the queue."""

    job: str


@dataclass(eq=False)
class PrintJobEnded(Refusal):
    """The paper is being printed, has come out, or was cancelled."""

    job: str
    state: str


@dataclass(eq=False)
class PaperUnknown(Refusal):
    """Nobody can lay this paper out."""

    kind: str
