"""The jsonPTS driver against a simulated controller in a process of its own, over real HTTP."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core.devices.pumps.pts.controller import PtsForecourt
from core.domain.faults import PumpAnswerLost, PumpControllerLogin, PumpLineDown
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.pump import PresetKind, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpNotFound, PumpRefused
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


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedController]:
    with running_controller(tmp_path_factory.mktemp("pts"), "--pace", "60") as running:
        yield running


@pytest.fixture
def driver(controller: SimulatedController):
    with listening(controller.link()) as (forecourt, ear):
        yield forecourt, ear
        for pump in range(1, 9):
            controller.put_down(pump)


def fill_up(controller: SimulatedController, ear: Ear, pump: int, nozzle: int = 1, **how: int) -> None:
    controller.control(f"pumps/{pump}/lift", {"nozzle": nozzle})
    ear.wait(lambda: ear.state(pump) in {PumpState.STARTED, PumpState.FUELLING})
    controller.control(f"pumps/{pump}/fill", how)


def test_a_preset_fill_is_followed_from_leave_to_close(controller, driver):
    forecourt, ear = driver
    ear.wait(lambda: ear.lines == [(True, "")] and ear.state(1) is PumpState.IDLE)
    transaction = forecourt.authorise(leave(1, 1, fen=20000))
    ear.wait_state(1, PumpState.AUTHORISED)
    promised = next(reading for reading in ear.readings if reading.state is PumpState.AUTHORISED)
    assert promised.transaction == transaction
    assert promised.preset is not None
    assert (promised.preset.kind, promised.preset.amount) == (PresetKind.AMOUNT, Money(20000))
    fill_up(controller, ear, 1)
    ear.wait(lambda: any(r.pump == 1 and r.state is PumpState.FUELLING and r.volume for r in ear.readings))
    running = forecourt.promised(P1)
    assert running is not None
    assert (running.transaction, running.running) == (transaction, True)
    ear.wait(lambda: any(r.pump == 1 and r.amount.fen >= 20000 for r in ear.readings))
    controller.put_down(1)
    fill = ear.wait_fill(1, transaction)
    (truth,) = (row for row in controller.ledger(1) if row["transaction"] == transaction)
    assert (fill.nozzle, fill.volume.millilitres, fill.amount.fen, fill.price.li) == (
        truth["nozzle"],
        truth["volume_ml"],
        truth["amount_fen"],
        truth["price_li"],
    )
    assert fill.totaliser is not None
    assert fill.totaliser.millilitres == truth["totaliser_after_ml"]
    # The controller keeps Beijing time; the fill is told in UTC.
    assert fill.ended_at.strftime("%H") == f"{(int(truth['ended_at'][11:13]) - 8) % 24:02}"
    ear.wait(lambda: sum(told.transaction == transaction for told in ear.fills if told.pump == 1) >= 2)
    assert len({told for told in ear.fills if told.pump == 1}) == 1
    forecourt.close(P1, transaction)
    forecourt.close(P1, transaction)
    assert forecourt.promised(P1) is None
    known = forecourt.transaction(P1, transaction)
    assert known is not None
    assert known.ended == fill
    assert forecourt.transaction(P1, 4711) is None


def test_a_second_authorisation_is_refused_and_the_first_one_can_be_taken_back(driver):
    forecourt, ear = driver
    forecourt.authorise(leave(2, 1, millilitres=10_000))
    ear.wait_state(2, PumpState.AUTHORISED)
    with pytest.raises(PumpBusy) as busy:
        forecourt.authorise(leave(2, 1, millilitres=20_000))
    assert busy.value.state == PumpState.AUTHORISED
    forecourt.cancel(P2)
    assert forecourt.promised(P2) is None
    forecourt.cancel(P2)
    ear.wait_state(2, PumpState.IDLE)


def test_a_lost_answer_is_told_and_the_leave_is_not_asked_for_again(controller, driver):
    forecourt, ear = driver
    ear.wait_state(3, PumpState.IDLE)
    controller.control("fault", {"kind": "lose_reply", "count": 1, "type": "PumpAuthorize"})
    with pytest.raises(PumpAnswerLost):
        forecourt.authorise(leave(3, 2, fen=10000, li=9610))
    promised = forecourt.promised(P3)
    assert promised is not None
    assert promised.running
    forecourt.cancel(P3)


def test_a_lost_answer_to_a_close_is_cleared_up_by_looking(controller, driver):
    forecourt, ear = driver
    transaction = forecourt.authorise(leave(4, 1, millilitres=5_000))
    fill_up(controller, ear, 4)
    ear.wait(lambda: any(r.pump == 4 and r.volume.millilitres >= 5_000 for r in ear.readings))
    controller.put_down(4)
    ear.wait_fill(4, transaction)
    controller.control("fault", {"kind": "lose_reply", "count": 1, "type": "PumpCloseTransaction"})
    forecourt.close(P4, transaction)
    assert forecourt.promised(P4) is None


def test_a_fill_that_was_stopped_by_hand_has_a_final_amount(controller, driver):
    forecourt, ear = driver
    transaction = forecourt.authorise(leave(5, 1, li=7450))
    fill_up(controller, ear, 5)
    ear.wait(lambda: any(r.pump == 5 and r.volume.millilitres > 1000 for r in ear.readings))
    forecourt.cancel(P5)
    controller.put_down(5)
    fill = ear.wait_fill(5, transaction)
    assert fill.volume.millilitres > 1000
    forecourt.close(P5, transaction)


def test_the_emergency_stop_ends_every_running_fill_at_once(controller, driver):
    forecourt, ear = driver
    transactions = {pump: forecourt.authorise(leave(pump, 1, li=None)) for pump in (7, 8)}
    for pump in transactions:
        fill_up(controller, ear, pump)
    ear.wait(lambda: all(any(r.pump == pump and r.volume for r in ear.readings) for pump in transactions))
    forecourt.stop_all()
    for pump, transaction in transactions.items():
        controller.put_down(pump)
        ear.wait_fill(pump, transaction)
        forecourt.close(PumpNumber(pump), transaction)
        assert forecourt.promised(PumpNumber(pump)) is None


def test_prices_go_into_an_idle_pump_and_are_read_back(driver):
    forecourt, _ear = driver
    forecourt.set_prices(P6, {NozzleNumber(1): UnitPrice(8400), NozzleNumber(2): UnitPrice(9700)})
    assert forecourt.prices(P6) == {1: UnitPrice(8400), 2: UnitPrice(9700)}
    forecourt.set_prices(P6, {NozzleNumber(2): UnitPrice(9750)})
    assert forecourt.prices(P6) == {1: UnitPrice(8400), 2: UnitPrice(9750)}


def test_leave_that_names_no_nozzle_fills_at_the_price_the_pump_was_given(controller, driver):
    forecourt, ear = driver
    forecourt.set_prices(P6, {NozzleNumber(1): UnitPrice(8050), NozzleNumber(2): UnitPrice(9350)})
    transaction = forecourt.authorise(leave(6, None, fen=5000, li=None))
    fill_up(controller, ear, 6, nozzle=2)
    ear.wait(lambda: any(r.pump == 6 and r.amount.fen >= 5000 for r in ear.readings))
    controller.put_down(6)
    assert ear.wait_fill(6, transaction).price == UnitPrice(9350)
    forecourt.close(P6, transaction)


def test_a_price_never_reaches_a_running_fill(controller, driver):
    forecourt, ear = driver
    transaction = forecourt.authorise(leave(7, 1, fen=30000, li=7810))
    fill_up(controller, ear, 7)
    ear.wait(lambda: any(r.pump == 7 and r.volume for r in ear.readings))
    with pytest.raises(PumpBusy):
        forecourt.set_prices(P7, {NozzleNumber(1): UnitPrice(7990)})
    forecourt.cancel(P7)
    controller.put_down(7)
    fill = ear.wait_fill(7, transaction)
    assert fill.price == UnitPrice(7810)
    with pytest.raises(PumpBusy):
        forecourt.set_prices(P7, {NozzleNumber(1): UnitPrice(7990)})
    forecourt.close(P7, transaction)
    forecourt.set_prices(P7, {NozzleNumber(1): UnitPrice(7990)})
    assert forecourt.prices(P7) == {1: UnitPrice(7990)}


def test_a_price_with_more_decimals_than_the_controller_keeps_is_refused(driver):
    forecourt, _ear = driver
    with pytest.raises(PumpRefused):
        forecourt.set_prices(P6, {NozzleNumber(1): UnitPrice(8405), NozzleNumber(2): UnitPrice(9700)})


def test_a_nozzle_or_pump_the_station_does_not_have_is_refused_here(driver):
    forecourt, _ear = driver
    with pytest.raises(PumpNotFound):
        forecourt.authorise(leave(31, 1, fen=1000))
    with pytest.raises(PumpNotFound):
        forecourt.set_prices(P5, {NozzleNumber(2): UnitPrice(8400)})


def test_a_fill_that_ended_while_nobody_listened_is_told_to_the_next_one(controller):
    with listening(controller.link()) as (forecourt, ear):
        transaction = forecourt.authorise(leave(2, 2, fen=15000, li=8320))
        fill_up(controller, ear, 2, nozzle=2)
        ear.wait(lambda: any(r.pump == 2 and r.volume for r in ear.readings))
    controller.wait_until_dispensed(2, 15_000)
    controller.put_down(2)
    with listening(controller.link()) as (forecourt, ear):
        fill = ear.wait_fill(2, transaction)
        assert fill.amount.fen >= 15000
        assert fill.price == UnitPrice(8320)
        forecourt.close(P2, transaction)


def test_the_line_going_down_and_coming_back_is_told_once_each(controller, driver, expected_log: ExpectLog):
    expected_log("WARNING core.devices.pumps.poller: the pump controller went silent")
    _forecourt, ear = driver
    ear.wait(lambda: ear.lines == [(True, "")])
    controller.control("fault", {"kind": "lose_reply", "count": 6})
    ear.wait(lambda: len(ear.lines) >= 3)
    assert ear.lines == [(True, ""), (False, "pump_line_down"), (True, "")]
    assert {reading.pump for reading in ear.readings if reading.state is PumpState.OFFLINE} == set(
        range(1, 9)
    )
    ear.wait(lambda: all(ear.state(pump) is PumpState.IDLE for pump in range(1, 9)))


def test_one_lost_answer_is_no_news(controller, driver):
    forecourt, ear = driver
    ear.wait(lambda: ear.lines == [(True, "")])
    controller.control("fault", {"kind": "lose_reply", "count": 1, "type": "PumpGetStatus"})
    told = len(ear.readings)
    transaction = forecourt.authorise(leave(8, 1, li=None))
    ear.wait(lambda: len(ear.readings) > told)
    assert transaction
    assert ear.lines == [(True, "")]
    forecourt.cancel(P8)


def test_a_wrong_password_is_told_by_name(controller, expected_log: ExpectLog):
    expected_log("WARNING core.devices.pumps.poller: the pump controller went silent: pump_controller_login")
    with listening(controller.link(password="guess")) as (forecourt, ear):
        ear.wait(lambda: ear.lines == [(False, "pump_controller_login")])
        with pytest.raises(PumpControllerLogin):
            forecourt.authorise(leave(1, 1, fen=1000))


def test_a_controller_that_is_not_there_is_a_line_that_is_down(tmp_path: Path, expected_log: ExpectLog):
    expected_log("went silent: pump_line_down")
    with running_controller(tmp_path) as gone:
        link = gone.link()
    with listening(link) as (forecourt, ear):
        ear.wait(lambda: ear.lines == [(False, "pump_line_down")])
        with pytest.raises(PumpLineDown):
            forecourt.authorise(leave(1, 1, fen=1000))
        with pytest.raises(PumpLineDown):
            forecourt.stop_all()


@pytest.mark.parametrize(
    "options", [["--auth", "basic"], ["--https"], ["--chunked"], ["--nonce-seconds", "0.2"]]
)
def test_the_controller_may_be_set_up_in_each_of_its_ways(tmp_path: Path, options: list[str]):
    with running_controller(tmp_path, *options) as controller:
        auth = "basic" if "basic" in options else "digest"
        with listening(controller.link(auth=auth)) as (forecourt, ear):
            ear.wait_state(1, PumpState.IDLE)
            forecourt.authorise(leave(1, 1, fen=1000))
            ear.wait_state(1, PumpState.AUTHORISED)
            forecourt.cancel(P1)


def test_a_certificate_with_another_fingerprint_is_not_talked_to(tmp_path: Path, expected_log: ExpectLog):
    expected_log("went silent: pump_controller_certificate")
    with running_controller(tmp_path, "--https") as controller:
        with listening(controller.link(fingerprint="ab" * 32)) as (_forecourt, ear):
            ear.wait(lambda: ear.lines == [(False, "pump_controller_certificate")])
        from core.devices.links.certificate import shown_by

        shown = shown_by("127.0.0.1", controller.ready["port"], 2)
        with listening(controller.link(fingerprint=shown.upper())) as (_forecourt, ear):
            ear.wait_state(1, PumpState.IDLE)


def test_a_pump_that_drops_out_in_the_middle_keeps_its_figures_and_loses_no_fill(controller, driver):
    forecourt, ear = driver
    transaction = forecourt.authorise(leave(4, 2, fen=60_000, li=8320))
    fill_up(controller, ear, 4, nozzle=2)
    ear.wait(lambda: any(r.pump == 4 and r.volume for r in ear.readings))
    controller.control("pumps/4/fault", {"kind": "offline"})
    ear.wait_state(4, PumpState.OFFLINE)
    dark = next(reading for reading in reversed(ear.readings) if reading.pump == 4)
    assert dark.volume
    with pytest.raises(PumpBusy):
        forecourt.set_prices(P4, {NozzleNumber(1): UnitPrice(7810), NozzleNumber(2): UnitPrice(8320)})
    controller.put_down(4)
    controller.control("pumps/4/fault", {"kind": "none"})
    fill = ear.wait_fill(4, transaction)
    (truth,) = (row for row in controller.ledger(4) if row["transaction"] == transaction)
    assert fill.amount.fen == truth["amount_fen"]
    ear.wait_state(4, PumpState.IDLE)
    forecourt.close(P4, transaction)


def test_a_controller_that_hangs_is_a_line_that_is_down_and_stops_nothing(
    controller, driver, expected_log: ExpectLog
):
    expected_log("went silent: pump_line_down")
    _forecourt, ear = driver
    ear.wait(lambda: ear.lines == [(True, "")])
    with listening(controller.link(answer_seconds=0.2)) as (_hasty, hasty_ear):
        hasty_ear.wait(lambda: hasty_ear.lines == [(True, "")])
        controller.control("fault", {"kind": "silent", "count": 4, "seconds": 1.0})
        hasty_ear.wait(lambda: (False, "pump_line_down") in hasty_ear.lines)
        hasty_ear.wait(lambda: hasty_ear.lines[-1] == (True, ""))


def test_a_controller_that_starts_again_in_the_middle_still_tells_of_the_fill(
    tmp_path: Path, expected_log: ExpectLog
):
    state = tmp_path / "state.json"
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with (
        running_controller(tmp_path / "one", "--pace", "60", "--state", str(state)) as controller,
        listening(controller.link()) as (forecourt, ear),
    ):
        transaction = forecourt.authorise(leave(1, 1, fen=5000))
        fill_up(controller, ear, 1)
        controller.wait_until_dispensed(1, 5000)
        controller.put_down(1)
        told = ear.wait_fill(1, transaction)
    with (
        running_controller(tmp_path / "two", "--state", str(state)) as controller,
        listening(controller.link()) as (forecourt, ear),
    ):
        assert ear.wait_fill(1, transaction) == told
        forecourt.close(P1, transaction)
        forecourt.close(P1, transaction)


def test_a_listener_that_comes_later_is_told_every_state(controller):
    forecourt = PtsForecourt(controller.link(), PUMPS, GRADES, RealClock())
    for _listener in range(2):
        ear = Ear()
        forecourt.start(ear)
        ear.wait(partial(heard_of_all, ear))
        forecourt.stop()


def heard_of_all(ear: Ear) -> bool:
    return {reading.pump for reading in ear.readings} == set(range(1, 9))
