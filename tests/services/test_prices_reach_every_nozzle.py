"""Random days of price changes over pumps that refuse, lie, fall silent and fill, with power cuts at every step of a switch.

The prices in the pumps are looked at beside the station; the journal names each nozzle of a change once.
"""

import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.domain.controller import Totals
from core.domain.events.prices import NozzlePriceApplied, PriceApplied
from core.domain.faults import Fault
from core.domain.ids import GradeCode, NozzleNumber, PriceChangeId, PumpNumber
from core.domain.money import Money
from core.domain.price import PriceChange, PriceChangeState, UnitPrice
from core.domain.price_switch import SwitchState
from core.domain.product import G92, G95
from core.domain.pump import Preset, PresetKind
from core.domain.refusals.refusal import Refusal
from core.ports.together import one_after_another
from core.ports.unit_of_work import Work
from core.services.prices.switching import PriceSwitching
from core.simulated.forecourt import MemoryForecourt
from tests.services.small_station import NOZZLE_1, PUMP_1, PUMP_2, SmallStation

FULL = Preset(PresetKind.FULL)
PUMPS = (PUMP_1, PUMP_2)
NEVER = math.inf


class PowerCut(BaseException):
    """The mains are gone, in the middle of whatever runs."""


class Mains:
    """Counts what could be the last thing that is done."""

    def __init__(self, steps: float = NEVER) -> None:
        self.left = steps

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise PowerCut


