"""The papers that are not out yet: what they are, why they wait, taking one away, and a test page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.ids import PrintJobId, StaffId
from core.domain.print_job import WaitingPaper
from core.qt.background import Runs
from core.qt.notices import Notices

if TYPE_CHECKING:
    from core.services.receipts.desk import ReceiptDesk


@dataclass(frozen=True, slots=True)
class PapersState:
    """Oldest first. `going` is the one being taken away."""

    papers: tuple[WaitingPaper, ...] = ()
    going: str = ""
    testing: bool = False


class PapersPresenter(QObject):
    """Signals: changed; tested, when a test page came out."""

    changed = Signal()
    tested = Signal()

    def __init__(
        self, receipts: "ReceiptDesk", background: Runs, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._receipts = receipts
        self._background = background
        self._notices = notices
        self._by = StaffId("")
        self.state = PapersState()

    def serve(self, person: StaffId) -> None:
        """In this person's name from now on."""
        self._by = person

    def reload(self) -> None:
        """Look at the queue again."""
        self._background.run(self._receipts.waiting_papers, self._arrived, self._notices.fault)

    def cancel(self, job: str) -> None:
        """This one is not wanted any more."""
        by = self._by
        self._show(replace(self.state, going=job))
        self._background.run(lambda: self._receipts.cancel(PrintJobId(job), by), self._gone, self._not_gone)

    def print_test_page(self) -> None:
        """See whether the printer prints; behind what waits already."""
        by = self._by
        if self.state.testing:
            return
        self._show(replace(self.state, testing=True))
        self._background.run_outside(
            lambda: self._receipts.print_test_page(by), lambda _nothing: self._tested(), self._not_tested
        )

    def _arrived(self, papers: Sequence[WaitingPaper]) -> None:
        self._show(replace(self.state, papers=tuple(papers)))

    def _gone(self, _nothing: object = None) -> None:
        self._show(replace(self.state, going=""))
        self.reload()

    def _not_gone(self, error: Exception) -> None:
        self._gone()
        self._notices.fault(error)

    def _tested(self) -> None:
        self._show(replace(self.state, testing=False))
        self.reload()
        self.tested.emit()

    def _not_tested(self, error: Exception) -> None:
        self._show(replace(self.state, testing=False))
        self.reload()
        self._notices.fault(error)

    def _show(self, state: PapersState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
