"""Fuel that two counts disagree about."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class GapFound(Event):
    """Two counts of the same fuel differ; `difference_ml` is the first less the second."""

    case: str
    shift: str
    gap: str
    place: str
    difference_ml: int
    cause: str


@dataclass(frozen=True, slots=True)
class CaseExplained(Event):
    """Somebody says what made the gap."""

    case: str
    place: str
    cause: str
    said: str


@dataclass(frozen=True, slots=True)
class CaseDoubted(Event):
    """Somebody does not believe what was said."""

    case: str
    place: str
    said: str


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    """The gap is done with; no figure was changed by it."""

    case: str
    place: str
