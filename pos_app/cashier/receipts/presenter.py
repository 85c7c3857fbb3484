"""What was sold last, whether its receipt came out, and the cash drawer that hangs on the printer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.events.papers import ReceiptNotPrinted, ReceiptPrinted
from core.domain.ids import ApprovalId, StaffId
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.refusal import Refusal
from core.domain.sale import Sale
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.qt.papers.presenter import PapersPresenter
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.receipts.desk import ReceiptDesk
    from core.services.sales.desk import SaleDesk


class Paper(StrEnum):
    """How the last bill's receipt stands."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReceiptsState:
    """`last` is the newest completed bill; `fault` the code of what kept its receipt from coming out."""

    last: Sale | None = None
    paper: Paper = Paper.NONE
    fault: str = ""
    reprinting: bool = False
    opening_drawer: bool = False


class ReceiptsPresenter(QObject):
    """Signals: changed."""

    changed = Signal()

    def __init__(  # noqa: PLR0917 - each is one of the till's
        self,
        receipts: "ReceiptDesk",
        sales: "SaleDesk",
        background: Runs,
        notices: Notices,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._approvals = approvals
        self._receipts = receipts
        self._sales = sales
        self._background = background
        self._notices = notices
        self._by = StaffId("")
        # A printer can be quicker than the news of the sale: what it said is kept until the sale is known here.
        self._said: tuple[str, Paper, str] = ("", Paper.NONE, "")
        self.papers = PapersPresenter(receipts, background, notices, self)
        self.state = ReceiptsState()

    def serve(self, person: StaffId) -> None:
        """This cashier prints from now on."""
        self._by = person
        self.papers.serve(person)
        self._background.run(lambda: self._sales.recent(1), self._last_known, self._notices.fault)

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person
        self.papers.serve(person)

    def sold(self, sale: Sale) -> None:
        """This bill is the last one now; its receipt is on its way."""
        if self.state.last is not None and self.state.last.id == sale.id:
            return
        said, paper, fault = self._said
        if said != sale.id:
            paper, fault = Paper.PRINTING if self._receipts.has_printer else Paper.NONE, ""
        self._show(replace(self.state, last=sale, paper=paper, fault=fault))

    def printed(self, event: ReceiptPrinted) -> None:
        """Paper came out."""
        self._said = (event.sale, Paper.PRINTED, "")
        self._hear(event.sale)

    def not_printed(self, event: ReceiptNotPrinted) -> None:
        """No paper came out; the sale is safe."""
        self._said = (event.sale, Paper.FAILED, event.fault)
        self._hear(event.sale)

    def reprint(self, approval: ApprovalId | None = None) -> None:
        """Print the last bill's receipt once more."""
        sale, by = self.state.last, self._by
        if sale is None or self.state.reprinting:
            return
        self._show(replace(self.state, reprinting=True))
        self._background.run_outside(
            lambda: self._receipts.reprint(sale.id, by, approval),
            lambda _nothing: self._reprinted(),
            self._not_reprinted,
        )

    def open_drawer(self, approval: ApprovalId | None = None) -> None:
        """Open the cash drawer."""
        by = self._by
        self._show(replace(self.state, opening_drawer=True))
        self._background.run_outside(
            lambda: self._receipts.open_drawer(by, approval),
            lambda _nothing: self._drawer_done(),
            self._drawer_failed,
        )

    def _hear(self, sale: str) -> None:
        if self.state.last is not None and sale == self.state.last.id:
            _sale, paper, fault = self._said
            self._show(replace(self.state, paper=paper, fault=fault))

    def _last_known(self, sales: Sequence[Sale]) -> None:
        if sales and self.state.last is None:
            self._show(replace(self.state, last=sales[0]))

    def _reprinted(self) -> None:
        self._show(replace(self.state, reprinting=False, paper=Paper.PRINTED, fault=""))

    def _not_reprinted(self, error: Exception) -> None:
        if isinstance(error, ApprovalNeeded) and self.state.last is not None:
            self._show(replace(self.state, reprinting=False))
            words = _("Print the receipt of bill {number} again").format(number=self.state.last.number)
            self._approvals.ask(error, self.reprint, words)
            return
        code = error.code if isinstance(error, Refusal) else ""
        self._show(replace(self.state, reprinting=False, paper=Paper.FAILED, fault=code))
        self._notices.fault(error)

    def _drawer_done(self) -> None:
        self._show(replace(self.state, opening_drawer=False))

    def _drawer_failed(self, error: Exception) -> None:
        self._drawer_done()
        if isinstance(error, ApprovalNeeded):
            self._approvals.ask(error, self.open_drawer, _("Open the drawer without a sale"))
            return
        self._notices.fault(error)

    def _show(self, state: ReceiptsState) -> None:
        self.state = state
        self.changed.emit()
