"""The Fusion driver against a simulated controller: every sale once and to the fen, whatever happens to the line."""

import itertools
from datetime import datetime, timedelta

import pytest

from core.devices.pumps.fusion import endings
from core.devices.pumps.fusion.controller import FusionForecourt
from core.domain.controller import Counted
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit, PumpLineDown
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.price import UnitPrice
from core.domain.pump import PumpState
from core.domain.refusals.pumps import PumpBusy, PumpNotFound, PumpRefused
from core.simulated.fusion.controller import FusionController
from core.simulated.fusion.pump import Preset
from tests.conftest import ExpectLog
from tests.devices.fusion_rig import fusion_controller, fusion_forecourt, fusion_listening, until
from tests.devices.rig import Ear, RealClock, leave

P1, P2, P3 = PumpNumber(1), PumpNumber(2), PumpNumber(3)


def served(controller: FusionController, pump: int, millilitres: int, hose: int = 1) -> int:
    controller.lift(pump, hose)
    controller.pour(pump, millilitres)
    sale = controller.hang_up(pump)
    assert sale is not None
    return sale.number


def test_a_released_pump_fills_to_its_preset_and_is_told_with_its_number():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1, fen=10_000))
        ear.wait_state(1, PumpState.AUTHORISED)
        served(controller, 1, 60_000)
        fill = ear.wait_fill(1, number)
        truth = controller.sales[100]
        assert (fill.volume.millilitres, fill.amount.fen) == (truth.volume_ml, truth.amount_fen)
        assert (fill.price, fill.totaliser, fill.timed) == (UnitPrice(7810), fill.volume, True)
        assert abs(fill.ended_at - RealClock().now()) < timedelta(seconds=5)


def test_it_is_told_again_and_again_until_it_is_closed_and_then_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(endings, "TELL_AGAIN_SECONDS", 0.05)
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1, fen=10_000))
        served(controller, 1, 60_000)
        ear.wait(lambda: len(ear.fills) >= 3)
        assert controller.sales[100].lock == f"YZ-{number}"
        forecourt.close(P1, number)
        assert controller.sales[100].settled_by == "YOUZHAN"
        forecourt.close(P1, number)  # closing twice is no error
        before = len(ear.fills)
        forecourt.promised(P1)
        assert len(ear.fills) - before <= 1


def test_figures_run_along_while_fuel_flows():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        forecourt.authorise(leave(1, millilitres=50_000))
        controller.lift(1)
        ear.wait_state(1, PumpState.STARTED)
        controller.pour(1, 12_340)
        ear.wait(lambda: any(reading.volume == Litres(12_340) for reading in ear.readings))
        last = ear.readings[-1]
        assert (last.state, last.amount.fen, last.nozzle) == (PumpState.FUELLING, 9_638, 1)


def test_a_nozzle_price_of_ours_travels_with_the_leave():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1, fen=5_000, li=7_000))
        served(controller, 1, 60_000)
        assert ear.wait_fill(1, number).price == UnitPrice(7_000)


def test_a_leave_without_a_nozzle_is_for_all_of_them():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1, None))
        served(controller, 1, 3_000, hose=2)
        assert ear.wait_fill(1, number).nozzle == 2


def test_a_promised_pump_is_not_promised_again():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, _ear):
        number = forecourt.authorise(leave(1))
        with pytest.raises(PumpBusy):
            forecourt.authorise(leave(1))
        status = forecourt.promised(P1)
        assert status is not None
        assert (status.transaction, status.running) == (number, True)


def test_a_taken_back_promise_leaves_the_pump_free():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1))
        forecourt.cancel(P1)
        ear.wait_state(1, PumpState.IDLE)
        assert forecourt.promised(P1) is None
        assert forecourt.transaction(P1, number) is None


def test_a_running_fill_is_ended_at_once_and_the_pump_is_free_after_it():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1))
        controller.lift(1)
        controller.pour(1, 4_000)
        ear.wait_state(1, PumpState.FUELLING)
        forecourt.cancel(P1)
        assert controller.pumps[1].state == "PAUSED"
        controller.hang_up(1)
        assert ear.wait_fill(1, number).volume == Litres(4_000)
        until(lambda: not controller.pumps[1].stopped)
        ear.wait_state(1, PumpState.IDLE)


