"""A cloud that came back from an older copy of itself: numbers go on, and stations say again what it forgot."""

from argparse import Namespace
from functools import partial

from sqlalchemy import delete, update

from cloud_api.database import Work
from cloud_api.keeping import Keeping
from cloud_api.orders.tables import orders
from cloud_api.payments.tables import payments, refunds
from cloud_api.stations.mailbox import Mailbox
from cloud_api.stations.tables import mailbox, station_messages, stations
from core.protocol.from_cloud import OrderWithdrawn
from tests.cloud_api.conftest import Cloud, StationMachine, code_of, wait_until
from tests.conftest import ExpectLog


def _post(cloud: Cloud, station: StationMachine, count: int) -> None:
    letters = Mailbox(cloud.clock, lambda _station: None)
    for _ in range(count):
        letter = OrderWithdrawn(order_id=station.new_id(), reason="driver_changed_mind")
        cloud.database.write_now(partial(letters.post, station_id=station.id, message=letter))


def _forget(cloud: Cloud, station: StationMachine, after: int, message_ids: list[str]) -> None:
    """What was written since the copy is gone."""

    def forget(work: Work) -> None:
        since = (stations.c.id == station.id, {"mailbox_latest": after, "mailbox_safe": after - 1})
        work.connection.execute(update(stations).where(since[0]).values(since[1]))
        work.connection.execute(
            delete(mailbox).where(mailbox.c.station_id == station.id, mailbox.c.number > after)
        )
        work.connection.execute(delete(station_messages).where(station_messages.c.id.in_(message_ids)))

    cloud.database.write_now(forget)


def test_numbers_go_on_behind_what_the_station_has(either_cloud: Cloud, expected_log: ExpectLog) -> None:
    expected_log(r"WARNING cloud_api.stations.service.*has message 4 of us, and we know of 2")
    cloud, station = either_cloud, either_cloud.station()
    cloud.clock.pass_seconds(3600)
    later = station.prices(G92=7900)
    station.tell(later)
    _post(cloud, station, 4)
    assert [one["number"] for one in station.mailbox()] == [1, 2, 3, 4]
    second = station.mailbox()[1]["id"]
    _forget(cloud, station, 2, [later["id"]])
    told = station.mailbox(after=4)
    # What is not known to be safe there comes once more, and behind it the question for what was forgotten.
    assert [(one["number"], one["kind"]) for one in told] == [(5, "order_withdrawn"), (6, "cloud_forgot")]
    assert told[0]["id"] == second
    assert told[1]["body"]["known_id"] is None
    _post(cloud, station, 1)
    assert [one["number"] for one in station.mailbox(after=6)] == [7]
    assert [one["number"] for one in station.mailbox(after=4)] == [5, 6, 7]


def test_a_number_that_nobody_gave_out_is_not_believed(either_cloud: Cloud) -> None:
    station = either_cloud.station()
    for number in (1_000_000_001, 2**53):
        assert code_of(station.get("/v1/station/mailbox", 422, after=number)) == "malformed_request"
    _post(either_cloud, station, 1)
    assert [one["number"] for one in station.mailbox()] == [1]


def test_the_station_is_told_what_is_surely_known(cloud: Cloud, expected_log: ExpectLog) -> None:
    expected_log(r"WARNING cloud_api.stations.service.*has message 1 of us")
    station = cloud.station()
    cloud.clock.pass_seconds(3600)
    known, last = station.prices(G92=7900), station.prices(G92=8000)
    station.tell(known)
    cloud.clock.pass_seconds(3600)
    station.tell(last)
    [asked] = station.mailbox(after=1)
    assert (asked["number"], asked["body"]["known_id"]) == (2, known["id"])


def test_after_the_command_every_station_says_again_and_no_number_comes_twice(cloud: Cloud) -> None:
    station = cloud.station()
    _post(cloud, station, 2)
    # Since the copy it had these two and more; nobody knows how many.
    keeping = Keeping(cloud.database, cloud.clock, cloud.settings)
    assert keeping.came_from_a_copy(Namespace()) == ["stations 1"]
    told = [(one["number"], one["kind"]) for one in station.mailbox(after=90)]
    assert told == [
        (1_000_003, "order_withdrawn"),
        (1_000_004, "order_withdrawn"),
        (1_000_005, "cloud_forgot"),
    ]


def test_an_order_that_was_given_back_since_the_copy_is_given_back_once(cloud: Cloud) -> None:
    driver, station = cloud.driver(), cloud.station()
    order = driver.order(station)["id"]
    payment = driver.pay(cloud.wechat, order)

    def given_back() -> bool:
        return bool(driver.look(order)["cancelled"]["refund_state"] == "refunded")

    driver.post(f"/v1/orders/{order}/cancel")
    wait_until(given_back, "the money to be back")

    def forget(work: Work) -> None:
        before = {"state": "reserved", "cancel_reason": None, "refund_id": None, "refund_fen": 0}
        work.connection.execute(
            update(orders).where(orders.c.id == order).values(**before, refund_state="none")
        )
        work.connection.execute(delete(refunds).where(refunds.c.payment_id == payment))
        work.connection.execute(update(payments).where(payments.c.id == payment).values(refunded_fen=0))

    cloud.database.write_now(forget)
    # What goes back is asked for again only after a rest.
    cloud.clock.pass_seconds(60)
    driver.post(f"/v1/orders/{order}/cancel")
    wait_until(given_back, "the money to be back")
    assert cloud.wechat.payment(payment)["refunded_fen"] == 20000
