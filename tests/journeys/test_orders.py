"""Online orders that do not simply go through: cancelled, too late, nobody there, nothing filled, part filled."""

from collections.abc import Iterator

import pytest

from core.domain.ids import OrderId, PumpNumber
from core.domain.order import CancelReason
from core.domain.refusals.orders import OrderNoLongerWaiting, OrderStateUnfit
from core.domain.station_order import ServiceState
from core.wording.catalogue import Language
from core.wording.refusals import sentence
from tests.journeys.driver import Driver
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation


class Served:
    """An attendant with one paid order at pump 2."""

    def __init__(self, station: RealStation, driver: Driver, *, must_wait: bool = True) -> None:
        self.station, self.driver = station, driver
        self.id = OrderId(driver.order_and_pay(station.id))
        if must_wait:
            station.wait_order(self.id, ServiceState.WAITING)

    def accept(self) -> None:
        self.station.till.orders.accept(self.id, self.station.attendant)

    def release(self) -> None:
        """Up to the pump's promise."""
        self.accept()
        self.station.till.orders.check_plate(self.id, self.station.attendant)
        self.station.till.orders.authorise(self.id, self.station.attendant)
        self.station.wait_order(self.id, ServiceState.AUTHORISED)

    def confirm(self) -> None:
        self.station.wait_order(self.id, ServiceState.FILLED)
        self.station.till.orders.confirm(self.id, self.station.attendant)

    def decline(self, reason: CancelReason) -> None:
        self.station.till.orders.decline(self.id, reason, self.station.attendant)


@pytest.fixture
def served(audited: RealStation, driver: Driver) -> Served:
    return Served(audited, driver)


def given_back(served: Served, reason: str, words: str) -> None:
    """The driver sees why, and has everything back."""
    served.driver.wait(served.id, "cancelled")

    def all_back() -> bool:
        return bool(served.driver.see(served.id)["cancelled"]["refund_state"] == "refunded")

    eventually(all_back, "the money is back")
    cancelled = served.driver.see(served.id)["cancelled"]
    assert (cancelled["reason"], cancelled["sentence"]) == (reason, words)
    assert cancelled["refund_fen"] == 20_000


def test_a_driver_may_cancel_before_the_station_accepts(served: Served) -> None:
    served.driver.told("POST", f"/v1/orders/{served.id}/cancel", {})
    given_back(served, "driver_changed_mind", "您取消了订单，已付金额全部退回。")
    served.station.wait_order(served.id, ServiceState.WITHDRAWN)
    with pytest.raises(OrderStateUnfit) as late:
        served.accept()
    assert sentence(late.value) == "订单状态已变化，现在不能做这一步。"


def test_an_attendant_who_accepts_what_was_just_cancelled_is_told_not_to_fill(
    served: Served, outside: Outside
) -> None:
    """The cancel is in the cloud, and the station has not heard of it yet."""
    served.station.shut(served.station.till)
    served.driver.told("POST", f"/v1/orders/{served.id}/cancel", {})
    station = served.station.open(ready=False)
    with pytest.raises(
        (OrderNoLongerWaiting, OrderStateUnfit)
    ) as gone:  # the mailbox may be quicker than the attendant
        station.orders.accept(served.id, served.station.attendant)
    assert sentence(gone.value) in {
        "订单已取消或已被受理，请不要加油，款项会自动退回。",
        "订单状态已变化，现在不能做这一步。",
    }
    served.station.wait_order(served.id, ServiceState.WITHDRAWN)


def test_a_driver_cannot_cancel_what_the_station_has_accepted(served: Served) -> None:
    served.release()
    answer = served.driver.ask("POST", f"/v1/orders/{served.id}/cancel", {})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "order_already_accepted")
    assert error["message"] == "油站已受理这个订单，请找现场加油员。"
    answer = served.driver.ask("POST", f"/v1/orders/{served.id}/cancel", {}, language=Language.ENGLISH)
    assert (
        answer.json()["error"]["message"] == "The station is already serving this order. Ask the attendant."
    )
    served.station.at_pump(2, "serve", nozzle=1)
    served.confirm()
    served.driver.wait(served.id, "completed")


