"""Do several things that wait for the outside: beside each other where the program runs, in order where a test wants it."""

from collections.abc import Callable, Sequence
from typing import Protocol


class Together(Protocol):
    """How calls that have nothing to do with each other are made."""

    def __call__(self, calls: Sequence[Callable[[], None]]) -> None:
        """Return when all have ended. Where some fail the others are made all the same, then the first failure is raised."""
        ...


def one_after_another(calls: Sequence[Callable[[], None]]) -> None:
    """In order, on this thread; a failure does not keep the next one from being made."""
    failures: list[Exception] = []
    for call in calls:
        try:
            call()
        except Exception as failure:  # noqa: BLE001  raised below, when the others have had their turn
            failures.append(failure)
    if failures:
        raise failures[0]
