"""The nozzles' counters at the moment in which a shift ends, and which pumps run over it."""

from collections.abc import Mapping

from core.domain.ids import NozzleId, PumpNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.pump import Pump, PumpReading, PumpState
from core.domain.shift import MeterCut
from core.ports.unit_of_work import Work


def is_running(reading: PumpReading) -> bool:
    """Whether fuel flows, or will again in a moment."""
    return reading.state in (PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED)


def meters(work: Work) -> list[MeterCut]:
    """Every nozzle's counter as it was seen last, sold from or not, and what runs over the cut."""
    readings, seen = work.forecourt.readings(), work.counters.latest()
    return [
        MeterCut(
            nozzle.id,
            seen[nozzle.id].volume if nozzle.id in seen else None,
            _running(pump, nozzle.id, readings),
        )
        for pump in work.forecourt.pumps()
        for nozzle in pump.nozzles
    ]


def _running(pump: Pump, nozzle: NozzleId, readings: Mapping[PumpNumber, PumpReading]) -> Litres:
    reading = readings.get(pump.number)
    if reading is None or reading.nozzle is None or not is_running(reading):
        return NO_LITRES
    found = pump.nozzle(reading.nozzle)
    return reading.volume if found is not None and found.id == nozzle else NO_LITRES
