"""Online orders at the station, each to its end with the driver's money where it belongs."""

import pytest

from core.domain.faults import CloudAnswerLost, CloudUnreachable
from core.domain.ids import OrderId
from core.domain.money import Money
from core.domain.order import CancelReason
from core.domain.price import UnitPrice
from core.domain.refusals.orders import OrderNoLongerWaiting, OrderNotFound, OrderStateUnfit
from core.domain.refusals.pumps import PumpBusy
from core.domain.station_order import ServiceState
from core.protocol.codec import wrap
from core.protocol.from_cloud import OrderPlaced, OrderWithdrawn
from tests.services.small_station import NOZZLE_1, PUMP_2, SmallStation

ENDS = ("order_completed", "order_declined")


def state(station: SmallStation, order: OrderId) -> ServiceState:
    return station.orders.get(order).state


def told(station: SmallStation) -> list[str]:
    station.mailbox.send_waiting()
    return [envelope.kind for envelope in station.cloud_mailbox.received]


def released(station: SmallStation) -> OrderId:
    order = station.an_order()
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    return order


def test_an_order_runs_to_its_end_with_the_pumps_figures(station: SmallStation) -> None:
    order = released(station)
    assert state(station, order) is ServiceState.AUTHORISED
    station.pumps.fuel(PUMP_2, Money(5_000))
    assert state(station, order) is ServiceState.FUELLING
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(16_327))
    assert state(station, order) is ServiceState.FILLED
    assert station.forecourt.unpaid() == []
    station.orders.confirm(order, station.attendant)
    assert told(station) == ["order_authorised", "order_fuelling", "order_completed"]
    assert station.cloud_mailbox.received[-1].body["amount_fen"] == 16_327


def test_the_pump_stops_at_what_was_ordered_not_at_what_was_paid(station: SmallStation) -> None:
    order = released(station)
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(99_999))
    confirmed = station.orders.confirm(order, station.attendant)
    with station.work.reading() as work:
        assert confirmed.fill is not None
        assert work.fills.get(confirmed.fill).amount == Money(20_000)


def test_the_driver_gets_the_price_he_was_promised(station: SmallStation) -> None:
    order = station.an_order()
    station.pumps.set_prices(PUMP_2, {NOZZLE_1: UnitPrice(9_990)})
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.orders.authorise(order, station.attendant)
    assert station.pumps.finish(PUMP_2, NOZZLE_1, Money(20_000)).price == UnitPrice(7_810)


def test_an_order_that_comes_twice_is_there_once(station: SmallStation) -> None:
    order = station.an_order()
    first = station.cloud_mailbox.fetch(0)[0]
    station.cloud_mailbox.put(first)
    station.mailbox.fetch()
    assert [waiting.id for waiting in station.orders.open_orders()] == [order]


def test_an_order_the_driver_took_back_is_gone(station: SmallStation) -> None:
    order = station.an_order()
    withdrawn = OrderWithdrawn(order_id=order, reason="driver_changed_mind")
    station.cloud_mailbox.put(wrap(withdrawn, station.ids(), station.clock.now()))
    station.mailbox.fetch()
    assert state(station, order) is ServiceState.WITHDRAWN
    assert station.orders.open_orders() == []


def test_a_claim_the_cloud_refuses_ends_the_order_and_nothing_is_filled(station: SmallStation) -> None:
    order = station.an_order()
    station.order_desk.gone[order] = "cancelled"
    with pytest.raises(OrderNoLongerWaiting):
        station.orders.accept(order, station.attendant)
    assert state(station, order) is ServiceState.WITHDRAWN


def test_with_the_cloud_away_an_order_keeps_waiting(station: SmallStation) -> None:
    order = station.an_order()
    station.order_desk.down = True
    with pytest.raises(CloudUnreachable):
        station.orders.accept(order, station.attendant)
    assert state(station, order) is ServiceState.WAITING


def test_a_lost_claim_is_asked_again_with_the_same_claim(station: SmallStation) -> None:
    order = station.an_order()
    station.order_desk.lose_answer = True
    with pytest.raises(CloudAnswerLost):
        station.orders.accept(order, station.attendant)
    assert state(station, order) is ServiceState.CLAIMING
    station.restart()
    station.orders.settle_claims()
    assert state(station, order) is ServiceState.ACCEPTED


def test_a_declined_order_is_told_to_the_cloud(station: SmallStation) -> None:
    order = station.an_order()
    station.orders.accept(order, station.attendant)
    station.orders.decline(order, CancelReason.CAR_NOT_THERE, station.attendant)
    assert told(station) == ["order_declined"]
    assert station.cloud_mailbox.received[0].body["reason"] == "car_not_there"


def test_a_released_pump_must_be_taken_back_before_its_order_is_declined(station: SmallStation) -> None:
    order = released(station)
    with pytest.raises(OrderStateUnfit):
        station.orders.decline(order, CancelReason.CAR_NOT_THERE, station.attendant)
    station.forecourt.cancel(PUMP_2, station.attendant)
    assert state(station, order) is ServiceState.PLATE_CHECKED
    station.orders.decline(order, CancelReason.CAR_NOT_THERE, station.attendant)
    assert state(station, order) is ServiceState.DECLINED


