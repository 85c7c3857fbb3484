"""Orders that cannot simply be served: another car, another pump, a changed mind, nobody there, a broken pump."""

from datetime import timedelta

import pytest

from core.domain.events.orders import OrderStandsStill
from core.domain.ids import NozzleNumber, OrderId, PumpNumber
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.refusals.orders import NozzleOfAnotherFuel, OrderStateUnfit
from core.domain.refusals.pumps import PumpBusy, PumpNotFound
from core.domain.station_order import OrderRules, ServiceState, StationOrder
from core.protocol.codec import wrap
from core.protocol.from_cloud import OrderBackAsked, OrderCarAnswered
from core.services.orders.turning import NOT_THIS_CAR
from tests.services.small_station import NOZZLE_1, NOZZLE_2, PUMP_1, PUMP_2, SmallStation


def at(station: SmallStation, order: OrderId) -> StationOrder:
    return station.orders.get(order)


def accepted(station: SmallStation) -> OrderId:
    order = station.an_order()
    station.orders.accept(order, station.attendant)
    return order


def released(station: SmallStation) -> OrderId:
    order = accepted(station)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    assert at(station, order).state is ServiceState.AUTHORISED
    return order


def told(station: SmallStation) -> list[tuple[str, object]]:
    """Kind and the telling field of everything that the cloud was told."""
    station.mailbox.send_waiting()
    fields = ("reason", "differs", "pump", "amount_fen")
    return [
        (each.kind, next((each.body[name] for name in fields if name in each.body), None))
        for each in station.cloud_mailbox.received
    ]


def answer(station: SmallStation, order: OrderId, *, mine: bool) -> None:
    """The driver's phone."""
    message = OrderCarAnswered(order_id=order, mine=mine)
    station.cloud_mailbox.put(wrap(message, station.ids(), station.clock.now()))
    station.mailbox.fetch()


def ask_back(station: SmallStation, order: OrderId) -> None:
    """The driver's phone."""
    message = OrderBackAsked(order_id=order)
    station.cloud_mailbox.put(wrap(message, station.ids(), station.clock.now()))
    station.mailbox.fetch()


# --- another car ---------------------------------------------------------------------------------------------------------


def test_a_driver_who_says_that_the_other_car_is_his_is_served(station: SmallStation) -> None:
    order = accepted(station)
    asked = station.orders.turning.car_differs(order, "64", station.attendant)
    assert (asked.state, asked.differs) == (ServiceState.OTHER_CAR, "46")
    with pytest.raises(OrderStateUnfit):
        station.orders.authorise(order, station.attendant)
    answer(station, order, mine=True)
    assert (at(station, order).state, at(station, order).differs) == (ServiceState.PLATE_CHECKED, "")
    assert told(station) == [("order_car_differs", [4, 6])]


def test_a_driver_who_says_that_it_is_not_his_car_keeps_his_order(station: SmallStation) -> None:
    order = accepted(station)
    station.orders.turning.car_differs(order, "", station.attendant)
    answer(station, order, mine=False)
    assert (at(station, order).state, at(station, order).reason) == (ServiceState.ACCEPTED, NOT_THIS_CAR)
    station.orders.check_plate(order, station.attendant)
    assert at(station, order).reason == ""


def test_the_attendant_may_look_again_and_the_driver_need_not_answer(station: SmallStation) -> None:
    order = accepted(station)
    station.orders.turning.car_differs(order, "7", station.attendant)
    station.orders.check_plate(order, station.attendant)
    answer(station, order, mine=False)  # too late to change anything
    assert at(station, order).state is ServiceState.PLATE_CHECKED
    assert [kind for kind, _ in told(station)] == ["order_car_differs", "order_car_settled"]


def test_another_car_sends_the_money_back_where_nobody_answers(station: SmallStation) -> None:
    order = accepted(station)
    station.orders.turning.car_differs(order, "", station.attendant)
    station.orders.turning.give_back(order, CancelReason.OTHER_CAR, station.attendant)
    answer(station, order, mine=True)
    assert at(station, order).state is ServiceState.DECLINED
    assert told(station)[-1] == ("order_declined", "other_car")


