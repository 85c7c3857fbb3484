"""Nozzles' counters, and the fills that they tell of and nobody has booked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.counter import CounterSnapshot, NozzleCount
from core.domain.ids import MissingFillId, NozzleId, NozzleNumber, PumpNumber
from core.domain.missing_fill import MissingFill


class Counters(Protocol):
    """What counters showed; added and never changed. And up to where each is explained."""

    def add(self, snapshot: CounterSnapshot) -> None:
        """Write it down."""
        ...

    def latest(self, until: datetime | None = None) -> Mapping[NozzleId, CounterSnapshot]:
        """Each nozzle's last snapshot, of all or of those until then."""
        ...

    def began_at(self) -> datetime | None:
        """When a counter was first looked at."""
        ...

    def between(self, since: datetime, until: datetime) -> Sequence[CounterSnapshot]:
        """Every snapshot of this time, oldest first."""
        ...

    def explained(self, pump: PumpNumber, nozzle: NozzleNumber) -> NozzleCount | None:
        """Up to where the books explain the counter; None before it was first looked at."""
        ...

    def save_explained(self, count: NozzleCount) -> None:
        """Insert or update."""
        ...


class MissingFills(Protocol):
    """What counters tell of and nobody has booked."""

    def get(self, missing: MissingFillId) -> MissingFill:
        """Raises MissingFillClosed."""
        ...

    def save(self, missing: MissingFill) -> None:
        """Insert or update."""
        ...

    def open_ones(self) -> Sequence[MissingFill]:
        """Those that a person has still to decide, oldest first."""
        ...

    def of_nozzle(self, pump: PumpNumber, nozzle: NozzleNumber, limit: int) -> Sequence[MissingFill]:
        """A nozzle's last ones, whatever became of them, newest first."""
        ...

    def recent(self, limit: int) -> Sequence[MissingFill]:
        """All, newest first."""
        ...
