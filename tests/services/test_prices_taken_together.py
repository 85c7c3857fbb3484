"""Pumps take a new price beside each other, and what is not known of one of them is said of that one alone."""

import threading
from collections.abc import Mapping
from datetime import timedelta

import pytest

from core.domain.controller import Totals
from core.domain.ids import NozzleId, NozzleNumber, PumpNumber
from core.domain.price import PriceChangeState, UnitPrice
from core.domain.price_switch import SwitchState
from core.domain.product import G92
from core.ports.together import Together, one_after_another
from core.services.prices.switching import PriceSwitching
from core.simulated.forecourt import MemoryForecourt
from core.station.workers import beside_each_other
from tests.services.small_station import PUMP_1, PUMP_2, SmallStation

NEW = UnitPrice(7_950)
PATIENCE = 15.0


class MeetingPumps(MemoryForecourt):
    """Each of the two tells its counters when the other is asked too."""

    meeting = threading.Barrier(1)

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        self.meeting.wait(PATIENCE)
        return super().totals(pump)


def test_two_pumps_take_a_price_at_the_same_time_and_only_the_silent_one_is_unknown(
    station: SmallStation,
) -> None:
    old = {pump: dict(station.pumps.prices(pump)) for pump in (PUMP_1, PUMP_2)}
    pumps = MeetingPumps(station.clock, old)
    station.pumps = pumps
    station.restart()
    pumps.price_mutes.add(PUMP_2)
    pumps.meeting = threading.Barrier(2)
    change = station.prices.schedule(G92, NEW, None, station.manager)

    switching = PriceSwitching(
        station.work, station.clock, station.ids, pumps, timedelta(minutes=3), together=beside_each_other
    )
    switching.apply_due()
    view = station.prices.view()
    assert {each.nozzle: each.state for each in view.switches[change.id]} == {
        NozzleId("1-1"): SwitchState.CONFIRMED,
        NozzleId("2-1"): SwitchState.ASKED,
    }
    assert {nozzle.id: price for nozzle, price in view.nozzles}[NozzleId("2-1")] != NEW
    assert view.changes[0].state is PriceChangeState.APPLYING

    pumps.price_mutes.clear()
    pumps.meeting = threading.Barrier(1)
    switching.apply_due()
    assert station.prices.view().changes[0].state is PriceChangeState.APPLIED


@pytest.mark.parametrize("together", [one_after_another, beside_each_other])
def test_a_failure_keeps_none_of_the_others_from_their_turn(together: Together) -> None:
    done: list[int] = []

    def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        together([lambda: done.append(1), fails, lambda: done.append(2)])
    assert sorted(done) == [1, 2]
