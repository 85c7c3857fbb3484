"""Probes behind the pump controller, over real HTTP, and what comes of answers out of their shape."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.devices.gauges.pts_probes import PtsProbes
from core.devices.pumps.pts.conversation import Conversation
from core.domain.faults import Fault, GaugeAnswerUnfit, GaugeRefused, GaugeSilent
from core.domain.ids import TankNumber
from core.domain.litres import Litres
from core.domain.tanks.reading import GaugeAlarm, GaugeDelivery, ProbeStatus, TankReading
from tests.conftest import ExpectLog
from tests.devices.rig import PATIENCE, RealClock, SimulatedController, running_controller
from tests.devices.test_pts_messages import Scripted, StoppedClock

T1, T2, T3, T9 = (TankNumber(number) for number in (1, 2, 3, 9))
PROBES = {T1: 1, T2: 2, T3: 3, TankNumber(4): 4}
OK = {"Probe": 1, "Status": "OK", "ProductHeight": 1200.4, "ProductVolume": 18_000}


class Gauged:
    """What a listener was told."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self.readings: list[TankReading] = []
        self.lines: list[tuple[bool, str]] = []

    def measured(self, reading: TankReading) -> None:
        with self._news:
            self.readings.append(reading)
            self._news.notify_all()

    def noticed(self, delivery: GaugeDelivery) -> None:
        raise AssertionError("no probe behind the controller tells of deliveries")

    def gauge_line(self, up: bool, why: str) -> None:
        with self._news:
            self.lines.append((up, why))
            self._news.notify_all()

    def wait(self, seen: Any) -> None:
        with self._news:
            assert self._news.wait_for(seen, PATIENCE), (self.lines, self.readings[-4:])


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedController]:
    with running_controller(tmp_path_factory.mktemp("pts")) as running:
        yield running


def probes(controller: SimulatedController, **options: Any) -> PtsProbes:
    return PtsProbes(Conversation(controller.link(**options), RealClock()), PROBES, RealClock(), 0.05)


def test_a_tank_is_measured_in_whole_units(controller):
    controller.control("tanks/1", {"volume_ml": 12_345_670, "water_ml": 400_000, "delivery": True})
    reading = probes(controller).measure(T1)
    assert reading.valid
    assert reading.product_volume == Litres(12_345_670)
    assert reading.water_volume == Litres(400_000)
    assert reading.ullage == Litres(30_000_000 - 12_345_670 - 400_000)
    assert reading.temperature == 183
    assert reading.product_height > reading.water_height > 0
    assert reading.alarms == {GaugeAlarm.HIGH_WATER}
    assert reading.delivery_detected
    assert reading.volume_at_20 is None
    assert abs((reading.at - RealClock().now()).total_seconds()) < 5


def test_a_probe_that_is_broken_or_not_there_is_told_as_such(controller):
    controller.control("tanks/2", {"status": "Error"})
    assert probes(controller).measure(T2).status is ProbeStatus.ERROR
    controller.control("tanks/2", {"status": "Offline"})
    assert probes(controller).measure(T2).status is ProbeStatus.OFFLINE
    controller.control("tanks/2", {"status": "OK"})
    with pytest.raises(GaugeRefused):
        probes(controller).measure(T9)


def test_all_tanks_are_measured_again_and_again_and_a_silence_is_told(controller, expected_log: ExpectLog):
    expected_log("went silent: gauge_silent")
    gauge, gauged = probes(controller), Gauged()
    gauge.start(gauged)
    gauged.wait(lambda: {reading.tank for reading in gauged.readings} == set(PROBES))
    controller.control("fault", {"kind": "lose_reply", "count": 4})
    gauged.wait(lambda: (False, "gauge_silent") in gauged.lines)
    gauged.wait(lambda: gauged.lines[-1] == (True, ""))
    gauge.stop()


def test_a_gauge_that_is_not_there_is_silent(tmp_path: Path):
    with running_controller(tmp_path) as gone:
        link = gone
    with pytest.raises(GaugeSilent):
        probes(link).measure(T1)


@pytest.mark.parametrize(
    "told",
    [
        {"Probe": 2},
        {"Status": "Fine"},
        {"ProductHeight": None},
        {"ProductHeight": -1},
        {"ProductVolume": None},
        {"ProductVolume": "plenty"},
        {"Temperature": 900},
        {"Alarms": "LowProduct"},
        {"DateTime": "noon"},
    ],
)
def test_figures_that_cannot_be_are_unfit(told: dict[str, Any]):
    link = Scripted(lambda _kind, _data: ("ProbeMeasurements", OK | told))
    with pytest.raises(GaugeAnswerUnfit):
        PtsProbes(Conversation(link, StoppedClock()), {T1: 1}, StoppedClock()).measure(T1)


def test_frost_and_numbers_as_text_are_understood():
    told = OK | {"Temperature": "-12.3", "ProductVolumeFloat": "18000.55", "Alarms": ["LowProduct", "Moon"]}
    link = Scripted(lambda _kind, _data: ("ProbeMeasurements", told))
    reading = PtsProbes(Conversation(link, StoppedClock()), {T1: 1}, StoppedClock()).measure(T1)
    assert (reading.temperature, reading.product_volume) == (-123, Litres(18_000_550))
    assert reading.alarms == {GaugeAlarm.LOW, GaugeAlarm.OTHER}
    assert reading.at == StoppedClock().now()


@given(
    st.sampled_from(
        ["Probe", "Status", "Alarms", "Temperature", "ProductVolumeFloat", "DateTime", "WaterHeight"]
    ),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers()),
)
def test_no_field_does_more_harm_than_to_be_unfit(field: str, value: object):
    link = Scripted(lambda _kind, _data: ("ProbeMeasurements", OK | {field: value}))
    try:
        reading = PtsProbes(Conversation(link, StoppedClock()), {T1: 1}, StoppedClock()).measure(T1)
    except Fault:
        return
    assert reading.tank == T1
