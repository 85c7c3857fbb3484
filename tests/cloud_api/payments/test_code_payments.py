"""A payer's code at the counter, through every provider, to every end it can have."""

from pathlib import Path

import pytest

from core.domain.scan import masked
from core.protocol.moments import moment_text
from tests.cloud_api.payments.conftest import (
    Stack,
    World,
    alipay_code,
    unionpay_code,
    wait_until,
    wechat_code,
)
from tests.conftest import ExpectLog

PROVIDERS = pytest.mark.parametrize(
    ("provider", "code"),
    [("wechat", wechat_code), ("alipay", alipay_code), ("unionpay", unionpay_code)],
    ids=["wechat", "alipay", "unionpay"],
)

# By what the providers know the two requests.
CHARGING = {"wechat": "codepay", "alipay": "pay", "unionpay": "backTransReq"}
UNDOING = {"wechat": "reverse", "alipay": "cancel", "unionpay": "backTransReq"}


@PROVIDERS
def test_code_is_charged(stack_on_either: Stack, world: World, provider, code):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    answer = stack.charge(payment_id, code(), 26512)
    books = getattr(world, provider).payment(payment_id)
    assert books["charged_fen"] == 26512
    assert answer == {
        "payment_id": payment_id,
        "state": "captured",
        "provider": provider,
        "provider_ref": books["provider_ref"],
        "amount_fen": 26512,
        "paid_at": moment_text(stack.clock.now()),
        "reason": None,
        "waiting_for": None,
        "available_fen": None,
        "qr": None,
        "until": None,
    }


@PROVIDERS
def test_short_balance_is_declined_and_says_so(stack: Stack, world: World, provider, code):
    payment_id = stack.new_id()
    answer = stack.charge(payment_id, code("01"))
    assert (answer["state"], answer["reason"]) == ("declined", "balance_short")
    assert getattr(world, provider).payment(payment_id)["charged_fen"] == 0


@PROVIDERS
def test_payer_who_types_a_password_is_waited_for_and_then_charged(
    stack: Stack, world: World, provider, code
):
    payment_id = stack.new_id()
    answer = stack.charge(payment_id, code("02"))
    assert (answer["state"], answer["waiting_for"]) == ("pending", "payer")
    states = [stack.ask(payment_id)["state"] for _ in range(3)]
    assert states == ["pending", "captured", "captured"]
    assert getattr(world, provider).payment(payment_id)["charged_fen"] == 26512


@PROVIDERS
def test_payer_who_gives_up_ends_the_payment(stack: Stack, world: World, provider, code):
    payment_id = stack.new_id()
    assert stack.charge(payment_id, code("03"))["waiting_for"] == "payer"
    states = [stack.ask(payment_id)["state"] for _ in range(2)]
    assert states == ["pending", "cancelled" if provider == "alipay" else "declined"]
    assert getattr(world, provider).payment(payment_id)["charged_fen"] == 0


@PROVIDERS
def test_charge_whose_answer_is_lost_is_pending_and_found_by_asking(
    stack: Stack, world: World, provider, code
):
    payment_id = stack.new_id()
    answer = stack.charge(payment_id, code("04"))
    assert (answer["state"], answer["waiting_for"]) == ("pending", "provider")
    assert stack.ask(payment_id)["state"] == "captured"
    assert stack.events(payment_id) == ["asked", "no_answer", "captured"]


@PROVIDERS
def test_system_error_is_not_a_no(stack: Stack, world: World, provider, code):
    payment_id = stack.new_id()
    assert stack.charge(payment_id, code("05"))["state"] == "pending"
    assert stack.ask(payment_id)["state"] == "captured"


@PROVIDERS
def test_lost_charge_is_settled_without_anybody_asking(stack_on_either: Stack, provider, code):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    stack.charge(payment_id, code("04"))
    stack.settle(after_seconds=15)
    assert stack.row(payment_id).state == "captured"


@PROVIDERS
def test_same_payment_id_is_never_charged_twice(stack_on_either: Stack, world: World, provider, code):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    first = stack.charge(payment_id, code())
    assert stack.charge(payment_id, code()) == first
    assert (
        len([one for one in getattr(world, provider).ledger()["payments"] if one["payment_id"] == payment_id])
        == 1
    )


def test_same_payment_id_for_another_amount_is_refused(stack: Stack):
    payment_id = stack.new_id()
    stack.charge(payment_id, wechat_code())
    answer = stack.charge(payment_id, wechat_code(), 100, status=409)
    assert answer["error"]["code"] == "idempotency_key_reused"


