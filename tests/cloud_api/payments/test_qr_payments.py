"""A QR code on the counter's display, through both providers that have one, to every end it can have."""

import re

import httpx
import pytest

from tests.cloud_api.payments.conftest import (
    Stack,
    World,
    alipay_code,
    unionpay_code,
    wait_until,
    wechat_code,
)
from tests.cloud_api.simulated.outside_world import plain_http
from tests.conftest import ExpectLog

BOTH = pytest.mark.parametrize("provider", ["wechat", "alipay"])
CODES = {"wechat": wechat_code, "alipay": alipay_code, "unionpay": unionpay_code}


def started(stack: Stack, provider: str, payment_id: str, amount_fen: int = 26512, status: int = 200):
    body = {
        "payment_id": payment_id,
        "sale_id": "5" * 32,
        "amount_fen": amount_fen,
        "provider": provider,
        "description": "95号汽油 32.45升",
    }
    return stack.post("/v1/station/payments/qr", body, status=status)


@BOTH
def test_code_is_shown_scanned_and_paid(stack_on_either: Stack, world: World, provider):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    shown = started(stack, provider, payment_id)
    assert (shown["state"], shown["waiting_for"]) == ("pending", "payer")
    assert shown["qr"].startswith(("weixin://", "https://qr.alipay.com/"))
    assert started(stack, provider, payment_id) == shown
    getattr(world, provider).pay(payment_id)
    stack.wait_for(payment_id)
    paid = stack.ask(payment_id)
    assert (paid["state"], paid["provider"], paid["amount_fen"]) == ("captured", provider, 26512)
    assert getattr(world, provider).payment(payment_id)["charged_fen"] == 26512


@BOTH
def test_payer_scans_the_display_and_pays_on_the_page(stack: Stack, world: World, provider):
    payment_id = stack.new_id()
    shown = started(stack, provider, payment_id)
    with httpx.Client(base_url=getattr(world, provider).url, verify=plain_http(), trust_env=False) as phone:
        page = phone.get("/scan", params={"code": shown["qr"]})
        assert page.status_code == 200
        assert "265.12" in page.text
        action = re.search(r'action="([^"]+)"', page.text)
        assert action
        phone.post(action[1], data={"choice": "pay", "return_url": ""})
        assert "支付成功" in phone.get("/scan", params={"code": shown["qr"]}).text.replace("付款", "支付")
        assert phone.get("/scan", params={"code": "weixin://wxpay/bizpayurl?pr=none"}).status_code >= 400
    stack.wait_for(payment_id)


@BOTH
def test_paid_without_a_notification_is_found_by_asking(stack: Stack, world: World, provider):
    payment_id, control = stack.new_id(), getattr(world, provider)
    started(stack, provider, payment_id)
    control.next("withheld", on="notification")
    control.pay(payment_id)
    assert stack.ask(payment_id)["state"] == "captured"


@BOTH
def test_code_that_is_taken_away_can_no_longer_be_paid(stack_on_either: Stack, world: World, provider):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    started(stack, provider, payment_id)
    answer = stack.cancel(payment_id)
    assert (answer["state"], answer["reason"]) == ("cancelled", "cancelled_at_counter")


@BOTH
def test_paid_in_the_moment_in_which_it_is_taken_away_goes_back_by_itself(
    stack: Stack, world: World, provider
):
    payment_id, control = stack.new_id(), getattr(world, provider)
    started(stack, provider, payment_id)
    control.next("withheld", on="notification")
    control.pay(payment_id)
    assert stack.cancel(payment_id)["state"] == "cancelled"
    wait_until(lambda: control.payment(payment_id)["refunded_fen"] == 26512, "the money goes back")
    assert stack.ask(payment_id)["state"] == "cancelled"


@BOTH
def test_paid_after_it_was_taken_away_goes_back_by_itself(stack: Stack, world: World, provider):
    payment_id, control = stack.new_id(), getattr(world, provider)
    started(stack, provider, payment_id)
    stack.cancel(payment_id)
    control.pay(payment_id, even_if_closed=True)
    wait_until(lambda: control.payment(payment_id)["refunded_fen"] == 26512, "the money goes back")
    assert stack.ask(payment_id)["state"] == "cancelled"


@BOTH
def test_code_that_nobody_scans_ends_by_itself(stack: Stack, world: World, provider):
    payment_id = stack.new_id()
    started(stack, provider, payment_id)
    stack.settle(after_seconds=301)
    assert (stack.row(payment_id).state, stack.row(payment_id).reason) == ("cancelled", "not_paid_in_time")