def test_the_emergency_stops_every_pump_and_only_a_release_frees_them():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        for pump in (1, 2):
            forecourt.authorise(leave(pump))
            controller.lift(pump)
            controller.pour(pump, 2_000)
        ear.wait_state(2, PumpState.FUELLING)
        forecourt.stop_all()
        assert all(pump.stopped for pump in controller.pumps.values())
        controller.hang_up(1)
        ear.wait_state(1, PumpState.CLOSED)
        with pytest.raises(PumpBusy):
            forecourt.authorise(leave(3))
        forecourt.release_all()
        ear.wait_state(1, PumpState.IDLE)
        ear.wait_state(3, PumpState.IDLE)
        assert controller.pumps[2].state == "PAUSED"  # nothing starts by itself


def test_a_fill_pauses_and_goes_on():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        with pytest.raises(PumpRefused):
            forecourt.suspend(P1)
        forecourt.authorise(leave(1))
        controller.lift(1)
        controller.pour(1, 2_000)
        forecourt.suspend(P1)
        forecourt.suspend(P1)
        ear.wait_state(1, PumpState.SUSPENDED)
        forecourt.resume(P1)
        forecourt.resume(P1)
        assert ear.state(1) is PumpState.FUELLING


def test_what_the_protocol_cannot_do_is_refused_with_a_reason():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, _ear):
        with pytest.raises(PumpRefused, match="locks sales"):
            forecourt.lock(P1)
        forecourt.unlock(P1)
        with pytest.raises(PumpRefused, match="at the controller"):
            forecourt.set_clock()
        with pytest.raises(PumpRefused, match="with its sales"):
            forecourt.clock_difference()
        controller.fill_by_itself(3, 1, 1_000)
        until(lambda: _apart(forecourt) is not None)


def _apart(forecourt: FusionForecourt) -> timedelta | None:
    try:
        return forecourt.clock_difference()
    except PumpRefused:
        return None


def test_a_pump_that_nobody_knows_is_named():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, _ear):
        for call in (forecourt.promised, forecourt.cancel, forecourt.totals, forecourt.prices):
            with pytest.raises(PumpNotFound):
                call(PumpNumber(77))


def test_prices_are_set_by_grade_and_read_back():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, _ear):
        forecourt.set_prices(P1, {NozzleNumber(1): UnitPrice(7_990), NozzleNumber(2): UnitPrice(8_310)})
        assert forecourt.prices(P1) == {1: UnitPrice(7_990), 2: UnitPrice(8_310)}
        assert forecourt.prices(P3) == {1: UnitPrice(7_990)}  # one list for every pump
        forecourt.set_prices(P3, {NozzleNumber(1): UnitPrice(7_990)})
        assert controller.change == 1
        with pytest.raises(PumpNotFound):
            forecourt.set_prices(P3, {NozzleNumber(2): UnitPrice(7_990)})


def test_a_running_fill_keeps_its_price_and_its_pump_is_busy():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1, li=None))
        controller.lift(1)
        controller.pour(1, 2_000)
        ear.wait_state(1, PumpState.FUELLING)
        with pytest.raises(PumpBusy):
            forecourt.set_prices(P1, {NozzleNumber(1): UnitPrice(7_990)})
        forecourt.set_prices(P3, {NozzleNumber(1): UnitPrice(7_990)})
        controller.hang_up(1)
        assert ear.wait_fill(1, number).price == UnitPrice(7_810)
        assert forecourt.prices(P1)[NozzleNumber(1)] == UnitPrice(7_990)


def test_a_refused_price_is_told():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, _ear):
        del controller.grades[1]
        with pytest.raises(PumpRefused, match="BAD GRADE"):
            forecourt.set_prices(P3, {NozzleNumber(1): UnitPrice(7_990)})


