"""The cloud's clock: handed in everywhere, moved by hand in tests."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Says what moment it is; always aware, always UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # the one place of the cloud where the real time comes in