def test_code_used_before_is_declined(stack: Stack):
    code = wechat_code()
    stack.charge(stack.new_id(), code)
    assert stack.charge(stack.new_id(), code)["reason"] == "code_expired"


@pytest.mark.parametrize(
    "code", ["6901234567892", "13800138000", "90" + "1" * 17, "13" + "1" * 15, "abc", ""], ids=str
)
def test_what_is_no_payment_code_is_refused(stack: Stack, code):
    answer = stack.charge(stack.new_id(), code, status=422)
    assert answer["error"]["code"] == "not_a_payment_code"


def test_code_with_the_scanners_line_end_is_understood(stack: Stack):
    assert stack.charge(stack.new_id(), wechat_code() + "\r\n")["state"] == "captured"


def test_code_is_written_down_masked_alone(stack: Stack):
    payment_id, code = stack.new_id(), wechat_code("04")
    stack.charge(payment_id, code)
    assert stack.row(payment_id).payer_code == masked(code)
    database = Path(str(stack.room.database.url.database))
    files = [file.read_bytes() for file in database.parent.iterdir()]
    assert any(payment_id.encode() in content for content in files)
    assert not any(code.encode() in content for content in files)


@pytest.mark.parametrize("behaviour", ["bad_signature", "no_signature"])
@PROVIDERS
def test_answer_that_is_not_signed_is_not_believed(
    stack: Stack, world: World, expected_log: ExpectLog, *, provider, code, behaviour
):
    expected_log("cannot be trusted")
    payment_id = stack.new_id()
    getattr(world, provider).next(behaviour)
    assert stack.charge(payment_id, code())["state"] == "pending"
    assert stack.ask(payment_id)["state"] == "captured"


def test_decline_with_a_wrong_signature_is_not_believed(stack: Stack, world: World, expected_log: ExpectLog):
    expected_log("cannot be trusted")
    payment_id = stack.new_id()
    world.wechat.next("bad_signature")
    assert stack.charge(payment_id, wechat_code("01"))["state"] == "pending"
    assert stack.ask(payment_id)["state"] == "declined"


@pytest.mark.parametrize("behaviour", ["stale_timestamp", "wrong_serial"])
def test_old_answer_or_one_of_an_unknown_key_is_not_believed(
    stack: Stack, world: World, expected_log: ExpectLog, behaviour
):
    expected_log("cannot be trusted")
    world.wechat.next(behaviour)
    payment_id = stack.new_id()
    assert stack.charge(payment_id, wechat_code())["state"] == "pending"
    assert stack.ask(payment_id)["state"] == "captured"


@PROVIDERS
def test_cancelled_while_the_payer_types_ends_with_nothing_charged(
    stack: Stack, world: World, provider, code
):
    payment_id, control = stack.new_id(), getattr(world, provider)
    stack.charge(payment_id, code("02"))
    answer = stack.cancel(payment_id)
    if provider == "wechat":
        # WeChat does not want it reversed in the first quarter of a minute.
        assert (answer["state"], answer["reason"]) == ("pending", "cancelling")
        stack.settle(after_seconds=15)
        answer = stack.ask(payment_id)
    assert (answer["state"], answer["reason"]) == ("cancelled", "cancelled_at_counter")
    books = control.payment(payment_id)
    assert books["charged_fen"] == books["refunded_fen"]


@PROVIDERS
def test_cancelled_after_a_lost_charge_is_given_back(stack: Stack, world: World, provider, code):
    payment_id, control = stack.new_id(), getattr(world, provider)
    stack.charge(payment_id, code("04"))
    stack.clock.pass_seconds(16)
    assert stack.cancel(payment_id)["state"] == "cancelled"
    books = control.payment(payment_id)
    assert (books["charged_fen"], books["refunded_fen"]) == (26512, 26512)


@PROVIDERS
def test_cancelling_what_the_counter_was_told_is_paid_changes_nothing(
    stack: Stack, world: World, provider, code
):
    payment_id = stack.new_id()
    stack.charge(payment_id, code())
    assert stack.cancel(payment_id)["state"] == "captured"
    assert getattr(world, provider).payment(payment_id)["refunded_fen"] == 0


