"""The same behaviours over every forecourt: what stands above the port cannot tell them apart."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.domain.faults import Fault
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.price import UnitPrice
from core.domain.pump import EndedFill, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from tests.conftest import ExpectLog
from tests.devices.every_forecourt import EVERY, PUMPS, AnySite, started
from tests.devices.fusion_rig import until
from tests.devices.rig import leave

P1, P2, P3 = (pump.number for pump in PUMPS)
HOSE = NozzleNumber(1)


@pytest.fixture(params=EVERY)
def site(request: pytest.FixtureRequest) -> Iterator[AnySite]:
    with started(request.param) as made:
        yield made


def sold(site: AnySite, pump: int, number: int, millilitres: int) -> EndedFill:
    site.hands.pour(pump, millilitres)
    if site.kind == "pts":  # its fuel flows in a time of its own
        until(lambda: any(r.pump == pump and r.volume >= Litres(millilitres - 20) for r in site.ear.readings))
    site.hands.hang_up(pump)
    return site.ear.wait_fill(pump, number)


def test_it_says_that_the_line_is_up_how_the_pumps_stand_and_how_it_is_set_up(site: AnySite) -> None:
    site.ear.wait(lambda: bool(site.ear.setups and site.ear.lines))
    assert site.ear.lines == [(True, "")]


def test_a_fill_is_told_under_the_number_of_its_promise(site: AnySite) -> None:
    number = site.forecourt.authorise(leave(1, fen=20_000, li=7_810))
    assert number > 0
    fill = sold(site, 1, number, 10_000)
    assert (fill.pump, fill.nozzle, fill.price) == (P1, HOSE, UnitPrice(7_810))
    assert abs(fill.volume.millilitres - 10_000) <= 50
    assert abs(fill.amount.fen - fill.price.amount_for(fill.volume).fen) <= fill.price.smallest_payment.fen


def test_a_preset_by_amount_is_the_most_that_flows(site: AnySite) -> None:
    number = site.forecourt.authorise(leave(2, fen=5_000))
    site.hands.pour(2, 60_000)
    if site.kind == "pts":  # a customer who hangs up before the valve has shut pays for less
        until(lambda: any(r.pump == 2 and r.amount.fen >= 5_000 for r in site.ear.readings))
    site.hands.hang_up(2)
    assert abs(site.ear.wait_fill(2, number).amount.fen - 5_000) <= 8


def test_what_is_promised_can_be_asked_for_and_is_not_promised_twice(site: AnySite) -> None:
    assert site.forecourt.promised(P1) is None
    number = site.forecourt.authorise(leave(1, fen=5_000))
    status = site.forecourt.promised(P1)
    assert status is not None
    assert (status.transaction, status.running, status.ended) == (number, True, None)
    again = site.forecourt.transaction(P1, number)
    assert again is not None
    assert again.running
    with pytest.raises(PumpBusy):
        site.forecourt.authorise(leave(1, fen=5_000))
    site.forecourt.authorise(leave(2, fen=5_000))


def test_an_ended_fill_stands_open_until_it_is_closed_and_closing_twice_does_no_harm(site: AnySite) -> None:
    number = site.forecourt.authorise(leave(1, fen=20_000))
    fill = sold(site, 1, number, 4_000)
    status = site.forecourt.promised(P1)
    assert status is not None
    assert status.ended == fill
    site.forecourt.close(P1, number)
    site.forecourt.close(P1, number)
    assert site.forecourt.promised(P1) is None
    past = site.forecourt.transaction(P1, number)
    assert past is not None
    assert past.ended is not None
    assert (past.ended.volume, past.ended.amount) == (fill.volume, fill.amount)
    assert site.forecourt.authorise(leave(1, fen=5_000)) != number


def test_a_promise_is_taken_back(site: AnySite) -> None:
    site.forecourt.authorise(leave(1, fen=5_000))
    site.forecourt.cancel(P1)
    assert site.forecourt.promised(P1) is None
    site.ear.wait_state(1, PumpState.IDLE)
    site.forecourt.authorise(leave(1, fen=5_000))


def test_a_running_fill_pauses_and_goes_on_and_nothing_else_does(site: AnySite) -> None:
    with pytest.raises(PumpRefused):
        site.forecourt.suspend(P1)
    site.forecourt.authorise(leave(1, fen=90_000))
    site.hands.pour(1, 100_000)
    site.forecourt.suspend(P1)
    site.forecourt.suspend(P1)
    site.ear.wait_state(1, PumpState.SUSPENDED)
    site.forecourt.resume(P1)
    site.forecourt.resume(P1)
    site.ear.wait_state(1, PumpState.FUELLING)


def test_after_an_emergency_nothing_is_promised_until_it_is_released(site: AnySite) -> None:
    site.forecourt.authorise(leave(1, fen=5_000))
    site.forecourt.stop_all()
    for pump in (1, 2, 3):
        with pytest.raises(PumpBusy):
            site.forecourt.authorise(leave(pump, fen=5_000))
    site.forecourt.release_all()
    site.ear.wait_state(3, PumpState.IDLE)
    site.forecourt.authorise(leave(3, fen=5_000))


def test_prices_are_what_was_set(site: AnySite) -> None:
    site.forecourt.set_prices(P3, {HOSE: UnitPrice(7_990)})
    assert site.forecourt.prices(P3)[HOSE] == UnitPrice(7_990)
    number = site.forecourt.authorise(leave(3, fen=20_000, li=None))
    assert sold(site, 3, number, 3_000).price == UnitPrice(7_990)


def test_the_counter_runs_by_what_was_filled(site: AnySite) -> None:
    first = site.forecourt.authorise(leave(1, fen=20_000))
    one = sold(site, 1, first, 3_000)
    site.forecourt.close(P1, first)
    before = site.forecourt.totals(P1)[HOSE].volume
    second = site.forecourt.authorise(leave(1, fen=20_000))
    two = sold(site, 1, second, 5_000)
    site.forecourt.close(P1, second)
    assert site.forecourt.totals(P1)[HOSE].volume - before == two.volume
    assert two.totaliser is None or one.totaliser is None or two.totaliser - one.totaliser == two.volume


def test_the_past_can_be_asked_for(site: AnySite) -> None:
    number = site.forecourt.authorise(leave(1, fen=20_000))
    fill = sold(site, 1, number, 3_000)
    site.forecourt.close(P1, number)
    whole = (fill.ended_at - timedelta(hours=1), fill.ended_at + timedelta(hours=1))
    assert [(each.transaction, each.volume) for each in site.forecourt.history(*whole)] == [
        (number, fill.volume)
    ]
    assert list(site.forecourt.history(*whole, P2)) == []


def test_a_lock_holds_or_is_refused_with_a_reason(site: AnySite) -> None:
    if site.kind == "fusion":
        with pytest.raises(PumpRefused, match="not pumps"):
            site.forecourt.lock(P1)
    else:
        site.forecourt.lock(P1)
    site.forecourt.unlock(P1)
    site.forecourt.authorise(leave(1, fen=5_000))


def test_what_ended_while_the_line_was_cut_is_told_once_on_return(
    site: AnySite, expected_log: ExpectLog
) -> None:
    if site.kind != "memory":
        expected_log("went silent")
    number = site.forecourt.authorise(leave(1, fen=20_000))
    site.hands.pour(1, 4_000)
    site.hands.cut()
    if site.kind != "memory":
        # What a pump had said before the cut may still be on its way, and answers whoever asks meanwhile.
        site.ear.wait_state(1, PumpState.OFFLINE)
    with pytest.raises(Fault):
        site.forecourt.promised(P1)
    site.hands.hang_up(1)
    site.hands.mend()
    until(lambda: _asked(site, P1))
    status = site.forecourt.promised(P1)
    assert status is not None
    assert status.ended is not None
    assert status.transaction == number
    site.forecourt.close(P1, number)
    told = {(fill.transaction, fill.ended_at, fill.volume) for fill in site.ear.fills}
    assert len(told) <= 1


def _asked(site: AnySite, pump: PumpNumber) -> bool:
    try:
        return site.forecourt.promised(pump) is not None
    except Fault:
        return False
