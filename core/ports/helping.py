"""Calls for help, and fills that an attendant named for the counter."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.helping import HandedFill, HelpCall
from core.domain.ids import HelpCallId


class HelpCalls(Protocol):
    """Who called for help, and who answered."""

    def get(self, call: HelpCallId) -> HelpCall:
        """Raises HelpCallNotFound."""
        ...

    def open_ones(self) -> Sequence[HelpCall]:
        """Calls that nobody has answered, oldest first."""
        ...

    def save(self, call: HelpCall) -> None:
        """Insert or update."""
        ...


class HandedFills(Protocol):
    """Fills whose customers are on their way to the counter."""

    def unpaid(self) -> Sequence[HandedFill]:
        """Of those that still wait at the counter, the first named first."""
        ...

    def save(self, handed: HandedFill) -> None:
        """Insert or update."""
        ...
