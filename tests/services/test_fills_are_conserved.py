"""Random days at the pumps with everything that gets lost: in the end each litre is in the books once, none twice."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.domain.counter import CounterWhy
from core.domain.faults import Fault
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.missing_fill import MissingState
from core.domain.money import Money
from core.domain.pump import EndedFill, Preset, PresetKind
from core.domain.refusals.refusal import Refusal
from tests.services.small_station import NOZZLE_1, NOZZLE_2, PUMP_1, PUMP_2, SmallStation

_PLACES = ((PUMP_1, NOZZLE_1), (PUMP_1, NOZZLE_2), (PUMP_2, NOZZLE_1))
_places = st.sampled_from(_PLACES)
# Few amounts, so that fills look alike; among them one that is nothing.
_yuan = st.sampled_from((0, 50, 100, 100, 200))
_FULL = Preset(PresetKind.FULL)


class LossyDay(RuleBasedStateMachine):
    """The truth is what the nozzles' counters show; the books are brought up to it by what is found and accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.records: list[EndedFill] = []

    @initialize(numbers=st.sampled_from((3, 8, 65_535)))
    def begin(self, numbers: int) -> None:
        self.station = SmallStation(Path(self.folder.name) / "station.db")
        self.station.pumps.numbers = numbers

    def teardown(self) -> None:
        try:
            if hasattr(self, "station"):
                self.settle()
        finally:
            if hasattr(self, "station"):
                self.station.close()
            self.folder.cleanup()

    # --- what happens ------------------------------------------------------------------------------------------------

    @rule(place=_places, lost=st.booleans())
    def a_pump_is_released(self, place: tuple[PumpNumber, NozzleNumber], lost: bool) -> None:
        self.station.pumps.lose_answers = int(lost)
        self.attempt(lambda: self.station.forecourt.request(*place, _FULL, self.station.cashier))
        self.station.pumps.lose_answers = 0

    @rule(place=_places, yuan=_yuan, told=st.booleans(), stored=st.booleans(), offline=st.booleans())
    def a_fill_ends(
        self,
        place: tuple[PumpNumber, NozzleNumber],
        yuan: int,
        told: bool,
        stored: bool,
        offline: bool,
    ) -> None:
        pumps = self.station.pumps
        ended = pumps.finish(*place, Money(yuan * 100), told=told, offline=offline)
        self.records.append(ended)
        self.station.clock.move(timedelta(seconds=7))
        if not stored and not pumps.down:
            pumps.close(ended.pump, ended.transaction)
            pumps.forget()

    @rule(place=_places, centilitres=st.integers(1_000, 6_000))
    def fuel_flows_that_no_record_tells_of(
        self, place: tuple[PumpNumber, NozzleNumber], centilitres: int
    ) -> None:
        self.station.pumps.count(*place, Litres(centilitres * 10))

    @rule(which=st.integers(0, 1_000))
    def an_old_record_is_told_again(self, which: int) -> None:
        if self.records:
            self.station.ended_again(self.records[which % len(self.records)])

    @rule()
    def the_pumps_are_polled(self) -> None:
        self.attempt(self.station.pumps.tell_again)

    @rule()
    def the_line_goes_down(self) -> None:
        self.station.pumps.down = True

    @rule()
    def the_line_comes_back(self) -> None:
        self.station.pumps.came_back()

    @rule()
    def the_till_is_killed_and_started(self) -> None:
        self.station.restart()

    @rule()
    def the_controller_loses_power(self) -> None:
        self.station.pumps.restart()

    @rule(pump=st.sampled_from((PUMP_1, PUMP_2)))
    def a_promise_is_taken_back(self, pump: PumpNumber) -> None:
        self.attempt(lambda: self.station.forecourt.cancel(pump, self.station.cashier))

    @rule(minutes=st.integers(1, 2_000))
    def time_goes_by(self, minutes: int) -> None:
        self.station.clock.move(timedelta(minutes=minutes))
        self.attempt(lambda: self.station.forecourt.heal(CounterWhy.CHECK))

    @rule(which=st.integers(0, 100), accept=st.booleans())
    def somebody_decides(self, which: int, accept: bool) -> None:
        gaps = self.station.missing.proposed()
        if gaps:
            gap = gaps[which % len(gaps)]
            if accept:
                self.attempt(lambda: self.station.missing.accept(gap.id, self.station.manager))
            else:
                self.station.missing.reject(gap.id, "不是加油", self.station.manager)

    # --- what holds --------------------------------------------------------------------------------------------------

    @invariant()
    def the_books_never_hold_more_than_flowed(self) -> None:
        if hasattr(self, "station"):
            for pump, nozzle in _PLACES:
                booked, _rejected = self.in_books(pump, nozzle)
                assert booked <= self.station.pumps.flowed(pump, nozzle)

    def settle(self) -> None:
        """Everything is back, looked at, and accepted: the books are what flowed."""
        station = self.station
        station.pumps.came_back()
        for _round in range(3):
            station.clock.move(timedelta(minutes=1))
            station.forecourt.stop_all(station.cashier)
            station.forecourt.release_all(station.cashier)
            station.pumps.tell_again()
            station.forecourt.reconcile()
            station.forecourt.heal()
        for gap in station.missing.proposed():
            station.missing.accept(gap.id, station.manager)
        for ended in self.records:
            station.ended_again(ended)
        station.forecourt.heal()
        assert station.missing.proposed() == []
        for pump, nozzle in _PLACES:
            booked, rejected = self.in_books(pump, nozzle)
            assert booked + rejected == station.pumps.flowed(pump, nozzle)

    def in_books(self, pump: PumpNumber, nozzle: NozzleNumber) -> tuple[Litres, Litres]:
        with self.station.work.reading() as work:
            fills = [fill for fill in work.fills.recent(1_000) if (fill.pump, fill.nozzle) == (pump, nozzle)]
            gaps = work.missing_fills.of_nozzle(pump, nozzle, 1_000)
        rejected = [gap for gap in gaps if gap.state is MissingState.REJECTED]
        return (
            Litres(sum(fill.volume.millilitres for fill in fills)),
            Litres(sum((gap.volume - gap.told_volume).millilitres for gap in rejected)),
        )

    def attempt(self, call: object) -> None:
        assert callable(call)
        try:
            call()
        except (Refusal, Fault):
            return


TestLossyDay = LossyDay.TestCase
TestLossyDay.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
