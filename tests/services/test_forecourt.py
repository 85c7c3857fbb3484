"""Pumps: released, filled, silent, restarted; no fill lost, none doubled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.events.pumps import PumpAuthorisationEnded, PumpsReleased
from core.domain.fill import FillState
from core.domain.ids import OrderId, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.pump import AuthorisationState, Preset, PresetKind, PumpState
from core.domain.refusals.people import NotAllowed
from core.domain.refusals.pumps import PumpBusy, PumpHasUnpaidFills, PumpNotFound, PumpsStopped
from core.domain.staff import Role
from core.domain.station_order import ServiceState
from core.services.forecourt.desk import ForecourtDesk
from tests.builders import an_authorisation
from tests.services.small_station import NOZZLE_1, NOZZLE_2, PUMP_1, PUMP_2, SmallStation

FULL = Preset(PresetKind.FULL)


def serve_until_authorised(station: SmallStation, order: OrderId) -> None:
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)


def states(station: SmallStation, pump: PumpNumber = PUMP_1) -> list[AuthorisationState]:
    with station.work.reading() as work:
        return [a.state for a in work.authorisations.open_ones() if a.pump == pump]


def test_a_released_pump_is_promised_and_its_fill_booked_as_the_pump_says(station: SmallStation) -> None:
    station.forecourt.request(
        PUMP_1, NOZZLE_1, Preset(PresetKind.AMOUNT, amount=Money(20_000)), station.cashier
    )
    assert states(station) == [AuthorisationState.AUTHORISED]
    ended = station.pumps.finish(PUMP_1, NOZZLE_1, Money(99_999))
    (fill,) = station.forecourt.unpaid()
    assert (fill.amount, fill.volume, fill.price) == (Money(20_000), ended.volume, ended.price)
    assert fill.volume == Litres(25_610)
    assert fill.agrees()
    assert states(station) == []


def test_a_fill_told_many_times_is_booked_once(station: SmallStation) -> None:
    station.a_fill()
    ended = station.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000))
    for _ in range(3):
        station.ended(ended)
    station.restart()
    station.ended(ended)
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(20_000), Money(5_000)]


def test_a_fill_that_nobody_released_is_booked_all_the_same(station: SmallStation) -> None:
    station.pumps.finish(PUMP_1, NOZZLE_2, Money(7_777))
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(7_777)]


def test_a_promised_pump_is_busy_for_everybody_else(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    with pytest.raises(PumpBusy):
        station.forecourt.request(PUMP_1, NOZZLE_2, FULL, station.attendant)


def test_a_pump_with_two_unpaid_fills_waits(station: SmallStation) -> None:
    station.a_fill()
    station.a_fill()
    with pytest.raises(PumpHasUnpaidFills):
        station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)


def test_pumps_and_nozzles_that_are_not_there_are_refused(station: SmallStation) -> None:
    with pytest.raises(PumpNotFound):
        station.forecourt.request(PumpNumber(9), NOZZLE_1, FULL, station.cashier)
    with pytest.raises(PumpNotFound):
        station.forecourt.request(PUMP_2, NOZZLE_2, FULL, station.cashier)


def test_a_silent_controller_leaves_nothing_promised(station: SmallStation) -> None:
    station.pumps.down = True
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    assert states(station) == []
    station.pumps.down = False
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    assert states(station) == [AuthorisationState.AUTHORISED]


def test_a_lost_answer_is_found_out_and_the_pump_never_asked_twice(station: SmallStation) -> None:
    station.pumps.lose_answers = 1
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    assert states(station) == [AuthorisationState.AUTHORISED]
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(10_000))
    assert len(station.forecourt.unpaid()) == 1


def test_a_fill_that_ended_while_the_till_was_dead_is_booked_at_the_restart(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.pumps.fuel(PUMP_1, Money(4_000))
    station.pumps.stop()  # nobody listens any more
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(15_000))
    station.restart()
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(15_000)]
    assert states(station) == []


def test_what_was_never_asked_before_the_power_cut_is_not_released_afterwards(station: SmallStation) -> None:
    station.pumps.down = True
    with station.work() as work:
        work.authorisations.save(an_authorisation(pump=PUMP_1))
    station.pumps.down = False
    station.restart()
    assert states(station) == []
    assert station.pumps.promised(PUMP_1) is None


def test_a_promise_is_taken_back_on_request(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.forecourt.cancel(PUMP_1, station.cashier)
    assert states(station) == []
    assert station.forecourt.wall()[0].reading is not None
    assert station.pumps.promised(PUMP_1) is None


def test_emergency_stop_needs_no_right_and_takes_back_every_promise(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.forecourt.request(PUMP_2, NOZZLE_1, FULL, station.cashier)
    station.forecourt.stop_all(station.attendant)
    assert states(station, PUMP_1) == states(station, PUMP_2) == []


def test_a_stop_stands_through_a_power_cut_until_it_is_ended(station: SmallStation) -> None:
    station.forecourt.stop_all(station.attendant)
    station.restart()
    with pytest.raises(PumpsStopped):
        station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    stopped = station.forecourt.stopped()
    assert stopped is not None
    assert stopped.by == station.attendant
    station.forecourt.release_all(station.cashier)
    station.forecourt.release_all(station.cashier)
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    assert states(station) == [AuthorisationState.AUTHORISED]
    assert [event.staff for event in station.events if isinstance(event, PumpsReleased)] == [station.cashier]


def test_a_nozzle_lifted_and_hung_up_waits_for_nobody(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.pumps.finish(PUMP_1, NOZZLE_1, Money(0))
    assert station.forecourt.unpaid() == []
    with station.work.reading() as work:
        assert [fill.state for fill in work.fills.recent(5)] == [FillState.EMPTY]


def test_the_wall_shows_each_pump_with_its_reading_promise_and_prices(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    first, second = station.forecourt.wall()
    assert first.authorisation is not None
    assert first.reading is not None
    assert first.reading.state is PumpState.AUTHORISED
    assert second.authorisation is None


def test_a_person_who_left_releases_nothing(station: SmallStation) -> None:
    station.staff.leave(station.attendant, station.manager)
    with pytest.raises(NotAllowed):
        station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.people[Role.ATTENDANT].id)


# --- what is old, what is late ------------------------------------------------------------------------------------------


def test_an_older_fill_is_not_taken_for_ours_when_the_answer_is_lost(station: SmallStation) -> None:
    """A fill stands unclosed on the pump, and the order's authorisation gets no answer."""
    order = station.an_order()
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000), told=False)
    station.pumps.lose_answers = 1
    serve_until_authorised(station, order)
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(5_000)]
    assert station.orders.get(order).state is ServiceState.AUTHORISED
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(20_000))
    served = station.orders.get(order)
    assert served.state is ServiceState.FILLED
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(5_000)]


