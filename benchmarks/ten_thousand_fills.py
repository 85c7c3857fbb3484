"""Ten thousand simulated fills with faults at every step: none lost, none doubled, totals equal to 0.01 L."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

from benchmarks.figure import Figure
from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.counter import CounterWhy
from core.domain.events.event import Event
from core.domain.events.pumps import PumpAuthorisationRequested, PumpStopRequested
from core.domain.faults import Fault
from core.domain.fill import Fill, FillState
from core.domain.ids import AuthorisationId, NozzleNumber, PumpNumber, SaleId
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import G92, G95, FuelGrade
from core.domain.pump import EndedFill, Nozzle, Preset, PresetKind, Pump, PumpReading
from core.domain.refusals.refusal import Refusal
from core.domain.staff import Role
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from core.persistence.upgrade import upgrade
from core.services.forecourt.desk import ForecourtDesk
from core.services.forecourt.missing import MissingDesk
from core.services.opening import OpeningDesk, PlannedPerson, StationPlan
from core.simulated.clock import HandClock
from core.simulated.forecourt import MemoryForecourt
from core.simulated.identity import CountingIds
from core.wording.formats import STATION_ZONE

FILLS = 10_000
_PUMPS = 8
_NUMBERS = 997  # the controller's numbers come again ten times
_PRICES = {NozzleNumber(1): UnitPrice(7_810), NozzleNumber(2): UnitPrice(8_320)}


class LossyForecourt:
    """A station's books and its pumps, where every answer, record and program may get lost."""

    def __init__(self, folder: Path, seed: int = 20261123) -> None:
        self._random = Random(seed)  # noqa: S311 - a play, no secret
        self._url = f"sqlite:///{folder / 'station.db'}"
        self._clock, self._ids = HandClock(), CountingIds(1_000)
        pumps = [PumpNumber(number) for number in range(1, _PUMPS + 1)]
        self.places = [(pump, nozzle) for pump in pumps for nozzle in _PRICES]
        self.pumps = MemoryForecourt(self._clock, {pump: dict(_PRICES) for pump in pumps})
        self.pumps.numbers = _NUMBERS
        self.records: list[EndedFill] = []
        upgrade(self._url)
        self._open(_plan(pumps))

    # --- the life of the program ---------------------------------------------------------------------------------------

    def _open(self, plan: StationPlan | None = None) -> None:
        self._database = Database.open(self._url)
        self._work = UnitsOfWork(self._database, "bench", self._clock, self._ids, self._heard, STATION_ZONE)
        if plan is not None:
            OpeningDesk(self._work, self._clock, self._ids).lay_out(plan)
        with self._work.reading() as work:
            self._manager = next(each.id for each in work.staff.everybody() if each.role == Role.MANAGER)
        self._desk = ForecourtDesk(self._work, self._clock, self._ids, self.pumps, unpaid_limit=1_000_000)
        self._missing = MissingDesk(self._work, self._clock, self._ids)
        self._desk.take_over()
        self.pumps.start(self)
        self._attempt(self._desk.reconcile)
        self._desk.heal(CounterWhy.START)

    def close(self) -> None:
        """End of the program."""
        self.pumps.stop()
        self._database.close()

    def _heard(self, recorded: Sequence[tuple[int, str, Event]]) -> None:
        for _number, _program, event in recorded:
            if isinstance(event, PumpAuthorisationRequested):
                self._attempt(lambda asked=event.authorisation: self._desk.carry_out(AuthorisationId(asked)))  # type: ignore[misc]
            if isinstance(event, PumpStopRequested):
                self._attempt(lambda pump=event.pump: self._desk.carry_out_stop(PumpNumber(pump)))  # type: ignore[misc]

    def read(self, reading: PumpReading) -> None:
        """Of core.ports.forecourt.ForecourtListener."""
        self._desk.record_reading(reading)

    def ended(self, fill: EndedFill) -> None:
        """Book it, then close it."""
        self._desk.record_ended(fill)
        self._attempt(lambda: self._desk.close_ended(fill))

    def line(self, up: bool, why: str) -> None:  # noqa: ARG002 - the port's own names
        """The line came back."""
        if up:
            self._attempt(self._desk.reconcile)
            self._desk.heal(CounterWhy.RECONNECT)

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        """A counter was read."""
        self._desk.record_counted(pump, nozzle, totals, CounterWhy(why))

    def set_up(self, setup: ControllerSetup) -> None:
        """Nothing is compared here."""

    # --- the day -------------------------------------------------------------------------------------------------------

    def play(self, fills: int) -> None:
        """So many fills, each with its faults."""
        for number in range(1, fills + 1):
            self._one_fill()
            self._clock.move(timedelta(seconds=self._random.randint(1, 90)))
            if number % 20 == 0:
                self._attempt(self._desk.heal)
                self._pay()

    def _one_fill(self) -> None:
        chance, pumps = self._random.random, self.pumps
        place = self._random.choice(self.places)
        if chance() < 0.6:
            pumps.lose_answers = int(chance() < 0.15)
            full = Preset(PresetKind.FULL)
            self._attempt(lambda: self._desk.request(*place, full, self._manager))
            pumps.lose_answers = 0
        if chance() < 0.02:
            pumps.restart()
        if chance() < 0.02:
            self.close()
            self._open()
        if chance() < 0.05:
            pumps.down = True
        amount = Money(self._random.choice((5_000, 10_000, 20_000, self._random.randint(100, 60_000))))
        if chance() < 0.02:
            price = _PRICES[place[1]]
            pumps.count(*place, price.volume_for(amount))  # nothing but the counter will ever tell of it
        else:
            ended = pumps.finish(*place, amount, told=chance() < 0.85, offline=chance() < 0.05)
            self.records.append(ended)
            if chance() < 0.05 and not pumps.down:
                pumps.close(ended.pump, ended.transaction)
                pumps.forget(ended)
        if chance() < 0.3:
            self._attempt(pumps.tell_again)
        if chance() < 0.1 and self.records:
            late = self.records[-min(len(self.records), self._random.randint(1, 40))]
            self._desk.record_ended(late)
        if pumps.down and chance() < 0.3:
            pumps.came_back()

    def _pay(self) -> None:
        """What waits at the counter is paid: how, is not what this counts."""
        with self._work() as work:
            for fill in work.fills.unpaid():
                sale = SaleId(self._ids())
                work.fills.save(fill.taken_into(sale).paid(sale))

    def settle(self) -> None:
        """Everything is back; what is proposed is accepted."""
        self.pumps.came_back()
        for _round in range(3):
            self._clock.move(timedelta(minutes=1))
            self._desk.stop_all(self._manager)
            self.pumps.release_all()
            self.pumps.tell_again()
            self._attempt(self._desk.reconcile)
            self._desk.heal(CounterWhy.RECONNECT)
        for gap in self._missing.proposed():
            self._missing.accept(gap.id, self._manager)
        self._desk.heal()

    # --- the account ---------------------------------------------------------------------------------------------------

    def apart(self) -> Litres:
        """By how much books and counters differ, over all nozzles, more and less both counting."""
        booked: dict[tuple[int, int], int] = {}
        for fill in self.fills():
            place = (fill.pump, fill.nozzle)
            booked[place] = booked.get(place, 0) + fill.volume.millilitres
        flowed = {place: self.pumps.flowed(*place).millilitres for place in self.places}
        return Litres(sum(abs(booked.get(place, 0) - flowed[place]) for place in self.places))

    def doubled(self) -> int:
        """Fills whose counter another one has, too: told twice, booked twice."""
        seen = [(f.pump, f.nozzle, f.totaliser) for f in self.fills() if f.volume and f.totaliser]
        return len(seen) - len(set(seen))

    def fills(self) -> Iterator[Fill]:
        """All that are booked."""
        with self._work.reading() as work:
            booked = work.fills.recent(10_000_000)
        return (fill for fill in booked if fill.state is not FillState.EMPTY)

    @staticmethod
    def _attempt(call: Callable[[], object]) -> None:
        with suppress(Refusal, Fault):
            call()