@PROVIDERS
def test_reverse_without_an_answer_is_asked_again(stack: Stack, world: World, provider, code):
    payment_id, control = stack.new_id(), getattr(world, provider)
    stack.charge(payment_id, code("04"))
    stack.clock.pass_seconds(16)
    control.next("drop_after", path_contains=UNDOING[provider])
    assert stack.cancel(payment_id)["state"] == "pending"
    assert stack.cancel(payment_id)["state"] == "cancelled"
    assert control.payment(payment_id)["refunded_fen"] == 26512
    assert len(control.refunds(payment_id)) == 1


@PROVIDERS
def test_payer_nobody_waits_for_any_longer_is_cancelled(stack: Stack, world: World, provider, code):
    payment_id, control = stack.new_id(), getattr(world, provider)
    control.next("drop_before", path_contains=CHARGING[provider])
    assert stack.charge(payment_id, code())["state"] == "pending"
    stack.settle(after_seconds=30)
    assert stack.row(payment_id).state == "pending"
    stack.settle(after_seconds=31)
    assert (stack.row(payment_id).state, stack.row(payment_id).reason) == ("cancelled", "not_paid_in_time")
    assert control.payment(payment_id) == {}


def test_charge_that_appears_after_its_cancellation_goes_back(stack: Stack, world: World):
    payment_id = stack.new_id()
    world.wechat.next("drop_before", path_contains="codepay")
    stack.charge(payment_id, wechat_code())
    stack.settle(after_seconds=61)
    assert stack.row(payment_id).state == "cancelled"
    # The request was on its way all the time and arrives only now.
    stack.room.run(stack.wechat.charge_code(payment_id, 26512, wechat_code(), "95号汽油", "1" * 32))
    stack.settle(after_seconds=600)
    assert stack.row(payment_id).state == "cancelled"
    wait_until(lambda: world.wechat.payment(payment_id)["refunded_fen"] == 26512, "the money goes back")


def test_provider_that_cannot_be_reached_declines_at_once(
    stack: Stack, world: World, expected_log: ExpectLog
):
    expected_log("could not be reached")
    payment_id = stack.new_id()
    stack.wechat._base_url = "http://127.0.0.1:1"
    answer = stack.charge(payment_id, wechat_code())
    assert (answer["state"], answer["reason"]) == ("declined", "provider_unreachable")


def test_wrong_amount_in_an_answer_is_not_taken(stack: Stack, expected_log: ExpectLog, monkeypatch):
    expected_log("26512 fen were paid, not 26513")
    payment_id = stack.new_id()
    asked = stack.wechat.charge_code

    async def charge_less(payment_id, amount_fen, *rest):
        return await asked(payment_id, amount_fen - 1, *rest)

    monkeypatch.setattr(stack.wechat, "charge_code", charge_less)
    assert stack.charge(payment_id, wechat_code(), 26513)["state"] == "pending"
    assert "amount_mismatch" in stack.events(payment_id)


def test_another_stations_payment_does_not_exist(stack: Stack):
    payment_id = stack.new_id()
    stack.charge(payment_id, wechat_code())
    stack.client.headers["Authorization"] = f"Bearer {stack.room.stations['2' * 32]}"
    for method, path in (("GET", ""), ("POST", "/cancel")):
        answer = stack.client.request(method, f"/v1/station/payments/{payment_id}{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "payment_not_found")
    body = {"refund_id": stack.new_id(), "amount_fen": 1}
    assert stack.client.post(f"/v1/station/payments/{payment_id}/refunds", json=body).status_code == 404


def test_nobody_charges_without_a_stations_token(stack: Stack):
    del stack.client.headers["Authorization"]
    answer = stack.charge(stack.new_id(), wechat_code(), status=401)
    assert answer["error"]["code"] == "not_signed_in"


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", 100_000_001, True])
def test_amount_that_is_none_is_malformed(stack: Stack, amount):
    answer = stack.charge(stack.new_id(), wechat_code(), amount, status=422)
    assert answer["error"]["code"] == "malformed_request"


@PROVIDERS
def test_charge_that_was_taken_back_before_it_arrived_is_never_made(
    stack_on_either: Stack, world: World, provider, code
):
    stack, payment_id = stack_on_either, stack_on_either.new_id()
    refused = stack.post(f"/v1/station/payments/{payment_id}/cancel", {}, status=404)
    assert refused["error"]["code"] == "payment_not_found"
    answer = stack.charge(payment_id, code())
    assert (answer["state"], answer["reason"]) == ("cancelled", "cancelled_at_counter")
    assert stack.ask(payment_id)["state"] == "cancelled"
    assert getattr(world, provider).payment(payment_id) == {}