# --- another pump --------------------------------------------------------------------------------------------------------


def test_an_order_goes_to_another_pump_of_its_fuel_with_price_and_amount(station: SmallStation) -> None:
    order = accepted(station)
    station.orders.turning.move(order, PUMP_1, NOZZLE_1, station.attendant)
    assert at(station, order).pump == PUMP_1
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    fill = station.pumps.finish(PUMP_1, NOZZLE_1, Money(99_999))
    assert fill.amount == Money(20_000)
    station.orders.confirm(order, station.attendant)
    assert told(station)[0] == ("order_at_pump", 1)
    assert told(station)[-1] == ("order_completed", 20_000)


def test_another_fuel_is_refused_and_so_is_a_pump_that_is_not_free(station: SmallStation) -> None:
    order = accepted(station)
    with pytest.raises(NozzleOfAnotherFuel):
        station.orders.turning.move(order, PUMP_1, NOZZLE_2, station.attendant)
    with pytest.raises(PumpNotFound):
        station.orders.turning.move(order, PUMP_2, NozzleNumber(9), station.attendant)
    other = station.an_order(pump=PUMP_1)
    for step in (station.orders.accept, station.orders.check_plate, station.orders.authorise):
        step(other, station.attendant)
    with pytest.raises(PumpBusy):
        station.orders.turning.move(order, PUMP_1, NOZZLE_1, station.attendant)
    assert at(station, order).pump == PUMP_2


def test_a_released_pump_is_taken_back_before_its_order_goes_to_another(station: SmallStation) -> None:
    order = released(station)
    station.orders.turning.move(order, PUMP_1, NOZZLE_1, station.attendant)
    moved = at(station, order)
    assert (moved.state, moved.pump, moved.to_pump) == (ServiceState.PLATE_CHECKED, PUMP_1, None)
    with station.work.reading() as work:
        assert work.authorisations.open_on(PUMP_2) is None


# --- back to the driver --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reason",
    [
        CancelReason.DRIVER_CHANGED_MIND,
        CancelReason.WRONG_FUEL,
        CancelReason.PUMP_BROKEN,
        CancelReason.NOBODY_CAME,
    ],
)
def test_a_released_order_goes_back_whole_before_fuel_flows(
    station: SmallStation, reason: CancelReason
) -> None:
    order = released(station)
    station.orders.turning.give_back(order, reason, station.attendant)
    assert (at(station, order).state, at(station, order).reason) == (ServiceState.DECLINED, reason)
    assert told(station)[-1] == ("order_declined", reason)
    with station.work.reading() as work:
        assert work.authorisations.open_on(PUMP_2) is None


def test_an_order_whose_fuel_flows_already_stays_and_is_charged_what_flowed(station: SmallStation) -> None:
    order = released(station)
    station.pumps.fuel(PUMP_2, Money(5_000))
    with pytest.raises(OrderStateUnfit):
        station.orders.turning.give_back(order, CancelReason.DRIVER_CHANGED_MIND, station.attendant)
    station.forecourt.cancel(
        PUMP_2, station.attendant
    )  # the pump is broken: its fill ends with what has flowed
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000))
    assert at(station, order).state is ServiceState.FILLED
    station.orders.confirm(order, station.attendant)
    assert told(station)[-1] == ("order_completed", 5_000)


def test_a_driver_who_asks_an_accepted_order_back_gets_it_as_long_as_no_fuel_has_flowed(
    station: SmallStation,
) -> None:
    early, late = accepted(station), released(station)
    ask_back(station, early)
    assert told(station)[-1] == ("order_declined", "driver_changed_mind")
    station.pumps.fuel(PUMP_2, Money(5_000))
    ask_back(station, late)
    ask_back(station, early)
    assert [kind for kind, _fact in told(station)].count("order_back_declined") == 1
    assert at(station, late).state is ServiceState.FUELLING