def test_setup_and_counters_are_told_at_the_start_and_after_the_line_was_gone(expected_log: ExpectLog):
    with fusion_controller() as controller:
        controller.fill_by_itself(1, 1, 5_000)
        with fusion_listening(controller) as (forecourt, ear):
            ear.wait(lambda: bool(ear.counts) and bool(ear.setups))
            assert ear.setups[0] == forecourt.configuration()
            assert ear.setups[0].nozzles[P1] == {1: 1, 2: 2}
            assert (ear.counts[0][0], ear.counts[0][2].volume, ear.counts[0][3]) == (
                1,
                Litres(5_000),
                Counted.START,
            )
            assert forecourt.totals(P1)[NozzleNumber(1)].volume == Litres(5_000)
            with pytest.raises(PumpRefused, match="no sale of it"):
                forecourt.totals(P3)
            ear.wait(lambda: len(ear.lines) == 1)
            expected_log("went silent")
            controller.drop()
            ear.wait(lambda: any(why is Counted.RECONNECT for *_rest, why in ear.counts))


# --- the line ------------------------------------------------------------------------------------------------------------


def test_a_fill_that_ended_while_the_line_was_gone_is_told_on_return_once(expected_log: ExpectLog):
    expected_log("went silent")
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1, fen=10_000))
        controller.lift(1)
        controller.pour(1, 6_000)
        ear.wait_state(1, PumpState.FUELLING)
        controller.close_door()
        ear.wait_state(1, PumpState.OFFLINE)
        assert ear.lines[-1] == (False, "pump_line_down")
        assert ear.readings[-3].volume == Litres(6_000) or any(
            reading.state is PumpState.OFFLINE and reading.volume == Litres(6_000) for reading in ear.readings
        )
        controller.pour(1, 2_000)
        controller.hang_up(1)
        with pytest.raises(PumpLineDown):
            forecourt.promised(P1)
        controller.open_door()
        fill = ear.wait_fill(1, number)
        assert fill.volume == Litres(8_000)
        forecourt.close(P1, number)
        assert {(told.transaction, told.volume) for told in ear.fills} == {(number, Litres(8_000))}


def test_a_release_that_brings_no_marks_back_is_matched_by_what_stands_on_the_pump(expected_log: ExpectLog):
    expected_log("went silent")
    with fusion_controller() as controller:
        controller.faults.no_marks = True
        with fusion_listening(controller) as (forecourt, ear):
            number = forecourt.authorise(leave(1, fen=10_000))
            controller.lift(1)
            controller.pour(1, 6_000)
            controller.close_door()
            ear.wait_state(1, PumpState.OFFLINE)
            controller.hang_up(1)
            controller.open_door()
            assert ear.wait_fill(1, number).volume == Litres(6_000)


def test_a_restarted_controller_forgets_the_promise_and_what_flowed_is_told_all_the_same(
    expected_log: ExpectLog,
):
    expected_log("went silent")
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        promised = forecourt.authorise(leave(2))
        forecourt.authorise(leave(1))
        controller.lift(1)
        controller.pour(1, 3_000)
        ear.wait_state(1, PumpState.FUELLING)
        controller.restart()
        ear.wait(lambda: ear.lines[-1] == (True, "") and len(ear.lines) == 3)
        controller.hang_up(1)
        ear.wait(lambda: bool(ear.fills))
        assert ear.fills[0].volume == Litres(3_000)
        assert ear.fills[0].offline
        assert forecourt.promised(P2) is None
        assert forecourt.transaction(P2, promised) is None


def test_a_lost_answer_is_asked_for_and_no_news_to_anybody():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        controller.faults.lose, controller.faults.lose_about = 1, "REQ_PUMP_PRESET"
        number = forecourt.authorise(leave(1, fen=10_000))
        served(controller, 1, 60_000)
        ear.wait_fill(1, number)


def test_a_line_that_broke_after_the_command_says_so_and_the_promise_is_found_again(expected_log: ExpectLog):
    expected_log("went silent")
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        controller.faults.cut_about = "REQ_PUMP_PRESET"
        with pytest.raises(PumpAnswerLost):
            forecourt.authorise(leave(1, fen=10_000))
        controller.open_door()
        ear.wait(lambda: ear.lines[-1] == (True, "") and len(ear.lines) == 3)
        status = forecourt.promised(P1)
        assert status is not None
        assert status.running
        served(controller, 1, 60_000)
        assert ear.wait_fill(1, status.transaction).amount.fen > 9_900


