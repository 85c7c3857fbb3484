"""What is keyed of a pump without a line, from the first figure to the fill or to the question that it raises."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.fill import Fill
from core.domain.ids import ApprovalId, NozzleNumber, PumpNumber, StaffId
from core.domain.keyed_fill import Doubt, KeyedFill
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.refusals.keyed import (
    CounterWentBack,
    KeyedCounterApart,
    KeyedFiguresApart,
    KeyedFillLarge,
)
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.refusal import Refusal
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.services.forecourt.manual import ManualDesk, ManualPump


@dataclass(frozen=True, slots=True)
class ManualState:
    """The pump whose sheet is open (None: none is), and what was said to what was keyed last."""

    pump: PumpNumber | None = None
    prices: "dict[NozzleNumber, UnitPrice] | None" = None
    counters: "dict[NozzleNumber, Litres] | None" = None
    busy: bool = False
    trouble: Refusal | None = None
    doubt: Doubt | None = None  # whoever reads again and stands by it may book it all the same

    @property
    def went_back(self) -> bool:
        """Whether the counter shows less than before: a slip, or a new one."""
        return isinstance(self.trouble, CounterWentBack)


class ManualPresenter(QObject):
    """Signals: changed; booked(Fill)."""

    changed = Signal()
    booked = Signal(object)

    def __init__(
        self,
        manual: "ManualDesk",
        background: Runs,
        notices: Notices,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._manual = manual
        self._background = background
        self._notices = notices
        self._approvals = approvals
        self._by = StaffId("")
        self._sure: frozenset[Doubt] = frozenset()
        self.state = ManualState()

    def take_over(self, person: StaffId) -> None:
        """From now on in this person's name."""
        self._by = person

    def is_manual(self, pump: PumpNumber) -> bool:
        """Whether this pump's fills are keyed."""
        return pump in self._manual.pumps

    def open(self, pump: PumpNumber) -> None:
        """Begin to key a fill of this pump."""
        self._sure = frozenset()
        self._show(ManualState(pump))
        self._background.run(self._manual.view, self._viewed, self._notices.fault)

    def leave(self) -> None:
        """Nothing is keyed after all."""
        self._show(ManualState())

    def edited(self) -> None:
        """A figure changed: what was said to the ones before holds no longer."""
        self._sure = frozenset()
        if self.state.trouble is not None:
            self._show(replace(self.state, trouble=None, doubt=None))

    def key(
        self,
        nozzle: NozzleNumber,
        volume: Litres | None,
        amount: Money | None,
        counter: Litres | None,
        *,
        stands_by_it: bool = False,
        replaced: str = "",
    ) -> None:
        """Book it. With `stands_by_it` what was asked last is answered."""
        state = self.state
        if state.pump is None or state.busy:
            return
        if stands_by_it and state.doubt is not None:
            self._sure |= {state.doubt}
        self._book(KeyedFill(state.pump, nozzle, volume, amount, counter, replaced, self._sure), None)

    def _book(self, keyed: KeyedFill, leave: ApprovalId | None) -> None:
        by = self._by
        self._show(replace(self.state, busy=True, trouble=None, doubt=None))
        self._background.run(
            lambda: self._manual.key(keyed, by, leave),
            self._was_booked,
            lambda error: self._failed(keyed, error),
        )

    def _was_booked(self, fill: Fill) -> None:
        self._show(ManualState())
        self.booked.emit(fill)

    def _failed(self, keyed: KeyedFill, error: Exception) -> None:
        if isinstance(error, ApprovalNeeded):
            self._show(replace(self.state, busy=False))
            words = _("A new counter at pump {pump}").format(pump=keyed.pump)
            self._approvals.ask(error, lambda given: self._book(keyed, given), words)
        elif isinstance(error, Refusal):
            self._show(replace(self.state, busy=False, trouble=error, doubt=_doubt(error)))
        else:
            self._show(replace(self.state, busy=False))
            self._notices.fault(error)

    def _viewed(self, pumps: "Sequence[ManualPump]") -> None:
        view = next((each for each in pumps if each.pump.number == self.state.pump), None)
        if view is not None:
            self._show(replace(self.state, prices=dict(view.prices), counters=dict(view.counters)))

    def _show(self, state: ManualState) -> None:
        self.state = state
        self.changed.emit()


def _doubt(refusal: Refusal) -> Doubt | None:
    match refusal:
        case KeyedFiguresApart():
            return Doubt.FIGURES
        case KeyedCounterApart():
            return Doubt.COUNTER
        case KeyedFillLarge(can_be=True):
            return Doubt.LARGE
    return None
