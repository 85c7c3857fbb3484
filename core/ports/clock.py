"""now()."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Always aware, in UTC."""

    def now(self) -> datetime:
        """The moment."""
        ...
