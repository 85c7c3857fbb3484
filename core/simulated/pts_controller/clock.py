"""What time it is for the simulated controller."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, in UTC."""

    def seconds(self) -> float:
        """A steadily growing count of seconds that no one sets."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    def seconds(self) -> float:
        return time.monotonic()
