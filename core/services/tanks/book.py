"""The stock book as it stands: from the last day that is over, by what moved since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.fill_step import FillStep
from core.domain.ids import TankNumber, nozzle_id
from core.domain.litres import NO_LITRES, Litres
from core.domain.pump import PumpState
from core.domain.tanks.reading import TankReading
from core.domain.tanks.stock import Movements, moved
from core.domain.tanks.tank import Vessel
from core.ports.tanks import KeptReading
from core.ports.unit_of_work import Work

# A gauge is read every few seconds and its reading kept at least every five minutes: an older one is no measurement any more.
FRESH = timedelta(minutes=10)
# A dip stands for longer, as it is carried forward by what moved since.
DIP_HOLDS = timedelta(hours=4)
_INSTANT = timedelta(microseconds=1)
RUNNING = (PumpState.STARTED, PumpState.FUELLING, PumpState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Measured:
    """What lies in a vessel at a moment, with water already taken off."""

    fuel: Litres
    at_20: Litres | None
    water: Litres
    temperature: int | None
    running: Litres  # out of the tank and not booked yet


@dataclass(frozen=True, slots=True)
class BookNow:
    """The book of a vessel now: where it was opened today, what moved, and what is measured beside it."""

    since: datetime
    opening: Litres
    moved: Movements
    measured: Measured | None

    @property
    def closing(self) -> Litres:
        """What should be there."""
        return self.opening + self.moved.net

    @property
    def variance(self) -> Litres | None:
        """Measured less book, what is just flowing counted as still there."""
        return None if self.measured is None else self.measured.fuel + self.measured.running - self.closing


def begins(work: Work, vessel: Vessel) -> tuple[datetime, Litres] | None:
    """From when on the running day counts and with what it began, or None where the book has not been opened."""
    last = work.tanks.last_day(vessel.number)
    if last is not None:
        return last.until, last.closing
    opened = work.tanks.opened_at(vessel.number)
    return None if opened is None else (opened - _INSTANT, NO_LITRES)


def book_now(work: Work, vessel: Vessel, now: datetime) -> BookNow | None:
    """The vessel's book at this moment."""
    begun = begins(work, vessel)
    if begun is None:
        return None
    since, opening = begun
    return BookNow(since, opening, movements(work, vessel, since, now), measured_at(work, vessel, now))


def movements(work: Work, vessel: Vessel, since: datetime, until: datetime) -> Movements:
    """What moved in the vessel after `since` up to and with `until`."""
    numbers = {tank.number for tank in vessel.tanks}
    entries = [entry for entry in work.tanks.entries(since, until) if entry.tank in numbers]
    booked = work.tanks.booked(since, until)
    sold = _sum(booked.get(nozzle, NO_LITRES) for nozzle in vessel.nozzles)
    return moved(entries, sold) + Movements(returned=_tests(work, vessel, since, until))


def _tests(work: Work, vessel: Vessel, since: datetime, until: datetime) -> Litres:
    """Fuel that was poured back after pumps were tried, less what was no trial after all."""
    numbers = {tank.number for tank in vessel.tanks}
    back = NO_LITRES
    for entry in work.fill_steps.between(since + _INSTANT, until + _INSTANT):
        if entry.step not in (FillStep.TESTED, FillStep.TEST_UNDONE):
            continue
        if entry.tank is None:
            fill = work.fills.get(entry.fill)
            if nozzle_id(fill.pump, fill.nozzle) not in vessel.nozzles:
                continue
        elif entry.tank not in numbers:
            continue
        back = back + entry.returned if entry.step is FillStep.TESTED else back - entry.returned
    return back


def measured_at(work: Work, vessel: Vessel, at: datetime) -> Measured | None:
    """What lay in the vessel at that moment, or None where one of its tanks was not measured near it."""
    readings: list[TankReading] = []
    dipped = False
    for tank in vessel.tanks:
        kept = work.tanks.last_valid(tank.number, at)
        if kept is None or at - kept.reading.at > (FRESH if kept.by is None else DIP_HOLDS):
            return None
        readings.append(kept.reading)
        dipped = dipped or kept.by is not None
    corrected = [tank.fuel_at_20(reading) for tank, reading in zip(vessel.tanks, readings, strict=True)]
    fuel, at_20 = _sum(reading.fuel for reading in readings), None
    if all(each is not None for each in corrected):
        at_20 = _sum(each for each in corrected if each is not None)
    water = _sum(reading.water_volume for reading in readings)
    if dipped:
        # Nobody dips at midnight: what moved since then is counted on, and what flows just now was still there.
        since = min(reading.at for reading in readings)
        return Measured(fuel + movements(work, vessel, since, at).net, None, water, None, NO_LITRES)
    return Measured(fuel, at_20, water, readings[0].temperature, running(work, vessel))


def running(work: Work, vessel: Vessel) -> Litres:
    """What flows from the vessel just now and is in no booked fill."""
    nozzles, flowing = vessel.nozzles, NO_LITRES
    pumps = {pump.number: pump for pump in work.forecourt.pumps()}
    for reading in work.forecourt.readings().values():
        if reading.state not in RUNNING or reading.nozzle is None or reading.pump not in pumps:
            continue
        nozzle = pumps[reading.pump].nozzle(reading.nozzle)
        if nozzle is not None and nozzle.id in nozzles:
            flowing += reading.volume
    return flowing


def fresh(latest: Mapping[TankNumber, KeptReading], tank: TankNumber, now: datetime) -> KeptReading | None:
    """The tank's newest reading, where it is valid and not old."""
    kept = latest.get(tank)
    if kept is None or not kept.reading.valid or now - kept.reading.at > FRESH:
        return None
    return kept


def _sum(volumes: Iterable[Litres]) -> Litres:
    return Litres(sum(volume.millilitres for volume in volumes))
