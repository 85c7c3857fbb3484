"""Giving back: once for the same refund id, in parts that never exceed what was paid, until it has arrived."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from cloud_api.payments import repository
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.payments import PaymentIsFinal, PaymentNotFound
from core.domain.refusals.refunds import RefundTooLarge
from tests.cloud_api.payments.conftest import Stack, World, alipay_code, wait_until, wechat_code
from tests.cloud_api.payments.test_notifications import started_and_paid
from tests.conftest import ExpectLog

BOTH = pytest.mark.parametrize("provider", ["wechat", "alipay"])
CODES = {"wechat": wechat_code, "alipay": alipay_code}


def paid_order(stack: Stack, world: World, provider: str) -> tuple[str, str]:
    payment_id, order_id = started_and_paid(stack, world, provider)
    stack.wait_for(payment_id)
    return payment_id, order_id


@BOTH
def test_what_was_not_used_goes_back_and_the_order_hears_of_it_once(
    stack_on_either: Stack, world: World, provider
):
    stack = stack_on_either
    payment_id, order_id = paid_order(stack, world, provider)
    refund_id = stack.new_id()
    assert stack.give_back(refund_id, payment_id, 4321).state in ("pending", "refunded")
    stack.wait_for_refund(refund_id)
    assert stack.orders.refunded == [(order_id, refund_id, 4321)]
    assert stack.give_back(refund_id, payment_id, 4321).state == "refunded"
    stack.settle(after_seconds=60)
    assert stack.orders.refunded == [(order_id, refund_id, 4321)]
    assert getattr(world, provider).payment(payment_id)["refunded_fen"] == 4321


@BOTH
def test_parts_never_sum_to_more_than_was_paid(stack_on_either: Stack, world: World, provider):
    stack = stack_on_either
    payment_id, _ = paid_order(stack, world, provider)

    def give_back_a_third(_: int) -> bool:
        try:
            stack.give_back(stack.new_id(), payment_id, 7000)
        except RefundTooLarge:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(give_back_a_third, range(5))) == [False, False, False, True, True]
    assert getattr(world, provider).payment(payment_id)["refunded_fen"] == 14000
    assert stack.row(payment_id).refunded_fen == 14000


@BOTH
@pytest.mark.parametrize("behaviour", ["drop_after", "drop_before", "system_error", "bad_signature"])
def test_refund_without_a_clear_answer_is_asked_again_under_the_same_number(
    stack: Stack, world: World, expected_log: ExpectLog, *, provider, behaviour
):
    if behaviour == "bad_signature":
        expected_log("cannot be trusted")
    payment_id, order_id = paid_order(stack, world, provider)
    control, refund_id = getattr(world, provider), stack.new_id()
    control.next("withheld", on="notification")
    control.next(behaviour, path_contains="refund")
    assert stack.give_back(refund_id, payment_id, 20000).state == "pending"

    def is_told() -> bool:
        stack.settle(after_seconds=5)
        return bool(stack.orders.refunded)

    wait_until(is_told, "it is settled")
    assert stack.orders.refunded == [(order_id, refund_id, 20000)]
    assert [one["amount_fen"] for one in control.refunds(payment_id)] == [20000]


@BOTH
def test_refund_that_takes_days_stays_pending(stack: Stack, world: World, provider):
    payment_id, order_id = paid_order(stack, world, provider)
    control, refund_id = getattr(world, provider), stack.new_id()
    control.next("delayed", on="refund")
    assert stack.give_back(refund_id, payment_id, 100).state == "pending"
    stack.settle(after_seconds=3600)
    assert stack.refund_row(refund_id).state == "pending"
    control.end_refund(refund_id, "SUCCESS" if provider == "wechat" else "REFUND_SUCCESS")
    stack.wait_for_refund(refund_id)
    assert stack.orders.refunded == [(order_id, refund_id, 100)]


@BOTH
def test_refund_that_cannot_arrive_fails_and_says_so(
    stack: Stack, world: World, expected_log: ExpectLog, provider
):
    expected_log("refund .* failed")
    payment_id, _ = paid_order(stack, world, provider)
    refund_id = stack.new_id()
    getattr(world, provider).next("abnormal", on="refund")
    stack.give_back(refund_id, payment_id, 100)
    stack.wait_for_refund(refund_id, "failed")
    assert stack.orders.refunded == []
    # It is at the provider and must not be given back a second time by us.
    assert stack.row(payment_id).refunded_fen == 100


def test_refund_that_was_closed_may_be_given_back_by_another(
    stack: Stack, world: World, expected_log: ExpectLog
):
    expected_log("refund .* failed: refund_closed")
    payment_id, _ = paid_order(stack, world, "wechat")
    refund_id = stack.new_id()
    world.wechat.next("delayed", on="refund")
    stack.give_back(refund_id, payment_id, 20000)
    world.wechat.end_refund(refund_id, "CLOSED")
    stack.wait_for_refund(refund_id, "failed")
    assert stack.row(payment_id).refunded_fen == 0
    assert stack.give_back(stack.new_id(), payment_id, 20000).state == "pending"


def test_only_a_captured_payment_is_given_back(stack: Stack, world: World):
    payment_id = stack.new_id()
    stack.start(payment_id, "wechat", stack.new_id())
    with pytest.raises(PaymentIsFinal):
        stack.give_back(stack.new_id(), payment_id, 1)
    with pytest.raises(PaymentNotFound):
        stack.give_back(stack.new_id(), stack.new_id(), 1)


def test_same_refund_id_for_another_amount_is_refused(stack: Stack, world: World):
    payment_id, _ = paid_order(stack, world, "wechat")
    refund_id = stack.new_id()
    stack.give_back(refund_id, payment_id, 100)
    with pytest.raises(IdempotencyKeyReused):
        stack.give_back(refund_id, payment_id, 200)


@BOTH
def test_counter_gives_back_part_of_a_code_payment(stack: Stack, world: World, provider):
    payment_id, refund_id = stack.new_id(), stack.new_id()
    stack.charge(payment_id, CODES[provider](), 10000)
    answer = stack.refund(payment_id, refund_id, 2500)
    assert (answer["refund_id"], answer["amount_fen"]) == (refund_id, 2500)

    def is_refunded() -> bool:
        stack.settle(after_seconds=2)
        return stack.refund(payment_id, refund_id, 2500)["state"] == "refunded"

    wait_until(is_refunded, "it has gone back")
    body = {"refund_id": stack.new_id(), "amount_fen": 7501}
    too_much = stack.post(f"/v1/station/payments/{payment_id}/refunds", body, status=409)
    assert too_much["error"]["code"] == "refund_too_large"
    assert getattr(world, provider).payment(payment_id)["refunded_fen"] == 2500


def test_who_asks_while_somebody_is_at_the_same_refund_hears_how_it_ended(stack: Stack, world: World):
    """The net looks at a refund from the moment that it is written down; the counter must not read "pending" for that."""
    payment_id, refund_id = stack.new_id(), stack.new_id()
    stack.charge(payment_id, alipay_code(), 10000)
    stack.refund(payment_id, refund_id, 2500)
    stack.wait_for_refund(refund_id)
    lost = {"state": "pending", "ended_at": None, "look_at": stack.clock.now()}
    stack.room.database.write_now(lambda work: repository.change_refund(work.connection, refund_id, **lost))

    async def by_two() -> list[str]:
        payments = stack.room.payments
        asked = (payments.refund_query_of_station("1" * 32, refund_id) for _ in range(2))
        return [row.state for row in await asyncio.gather(*asked)]

    assert stack.room.run(by_two()) == ["refunded", "refunded"]
