"""A clock you move by hand."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """Implements core.ports.clock.Clock; stands still until it is moved."""

    def __init__(self, moment: datetime = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Where the hands stand."""
        return self._moment

    def move(self, by: timedelta) -> None:
        """Turn the hands, also backwards."""
        self._moment += by
