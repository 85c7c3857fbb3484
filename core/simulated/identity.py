"""Ids in the order of their making, the same in every run."""


class CountingIds:
    """Implements core.ports.identity.Identity: 0…01, 0…02, and so on."""

    def __init__(self, first: int = 1) -> None:
        self._next = first

    def __call__(self) -> str:
        """The next id."""
        number = self._next
        self._next += 1
        return f"{number:032x}"
