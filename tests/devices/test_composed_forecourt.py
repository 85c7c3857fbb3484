"""A mixed site: pumps on two controllers, and one that nobody is connected to, are one forecourt."""

from datetime import UTC, datetime, timedelta

import pytest

from core.devices.pumps.composed import ComposedForecourt
from core.devices.pumps.manual.forecourt import ManualForecourt
from core.domain.faults import PumpLineDown
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.pump import Nozzle, Pump, PumpState
from core.domain.refusals.pumps import PumpNotFound, PumpRefused
from core.simulated.clock import HandClock
from core.simulated.forecourt import MemoryForecourt
from core.station.forecourts import pumps_by_hand
from core.station.pump_settings import ControllerSettings, PumpSettings
from tests.devices.rig import Ear, leave

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
P1, P2, P3 = PumpNumber(1), PumpNumber(2), PumpNumber(3)
HOSE = NozzleNumber(1)


def pump(number: PumpNumber) -> Pump:
    return Pump(number, (Nozzle(number, HOSE, G92),))


class Site:
    def __init__(self) -> None:
        clock = HandClock(NOON)
        self.first = MemoryForecourt(clock, {P1: {HOSE: UnitPrice(7810)}})
        self.second = MemoryForecourt(clock, {P2: {HOSE: UnitPrice(7810)}})
        self.whole = ComposedForecourt(
            [
                ((pump(P1),), self.first),
                ((pump(P2),), self.second),
                ((pump(P3),), ManualForecourt((pump(P3),), clock)),
            ]
        )
        self.ear = Ear()
        self.whole.start(self.ear)


def test_each_pump_is_asked_at_its_own_controller():
    site = Site()
    number = site.whole.authorise(leave(2, fen=5_000))
    assert site.first.promised(P1) is None
    assert site.whole.promised(P2) is not None
    site.second.finish(P2, HOSE, Money(5_000))
    assert site.ear.wait_fill(2, number).amount == Money(5_000)
    site.whole.close(P2, number)
    assert site.whole.promised(P2) is None
    with pytest.raises(PumpNotFound):
        site.whole.promised(PumpNumber(9))


def test_a_pump_without_a_line_says_that_it_is_keyed():
    site = Site()
    assert site.ear.state(3) is PumpState.IDLE
    for call in (site.whole.suspend, site.whole.lock, site.whole.totals):
        with pytest.raises(PumpRefused, match="keyed"):
            call(P3)
    with pytest.raises(PumpRefused, match="keyed"):
        site.whole.authorise(leave(3))
    site.whole.set_prices(P3, {HOSE: UnitPrice(7990)})
    assert site.whole.prices(P3) == {}


def test_the_line_is_up_while_every_part_is():
    site = Site()
    assert site.ear.lines == [(True, "")]
    gathered = ComposedForecourt([((pump(P1),), site.first), ((pump(P2),), site.second)])
    ear = Ear()
    gathered.start(ear)
    assert ear.lines == [(True, "")]


def test_an_emergency_reaches_the_other_controller_though_one_is_silent():
    site = Site()
    for number in (1, 2):
        site.whole.authorise(leave(number))
    site.first.down = True
    with pytest.raises(PumpLineDown):
        site.whole.stop_all()
    assert site.second.promised(P2) is None
    with pytest.raises(PumpLineDown):
        site.whole.release_all()


def test_the_past_of_all_is_told_oldest_first_though_one_is_silent():
    site = Site()
    for part, number in ((site.second, P2), (site.first, P1)):
        site.whole.authorise(leave(number))
        part.finish(number, HOSE, Money(5_000))
    day = (NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert {fill.pump for fill in site.whole.history(*day)} == {1, 2}
    site.first.down = True
    assert [fill.pump for fill in site.whole.history(*day)] == [2]
    assert site.whole.history(*day, P3) == ()


def test_a_pump_has_one_forecourt():
    site = Site()
    with pytest.raises(ValueError, match="one forecourt"):
        ComposedForecourt([((pump(P1),), site.first), ((pump(P1),), site.second)])


def test_settings_say_which_controller_serves_which_pumps():
    numbers = [PumpNumber(number) for number in range(1, 7)]
    first = PumpSettings("pts", "http://x", "", "", "auto", "", 0.2, manual=(6,))
    assert first.served_by(first.controllers[0], numbers) == {1, 2, 3, 4, 5}
    second = ControllerSettings("fusion", "x", "", "", "auto", "", 0.2, serves=(4, 5))
    both = PumpSettings("pts", "http://x", "", "", "auto", "", 0.2, manual=(6,), second=second)
    assert [sorted(both.served_by(each, numbers)) for each in both.controllers] == [[1, 2, 3], [4, 5]]
    assert pumps_by_hand(both, numbers) == {6}
    some = PumpSettings("pts", "http://x", "", "", "auto", "", 0.2, serves=(1, 2))
    assert pumps_by_hand(some, numbers) == {3, 4, 5, 6}
    none = PumpSettings("none", "", "", "", "auto", "", 0.2)
    assert pumps_by_hand(none, numbers) == frozenset()
