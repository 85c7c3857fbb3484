"""Reading what a screen shows: never twice at once, and once more where somebody asked meanwhile."""

from collections.abc import Callable
from typing import Generic, TypeVar

from core.qt.background import Otherwise, Runs

Figures = TypeVar("Figures")


class Reading(Generic[Figures]):
    """Reads on a worker and brings what it read, or why it could not, to the screen's thread."""

    def __init__(
        self,
        background: Runs,
        read: Callable[[], Figures],
        came: Callable[[Figures], None],
        failed: Otherwise,
    ) -> None:
        self._background = background
        self._read = read
        self._came = came
        self._failed = failed
        self._under_way = False
        self._stale = False

    def again(self) -> None:
        """Read anew. Asked many times while a reading is under way, it is read once more only."""
        if self._under_way:
            self._stale = True
            return
        self._under_way = True
        self._background.run(self._read, self._arrived, self._not_read)

    def _arrived(self, figures: Figures) -> None:
        self._under_way = False
        self._came(figures)
        self._once_more()

    def _not_read(self, error: Exception) -> None:
        self._under_way = False
        self._failed(error)
        self._once_more()

    def _once_more(self) -> None:
        if self._stale:
            self._stale = False
            self.again()
