"""Cash that moves without a sale, the shift's movements, and its X."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.cash import CashKind, CashMovement
from core.domain.ids import ApprovalId, ShiftId, StaffId
from core.domain.money import Money
from core.domain.refusals.people import ApprovalNeeded
from core.domain.report import ShiftReport
from core.domain.shift import Shift
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.wording import formats, names
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.cash import CashDesk
    from core.services.reports import ReportDesk


@dataclass(frozen=True, slots=True)
class DrawerState:
    """What the shift's sheets show. `moving` is the movement being typed, `report` the X being read, `last` just made."""

    shift: Shift | None = None
    moving: CashKind | None = None
    movements: tuple[CashMovement, ...] = ()
    report: ShiftReport | None = None
    shown_by: ApprovalId | None = None  # the agreement that let it be seen, and so lets it be printed
    last: CashMovement | None = None
    busy: str = ""  # "move", "x", "whole", "print"
    trouble: Exception | None = None
    printing: bool = False  # the X is on its way to the printer


class DrawerPresenter(QObject):
    """Signals: changed."""

    changed = Signal()

    def __init__(
        self,
        cash: "CashDesk",
        reports: "ReportDesk",
        background: Runs,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._cash = cash
        self._reports = reports
        self._background = background
        self._approvals = approvals
        self._by = StaffId("")
        self.state = DrawerState()

    def take_over(self, person: StaffId) -> None:
        """This person moves cash from now on."""
        self._by = person

    def open(self, shift: Shift) -> None:
        """Look at the open shift."""
        self._show(DrawerState(shift=shift))
        self._reload(shift.id)

    def leave(self) -> None:
        """Back to selling."""
        self._show(DrawerState())

    # --- cash in and out --------------------------------------------------------------------------------------------

    def begin(self, kind: CashKind) -> None:
        """Type how much and why."""
        self._show(replace(self.state, moving=kind, trouble=None, last=None))

    def stop_moving(self) -> None:
        """Not after all."""
        self._show(replace(self.state, moving=None, trouble=None))

    def move(self, amount: Money, reason: str, approval: ApprovalId | None = None) -> None:
        """So much came or went; the drawer opens and a slip comes out."""
        kind, by = self.state.moving, self._by
        if kind is None or self.state.busy:
            return
        self._show(replace(self.state, busy="move", trouble=None))
        words = f"{names.cash_kind(kind)} {formats.money(amount)} {reason}"
        self._background.run(
            lambda: self._cash.move(kind, amount, reason, by, approval),
            self._moved,
            self._or_ask(lambda leave: self.move(amount, reason, leave), words),
        )

    def _moved(self, movement: CashMovement) -> None:
        self._show(replace(self.state, busy="", moving=None, last=movement))
        self._reload(movement.shift)

    def _reload(self, shift: ShiftId) -> None:
        self._background.run(lambda: self._cash.of(shift), self._loaded, self._failed)

    def _loaded(self, movements: Sequence[CashMovement]) -> None:
        self._show(replace(self.state, movements=tuple(movements)))

    # --- the X ------------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """The shift's figures so far, as far as this person may know them."""
        by = self._by
        self._show(replace(self.state, busy="x", trouble=None, last=None))
        self._background.run(lambda: self._reports.so_far(by), self._looked, self._failed)

    def look_whole(self, approval: ApprovalId | None = None) -> None:
        """With what the drawer should hold; that takes a right, or somebody's who agrees."""
        by = self._by
        self._show(replace(self.state, busy="whole", trouble=None))
        self._background.run(
            lambda: self._reports.so_far_whole(by, approval),
            lambda report: self._looked(report, approval),
            self._or_ask(self.look_whole, _("Show what the drawer should hold")),
        )

    def print_report(self, approval: ApprovalId | None = None) -> None:
        """What is read, on receipt paper."""
        report, by = self.state.report, self._by
        if report is None or self.state.busy:
            return
        whole, leave = not report.is_blind, approval or self.state.shown_by
        self._show(replace(self.state, busy="print", trouble=None))
        self._background.run(
            lambda: self._reports.print_so_far(by, leave, whole=whole),
            lambda _nothing: self._show(replace(self.state, busy="", printing=True)),
            self._or_ask(self.print_report, _("Print what the drawer should hold")),
        )

    def stop_looking(self) -> None:
        """The X away."""
        self._show(replace(self.state, report=None, printing=False, trouble=None))

    def _looked(self, report: ShiftReport, shown_by: ApprovalId | None = None) -> None:
        self._show(replace(self.state, busy="", report=report, shown_by=shown_by, printing=False))

    # --- parts ------------------------------------------------------------------------------------------------------

    def _or_ask(self, retry: Callable[[ApprovalId], None], words: str) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            if isinstance(error, ApprovalNeeded):
                self._show(replace(self.state, busy=""))
                self._approvals.ask(error, retry, words)
            else:
                self._failed(error)

        return failed

    def _failed(self, error: Exception) -> None:
        self._show(replace(self.state, busy="", trouble=error))

    def _show(self, state: DrawerState) -> None:
        self.state = state
        self.changed.emit()
