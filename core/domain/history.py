"""A row of the journal for a person to read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what when, as a sentence."""

    number: int
    at: datetime
    actor: str  # the name; empty for what nobody did
    approver: str
    text: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What was found, newest first. `before` is where to go on; `more` is whether there is anything to go on with."""

    entries: tuple[HistoryEntry, ...] = ()
    before: int = 0
    more: bool = False
