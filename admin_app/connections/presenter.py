"""What waits for the printer, and what the cloud refused: seen to here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import StaffId
from core.ports.mailbox import MessageAside
from core.qt.background import Runs
from core.qt.notices import Notices
from core.qt.papers.presenter import PapersPresenter

if TYPE_CHECKING:
    from core.services.mailbox import MailboxDesk
    from core.services.receipts.desk import ReceiptDesk


@dataclass(frozen=True, slots=True)
class ConnectionsState:
    """What the cloud refused, oldest first; `busy` while one is being seen to."""

    aside: tuple[MessageAside, ...] = ()
    busy: bool = False


class ConnectionsPresenter(RefreshingPresenter[tuple[MessageAside, ...]]):
    """Signals: changed. `papers` is its neighbour, about the printer's queue."""

    def __init__(
        self,
        mailbox: "MailboxDesk",
        receipts: "ReceiptDesk",
        background: Runs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._mailbox = mailbox
        self.papers = PapersPresenter(receipts, background, notices, self)
        self.state = ConnectionsState()

    def serve(self, person: StaffId) -> None:
        """Whoever is signed in does what is asked from now on."""
        super().serve(person)
        self.papers.serve(person)

    def reload(self) -> None:
        """Both lists."""
        super().reload()
        self.papers.reload()

    def try_again(self, message: str) -> None:
        """Send it once more."""
        by = self._by
        self._see_to(lambda: self._mailbox.try_again(message, by))

    def settle(self, message: str) -> None:
        """Somebody has seen to it."""
        by = self._by
        self._see_to(lambda: self._mailbox.settle(message, by))

    def _see_to(self, call: Callable[[], object]) -> None:
        def failed(error: Exception) -> None:
            self._done()
            self._notices.fault(error)

        if not self.state.busy:
            self._show(replace(self.state, busy=True))
            self._background.run(call, lambda _nothing: self._done(), failed)

    def _done(self) -> None:
        self._show(replace(self.state, busy=False))
        self.reload()

    def _read(self) -> tuple[MessageAside, ...]:
        return tuple(self._mailbox.aside())

    def _arrived(self, figures: tuple[MessageAside, ...]) -> None:
        self._show(replace(self.state, aside=figures))

    def _show(self, state: ConnectionsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