class CutPumps(MemoryForecourt):
    """Pumps at whose questions the power may be cut, before they are asked or after they did it."""

    mains = Mains()

    def set_prices(self, pump: PumpNumber, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        self.mains.step()
        super().set_prices(pump, prices)
        self.mains.step()

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        self.mains.step()
        return super().prices(pump)

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        self.mains.step()
        return super().totals(pump)


class CutBooks:
    """Books in whose transactions the power may be cut: before, inside, and after the commit."""

    def __init__(self, station: SmallStation, mains: Mains) -> None:
        self._work = station.work
        self._mains = mains

    @contextmanager
    def __call__(self) -> Iterator[Work]:
        self._mains.step()
        with self._work() as work:
            yield work
            self._mains.step()
        self._mains.step()

    def reading(self) -> AbstractContextManager[Work]:
        return self._work.reading()


def _switching(station: SmallStation, mains: Mains) -> PriceSwitching:
    pumps = _pumps(station)
    pumps.mains = mains
    return PriceSwitching(
        CutBooks(station, mains),
        station.clock,
        station.ids,
        pumps,
        timedelta(minutes=3),
        together=one_after_another,
    )


def _pumps(station: SmallStation) -> CutPumps:
    assert isinstance(station.pumps, CutPumps)
    return station.pumps


def _built(place: Path) -> SmallStation:
    station = SmallStation(place)
    prices = {pump: dict(station.pumps.prices(pump)) for pump in PUMPS}
    station.pumps = CutPumps(station.clock, prices)
    station.restart()
    station.prices.read_confirmed()
    station.open_shift()
    return station


def _journal(station: SmallStation, kind: type) -> list[Any]:
    return [event for event in station.events if isinstance(event, kind)]


def _all_have(station: SmallStation) -> None:
    view = station.prices.view()
    for nozzle, confirmed in view.nozzles:
        inside = station.pumps.prices(nozzle.pump)[nozzle.number]
        assert inside == confirmed == view.board.of(nozzle.grade)


def _each_once(station: SmallStation) -> None:
    told = Counter((event.change, event.nozzle) for event in _journal(station, NozzlePriceApplied))
    assert set(told.values()) <= {1}
    assert set(Counter(event.change for event in _journal(station, PriceApplied)).values()) <= {1}


# --- the power is cut at each step of one change -----------------------------------------------------------------------


def test_wherever_the_power_is_cut_every_nozzle_gets_its_price_and_one_line(tmp_path: Path) -> None:
    station = _built(tmp_path / "station.db")
    cuts, li = 0, 7_900
    for step in range(1, 100):
        li += 10
        (change, _) = station.prices.plan(
            {G92: UnitPrice(li), G95: UnitPrice(li + 500)}, None, station.manager
        )
        mains = Mains(step)
        try:
            _switching(station, mains).apply_due()
        except PowerCut:
            cuts += 1
        _pumps(station).mains = Mains()
        station.restart()
        station.prices.read_confirmed()
        station.prices.apply_due()
        _all_have(station)
        _each_once(station)
        assert station.prices.view().board.of(G92) == UnitPrice(li)
        told = [event for event in _journal(station, NozzlePriceApplied) if event.change == change.id]
        assert sorted(event.nozzle for event in told) == ["1-1", "2-1"]
        if mains.left > 0:
            break
    assert cuts == step - 1 > 15
    station.close()


# --- random days -------------------------------------------------------------------------------------------------------


class PriceDay(RuleBasedStateMachine):
    """A manager who changes prices, cashiers who release, customers who fill, pumps with moods, and the mains."""

    @initialize()
    def open(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="price-day-")
        self.station = _built(Path(self._folder.name) / "station.db")
        self.planned: list[PriceChange] = []
        self.promised: dict[PumpNumber, UnitPrice] = {}

    def teardown(self) -> None:
        if hasattr(self, "station"):
            self.becomes_quiet()
            self.station.close()
            self._folder.cleanup()

    def attempt(self, call: Callable[[], Any]) -> Any:
        with suppress(Refusal, Fault):
            return call()
        return None

    # --- the manager ---------------------------------------------------------------------------------------------------

    @rule(
        grade=st.sampled_from([G92, G95]),
        li=st.integers(700, 900),
        minutes=st.sampled_from([None, 0, 1, 5, 30]),
    )
    def planned_by_the_manager(self, grade: GradeCode, li: int, minutes: int | None) -> None:
        station = self.station
        due_at = None if minutes is None else station.clock.now() + timedelta(minutes=minutes)
        made = self.attempt(
            lambda: station.prices.schedule(grade, UnitPrice(li * 10), due_at, station.manager)
        )
        self.planned += [made] if made else []

    @rule()
    def withdrawn(self) -> None:
        if self.planned:
            self.attempt(lambda: self.station.prices.withdraw(self.planned[-1].id, self.station.manager))

    @rule()
    def tried_again(self) -> None:
        for nozzle in self.station.prices.view().blocks:
            self.station.prices.try_again(nozzle, self.station.attendant)

    # --- time and mains ------------------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 5, 30, -20]))
    def the_clock_moves(self, minutes: int) -> None:
        self.station.clock.move(timedelta(minutes=minutes))

    @rule()
    def the_chore_runs(self) -> None:
        self.attempt(self.station.prices.apply_due)

    @rule(step=st.integers(1, 14))
    def the_power_is_cut(self, step: int) -> None:
        mains = Mains(step)
        try:
            with suppress(Refusal, Fault):
                _switching(self.station, mains).apply_due()
        except PowerCut:
            _pumps(self.station).mains = Mains()
            self.station.restart()
            self.attempt(self.station.prices.read_confirmed)
        _pumps(self.station).mains = Mains()

    # --- the forecourt -------------------------------------------------------------------------------------------------

    @rule(pump=st.sampled_from(PUMPS), mood=st.sampled_from(["refusers", "liars", "mutes", "good", "good"]))
    def a_pump_has_a_mood(self, pump: PumpNumber, mood: str) -> None:
        for name in ("refusers", "liars", "mutes"):
            pumps: set[PumpNumber] = getattr(self.station.pumps, f"price_{name}")
            (pumps.add if name == mood else pumps.discard)(pump)

    @rule(down=st.booleans())
    def the_line(self, down: bool) -> None:
        if self.station.pumps.down and not down:
            self.station.pumps.came_back()
        self.station.pumps.down = down

    @rule(pump=st.sampled_from(PUMPS))
    def released(self, pump: PumpNumber) -> None:
        if self.station.pumps.down or len(self.station.forecourt.unpaid()) > 1:
            return
        inside = self.station.pumps.prices(pump)[NOZZLE_1]
        view = self.station.prices.view()
        asked = self.attempt(
            lambda: self.station.forecourt.request(pump, NOZZLE_1, FULL, self.station.cashier)
        )
        if asked is not None:
            assert f"{pump}-1" not in view.blocks
            waiting = [
                each
                for switches in view.switches.values()
                for each in switches
                if each.nozzle == f"{pump}-1" and each.state in (SwitchState.WAITING, SwitchState.ASKED)
            ]
            assert not waiting
            self.promised[pump] = inside

    @rule(pump=st.sampled_from(PUMPS))
    def filled(self, pump: PumpNumber) -> None:
        if pump in self.promised and not self.station.pumps.down:
            self.station.pumps.fuel(pump, Money(1_000))
            fill = self.station.pumps.finish(pump, NOZZLE_1, Money(5_000))
            assert fill.price == self.promised.pop(pump)

    # --- what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def the_journal_names_each_nozzle_once(self) -> None:
        if hasattr(self, "station"):
            _each_once(self.station)

    @invariant()
    def no_nozzle_of_a_change_is_forgotten(self) -> None:
        if not hasattr(self, "station"):
            return
        view = self.station.prices.view()
        sells: dict[GradeCode, set[str]] = {G92: {"1-1", "2-1"}, G95: {"1-2"}}
        for change in view.changes:
            switches: Sequence[Any] = view.switches[PriceChangeId(change.id)]
            if change.state in (PriceChangeState.APPLYING, PriceChangeState.APPLIED):
                assert {each.nozzle for each in switches} == sells[change.grade]
            if change.state is PriceChangeState.APPLIED:
                settled = {
                    SwitchState.CONFIRMED,
                    SwitchState.BLOCKED,
                    SwitchState.OVERTAKEN,
                    SwitchState.ASKED,
                }
                assert {each.state for each in switches} <= settled
            for each in switches:
                if each.state is SwitchState.BLOCKED:
                    assert each.nozzle in view.blocks

    def becomes_quiet(self) -> None:
        """Once the pumps behave and nobody fills, each nozzle has the price of the change that began last."""
        station = self.station
        for moody in (station.pumps.price_refusers, station.pumps.price_liars, station.pumps.price_mutes):
            moody.clear()
        if station.pumps.down:
            station.pumps.came_back()
        for pump in list(self.promised):
            self.filled(pump)
        self.attempt(station.forecourt.reconcile)
        for _ in range(3):
            self.tried_again()
            station.prices.apply_due()
        assert station.prices.view().blocks == {}
        _all_have(station)
        _each_once(station)


TestPriceDay = PriceDay.TestCase
TestPriceDay.settings = settings(max_examples=20, stateful_step_count=35, deadline=None)


@pytest.mark.parametrize("hours", [0, 1])
def test_the_totaliser_of_the_switch_parts_the_litres_by_price(tmp_path: Path, hours: int) -> None:
    """Counter at the switch less the counter before is what flowed at the old price, also when the till died after it."""
    station = _built(tmp_path / "station.db")
    before: datetime = station.clock.now()
    station.a_fill(PUMP_1, 100)
    change = station.prices.schedule(G92, UnitPrice(7_990), None, station.manager)
    with pytest.raises(PowerCut):
        _switching(station, Mains(8 if hours else 7)).apply_due()
    _pumps(station).mains = Mains()
    station.restart()
    station.clock.move(timedelta(hours=hours))
    station.prices.read_confirmed()
    station.prices.apply_due()
    station.a_fill(PUMP_1, 200)
    with station.work.reading() as work:
        fills = [fill for fill in work.fills.recent(10) if fill.recorded_at >= before]
        (switch,) = [each for each in work.prices.switches(change.id) if each.nozzle == "1-1"]
    old = [fill.volume for fill in fills if fill.price == UnitPrice(7_810)]
    assert switch.counter == old[0]
    assert switch.before in (UnitPrice(7_810), UnitPrice(7_990))
    station.close()
