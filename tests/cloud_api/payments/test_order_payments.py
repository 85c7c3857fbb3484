"""Payments of online orders: the page on the phone, what the provider tells by itself, closing, and money that comes too late."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.domain.faults import ProviderUnreachable
from core.domain.refusals.cloud import IdempotencyKeyReused
from core.domain.refusals.payments import PayerNotKnown
from tests.cloud_api.payments.conftest import Stack, World, wait_until
from tests.cloud_api.simulated.outside_world import plain_http
from tests.conftest import ExpectLog

BOTH = pytest.mark.parametrize("provider", ["wechat", "alipay"])


def get(address: str | None) -> httpx.Response:
    return httpx.get(address or "", verify=plain_http())


def pay_on_page(pay_url: str, choice: str = "pay") -> httpx.Response:
    """What the payer's browser does: open the page, press a button; gives the answer to the button."""
    page = get(pay_url)
    assert page.status_code == 200, page.text
    action = page.text.split('action="')[1].split('"')[0]
    return_url = page.text.split('name="return_url" value="')[1].split('"')[0].replace("&amp;", "&")
    parts = urlsplit(pay_url)
    form = {"choice": choice, "return_url": return_url}
    return httpx.post(f"{parts.scheme}://{parts.netloc}{action}", data=form, verify=plain_http())


@BOTH
def test_driver_pays_on_the_page_and_the_order_takes_the_money(
    stack_on_either: Stack, world: World, provider
):
    stack = stack_on_either
    payment_id, order_id = stack.new_id(), stack.new_id()
    started = stack.start(payment_id, provider, order_id)
    assert started.pay_url is not None
    back = pay_on_page(started.pay_url)
    assert back.status_code == 303
    assert urlsplit(back.headers["location"]).fragment == f"/pages/order/order?id={order_id}"
    stack.wait_for(payment_id)
    assert stack.orders.taken == {order_id: payment_id}
    row = stack.row(payment_id)
    assert (row.state, row.provider_ref) == (
        "captured",
        getattr(world, provider).payment(payment_id)["provider_ref"],
    )


def test_page_shows_what_is_paid_and_the_two_ways_on(stack: Stack):
    wechat = get(stack.start(stack.new_id(), "wechat", stack.new_id()).pay_url).text
    alipay = get(stack.start(stack.new_id(), "alipay", stack.new_id()).pay_url).text
    for page, button in ((wechat, "立即支付"), (alipay, "确认付款")):
        assert all(
            words in page for words in ("200.00", "昆明北站 2号机 92号汽油", "油站加油", button, "取消")
        )


@BOTH
def test_driver_who_turns_back_has_paid_nothing(stack: Stack, world: World, provider):
    payment_id = stack.new_id()
    started = stack.start(payment_id, provider, stack.new_id())
    back = pay_on_page(started.pay_url or "", "cancel")
    assert back.headers["location"].startswith("http://127.0.0.1:9/#/pages/order")
    assert getattr(world, provider).payment(payment_id)["charged_fen"] == 0
    stack.settle(after_seconds=10)
    assert stack.row(payment_id).state == "pending"


@BOTH
def test_payment_nobody_told_us_of_is_found_by_asking(stack: Stack, world: World, provider):
    getattr(world, provider).next("withheld", on="notification")
    payment_id, order_id = stack.new_id(), stack.new_id()
    pay_on_page(stack.start(payment_id, provider, order_id).pay_url or "")
    stack.settle(after_seconds=10)
    assert stack.orders.taken == {order_id: payment_id}


@BOTH
def test_same_payment_started_again_is_the_same(stack: Stack, provider):
    payment_id, order_id = stack.new_id(), stack.new_id()
    first = stack.start(payment_id, provider, order_id)
    stack.clock.pass_seconds(20)
    assert stack.start(payment_id, provider, order_id) == first
    with pytest.raises(IdempotencyKeyReused):
        stack.start(payment_id, provider, order_id, 100)
    with pytest.raises(IdempotencyKeyReused):
        stack.start(payment_id, provider, stack.new_id())


def test_start_without_an_answer_can_be_tried_again(stack: Stack, world: World):
    payment_id, order_id = stack.new_id(), stack.new_id()
    world.wechat.next("drop_after", path_contains="/h5")
    with pytest.raises(ProviderUnreachable):
        stack.start(payment_id, "wechat", order_id)
    started = stack.start(payment_id, "wechat", order_id)
    pay_on_page(started.pay_url or "")
    stack.wait_for(payment_id)
    assert stack.orders.taken == {order_id: payment_id}


def test_mini_program_gets_what_its_payment_call_needs(stack: Stack, world: World):
    payment_id, order_id = stack.new_id(), stack.new_id()
    started = stack.start(payment_id, "wechat", order_id, channel="mini_program", payer_openid="oUpF8uMuAJO")
    call = started.mini_program
    assert call is not None
    assert set(call) == {"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"}
    assert call["package"].startswith("prepay_id=wx")
    world.wechat.pay(payment_id)
    stack.wait_for(payment_id)
    assert stack.orders.taken == {order_id: payment_id}


@BOTH
def test_mini_program_is_refused_for_an_unknown_payer(stack: Stack, provider):
    with pytest.raises(PayerNotKnown):
        stack.start(stack.new_id(), provider, stack.new_id(), channel="mini_program")


