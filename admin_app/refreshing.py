"""What every presenter of the desk does alike: read its room anew when something happened, never twice at once."""

from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from core.domain.ids import StaffId
from core.qt.background import Runs
from core.qt.notices import Notices
from core.qt.reading import Reading

Figures = TypeVar("Figures")


class RefreshingPresenter(QObject, Generic[Figures]):
    """Reads on a worker, shows on the GUI thread; a room that nobody looks at waits until somebody enters.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self, background: Runs, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._notices = notices
        self._by = StaffId("")
        self._entered = False
        self._reading = Reading(background, self._read, self._arrived, notices.fault)

    def serve(self, person: StaffId) -> None:
        """Whoever is signed in does what is asked from now on."""
        self._by = person

    def enter(self) -> None:
        """Somebody looks: everything fresh."""
        self._entered = True
        self.reload()

    def leave(self) -> None:
        """Nobody looks any more."""
        self._entered = False

    def touched(self) -> None:
        """Something happened that may show here."""
        if self._entered:
            self.reload()

    def reload(self) -> None:
        """Read anew; asked many times at once, it is read once more only."""
        self._reading.again()

    def _read(self) -> Figures:
        """On a worker: ask the services."""
        raise NotImplementedError

    def _arrived(self, figures: Figures) -> None:
        """On the GUI thread: make a state of what was read."""
        raise NotImplementedError
