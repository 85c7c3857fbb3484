"""Fills that need a person: found missing, gone without paying, tested, disputed, claimed by another till."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain.debt import DebtKind, Debtor, OwedFill
from core.domain.events.pumps import FillOverPreset, MissingFillProposed
from core.domain.fill import Fill, FillState
from core.domain.ids import ApprovalId, FillId, MissingFillId, StaffId, TankNumber
from core.domain.litres import Litres
from core.domain.missing_fill import MissingFill
from core.domain.money import Money
from core.domain.refusals.people import ApprovalNeeded
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording import fills as wording
from core.wording import formats
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.forecourt.desk import ForecourtDesk
    from core.services.forecourt.fills import FillDesk
    from core.services.forecourt.missing import MissingDesk
    from core.services.sales.claims import Claim
    from core.services.sales.desk import SaleDesk

_LOOKED_THROUGH = 60


class Step(StrEnum):
    """What the sheet shows."""

    NONE = "none"
    LIST = "list"
    ONE = "one"
    GONE = "gone"
    TEST = "test"
    WHY = "why"


class Why(StrEnum):
    """What a reason is asked for."""

    WRITE_OFF = "write_off"
    REINSTATE = "reinstate"
    DISPUTE = "dispute"
    UNDO_TEST = "undo_test"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Fills:
    """Everything that may need somebody."""

    gaps: tuple[MissingFill, ...] = ()
    unpaid: tuple[Fill, ...] = ()
    claims: "tuple[Claim, ...]" = ()
    owed: tuple[OwedFill, ...] = ()
    disputed: tuple[Fill, ...] = ()
    tests: tuple[Fill, ...] = ()
    written_off: tuple[Fill, ...] = ()

    @property
    def to_decide(self) -> int:
        """How many a person has to decide about before long."""
        return len(self.gaps) + len(self.disputed) + sum(each.overdue for each in self.owed)


@dataclass(frozen=True, slots=True)
class FillsState:
    """`chosen` is the fill in hand, `gap` the missing one; `tanks` those that its fuel may go back into."""

    step: Step = Step.NONE
    fills: Fills = Fills()
    chosen: Fill | None = None
    gap: MissingFill | None = None
    why: Why = Why.WRITE_OFF
    tanks: tuple[TankNumber, ...] = ()
    busy: str = ""
    trouble: Exception | None = None

    @property
    def claim(self) -> "Claim | None":
        """Whose the fill in hand is, where a bill has it."""
        chosen = self.chosen
        claims = self.fills.claims
        return next((each for each in claims if chosen is not None and each.fill.id == chosen.id), None)

    @property
    def debt(self) -> OwedFill | None:
        """Who owes the fill in hand."""
        chosen = self.chosen
        return next(
            (each for each in self.fills.owed if chosen is not None and each.fill.id == chosen.id), None
        )


class FillsPresenter(QObject):
    """Signals: changed; wanted(fill id), one that is to go onto the bill."""

    changed = Signal()
    wanted = Signal(str)

    def __init__(  # noqa: PLR0917 - four desks, and what every presenter has
        self,
        fills: "FillDesk",
        missing: "MissingDesk",
        forecourt: "ForecourtDesk",
        sales: "SaleDesk",
        background: Runs,
        notices: Notices,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._fills = fills
        self._missing = missing
        self._forecourt = forecourt
        self._sales = sales
        self._background = background
        self._notices = notices
        self._approvals = approvals
        self._by = StaffId("")
        self.state = FillsState()

    def serve(self, person: StaffId) -> None:
        """This person sees to them from now on."""
        self._by = person
        self._show(FillsState(fills=self.state.fills))
        self.reload()

    def take_over(self, person: StaffId) -> None:
        """Another person goes on with what is there."""
        self._by = person

    # --- looking ----------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Everything fresh."""
        self._background.run(self._look, self._looked, self._notices.fault)

    def look_again(self) -> None:
        """A fill has ended or went onto a bill: only an open list shows it."""
        if self.state.step is not Step.NONE:
            self.reload()

    def proposed(self, event: MissingFillProposed) -> None:
        """A fill was found missing: somebody has to look."""
        words = _("Pump {pump}: {litres} flowed that no fill is booked for. Look under Fill cases.")
        litres = formats.litres_of_millilitres(event.volume_ml)
        self._notices.act(words.format(pump=event.pump, litres=litres))

    def over_preset(self, event: FillOverPreset) -> None:
        """A pump went further than it was let."""
        words = _("Pump {pump} was let up to {preset} and gave {amount}.")
        amount = formats.money(Money(event.amount_fen))
        told = words.format(pump=event.pump, preset=wording.preset(event.preset), amount=amount)
        self._notices.watch(told, passing=True)

    def begin(self) -> None:
        """The list."""
        self._show(replace(self.state, step=Step.LIST, chosen=None, gap=None, trouble=None))
        self.reload()

    def open(self, fill: FillId) -> None:
        """This fill."""
        found = next((each for each in self._known() if each.id == fill), None)
        if found is not None:
            self._show(replace(self.state, step=Step.ONE, chosen=found, gap=None, trouble=None))
            self._background.run(
                lambda: tuple(self._fills.tanks_for(found.grade)), self._tanks_known, self._notices.fault
            )

    def leave(self) -> None:
        """One step back, or away."""
        if self.state.busy:
            return
        if self.state.step in (Step.GONE, Step.TEST, Step.WHY) and self.state.chosen is not None:
            self._show(replace(self.state, step=Step.ONE, trouble=None))
        elif self.state.step is Step.LIST:
            self._show(FillsState(fills=self.state.fills))
        else:
            self._show(replace(self.state, step=Step.LIST, chosen=None, gap=None, trouble=None))

    # --- doing ------------------------------------------------------------------------------------------------------

    def take(self) -> None:
        """The fill in hand onto the bill: paid, or collected."""
        chosen = self.state.chosen
        if chosen is not None and not self.state.busy:
            self._show(FillsState(fills=self.state.fills))
            self.wanted.emit(chosen.id)

    def accept(self, missing: MissingFillId) -> None:
        """One tap: book the missing fill."""
        by = self._by
        gap = next((each for each in self.state.fills.gaps if each.id == missing), None)
        if gap is not None:
            told = _("Book a missing fill of {amount} at pump {pump}").format(
                amount=formats.money(gap.amount), pump=gap.pump
            )
            self._do("accept", lambda leave: self._missing.accept(gap.id, by, leave), told)

    def ask_gone(self) -> None:
        """Who has gone without paying."""
        self._show(replace(self.state, step=Step.GONE, trouble=None))

    def ask_test(self) -> None:
        """How much went back, and where."""
        self._show(replace(self.state, step=Step.TEST, trouble=None))

    def ask_why(self, why: Why, missing: str = "") -> None:
        """A reason first."""
        gap = next((each for each in self.state.fills.gaps if each.id == missing), None)
        self._show(replace(self.state, step=Step.WHY, why=why, gap=gap, trouble=None))

    def let_go(self, kind: DebtKind, debtor: Debtor, due_on: date | None) -> None:
        """The customer has gone."""
        by = self._by
        self._with_fill(
            "gone",
            lambda fill, leave: self._fills.let_go(fill.id, kind, debtor, due_on, by, leave),
            _("Let the customer of pump {pump} go without paying {amount}"),
        )

    def test(self, returned: Litres, tank: TankNumber | None) -> None:
        """It was a pump test."""
        by = self._by
        self._with_fill(
            "test",
            lambda fill, leave: self._fills.test(fill.id, returned, tank, "", by, leave),
            _("Book {litres} of pump {pump} as a pump test"),
        )

    def say_why(self, reason: str) -> None:
        """The reason is known: do it."""
        by, gap = self._by, self.state.gap
        match self.state.why:
            case Why.REJECT if gap is not None:
                told = _("Reject a missing fill of {amount} at pump {pump}").format(
                    amount=formats.money(gap.amount), pump=gap.pump
                )
                self._do("why", lambda leave: self._missing.reject(gap.id, reason, by, leave), told)
            case Why.DISPUTE:
                self._with_fill("why", lambda fill, _leave: self._fills.dispute(fill.id, reason, by), "")
            case Why.WRITE_OFF:
                self._with_fill(
                    "why",
                    lambda fill, leave: self._fills.write_off(fill.id, reason, by, leave),
                    _("Write off {amount} of pump {pump}"),
                )
            case Why.UNDO_TEST:
                self._with_fill(
                    "why",
                    lambda fill, leave: self._fills.undo_test(fill.id, reason, by, leave),
                    _("Undo the pump test of pump {pump}, {litres}"),
                )
            case _:
                self._with_fill(
                    "why",
                    lambda fill, leave: self._fills.reinstate(fill.id, reason, by, leave),
                    _("Let the fill of pump {pump} for {amount} wait at the counter again"),
                )

    def unlock(self) -> None:
        """Off the bill at the other till."""
        self._with_fill(
            "unlock",
            lambda fill, leave: self._sales.release_fill(fill.id, self._by, leave),
            _("Take the fill of pump {pump} for {amount} off another bill"),
        )

    # --- within -----------------------------------------------------------------------------------------------------

    def _look(self) -> Fills:
        return Fills(
            tuple(self._missing.proposed()),
            tuple(self._forecourt.unpaid()),
            tuple(claim for claim in self._sales.claims() if not claim.ours),
            tuple(self._fills.owed()),
            tuple(self._fills.disputed()),
            tuple(self._fills.tests(_LOOKED_THROUGH)),
            tuple(self._fills.written_off(_LOOKED_THROUGH)),
        )

    def _looked(self, fills: Fills) -> None:
        state = replace(self.state, fills=fills)
        if state.chosen is not None:
            known = {fill.id: fill for fill in self._known(fills)}
            now = known.get(state.chosen.id)
            if now is None or now.state is not state.chosen.state:
                # Somebody else has decided meanwhile, or it is paid.
                back = Step.NONE if state.step is Step.NONE else Step.LIST
                state = replace(state, step=back, chosen=None)
        self._show(state)

    def _known(self, fills: Fills | None = None) -> tuple[Fill, ...]:
        f = fills or self.state.fills
        apart = (*(each.fill for each in f.claims), *(each.fill for each in f.owed))
        return (*f.unpaid, *apart, *f.disputed, *f.tests, *f.written_off)

    def _tanks_known(self, tanks: tuple[TankNumber, ...]) -> None:
        self._show(replace(self.state, tanks=tanks))

    def _with_fill(self, busy: str, call: Callable[[Fill, ApprovalId | None], object], words: str) -> None:
        chosen = self.state.chosen
        if chosen is not None:
            told = words.format(
                pump=chosen.pump,
                amount=formats.money(chosen.amount),
                litres=formats.litres(chosen.volume),
            )
            self._do(busy, lambda leave: call(chosen, leave), told)

    def _do(
        self,
        busy: str,
        call: Callable[[ApprovalId | None], object],
        told: str,
        leave: ApprovalId | None = None,
    ) -> None:
        if self.state.busy:
            return

        def failed(error: Exception) -> None:
            self._show(replace(self.state, busy=""))
            if isinstance(error, ApprovalNeeded) and leave is None:
                self._approvals.ask(error, lambda given: self._do(busy, call, told, given), told)
            else:
                self._show(replace(self.state, trouble=error))

        self._show(replace(self.state, busy=busy, trouble=None))
        self._background.run(lambda: call(leave), lambda _answer: self._done(), failed)

    def _done(self) -> None:
        self._show(replace(self.state, step=Step.LIST, chosen=None, gap=None, busy=""))
        self.reload()

    def _show(self, state: FillsState) -> None:
        self.state = state
        self.changed.emit()


def may_be_taken(fill: Fill) -> bool:
    """Whether it can go onto a bill."""
    return fill.state in (FillState.UNPAID, FillState.OWED)
