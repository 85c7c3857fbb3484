"""Calls for help: what the rules say no to."""

from dataclasses import dataclass

from core.domain.refusals.refusal import Refusal


@dataclass(eq=False)
class HelpCallNotFound(Refusal):
    """There is no such call."""

    call: str
