"""Each nozzle's counter at the ends of a shift, beside the fills that were booked in it."""

from collections.abc import Sequence

from core.domain.ids import NozzleId
from core.domain.litres import NO_LITRES
from core.domain.pump import Nozzle
from core.domain.shift import MeterCut, MeterFigure, Shift, ShiftState
from core.persistence.shift_sums import NozzleSum, ShiftSums
from core.ports.repositories import Fills, Forecourt
from core.ports.shifts import Shifts


class SqlMeters:
    """For an open shift the counters are those after each nozzle's last booked fill."""

    def __init__(self, shifts: Shifts, forecourt: Forecourt, fills: Fills) -> None:
        self._shifts = shifts
        self._forecourt = forecourt
        self._fills = fills

    def of(self, shift: Shift, sums: ShiftSums) -> tuple[MeterFigure, ...]:
        """Every nozzle that the station has, in order."""
        before = self._shifts.before(shift.number)
        cut_before = _by_nozzle(self._shifts.meters(before.id) if before is not None else ())
        is_closed = shift.state is ShiftState.CLOSED
        cut_now = _by_nozzle(self._shifts.meters(shift.id) if is_closed else ())
        filled = {(each.pump, each.nozzle): each for each in sums.nozzles(shift.opened_at)}
        figures = []
        for nozzle in (nozzle for pump in self._forecourt.pumps() for nozzle in pump.nozzles):
            now = cut_now.get(nozzle.id) if is_closed else self._so_far(nozzle)
            figures.append(
                _figure(nozzle, cut_before.get(nozzle.id), now, filled.get((nozzle.pump, nozzle.number)))
            )
        return tuple(figures)

    def _so_far(self, nozzle: Nozzle) -> MeterCut:
        return MeterCut(nozzle.id, self._fills.last_totaliser(nozzle.pump, nozzle.number))


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