def test_alipay_mini_program_gets_its_trades_number(stack: Stack, world: World):
    payment_id, order_id = stack.new_id(), stack.new_id()
    more: dict[str, Any] = {
        "channel": "mini_program",
        "payer_openid": "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5",
    }
    started = stack.start(payment_id, "alipay", order_id, **more)
    assert started.mini_program is not None
    assert set(started.mini_program) == {"tradeNO"}
    assert stack.start(payment_id, "alipay", order_id, **more) == started
    world.alipay.pay(payment_id)
    assert stack.wait_for(payment_id).provider_ref == started.mini_program["tradeNO"]
    assert stack.orders.taken == {order_id: payment_id}


@BOTH
def test_an_order_can_be_paid_by_a_code_on_another_phone(stack: Stack, world: World, provider):
    payment_id, order_id = stack.new_id(), stack.new_id()
    started = stack.start(payment_id, provider, order_id, channel="qr")
    assert started.pay_url is not None
    assert started.pay_url.startswith(("weixin://wxpay/", "https://qr.alipay.com/"))
    getattr(world, provider).pay(payment_id)
    stack.wait_for(payment_id)
    assert stack.orders.taken == {order_id: payment_id}


@BOTH
def test_closed_order_can_no_longer_be_paid(stack: Stack, world: World, provider):
    payment_id, order_id = stack.new_id(), stack.new_id()
    started = stack.start(payment_id, provider, order_id)
    assert get(started.pay_url).status_code == 200  # Alipay's trade begins here.
    stack.room.run(stack.room.payments.close_order_payments(order_id))
    assert (stack.row(payment_id).state, stack.row(payment_id).reason) == ("cancelled", "order_closed")
    assert "已关闭" in get(started.pay_url).text


@BOTH
def test_payment_of_the_last_second_counts_when_the_order_is_closed_after_it(
    stack: Stack, world: World, provider
):
    getattr(world, provider).next("withheld", on="notification")
    payment_id, order_id = stack.new_id(), stack.new_id()
    pay_on_page(stack.start(payment_id, provider, order_id).pay_url or "")
    stack.room.run(stack.room.payments.close_order_payments(order_id))
    assert stack.row(payment_id).state == "captured"
    assert stack.orders.taken == {order_id: payment_id}


@BOTH
def test_money_that_comes_after_the_order_was_closed_goes_back(
    stack_on_either: Stack, world: World, provider
):
    stack, control = stack_on_either, getattr(world, provider)
    payment_id, order_id = stack.new_id(), stack.new_id()
    started = stack.start(payment_id, provider, order_id)
    get(started.pay_url)
    stack.orders.closed.add(order_id)
    stack.room.run(stack.room.payments.close_order_payments(order_id))
    control.pay(payment_id, even_if_closed=True)
    wait_until(lambda: control.payment(payment_id)["refunded_fen"] == 20000, "the money goes back")
    assert stack.orders.late == [payment_id]
    refund_id = control.refunds(payment_id)[0]["refund_id"]
    stack.wait_for_refund(refund_id)
    control.notify_again(payment_id)
    wait_until(lambda: all(one["statuses"] for one in control.ledger()["notifications"]), "all are answered")
    stack.settle(after_seconds=1200)
    assert len(control.refunds(payment_id)) == 1
    # The order asked for no refund, so it is told of none.
    assert stack.orders.refunded == []


def test_order_paid_with_both_providers_keeps_one_and_gives_the_other_back(stack: Stack, world: World):
    first, second, order_id = stack.new_id(), stack.new_id(), stack.new_id()
    wechat = stack.start(first, "wechat", order_id).pay_url or ""
    alipay = stack.start(second, "alipay", order_id).pay_url or ""
    pay_on_page(wechat)
    stack.wait_for(first)
    assert stack.orders.taken == {order_id: first}
    pay_on_page(alipay)
    wait_until(lambda: world.alipay.payment(second)["refunded_fen"] == 20000, "the second goes back")
    assert world.wechat.payment(first)["refunded_fen"] == 0


@BOTH
def test_time_that_ran_out_closes_the_payment_by_itself(stack: Stack, world: World, provider):
    payment_id = stack.new_id()
    started = stack.start(
        payment_id, provider, stack.new_id(), expires_at=stack.clock.now() + timedelta(minutes=2)
    )
    get(started.pay_url)
    stack.settle(after_seconds=121)
    assert (stack.row(payment_id).state, stack.row(payment_id).reason) == ("cancelled", "not_paid_in_time")


def test_page_address_of_wechat_carries_where_to_come_back(stack: Stack):
    order_id = stack.new_id()
    started = stack.start(stack.new_id(), "wechat", order_id)
    back = parse_qs(urlsplit(started.pay_url or "").query)["redirect_url"]
    assert back == [f"http://127.0.0.1:9/#/pages/order/order?id={order_id}"]


def test_page_of_wechat_is_said_to_work_five_minutes(stack: Stack):
    until = stack.clock.now() + timedelta(minutes=5)
    started = stack.start(stack.new_id(), "wechat", stack.new_id())
    assert started.expires_at == until
    stack.clock.pass_seconds(301)
    assert "尚未支付" in get(started.pay_url).text
    again = stack.start(stack.new_id(), "wechat", stack.new_id())
    assert "立即支付" in get(again.pay_url).text


def test_provider_that_refuses_our_request_ends_the_attempt(stack: Stack, expected_log: ExpectLog):
    expected_log("refuses payment")
    with pytest.raises(ProviderUnreachable):
        # WeChat's numbers have at least six characters.
        stack.start("abc", "wechat", stack.new_id())
    assert (stack.row("abc").state, stack.row("abc").reason) == ("declined", "provider_refused")
