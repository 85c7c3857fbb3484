"""Each nozzle's counter at the ends of a shift, beside the fills that were booked in it."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.ids import NozzleId
from core.domain.litres import NO_LITRES
from core.domain.pump import Nozzle
from core.domain.shift import MeterCut, MeterFigure, Shift, ShiftState
from core.persistence.shift_sums import NozzleSum, ShiftSums
from core.ports.counters import Counters
from core.ports.repositories import Forecourt
from core.ports.shifts import Shifts


class SqlMeters:
    """For an open shift the counters are those that were seen last; before the first one, at its opening."""

    def __init__(self, shifts: Shifts, forecourt: Forecourt, counters: Counters) -> None:
        self._shifts = shifts
        self._forecourt = forecourt
        self._counters = counters

    def of(self, shift: Shift, sums: ShiftSums) -> tuple[MeterFigure, ...]:
        """Every nozzle that the station has, in order."""
        before = self._shifts.before(shift.number)
        cut_before = (
            _by_nozzle(self._shifts.meters(before.id)) if before is not None else self._seen(shift.opened_at)
        )
        is_closed = shift.state is ShiftState.CLOSED
        cut_now = _by_nozzle(self._shifts.meters(shift.id) if is_closed else ())
        seen = {} if is_closed else self._seen()
        filled = {(each.pump, each.nozzle): each for each in sums.nozzles(shift.opened_at)}
        figures = []
        for nozzle in (nozzle for pump in self._forecourt.pumps() for nozzle in pump.nozzles):
            now = cut_now.get(nozzle.id) if is_closed else seen.get(nozzle.id)
            figures.append(
                _figure(nozzle, cut_before.get(nozzle.id), now, filled.get((nozzle.pump, nozzle.number)))
            )
        return tuple(figures)

    def _seen(self, until: datetime | None = None) -> dict[NozzleId, MeterCut]:
        return {
            nozzle: MeterCut(nozzle, seen.volume) for nozzle, seen in self._counters.latest(until).items()
        }


def _by_nozzle(cuts: Sequence[MeterCut]) -> dict[NozzleId, MeterCut]:
    return {cut.nozzle: cut for cut in cuts}


def _figure(
    nozzle: Nozzle, before: MeterCut | None, now: MeterCut | None, filled: NozzleSum | None
) -> MeterFigure:
    return MeterFigure(
        nozzle.pump,
        nozzle.number,
        nozzle.grade,
        before.totaliser if before is not None else None,
        now.totaliser if now is not None else None,
        filled.fills if filled is not None else 0,
        filled.volume if filled is not None else NO_LITRES,
        now.running if now is not None else NO_LITRES,
    )
