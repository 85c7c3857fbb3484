"""A pure function of a frozen value, reckoned once and kept with the very value that it was reckoned from."""

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")
Found = TypeVar("Found")

# Of each function so many answers are kept at least, and at most twice as many.
_MOST = 128


class Once(Generic[Value, Found]):
    """Asks `reckon` once for each value.

    Only for values that are frozen through and through. An answer belongs to that one object, which is kept with it, so
    no answer can be out of date; one that is no longer kept is reckoned again. Safe on every thread.
    """

    def __init__(self, reckon: Callable[[Value], Found]) -> None:
        self._reckon = reckon
        self._kept: dict[int, tuple[Value, Found]] = {}
        self._before: dict[int, tuple[Value, Found]] = {}

    def __call__(self, value: Value) -> Found:
        kept = self._kept.get(id(value))
        return kept[1] if kept is not None and kept[0] is value else self._ask(value)

    def _ask(self, value: Value) -> Found:
        key = id(value)
        before = self._before.get(key)
        found = before[1] if before is not None and before[0] is value else self._reckon(value)
        if len(self._kept) >= _MOST:
            self._before, self._kept = self._kept, {}
        self._kept[key] = (value, found)
        return found