def test_a_nozzle_lifted_while_its_pump_was_being_taken_back_is_filled_where_it_stands(
    station: SmallStation,
) -> None:
    order = released(station)
    station.pumps.down = True  # the controller cannot be asked just now
    station.orders.turning.give_back(order, CancelReason.NOBODY_CAME, station.attendant)
    assert at(station, order).is_turning
    station.pumps.down = False
    station.pumps.fuel(PUMP_2, Money(5_000))
    assert (at(station, order).state, at(station, order).leaving) == (ServiceState.FUELLING, "")
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(6_000))
    station.orders.confirm(order, station.attendant)
    assert told(station)[-1] == ("order_completed", 6_000)


def test_what_was_being_taken_back_when_the_power_was_cut_is_taken_back_later(station: SmallStation) -> None:
    order = released(station)
    station.pumps.down = True
    station.orders.turning.give_back(order, CancelReason.PUMP_BROKEN, station.attendant)
    station.pumps.down = False
    station.restart()
    for _ in range(2):
        station.orders.standing.look()
        station.clock.move(timedelta(seconds=6))
    station.orders.standing.look()
    assert at(station, order).state is ServiceState.DECLINED
    assert told(station)[-1] == ("order_declined", "pump_broken")


# --- what the clock does -------------------------------------------------------------------------------------------------


def ruled(station: SmallStation, rules: OrderRules) -> None:
    station.order_rules = rules
    station.restart()


def stands_still(station: SmallStation) -> list[str]:
    return [type(event).__name__ for event in station.events if isinstance(event, OrderStandsStill)]


def test_an_order_that_nobody_accepts_is_told_once_and_by_rule_goes_back(station: SmallStation) -> None:
    ruled(station, OrderRules(decline_after=timedelta(minutes=5)))
    order = station.an_order()
    station.orders.standing.look()
    assert stands_still(station) == []
    station.clock.move(timedelta(seconds=61))
    station.orders.standing.look()
    station.orders.standing.look()
    assert stands_still(station) == ["OrderStandsStill"]
    station.clock.move(timedelta(minutes=4))
    station.orders.standing.look()
    assert (at(station, order).state, at(station, order).reason) == (
        ServiceState.DECLINED,
        CancelReason.NOBODY_ACCEPTED,
    )
    assert told(station) == [("order_declined", "nobody_accepted")]


def test_without_that_rule_the_order_waits_for_the_cloud_to_end_it(station: SmallStation) -> None:
    order = station.an_order()
    station.clock.move(timedelta(hours=1))
    station.orders.standing.look()
    assert at(station, order).state is ServiceState.WAITING


def test_a_released_pump_to_which_nobody_comes_is_taken_back_and_the_money_returned(
    station: SmallStation,
) -> None:
    ruled(station, OrderRules(return_after=timedelta(minutes=10)))
    order = released(station)
    station.clock.move(timedelta(minutes=6))
    station.orders.standing.look()
    assert stands_still(station) == ["OrderStandsStill"]
    assert at(station, order).state is ServiceState.AUTHORISED
    station.clock.move(timedelta(minutes=5))
    station.orders.standing.look()
    assert (at(station, order).state, at(station, order).reason) == (
        ServiceState.DECLINED,
        CancelReason.NOBODY_CAME,
    )
    assert told(station)[-1] == ("order_declined", "nobody_came")


def test_a_fill_confirms_itself_where_the_station_wants_it_so(station: SmallStation) -> None:
    ruled(station, OrderRules(attendant_confirms=False))
    order = released(station)
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(12_345))
    station.orders.standing.look()
    assert at(station, order).state is ServiceState.COMPLETED
    assert told(station)[-1] == ("order_completed", 12_345)


def test_a_fill_waits_for_the_attendant_otherwise(station: SmallStation) -> None:
    order = released(station)
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(12_345))
    station.clock.move(timedelta(hours=1))
    station.orders.standing.look()
    assert at(station, order).state is ServiceState.FILLED


def test_the_pump_of_an_order_is_a_number_that_the_station_has(station: SmallStation) -> None:
    order = accepted(station)
    with pytest.raises(PumpNotFound):
        station.orders.turning.move(order, PumpNumber(77), NOZZLE_1, station.attendant)
