"""What providers tell by themselves: only what is genuine, fresh and ours counts, and it counts once."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import Table, delete

from cloud_api.database import Work
from cloud_api.payments.tables import payment_events, payments
from cloud_api.simulated.alipay_wire import AlipayWire
from core.domain.faults import ProviderUnreachable
from tests.cloud_api.payments.conftest import Stack, World, wait_until
from tests.conftest import ExpectLog

BOTH = pytest.mark.parametrize("provider", ["wechat", "alipay"])


def started_and_paid(stack: Stack, world: World, provider: str) -> tuple[str, str]:
    """A payment that was paid on the phone; its ids."""
    payment_id, order_id = stack.new_id(), stack.new_id()
    stack.start(payment_id, provider, order_id)
    if provider == "alipay":
        stack.client.get(stack.row(payment_id).pay_url or "")
    getattr(world, provider).pay(payment_id)
    return payment_id, order_id


@BOTH
def test_two_copies_at_the_same_moment_count_once(stack_on_either: Stack, world: World, provider):
    stack, control = stack_on_either, getattr(world, provider)
    control.next("duplicate", on="notification")
    payment_id, order_id = started_and_paid(stack, world, provider)
    wait_until(lambda: len(control.notifications(payment_id)[0]["statuses"]) == 2, "both copies are answered")
    assert control.notifications(payment_id)[0]["statuses"] == [200, 200]
    assert stack.orders.taken == {order_id: payment_id}
    assert stack.orders.late == []
    assert stack.events(payment_id).count("captured") == 1


@BOTH
def test_told_many_times_with_new_ids_counts_once(stack_on_either: Stack, world: World, provider):
    stack, control = stack_on_either, getattr(world, provider)
    payment_id, _ = started_and_paid(stack, world, provider)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: control.notify_again(payment_id), range(6)))
    wait_until(
        lambda: [one["statuses"] for one in control.notifications(payment_id)] == [[200]] * 7,
        "all are answered",
    )
    assert stack.events(payment_id).count("captured") == 1
    assert stack.orders.late == []


@pytest.mark.parametrize(
    ("provider", "behaviour"),
    [
        ("wechat", "bad_signature"),
        ("wechat", "no_signature"),
        ("wechat", "stale_timestamp"),
        ("wechat", "wrong_serial"),
        ("alipay", "bad_signature"),
        ("alipay", "no_signature"),
    ],
)
def test_what_is_not_genuine_is_refused_and_the_next_try_taken(
    stack: Stack, world: World, expected_log: ExpectLog, *, provider, behaviour
):
    expected_log("a notification from .* was refused")
    getattr(world, provider).next(behaviour, on="notification")
    payment_id, order_id = started_and_paid(stack, world, provider)
    stack.wait_for(payment_id)
    assert stack.orders.taken == {order_id: payment_id}
    wait_until(
        lambda: getattr(world, provider).notifications(payment_id)[0]["statuses"] == [400, 200],
        "both are answered",
    )


def test_probe_of_wechat_is_refused_and_disturbs_nobody(stack: Stack, world: World):
    world.wechat.next("probe", on="notification")
    payment_id, order_id = started_and_paid(stack, world, "wechat")
    stack.wait_for(payment_id)
    assert stack.orders.taken == {order_id: payment_id}
    wait_until(
        lambda: world.wechat.notifications(payment_id)[0]["statuses"] == [400, 200], "both are answered"
    )


@BOTH
@pytest.mark.parametrize("behaviour", ["wrong_amount", "wrong_merchant"])
def test_genuine_but_wrong_is_refused_for_good(
    stack: Stack, world: World, expected_log: ExpectLog, *, provider, behaviour
):
    expected_log("a notification from .* was refused")
    if behaviour == "wrong_amount":
        expected_log("19999 fen were paid, not 20000")
    getattr(world, provider).next(behaviour, on="notification")
    payment_id, _ = started_and_paid(stack, world, provider)
    wait_until(lambda: getattr(world, provider).notifications(payment_id)[0]["statuses"], "it is answered")
    assert stack.row(payment_id).state == "pending"
    assert stack.orders.taken == {}
    # What the provider answers when asked is the truth.
    stack.settle(after_seconds=120)
    assert stack.row(payment_id).state == "captured"


@BOTH
def test_payment_we_do_not_know_is_refused(stack: Stack, world: World, expected_log: ExpectLog, provider):
    expected_log("there is no such payment here")
    payment_id, _ = started_and_paid(stack, world, provider)
    stack.wait_for(payment_id)
    for table in (payment_events, payments):
        stack.room.database.write_now(partial(delete_all, table))
    getattr(world, provider).notify_again(payment_id)
    wait_until(lambda: getattr(world, provider).notifications(payment_id)[-1]["statuses"], "it is answered")
    assert getattr(world, provider).notifications(payment_id)[-1]["statuses"][0] == 400


def test_alipay_is_answered_with_seven_letters(stack: Stack, world: World):
    payment_id, _ = started_and_paid(stack, world, "alipay")
    stack.wait_for(payment_id)
    delivery = world.alipay.notifications(payment_id)[0]
    answer = stack.client.post(
        "/v1/callbacks/alipay", content=signed_again(stack, world, delivery["content"])
    )
    assert (answer.status_code, answer.text) == (200, "success")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\xff\xfe", b"a=b", b"[]", b"x" * 70_000, json.dumps({"resource": 1}).encode()]
)
@BOTH
def test_rubbish_is_refused(stack: Stack, expected_log: ExpectLog, provider, body):
    expected_log("was refused")
    answer = stack.client.post(f"/v1/callbacks/{provider}", content=body)
    assert answer.status_code == 400
    assert answer.text in ("failure", '{"code":"FAIL","message":"refused"}')


def test_changed_field_breaks_alipays_signature(stack: Stack, world: World, expected_log: ExpectLog):
    expected_log("was refused")
    payment_id, _ = started_and_paid(stack, world, "alipay")
    stack.wait_for(payment_id)
    form = dict(
        parse_qsl(signed_again(stack, world, world.alipay.notifications(payment_id)[0]["content"]).decode())
    )
    form["total_amount"] = "0.01"
    assert stack.client.post("/v1/callbacks/alipay", content=urlencode(form)).text == "failure"


def delete_all(table: Table, work: Work) -> None:
    work.connection.execute(delete(table))


def signed_again(stack: Stack, world: World, fields: dict[str, str]) -> bytes:
    """The form in which Alipay would send these fields."""
    return urlencode(AlipayWire(world.keys).notification(fields, None)).encode()


def test_payment_told_before_we_know_where_it_is_paid_counts(stack: Stack, world: World):
    payment_id, order_id = stack.new_id(), stack.new_id()
    world.wechat.next("drop_after", path_contains="/h5")
    with pytest.raises(ProviderUnreachable):
        stack.start(payment_id, "wechat", order_id)
    world.wechat.pay(payment_id)
    stack.wait_for(payment_id)
    assert stack.orders.taken == {order_id: payment_id}


def test_refund_told_while_its_answer_is_still_awaited_counts_once(stack: Stack, world: World):
    payment_id, order_id = started_and_paid(stack, world, "wechat")
    stack.wait_for(payment_id)
    refund_id = stack.new_id()
    world.wechat.next("drop_after", path_contains="refunds")
    stack.room.run(stack.room.payments.refund(refund_id, payment_id, 100, ""))
    stack.wait_for_refund(refund_id)
    stack.settle(after_seconds=60)
    assert stack.orders.refunded == [(order_id, refund_id, 100)]