def test_the_car_is_not_there(served: Served) -> None:
    served.accept()
    served.decline(CancelReason.CAR_NOT_THERE)
    given_back(served, "car_not_there", "加油员没有找到您的车，已付金额全部退回。")


def test_the_station_cannot_serve(served: Served) -> None:
    served.decline(CancelReason.STATION_DECLINED)
    given_back(served, "station_declined", "油站无法为您加油，已付金额全部退回。")


def test_a_released_pump_is_taken_back_before_the_order_is_declined(served: Served) -> None:
    served.release()
    served.station.till.forecourt.cancel(PumpNumber(2), served.station.attendant)
    served.station.wait_order(served.id, ServiceState.PLATE_CHECKED)
    eventually(lambda: served.station.reading(2) == "idle", "the pump is idle again")
    served.decline(CancelReason.CAR_NOT_THERE)
    given_back(served, "car_not_there", "加油员没有找到您的车，已付金额全部退回。")
    assert served.station.ledger() == []


def test_nothing_was_filled(served: Served) -> None:
    served.release()
    served.station.at_pump(2, "lift", nozzle=1)
    eventually(lambda: served.station.reading(2) in {"started", "fuelling"}, "the nozzle is up")
    served.station.at_pump(2, "hang_up")
    served.confirm()
    given_back(served, "nothing_filled", "没有加油，已付金额全部退回。")


def test_what_was_not_filled_goes_back(served: Served) -> None:
    served.release()
    served.station.at_pump(2, "serve", nozzle=1, target_amount_fen=12_345)
    served.confirm()
    settled = served.driver.wait(served.id, "completed")["settlement"]
    assert (settled["used_fen"], settled["owed_fen"], settled["refund_fen"]) == (12_345, 12_345, 7_655)


def test_a_fill_stopped_by_the_attendant_is_settled_by_what_has_flowed(served: Served) -> None:
    served.release()
    served.station.pace(4)
    served.station.at_pump(2, "serve", nozzle=1)
    served.station.wait_flow(2)
    served.station.till.forecourt.cancel(PumpNumber(2), served.station.attendant)
    served.confirm()
    settled = served.driver.wait(served.id, "completed")["settlement"]
    assert settled["owed_fen"] + settled["refund_fen"] == 20_000
    assert 0 < settled["owed_fen"] < 20_000


def test_a_lost_answer_to_the_release_of_an_order_promises_it_once(served: Served) -> None:
    served.station.spoil("lose_reply", type="PumpAuthorize", count=1)
    served.release()
    served.station.at_pump(2, "serve", nozzle=1)
    served.confirm()
    assert [fill["amount"] for fill in served.station.fills(2)] == [20_000]


# --- what the clock does -------------------------------------------------------------------------------------------------


@pytest.fixture
def hurried(audited: RealStation, outside: Outside) -> Iterator[RealStation]:
    """The cloud waits two seconds for a payment and for a station, in place of fifteen minutes."""
    outside.restart_cloud(unpaid_order_seconds=2, unclaimed_order_seconds=2, chores_seconds=0.5)
    yield audited
    outside.restart_cloud()


def test_the_clock_ends_what_nobody_accepts_or_pays_and_late_money_goes_back_by_itself(
    hurried: RealStation, outside: Outside, driver: Driver
) -> None:
    served = Served(hurried, driver, must_wait=False)  # it may be over before anybody looks
    given_back(served, "nobody_accepted", "油站未及时受理，已付金额全部退回。")
    hurried.wait_order(served.id, ServiceState.WITHDRAWN)

    unpaid = driver.order(hurried.id)
    payment = driver.begin_to_pay(unpaid)
    cancelled = driver.wait(unpaid, "cancelled")["cancelled"]
    assert cancelled["sentence"] == "订单超时未支付，已取消，没有扣款。"
    driver.pay(payment, even_if_closed=True)
    eventually(lambda: outside.ledger()[payment]["refunded_fen"] == 20_000, "the late money is back")
    assert driver.see(unpaid)["state"] == "cancelled"
    assert not hurried.rows("SELECT id FROM orders WHERE id = ?", unpaid)
