"""Open prepays: found, released again, moved, given back, kept for a customer who has gone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.events.prepays import PrepayFilled, PrepayOverran
from core.domain.ids import ApprovalId, NozzleNumber, PrepayId, PumpNumber, StaffId
from core.domain.money import Money
from core.domain.prepay import Prepay
from core.domain.refund import Refund
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.prepays import PrepayNotFound
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording import formats
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.prepays import PrepayDesk
    from core.services.refunds.desk import RefundDesk


class Step(StrEnum):
    """What the sheet shows."""

    NONE = "none"
    LIST = "list"
    ONE = "one"
    MOVE = "move"
    LEAVE = "leave"
    WAIVE = "waive"


@dataclass(frozen=True, slots=True)
class PrepaysState:
    """`open_ones` are all that are owed; `shown` those that were looked for; `chosen` the one in hand."""

    step: Step = Step.NONE
    open_ones: tuple[Prepay, ...] = ()
    shown: tuple[Prepay, ...] = ()
    sought: str = ""
    chosen: Prepay | None = None
    busy: str = ""  # "find", "release", "take_back", "move", "return", "leave", "waive"
    trouble: Exception | None = None


class PrepaysPresenter(QObject):
    """Signals: changed; returned(Refund), money on its way back; owed(PrepayId), what is to be paid on a bill."""

    changed = Signal()
    returned = Signal(object)
    owed = Signal(str)

    def __init__(  # noqa: PLR0917 - two desks, and what every presenter has
        self,
        prepays: "PrepayDesk",
        refunds: "RefundDesk",
        background: Runs,
        notices: Notices,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._prepays = prepays
        self._refunds = refunds
        self._background = background
        self._notices = notices
        self._approvals = approvals
        self._by = StaffId("")
        self.state = PrepaysState()

    def serve(self, person: StaffId) -> None:
        """This cashier sees to them from now on."""
        self._by = person
        self._show(PrepaysState(open_ones=self.state.open_ones))
        self.reload()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    # --- looking ----------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """What is open now, and how the one in hand stands."""
        chosen = self.state.chosen

        def look() -> tuple[Sequence[Prepay], Prepay | None]:
            return self._prepays.open_ones(), self._prepays.get(chosen.id) if chosen is not None else None

        self._background.run(look, self._looked, self._notices.fault)

    def filled(self, event: PrepayFilled) -> None:
        """A pump has ended one; what is left is told at once."""
        self.reload()
        if event.left_fen:
            left = formats.money(Money(event.left_fen))
            told = _("Pump {pump}: give back {amount}.").format(pump=event.pump, amount=left)
            self._notices.watch(told, passing=True)

    def overran(self, event: PrepayOverran) -> None:
        """A pump delivered more than was paid: somebody has to see to it before the car has gone."""
        over = formats.money(Money(event.over_fen))
        told = _("Pump {pump} delivered {over} more than was paid. The customer still owes it.")
        self._notices.act(told.format(pump=event.pump, over=over))

    def begin(self) -> None:
        """The list."""
        self._show(replace(self.state, step=Step.LIST, sought="", shown=(), chosen=None, trouble=None))
        self.reload()

    def seek(self, text: str) -> None:
        """A number, a scan or a plate; a single one is taken at once, with nothing the list shows again."""
        if not text.strip():
            self.begin()
            return
        self._show(replace(self.state, step=Step.LIST, sought=text, busy="find", trouble=None, chosen=None))
        self._background.run(lambda: self._prepays.find(text), self._found, self._failed)

    def open(self, prepay: PrepayId) -> None:
        """This one."""
        self._background.run(lambda: self._prepays.get(prepay), self._take, self._notices.fault)

    def leave(self) -> None:
        """One step back, or away."""
        if self.state.busy:
            return
        if self.state.step in (Step.MOVE, Step.LEAVE, Step.WAIVE):
            self._show(replace(self.state, step=Step.ONE, trouble=None))
        else:
            self._show(PrepaysState(open_ones=self.state.open_ones))

    # --- doing ------------------------------------------------------------------------------------------------------

    def release(self) -> None:
        """Have its pump released."""
        by = self._by
        self._with_chosen("release", lambda chosen: self._prepays.release(chosen.id, by))

    def take_back(self) -> None:
        """Have the pump's promise taken back."""
        by = self._by
        self._with_chosen("take_back", lambda chosen: self._prepays.take_back(chosen.id, by))

    def ask_where(self) -> None:
        """Choose another pump."""
        self._show(replace(self.state, step=Step.MOVE, trouble=None))

    def ask_plate(self) -> None:
        """Whose it is, before it is kept."""
        self._show(replace(self.state, step=Step.LEAVE, trouble=None))

    def collect(self) -> None:
        """What was delivered beyond it onto the bill."""
        chosen = self.state.chosen
        if chosen is not None and not self.state.busy:
            self._show(PrepaysState(open_ones=self.state.open_ones))
            self.owed.emit(chosen.id)

    def ask_why(self) -> None:
        """Why nobody is to pay what was delivered beyond it."""
        self._show(replace(self.state, step=Step.WAIVE, trouble=None))

    def waive(self, reason: str) -> None:
        """Nobody pays it."""
        by = self._by
        self._with_leave(
            "waive",
            lambda chosen, leave: self._prepays.waive_overrun(chosen.id, reason, by, leave),
            _("Waive {owed} beyond prepay {number}"),
        )

    def move(self, pump: PumpNumber, nozzle: NozzleNumber) -> None:
        """To that nozzle."""
        by = self._by
        self._with_leave(
            "move",
            lambda chosen, leave: self._prepays.move(chosen.id, pump, nozzle, by, leave),
            _("Move prepay {number} to pump {pump}"),
            pump=pump,
        )

    def keep(self, plate: str) -> None:
        """The customer has gone without what is left."""
        by = self._by
        self._with_chosen("leave", lambda chosen: self._prepays.leave_deposit(chosen.id, by, plate))

    def give_back(self) -> None:
        """What is left, to where it came from."""
        by = self._by
        self._with_leave(
            "return",
            lambda chosen, leave: self._refunds.return_prepaid(chosen.id, by, leave),
            _("Give back {amount} of prepay {number}"),
        )

    # --- answers ----------------------------------------------------------------------------------------------------

    def _looked(self, found: tuple[Sequence[Prepay], Prepay | None]) -> None:
        open_ones, chosen = found
        state = replace(self.state, open_ones=tuple(open_ones))
        if chosen is not None and state.chosen is not None and chosen.id == state.chosen.id:
            state = replace(state, chosen=chosen)
            if state.step in (Step.MOVE, Step.LEAVE, Step.WAIVE) and chosen.state is not self._chosen_state():
                state = replace(state, step=Step.ONE)  # what was being chosen does not fit any more
        self._show(state)

    def _chosen_state(self) -> object:
        return self.state.chosen.state if self.state.chosen is not None else None

    def _found(self, found: Sequence[Prepay]) -> None:
        if self.state.step is not Step.LIST:
            return
        if len(found) == 1:
            self._take(found[0])
        else:
            self._show(replace(self.state, shown=tuple(found), busy=""))

    def _take(self, prepay: Prepay) -> None:
        self._show(replace(self.state, step=Step.ONE, chosen=prepay, busy="", trouble=None))

    def _with_chosen(self, busy: str, call: Callable[[Prepay], object]) -> None:
        chosen = self.state.chosen
        if chosen is None or self.state.busy:
            return
        self._show(replace(self.state, busy=busy, trouble=None))
        self._background.run(lambda: call(chosen), self._done, self._failed)

    def _with_leave(
        self,
        busy: str,
        call: Callable[[Prepay, ApprovalId | None], object],
        words: str,
        leave: ApprovalId | None = None,
        *,
        pump: int = 0,
    ) -> None:
        chosen = self.state.chosen
        if chosen is None or self.state.busy:
            return
        told = words.format(
            number=chosen.number,
            amount=formats.money(chosen.to_return),
            owed=formats.money(chosen.owed),
            pump=pump,
        )

        def failed(error: Exception) -> None:
            if isinstance(error, ApprovalNeeded) and leave is None:
                self._show(replace(self.state, busy=""))
                self._approvals.ask(
                    error, lambda given: self._with_leave(busy, call, words, given, pump=pump), told
                )
            else:
                self._failed(error)

        self._show(replace(self.state, busy=busy, trouble=None))
        self._background.run_outside(lambda: call(chosen, leave), self._done, failed)

    def _done(self, answer: object) -> None:
        if isinstance(answer, Refund):
            self._show(PrepaysState(open_ones=self.state.open_ones))
            self.reload()
            self.returned.emit(answer)
            return
        self._show(replace(self.state, step=Step.ONE, busy=""))
        self.reload()

    def _failed(self, error: Exception) -> None:
        shown = () if isinstance(error, PrepayNotFound) else self.state.shown
        self._show(replace(self.state, busy="", trouble=error, shown=shown))

    def _show(self, state: PrepaysState) -> None:
        self.state = state
        self.changed.emit()