@BOTH
def test_code_taken_away_before_it_was_asked_for_is_never_shown(
    stack_on_either: Stack, world: World, provider
):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    stack.post(f"/v1/station/payments/{payment_id}/cancel", {}, status=404)
    assert started(stack, provider, payment_id, status=409)["error"]["code"] == "payment_is_final"
    assert getattr(world, provider).payment(payment_id) == {}


@BOTH
def test_provider_without_an_answer_is_asked_again_under_the_same_number(
    stack: Stack, world: World, expected_log: ExpectLog, provider
):
    payment_id = stack.new_id()
    getattr(world, provider).next("drop_after")
    assert started(stack, provider, payment_id, status=503)["error"]["code"] == "provider_unreachable"
    shown = started(stack, provider, payment_id)
    assert shown["qr"]
    getattr(world, provider).pay(payment_id)
    stack.wait_for(payment_id)


def test_the_same_payment_for_another_amount_is_refused(stack: Stack):
    payment_id = stack.new_id()
    started(stack, "wechat", payment_id)
    assert started(stack, "wechat", payment_id, 100, status=409)["error"]["code"] == "idempotency_key_reused"


@BOTH
def test_parts_of_it_go_back_and_the_counter_can_ask(stack_on_either: Stack, world: World, provider):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    started(stack, provider, payment_id)
    getattr(world, provider).pay(payment_id)
    stack.wait_for(payment_id)
    refund_id = stack.new_id()
    assert stack.refund(payment_id, refund_id, 6512)["state"] in ("pending", "refunded")
    stack.wait_for_refund(refund_id)
    assert stack.refund_at_counter(refund_id) == {
        "refund_id": refund_id,
        "state": "refunded",
        "amount_fen": 6512,
        "reason": None,
    }
    assert getattr(world, provider).payment(payment_id)["refunded_fen"] == 6512


@pytest.mark.parametrize("provider", ["wechat", "alipay", "unionpay"])
def test_code_payment_goes_back_in_parts_and_never_more_than_was_taken(
    stack_on_either: Stack, world: World, provider
):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    stack.charge(payment_id, CODES[provider](), 10000)
    for amount_fen in (4000, 6000):
        refund_id = stack.new_id()
        stack.refund(payment_id, refund_id, amount_fen)
        stack.refund(payment_id, refund_id, amount_fen)
        stack.wait_for_refund(refund_id)
    body = {"refund_id": stack.new_id(), "amount_fen": 1}
    refused = stack.post(f"/v1/station/payments/{payment_id}/refunds", body, status=409)
    assert refused["error"]["code"] == "refund_too_large"
    assert getattr(world, provider).payment(payment_id)["refunded_fen"] == 10000


@BOTH
def test_refund_that_the_payers_bank_refuses_ends_failed_with_its_reason(
    stack: Stack, world: World, expected_log: ExpectLog, provider
):
    expected_log("failed")
    payment_id, refund_id = stack.new_id(), stack.new_id()
    stack.charge(payment_id, CODES[provider]())
    getattr(world, provider).next("abnormal", on="refund")
    stack.refund(payment_id, refund_id, 1000)
    stack.settle(after_seconds=15)
    answer = stack.refund_at_counter(refund_id)
    assert answer["state"] == "failed"
    assert answer["reason"] in ("payer_account_closed", "refund_failed")


@BOTH
def test_refund_that_is_refused_for_good_ends_at_once_and_may_go_another_way(
    stack: Stack, world: World, expected_log: ExpectLog, provider
):
    expected_log("failed")
    payment_id, refund_id = stack.new_id(), stack.new_id()
    stack.charge(payment_id, CODES[provider]())
    getattr(world, provider).next("refused", on="refund")
    answer = stack.refund(payment_id, refund_id, 1000)
    assert answer["state"] == "failed"
    assert answer["reason"] in ("payer_account_closed", "refund_refused")
    assert stack.refund_at_counter(refund_id) == answer
    assert stack.row(payment_id).refunded_fen == 0
    assert getattr(world, provider).payment(payment_id)["refunded_fen"] == 0


def test_a_refund_that_never_came_or_is_another_stations_does_not_exist(stack: Stack):
    payment_id, refund_id = stack.new_id(), stack.new_id()
    stack.charge(payment_id, wechat_code())
    stack.refund(payment_id, refund_id, 1000)
    stack.wait_for_refund(refund_id)
    assert stack.client.get(f"/v1/station/refunds/{stack.new_id()}").status_code == 404
    stack.client.headers["Authorization"] = f"Bearer {stack.room.stations['2' * 32]}"
    assert stack.client.get(f"/v1/station/refunds/{refund_id}").status_code == 404