def test_a_lost_answer_to_a_close_is_found_out():
    with (
        fusion_controller() as controller,
        fusion_listening(controller, answer_seconds=0.4) as (forecourt, ear),
    ):
        number = forecourt.authorise(leave(1, fen=10_000))
        served(controller, 1, 60_000)
        ear.wait_fill(1, number)
        controller.faults.lose, controller.faults.lose_about = 1, "REQ_PAYMENT_CLEAR"
        forecourt.close(P1, number)
        assert controller.sales[100].settled_by == "YOUZHAN"
        assert forecourt.promised(P1) is None


def test_a_refused_promise_is_told_with_the_controllers_words():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, _ear):
        with pytest.raises(PumpRefused, match="NO SUCH HOSE"):
            forecourt.authorise(leave(3, 2))
        assert forecourt.promised(P3) is None


def test_events_that_come_twice_and_in_the_wrong_order_make_no_second_fill():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        controller.faults.double = controller.faults.swap = True
        numbers = []
        for _car in range(4):
            numbers.append(forecourt.authorise(leave(1, millilitres=5_000)))
            served(controller, 1, 9_000)
            ear.wait_fill(1, numbers[-1])
            forecourt.close(P1, numbers[-1])
        assert {fill.transaction for fill in ear.fills} == set(numbers)
        assert len({(fill.transaction, fill.ended_at, fill.volume) for fill in ear.fills}) == 4


@pytest.mark.parametrize("spoil", ["types", "half", "noise", "huge", "no_pump"])
def test_what_cannot_be_read_is_told_by_name_and_the_sale_is_found_in_the_list(
    spoil: str, expected_log: ExpectLog
):
    expected_log("cannot be used")
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        number = forecourt.authorise(leave(1, fen=10_000))
        controller.lift(1)
        controller.pour(1, 60_000)
        faults = controller.faults
        faults.spoil, faults.spoil_count, faults.spoil_about = spoil, 1, "EVT_PUMP_NEW_TRANSACTION"
        controller.hang_up(1)
        fill = ear.wait_fill(1, number)
        assert fill.amount.fen == controller.sales[100].amount_fen
        assert forecourt.promised(P1) is not None


def test_a_silent_controller_is_a_line_that_is_down(expected_log: ExpectLog):
    expected_log("went silent")
    with (
        fusion_controller() as controller,
        fusion_listening(controller, answer_seconds=0.2) as (forecourt, ear),
    ):
        controller.faults.deaf = True
        with pytest.raises(PumpAnswerUnfit):
            forecourt.promised(P1)
        ear.wait_state(1, PumpState.OFFLINE)


def test_no_controller_at_all_is_told_once(expected_log: ExpectLog):
    expected_log("went silent")
    with fusion_controller() as controller:
        controller.close_door()
        forecourt, ear = fusion_forecourt(controller), Ear()
        forecourt.start(ear)
        try:
            ear.wait_state(1, PumpState.OFFLINE)
            with pytest.raises(PumpLineDown):
                forecourt.authorise(leave(1))
            controller.open_door()
            ear.wait_state(1, PumpState.IDLE)
        finally:
            forecourt.stop()
        assert ear.lines == [(False, "pump_line_down"), (True, "")]


# --- the till was killed, other tills ------------------------------------------------------------------------------------


def test_what_ended_while_no_program_ran_is_told_and_what_is_booked_is_not():
    with fusion_controller() as controller:
        with fusion_listening(controller) as (forecourt, ear):
            first = forecourt.authorise(leave(1, fen=5_000))
            served(controller, 1, 60_000)
            ear.wait_fill(1, first)
            forecourt.close(P1, first)
            second = forecourt.authorise(leave(1, fen=7_000))
            ear.wait_state(1, PumpState.AUTHORISED)
        served(controller, 1, 60_000)
        controller.fill_by_itself(1, 2, 3_000)
        with fusion_listening(controller, booked={P1: first}) as (_forecourt, ear):
            ear.wait_fill(1, second)
            ear.wait_fill(1, 102)
            assert {fill.transaction for fill in ear.fills} == {second, 102}