def test_an_older_fill_that_cannot_be_closed_leaves_the_pump_busy_and_nothing_waiting_for_ever(
    station: SmallStation,
) -> None:
    order = station.an_order()
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000), told=False)
    station.pumps.keep_open = True
    serve_until_authorised(station, order)
    assert station.orders.get(order).state is ServiceState.PLATE_CHECKED
    assert states(station, PUMP_2) == []


def test_a_pump_taken_back_while_it_is_being_asked_stays_taken_back(station: SmallStation) -> None:
    order = station.an_order()
    station.pumps.before_promise = lambda: station.forecourt.cancel(PUMP_2, station.attendant)
    serve_until_authorised(station, order)
    assert station.orders.get(order).state is ServiceState.PLATE_CHECKED
    assert station.pumps.promised(PUMP_2) is None
    station.orders.decline(order, CancelReason.CAR_NOT_THERE, station.attendant)


def test_what_cannot_be_taken_back_at_once_is_taken_back_later(station: SmallStation) -> None:
    def go_silent() -> None:
        station.pumps.down = True

    station.pumps.before_promise = lambda: station.forecourt.cancel(PUMP_1, station.attendant)
    station.pumps.after_promise = go_silent
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.pumps.down = False
    assert station.pumps.promised(PUMP_1) is not None
    station.forecourt.find_out_unclear()
    assert station.pumps.promised(PUMP_1) is None


def test_a_pump_out_of_reach_keeps_its_promise(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.pumps.unheard.add(PUMP_1)
    station.forecourt.reconcile()
    assert states(station) == [AuthorisationState.AUTHORISED]


def test_a_fill_without_a_time_is_booked_once_also_after_a_restart(station: SmallStation) -> None:
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    ended = replace(station.pumps.finish(PUMP_1, NOZZLE_1, Money(9_000)), timed=False)
    station.restart()
    station.clock.move(timedelta(minutes=3))
    station.ended(replace(ended, ended_at=station.clock.now()))
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(9_000)]
    another = replace(ended, ended_at=station.clock.now(), amount=Money(9_100))
    station.ended(another)
    assert [fill.amount for fill in station.forecourt.unpaid()] == [Money(9_000), Money(9_100)]


def test_a_release_that_no_program_carried_out_is_taken_back_and_says_so(station: SmallStation) -> None:
    station.forecourt = ForecourtDesk(station.work, station.clock, station.ids)  # it owns no pumps
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.restart()
    assert states(station) == []
    ended = [event for event in station.events if isinstance(event, PumpAuthorisationEnded)]
    assert [event.reason for event in ended] == ["pump_not_asked"]


def test_a_promise_is_given_up_though_an_older_fill_has_its_number(station: SmallStation) -> None:
    """The controller was restarted, began to count anew, and forgot what it had promised."""
    station.a_fill()
    station.pumps.restart()
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    station.pumps.restart()
    station.forecourt.reconcile()
    assert states(station) == []
    assert len(station.forecourt.unpaid()) == 1


def test_a_release_that_is_just_on_its_way_is_not_taken_back(station: SmallStation) -> None:
    owner = station.forecourt
    station.forecourt = ForecourtDesk(
        station.work, station.clock, station.ids
    )  # another till, it owns no pumps
    station.forecourt.request(PUMP_1, NOZZLE_1, FULL, station.cashier)
    owner.reconcile()
    assert states(station) == [AuthorisationState.PENDING]
    station.clock.move(timedelta(seconds=11))
    owner.reconcile()
    assert states(station) == []
