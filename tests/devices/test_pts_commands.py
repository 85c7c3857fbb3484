"""Pause, lock, stop all, counters, the store, the clock and the set-up: the driver against the simulated controller."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from core.devices.pumps.pts.controller import PtsForecourt
from core.domain.controller import Counted, DifferenceKind, SetupDifference, differences
from core.domain.faults import PumpAnswerLost
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.product import G92, FuelGrade
from core.domain.pump import EndedFill, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from tests.conftest import ExpectLog
from tests.devices.rig import (
    GRADES,
    PUMPS,
    Ear,
    RealClock,
    SimulatedController,
    leave,
    listening,
    running_controller,
)

P1, P2, P3, P4, P5, P6, P7, P8 = (PumpNumber(number) for number in range(1, 9))
_USERS = [{"login": "admin", "password": "admin"}, {"login": "shop", "password": "shop"}]


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedController]:
    folder = tmp_path_factory.mktemp("pts")
    config = tmp_path_factory.mktemp("site") / "site.json"
    config.write_text(json.dumps({"users": _USERS, "first_transaction": 65_534}))
    with running_controller(folder, "--pace", "60", "--config", str(config)) as running:
        yield running


@pytest.fixture
def driver(controller: SimulatedController):
    with listening(controller.link()) as (forecourt, ear):
        yield forecourt, ear
        for pump in range(1, 9):
            controller.put_down(pump)


def filling(controller: SimulatedController, forecourt: PtsForecourt, ear: Ear, pump: int, **how: int) -> int:
    ear.wait_state(pump, PumpState.IDLE)
    transaction = forecourt.authorise(leave(pump, 1, li=None))
    controller.control(f"pumps/{pump}/lift", {"nozzle": 1})
    controller.control(f"pumps/{pump}/fill", how)
    ear.wait(lambda: any(r.pump == pump and r.volume for r in ear.readings))
    return transaction


def whole_fill(
    controller: SimulatedController, forecourt: PtsForecourt, ear: Ear, pump: int, millilitres: int
) -> EndedFill:
    ear.wait_state(pump, PumpState.IDLE)
    transaction = forecourt.authorise(leave(pump, 1, millilitres=millilitres, li=None))
    controller.control(f"pumps/{pump}/serve", {"nozzle": 1})
    fill = ear.wait_fill(pump, transaction)
    forecourt.close(PumpNumber(pump), transaction)
    return fill


def pump_row(controller: SimulatedController, pump: int) -> dict[str, Any]:
    rows: list[dict[str, Any]] = controller.control("pumps")
    return next(row for row in rows if row["pump"] == pump)


def test_a_fill_pauses_and_goes_on_and_twice_is_no_error(controller, driver):
    forecourt, ear = driver
    transaction = filling(controller, forecourt, ear, 1)
    forecourt.suspend(P1)
    forecourt.suspend(P1)
    ear.wait_state(1, PumpState.SUSPENDED)
    controller.control("fault", {"kind": "lose_reply", "type": "PumpResume"})
    forecourt.resume(P1)
    forecourt.resume(P1)
    ear.wait_state(1, PumpState.FUELLING)
    controller.put_down(1)
    assert ear.wait_fill(1, transaction).volume
    forecourt.close(P1, transaction)
    with pytest.raises(PumpRefused):
        forecourt.suspend(P1)


def test_a_locked_pump_is_nobody_elses(controller, driver):
    forecourt, ear = driver
    ear.wait_state(2, PumpState.IDLE)
    other = PtsForecourt(controller.link(user="shop", password="shop"), PUMPS, GRADES, RealClock())
    forecourt.lock(P2)
    with pytest.raises(PumpBusy) as busy:
        other.authorise(leave(2, 1, fen=1000))
    assert busy.value.state == PumpState.CLOSED
    with pytest.raises(PumpBusy):
        other.lock(P2)
    assert pump_row(controller, 2)["user"] == "admin"
    controller.control("fault", {"kind": "lose_reply", "type": "PumpUnlock"})
    forecourt.unlock(P2)
    forecourt.unlock(P2)
    other.authorise(leave(2, 1, fen=1000))
    other.cancel(P2)


def test_every_counter_is_told_at_the_start_and_after_a_silence(controller, driver, expected_log: ExpectLog):
    expected_log("went silent: pump_line_down")
    _forecourt, ear = driver
    nozzles = {(pump.number, nozzle.number) for pump in PUMPS for nozzle in pump.nozzles}
    ear.wait(lambda: {(p, n) for p, n, _totals, why in ear.counts if why is Counted.START} == nozzles)
    for pump, nozzle, totals, _why in ear.counts:
        counter = pump_row(controller, pump)["nozzles"][nozzle - 1]
        assert totals.volume.millilitres == counter["totaliser_ml"] // 10 * 10
    controller.control("fault", {"kind": "lose_reply", "count": 6})
    ear.wait(lambda: {(p, n) for p, n, _totals, why in ear.counts if why is Counted.RECONNECT} == nozzles)
    assert len(ear.counts) == 2 * len(nozzles)
    assert ear.lines[-1] == (True, "")


def test_counters_asked_for_are_the_pumps_own_and_refused_while_it_fills(controller, driver):
    forecourt, ear = driver
    before = forecourt.totals(P3)
    fill = whole_fill(controller, forecourt, ear, 3, 12_340)
    after = forecourt.totals(P3)
    assert after[NozzleNumber(1)].volume - before[NozzleNumber(1)].volume == fill.volume
    first, then = before[NozzleNumber(1)].amount, after[NozzleNumber(1)].amount
    assert first is not None
    assert then is not None
    assert then - first == fill.amount
    assert after[NozzleNumber(1)].volume == fill.totaliser
    assert after[NozzleNumber(2)] == before[NozzleNumber(2)]
    transaction = filling(controller, forecourt, ear, 3)
    with pytest.raises(PumpBusy) as busy:
        forecourt.totals(P3)
    assert busy.value.state == PumpState.FUELLING
    controller.put_down(3)
    ear.wait_fill(3, transaction)
    forecourt.close(P3, transaction)


def test_the_store_tells_every_fill_also_one_made_without_us_and_past_the_last_number(controller, driver):
    forecourt, ear = driver
    since = RealClock().now() - timedelta(minutes=5)
    told = [whole_fill(controller, forecourt, ear, 4, millilitres) for millilitres in (5_000, 6_000, 7_000)]
    assert [fill.transaction for fill in told] == [65_534, 65_535, 1]
    controller.control("pumps/4/manual_fill", {"nozzle": 2, "volume_ml": 8_880})
    until = RealClock().now() + timedelta(minutes=5)
    stored = forecourt.history(since, until, P4)
    assert list(stored[:3]) == told or {fill.transaction for fill in stored} == {65_534, 65_535, 1, 2}
    (by_hand,) = (fill for fill in stored if fill.offline)
    assert (by_hand.nozzle, by_hand.volume.millilitres) == (2, 8_880)
    assert {fill for fill in forecourt.history(since, until) if fill.pump == 4} == set(stored)
    assert not forecourt.history(since - timedelta(days=2), since - timedelta(days=1), P4)


def test_the_clocks_difference_is_measured_and_the_clock_set_only_when_asked(
    controller, driver, expected_log: ExpectLog
):
    expected_log("the pump controller's clock is")
    forecourt, ear = driver
    ear.wait(lambda: bool(ear.setups))
    assert abs(forecourt.clock_difference()) < timedelta(seconds=3)
    controller.control("clock", {"offset_seconds": 1_500})
    assert abs(forecourt.clock_difference() - timedelta(seconds=1_500)) < timedelta(seconds=3)
    fill = whole_fill(controller, forecourt, ear, 8, 4_000)
    now = RealClock().now()
    (stored,) = (
        each
        for each in forecourt.history(now - timedelta(minutes=2), now + timedelta(minutes=2), P8)
        if each.transaction == fill.transaction
    )
    assert stored.ended_at == fill.ended_at
    apart = differences(forecourt.configuration(), PUMPS, GRADES, {})
    assert [each.kind for each in apart] == [DifferenceKind.CLOCK]
    forecourt.set_clock()
    assert abs(forecourt.clock_difference()) < timedelta(seconds=3)


def test_what_is_set_up_otherwise_is_told_by_name(controller, driver):
    forecourt, ear = driver
    ear.wait(lambda: bool(ear.setups))
    setup = ear.setups[0]
    prices = {G92: UnitPrice(7_900)}
    assert differences(setup, PUMPS, GRADES, prices) == (
        SetupDifference(DifferenceKind.GRADE_PRICE, grade=G92, ours=7_900, theirs=7_810),
    )
    renumbered = (FuelGrade(G92, 9), *GRADES[1:])
    wrong = differences(setup, PUMPS[1:], renumbered, {})
    assert SetupDifference(DifferenceKind.PUMP_UNKNOWN, P1) in wrong
    assert SetupDifference(DifferenceKind.GRADE_MISSING, grade=G92, ours=9) in wrong
    assert SetupDifference(DifferenceKind.NOZZLE_GRADE, P2, NozzleNumber(1), G92, 9, 1) in wrong
    assert all(SetupDifference.read(each.written()) == each for each in wrong)
    assert setup.name.startswith("PTS ")
    assert forecourt.configuration().nozzles == setup.nozzles


def test_all_pumps_stop_in_one_question_and_stay_shut_until_they_are_released(controller, driver):
    forecourt, ear = driver
    transactions = {pump: filling(controller, forecourt, ear, pump) for pump in (5, 7)}
    began = time.monotonic()
    forecourt.stop_all()
    assert time.monotonic() - began < 1.0
    assert all(pump_row(controller, pump)["state"] != "filling" for pump in transactions)
    with pytest.raises(PumpBusy) as busy:
        forecourt.authorise(leave(1, 1, fen=1000))
    assert busy.value.state == PumpState.CLOSED
    forecourt.release_all()
    forecourt.authorise(leave(1, 1, fen=1000))
    forecourt.cancel(P1)
    for pump, transaction in transactions.items():
        controller.put_down(pump)
        ear.wait_fill(pump, transaction)
        forecourt.close(PumpNumber(pump), transaction)


def test_no_pump_waits_for_a_silent_one_in_an_emergency(controller, driver):
    forecourt, ear = driver
    transaction = filling(controller, forecourt, ear, 5)
    controller.control(
        "pumps/6/fault", {"kind": "silent", "type": "PumpEmergencyStop", "count": 2, "seconds": 5.0}
    )
    hasty = PtsForecourt(controller.link(answer_seconds=1.0), PUMPS, GRADES, RealClock())
    began = time.monotonic()
    stopped = watched(controller, 5)
    hasty.stop_all()
    assert stopped(began) < 1.0
    controller.put_down(5)
    ear.wait_fill(5, transaction)
    forecourt.close(P5, transaction)


def test_leave_may_name_the_fuel_in_place_of_the_nozzle(controller):
    by_grade = PtsForecourt(controller.link(), PUMPS, GRADES, RealClock(), by_grade=True)
    transaction = by_grade.authorise(leave(6, 2, fen=2_000, li=9_610))
    assert pump_row(controller, 6)["order"]["nozzles"] == [2]
    by_grade.cancel(P6)
    by_grade.authorise(leave(6, None, fen=2_000, li=None))
    assert pump_row(controller, 6)["order"]["nozzles"] == [1, 2]
    by_grade.cancel(P6)
    assert transaction


@pytest.mark.parametrize("kind", ["spelled", "twice", "swollen"])
def test_an_odd_answer_that_says_what_it_should_is_understood(controller, driver, kind: str):
    forecourt, ear = driver
    ear.wait(lambda: ear.lines == [(True, "")])
    controller.control("fault", {"kind": kind, "count": 200})
    fill = whole_fill(controller, forecourt, ear, 7, 3_210)
    (truth,) = [row for row in controller.ledger(7) if row["transaction"] == fill.transaction][-1:]
    assert (fill.volume.millilitres, fill.amount.fen) == (truth["volume_ml"], truth["amount_fen"])
    assert forecourt.totals(P7)[NozzleNumber(1)].volume.millilitres == truth["totaliser_after_ml"]
    assert ear.lines == [(True, "")]
    controller.control("fault", {"kind": "none"})


@pytest.mark.parametrize(
    ("kind", "why"),
    [("strange", "pump_answer_unfit"), ("drip", "pump_line_down"), ("garbage", "pump_answer_unfit")],
)
def test_an_answer_that_cannot_be_read_is_told_by_name_and_gets_over(
    controller, kind: str, why: str, expected_log: ExpectLog
):
    expected_log(f"went silent: {why}")
    if kind == "strange":
        expected_log("cannot be read")
    with listening(controller.link(answer_seconds=0.3)) as (forecourt, ear):
        ear.wait_state(1, PumpState.IDLE)
        controller.control("fault", {"kind": kind, "count": 6, "seconds": 2.0})
        ear.wait(lambda: (False, why) in ear.lines)
        controller.control("fault", {"kind": "none"})
        fault = {"kind": kind, "count": 1, "type": "PumpAuthorize", "seconds": 2.0}
        controller.control("fault", fault)
        with suppress(PumpAnswerLost):  # an answer of an unknown type that has the number says enough
            forecourt.authorise(leave(1, 1, fen=5000))
        controller.control("fault", {"kind": "none"})
        ear.wait(lambda: ear.lines[-1] == (True, ""))
        promised = forecourt.promised(P1)
        assert promised is not None
        assert promised.running
        forecourt.cancel(P1)


def watched(controller: SimulatedController, pump: int) -> Callable[[float], float]:
    """A call that tells how long after `began` the pump was found stopped."""
    found: list[float] = []

    def look() -> None:
        between = threading.Event()
        for _turn in range(200):
            if pump_row(controller, pump)["state"] != "filling":
                found.append(time.monotonic())
                return
            between.wait(0.02)

    thread = threading.Thread(target=look)
    thread.start()

    def after(began: float) -> float:
        thread.join(5)
        return found[0] - began

    return after