@pytest.mark.parametrize("marks", [True, False])
def test_a_booked_sale_that_was_not_closed_keeps_its_number_over_a_restart(marks: bool):
    with fusion_controller() as controller:
        with fusion_listening(controller) as (forecourt, ear):
            number = forecourt.authorise(leave(1, fen=5_000))
            served(controller, 1, 60_000)
            told = ear.wait_fill(1, number)
        controller.faults.no_marks = not marks
        with fusion_listening(controller, booked={P1: number}) as (_forecourt, ear):
            if marks:
                again = ear.wait_fill(1, number)
                assert (again.transaction, again.ended_at, again.volume) == (
                    number,
                    told.ended_at,
                    told.volume,
                )
            else:
                ear.wait(lambda: bool(ear.setups))
        assert {fill.transaction for fill in ear.fills} <= {number}


def test_a_new_station_takes_nothing_of_the_controllers_past():
    with fusion_controller() as controller:
        for _car in range(3):
            controller.fill_by_itself(1, 1, 5_000)
        with fusion_listening(controller) as (_forecourt, ear):
            ear.wait(lambda: bool(ear.counts))
            assert ear.fills == []


def test_a_fill_that_nobody_promised_is_told_under_the_sales_own_number():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        ear.wait(lambda: bool(ear.setups))
        forecourt.promised(P1)
        controller.fill_by_itself(2, 1, 5_000)
        fill = ear.wait_fill(2, 100)
        assert fill.offline
        forecourt.close(P2, 100)
        assert controller.sales[100].settled_by


def test_a_sale_in_another_tills_hands_is_not_told_before_it_is_free(
    monkeypatch: pytest.MonkeyPatch, expected_log: ExpectLog
):
    monkeypatch.setattr(endings, "LOCK_AGAIN_SECONDS", 0.05)
    expected_log("another till")
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        forecourt.promised(P1)
        with controller.lock:
            sale = controller.fill_by_itself(2, 1, 5_000)
            assert sale is not None
            controller.lock_for_another(sale.number)
        forecourt.promised(P2)
        forecourt.promised(P2)
        assert ear.fills == []
        with controller.lock:
            controller.sales[100].lock = ""
        ear.wait_fill(2, 100)


def test_a_sale_that_another_till_settled_is_his(expected_log: ExpectLog):
    expected_log("another till")
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, ear):
        forecourt.promised(P1)
        with controller.lock:
            sale = controller.fill_by_itself(2, 1, 5_000)
            assert sale is not None
            controller.lock_for_another(sale.number)
            controller.settle_for_another(sale.number)
        forecourt.promised(P2)
        forecourt.promised(P2)
        assert ear.fills == []
        assert forecourt.history(_ago(1), _ago(-1), P2) == []
        assert forecourt.totals(P2)[NozzleNumber(1)].volume == Litres(5_000)  # where the gap shows


def test_another_tills_promise_is_busy_and_not_ours():
    with fusion_controller() as controller, fusion_listening(controller) as (forecourt, _ear):
        with controller.lock:
            controller.pumps[1].promise(Preset("FULL", 0, {1: None}, "OV=7", "OTHER"))
            controller.tell_state(controller.pumps[1])
        with pytest.raises(PumpBusy):
            forecourt.promised(P1)
        with pytest.raises(PumpBusy):
            forecourt.authorise(leave(1))


def test_the_past_is_told_beyond_the_ten_sales_of_a_list():
    with fusion_controller() as controller:
        for _car in range(14):
            controller.fill_by_itself(1, 1, 1_000)
            controller.fill_by_itself(2, 1, 2_000)
        with fusion_listening(controller) as (forecourt, _ear):
            past = forecourt.history(_ago(1), _ago(-1), P1)
            assert [fill.transaction for fill in past] == list(range(100, 128, 2))
            assert len(forecourt.history(_ago(1), _ago(-1))) == 28
            assert forecourt.history(_ago(3), _ago(2)) == []
            assert all(a.ended_at <= b.ended_at for a, b in itertools.pairwise(past))
            one = forecourt.transaction(P2, 101)
            assert one is not None
            assert one.ended is not None
            assert one.ended.volume == Litres(2_000)
            assert forecourt.transaction(P2, 100) is None


def _ago(hours: int) -> datetime:
    return RealClock().now() - timedelta(hours=hours)