def test_nothing_filled_gives_everything_back(station: SmallStation) -> None:
    order = released(station)
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(0))
    station.orders.confirm(order, station.attendant)
    assert state(station, order) is ServiceState.DECLINED
    assert told(station)[-1] == "order_declined"
    assert station.cloud_mailbox.received[-1].body["reason"] == "nothing_filled"


def test_once_fuel_has_flowed_an_order_is_not_declined(station: SmallStation) -> None:
    order = released(station)
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(5_000))
    with pytest.raises(OrderStateUnfit):
        station.orders.decline(order, CancelReason.STATION_DECLINED, station.attendant)


def test_a_busy_pump_sends_the_attendant_back_a_step(station: SmallStation) -> None:
    order = station.an_order()
    station.orders.accept(order, station.attendant)
    station.orders.check_plate(order, station.attendant)
    station.pumps.down = True
    station.orders.authorise(order, station.attendant)
    served = station.orders.get(order)
    assert (served.state, served.reason) == (ServiceState.PLATE_CHECKED, "pump_line_down")
    station.pumps.down = False
    station.orders.authorise(order, station.attendant)
    second = station.an_order()
    station.orders.accept(second, station.attendant)
    station.orders.check_plate(second, station.attendant)
    with pytest.raises(PumpBusy):
        station.orders.authorise(second, station.attendant)


def test_an_orders_fill_is_found_after_a_power_cut_and_confirmed_once(station: SmallStation) -> None:
    order = released(station)
    station.pumps.stop()
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(12_345))
    station.restart()
    assert state(station, order) is ServiceState.FILLED
    station.orders.confirm(order, station.attendant)
    station.orders.confirm(order, station.attendant)
    assert told(station).count("order_completed") == 1


def test_a_message_of_no_known_kind_is_set_aside_and_the_next_comes_in(station: SmallStation) -> None:
    placed = OrderWithdrawn(order_id="f" * 32, reason="")
    strange = wrap(placed, station.ids(), station.clock.now()).model_copy(
        update={"kind": "tomorrows_invention"}
    )
    station.cloud_mailbox.put(strange)
    order = station.an_order()
    assert state(station, order) is ServiceState.WAITING


def test_an_order_by_litres_presets_litres(station: SmallStation) -> None:
    order = OrderId(station.ids())
    placed = OrderPlaced(
        order_id=order, code="111222", pump=2, nozzle=1, grade="G92", price_li=7_810, by="volume",
        amount_fen=15_620, volume_ml=20_000, discount_fen=0, paid_fen=15_620, plate="云A12345",
        driver_phone_masked="138****1234", paid_at=station.clock.now(),
    )  # fmt: skip
    station.cloud_mailbox.put(wrap(placed, station.ids(), station.clock.now()))
    station.mailbox.fetch()
    assert station.orders.get(order).preset.volume.millilitres == 20_000


# --- claims whose answer is lost -----------------------------------------------------------------------------------------


def test_a_claim_cut_off_by_a_power_cut_is_asked_again_with_the_same_id(station: SmallStation) -> None:
    order = station.an_order()
    station.order_desk.lose_answer = True
    with pytest.raises(CloudAnswerLost):
        station.orders.accept(order, station.attendant)
    station.restart()
    assert state(station, order) is ServiceState.CLAIMING
    station.order_desk.down = True
    station.orders.settle_claims()
    assert state(station, order) is ServiceState.CLAIMING  # the first one may have arrived
    station.order_desk.down = False
    station.orders.settle_claims()
    assert state(station, order) is ServiceState.ACCEPTED


def test_a_claim_that_came_too_late_does_not_hold_up_the_others(station: SmallStation) -> None:
    first, second = station.an_order(), station.an_order()
    for order in (first, second):
        station.order_desk.lose_answer = True
        with pytest.raises(CloudAnswerLost):
            station.orders.accept(order, station.attendant)
    station.order_desk.gone[first] = "cancelled"
    station.orders.settle_claims()
    assert (state(station, first), state(station, second)) == (
        ServiceState.WITHDRAWN,
        ServiceState.ACCEPTED,
    )


def test_a_cloud_that_forgot_hears_again_how_an_order_ended(station: SmallStation) -> None:
    order = released(station)
    station.pumps.finish(PUMP_2, NOZZLE_1, Money(16_327))
    station.orders.confirm(order, station.attendant)
    given_back = station.an_order()
    station.orders.decline(given_back, CancelReason.STATION_DECLINED, station.attendant)
    station.mailbox.send_waiting()
    ends = [each for each in station.cloud_mailbox.received if each.kind in ENDS]
    station.cloud_mailbox.received.clear()
    for placed in station.cloud_mailbox.fetch(0):
        station.cloud_mailbox.put(placed)
    station.mailbox.fetch()
    station.mailbox.send_waiting()
    assert [each.body for each in station.cloud_mailbox.received] == [each.body for each in ends]


def test_an_order_that_the_cloud_does_not_know_is_gone(station: SmallStation) -> None:
    order = station.an_order()
    station.order_desk.unknown.add(order)
    with pytest.raises(OrderNotFound):
        station.orders.accept(order, station.attendant)
    assert state(station, order) is ServiceState.WITHDRAWN
