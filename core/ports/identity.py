"""Fresh ids."""

from typing import Protocol


class Identity(Protocol):
    """Makes ids: 32 lower-case hex characters, time-ordered, never the same twice."""

    def __call__(self) -> str:
        """A fresh id."""
        ...
