"""What the forecourt tells the counter: come and help, and this fill's customer is on the way to you."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.events.helping import FillHanded, HelpAnswered, HelpCalled
from core.domain.fill import Fill, FillState
from core.domain.helping import HandedFill, HelpCall
from core.domain.ids import FillId, HelpCallId, OrderId, PumpNumber, StaffId
from core.domain.refusals.pumps import FillTaken
from core.domain.staff import Permission
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CallView:
    """A call and the name of who called."""

    call: HelpCall
    name: str


@dataclass(frozen=True, slots=True)
class HandedView:
    """A fill whose customer is on the way to the counter, and the name of who says so."""

    fill: Fill
    handed: HandedFill
    name: str


class HelpDesk:
    """Anybody who is signed in may call and may answer; a fill is named by whoever serves pumps."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def open_calls(self) -> Sequence[CallView]:
        """Calls that nobody has answered, oldest first."""
        with self._work.reading() as work:
            return [
                CallView(call, work.staff.get(call.called_by).name) for call in work.help_calls.open_ones()
            ]

    def call(self, by: StaffId, pump: PumpNumber | None = None, order: OrderId | None = None) -> HelpCall:
        """Ring at every till and desk. Whoever calls again for the same thing has called once. No right is needed."""
        with self._work() as work:
            for known in work.help_calls.open_ones():
                if (known.pump, known.order) == (pump, order):
                    return known
            call = HelpCall(HelpCallId(self._ids()), by, self._clock.now(), pump, order)
            work.help_calls.save(call)
            work.record(HelpCalled(call.id, by, pump or PumpNumber(0), order or ""), actor=by)
        return call

    def answer(self, call: HelpCallId, by: StaffId) -> HelpCall:
        """Somebody comes: the ringing ends everywhere. The first to answer is written down. Raises HelpCallNotFound."""
        with self._work() as work:
            known = work.help_calls.get(call)
            answered = known.answered(by, self._clock.now())
            if answered is not known:
                work.help_calls.save(answered)
                work.record(HelpAnswered(call, by, known.pump or PumpNumber(0)), actor=by)
        return answered

    def handed(self) -> Sequence[HandedView]:
        """Unpaid fills that were named for the counter, the first named first."""
        with self._work.reading() as work:
            unpaid = {fill.id: fill for fill in work.fills.unpaid()}
            return [
                HandedView(unpaid[handed.fill], handed, work.staff.get(handed.by).name)
                for handed in work.handed_fills.unpaid()
                if handed.fill in unpaid
            ]

    def hand(self, fill: FillId, by: StaffId) -> HandedFill:
        """Name an unpaid fill for the counter. Raises FillTaken, NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.AUTHORISE_PUMP)
            known = work.fills.get(fill)
            if known.state is not FillState.UNPAID:
                raise FillTaken(fill, known.pump)
            handed = HandedFill(fill, by, self._clock.now())
            work.handed_fills.save(handed)
            work.record(FillHanded(fill, known.pump, known.amount.fen, by), actor=by)
        return handed
