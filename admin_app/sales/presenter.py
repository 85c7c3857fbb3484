"""The last bills, and fills that wait to be paid at the counter."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.refreshing import RefreshingPresenter
from core.domain.fill import Fill
from core.domain.ids import ApprovalId, SaleId, StaffId
from core.domain.money import Money, total
from core.domain.refusals.people import ApprovalNeeded
from core.domain.sale import Sale
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.forecourt.desk import ForecourtDesk
    from core.services.receipts.desk import ReceiptDesk
    from core.services.sales.desk import SaleDesk
    from core.services.staff import StaffDesk

MOST = 200


@dataclass(frozen=True, slots=True)
class SalesState:
    """What the room shows."""

    sales: tuple[Sale, ...] = ()
    unpaid: tuple[Fill, ...] = ()
    names: Mapping[StaffId, str] = field(default_factory=dict)
    loaded: bool = False
    printing: bool = False

    @property
    def unpaid_amount(self) -> Money:
        """What the unpaid fills come to."""
        return total(fill.amount for fill in self.unpaid)


class SalesPresenter(RefreshingPresenter[SalesState]):
    """Signals: changed; reprinted."""

    reprinted = Signal()

    def __init__(
        self,
        sales: "SaleDesk",
        forecourt: "ForecourtDesk",
        receipts: "ReceiptDesk",
        staff: "StaffDesk",
        background: Runs,
        *,
        notices: Notices,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._approvals = approvals
        self._sales = sales
        self._forecourt = forecourt
        self._receipts = receipts
        self._staff = staff
        self.state = SalesState()

    def reprint(self, sale: SaleId, approval: ApprovalId | None = None) -> None:
        """Print a bill's receipt once more, marked as a copy."""
        by = self._by
        if self.state.printing:
            return

        def ended(_nothing: object = None) -> None:
            self._show(replace(self.state, printing=False))

        def failed(error: Exception) -> None:
            ended()
            if isinstance(error, ApprovalNeeded):
                self._approvals.ask(
                    error, lambda given: self.reprint(sale, given), _("Print a receipt again")
                )
                return
            self._notices.fault(error)

        def done(_nothing: object = None) -> None:
            ended()
            self.reprinted.emit()

        self._show(replace(self.state, printing=True))
        self._background.run_outside(lambda: self._receipts.reprint(sale, by, approval), done, failed)

    def _read(self) -> SalesState:
        return SalesState(
            sales=tuple(self._sales.recent(MOST)),
            unpaid=tuple(self._forecourt.unpaid()),
            names={person.id: person.name for person in self._staff.people()},
            loaded=True,
        )

    def _arrived(self, figures: SalesState) -> None:
        self._show(replace(figures, printing=self.state.printing))

    def _show(self, state: SalesState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