def measure(fills: int = FILLS) -> Iterator[Figure]:
    """Play them, settle, and count."""
    with tempfile.TemporaryDirectory() as folder:
        forecourt = LossyForecourt(Path(folder))
        began = time.perf_counter()
        forecourt.play(fills)
        forecourt.settle()
        took = time.perf_counter() - began
        apart, doubled, booked = forecourt.apart(), forecourt.doubled(), sum(1 for _fill in forecourt.fills())
        forecourt.close()
    yield Figure(
        "ten_thousand_fills",
        apart.millilitres / 1_000,
        "L",
        "0 L that books and nozzle counters differ by, and 0 fills booked twice",
        1 + doubled + apart.millilitres // 10,
        f"{fills} fills, {booked} booked, {doubled} twice, {took:.0f} s; lost answers, restarts, silence, wraps, late records",
    )


def _plan(pumps: Sequence[PumpNumber]) -> StationPlan:
    return StationPlan(
        grades=(FuelGrade(G92, 1), FuelGrade(G95, 2)),
        pumps=tuple(
            Pump(pump, (Nozzle(pump, NozzleNumber(1), G92), Nozzle(pump, NozzleNumber(2), G95)))
            for pump in pumps
        ),
        prices=((G92, UnitPrice(7_810)), (G95, UnitPrice(8_320))),
        goods=(),
        people=(PlannedPerson("赵建国", Role.MANAGER, "3690"),),
    )
