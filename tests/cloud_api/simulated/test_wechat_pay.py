"""The simulated WeChat Pay, tried with wechatpayv3, a client by other people that shares no code with ours or with it."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import build_authorization, load_private_key

from cloud_api.bills import wechat_bill
from cloud_api.clock import SystemClock
from cloud_api.simulated.keys import wechat_merchant
from cloud_api.simulated.wechat_entries import Transaction
from cloud_api.simulated.wechat_pay import WechatPay
from tests.cloud_api.simulated.outside_world import (
    SECONDS_TO_WAIT,
    Control,
    LoopThread,
    Mailbox,
    new_keys,
    plain_http,
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def control(keys: Path) -> Iterator[Control]:
    loop = LoopThread()
    with loop.serving(WechatPay(keys, SystemClock(), retry_scale=0.004, refund_seconds=0.02)) as url:
        control = Control(url)
        yield control
        control.close()
    loop.close()


@pytest.fixture(scope="module")
def merchant(keys: Path, control: Control) -> WeChatPay:
    facts = wechat_merchant(keys)
    client = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=facts.mchid,
        private_key=(keys / "wechat-merchant-private.pem").read_text(),
        cert_serial_no=facts.serial_no,
        apiv3_key=facts.api_v3_key,
        appid=facts.appid,
        notify_url="http://127.0.0.1:9/",
        public_key=(keys / "wechat-platform-public.pem").read_text(),
        public_key_id=facts.public_key_id,
    )
    client._core._gate_way = control.url
    return client


def test_other_peoples_client_pays_queries_closes_and_refunds(
    merchant: WeChatPay, control: Control, mailbox: Mailbox
):
    status, answer = merchant.pay(
        description="92号汽油 加满",
        out_trade_no="native-000001",
        amount={"total": 20000},
        notify_url=mailbox.url,
    )
    assert status == 200
    assert json.loads(answer)["code_url"].startswith("weixin://wxpay/")
    control.pay("native-000001")
    told = merchant.callback(*mailbox.arrived.get(timeout=SECONDS_TO_WAIT))
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    assert told["resource"]["amount"]["total"] == 20000
    status, answer = merchant.query(out_trade_no="native-000001")
    assert (status, json.loads(answer)["trade_state"]) == (200, "SUCCESS")
    status, answer = merchant.refund(
        out_refund_no="refund-1",
        out_trade_no="native-000001",
        amount={"refund": 4321, "total": 20000, "currency": "CNY"},
        notify_url=mailbox.url,
    )
    assert (status, json.loads(answer)["status"]) == (200, "PROCESSING")
    told = merchant.callback(*mailbox.arrived.get(timeout=SECONDS_TO_WAIT))
    assert (told["event_type"], told["resource"]["refund_status"]) == ("REFUND.SUCCESS", "SUCCESS")
    status, answer = merchant.query_refund(out_refund_no="refund-1")
    assert (status, json.loads(answer)["status"]) == (200, "SUCCESS")


def test_other_peoples_client_closes(merchant: WeChatPay, control: Control):
    merchant.pay(description="92号汽油", out_trade_no="native-000002", amount={"total": 1})
    status, _ = merchant.close(out_trade_no="native-000002")
    assert status == 204
    assert control.payment("native-000002")["state"] == "CLOSED"


def test_other_peoples_client_charges_a_code_and_reverses_it(merchant: WeChatPay, control: Control):
    status, answer = merchant.pay(
        description="95号汽油",
        out_trade_no="code-000001",
        amount={"total": 26512},
        payer={"auth_code": "130000000000000099"},
        scene_info={"store_info": {"out_id": "1"}},
        pay_type=WeChatPayType.CODEPAY,
    )
    assert (status, json.loads(answer)["trade_state"]) == (200, "SUCCESS")
    status, _ = merchant.codepay_reverse(out_trade_no="code-000001")
    assert status == 200
    assert control.payment("code-000001") | {"provider_ref": "", "paid_at": ""} == {
        "payment_id": "code-000001",
        "provider_ref": "",
        "kind": "codepay",
        "state": "REVOKED",
        "description": "95号汽油",
        "amount_fen": 26512,
        "charged_fen": 26512,
        "refunded_fen": 26512,
        "paid_at": "",
    }


def test_other_peoples_mini_program_order(merchant: WeChatPay):
    status, answer = merchant.pay(
        description="0号柴油",
        out_trade_no="jsapi-000001",
        amount={"total": 100},
        payer={"openid": "oUpF8uMuAJO"},
        pay_type=WeChatPayType.JSAPI,
    )
    assert (status, json.loads(answer)["prepay_id"][:2]) == (200, "wx")


def test_other_peoples_h5_order(merchant: WeChatPay):
    status, answer = merchant.pay(
        description="98号汽油",
        out_trade_no="h5-000001",
        amount={"total": 100},
        scene_info={"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}},
        pay_type=WeChatPayType.H5,
    )
    assert status == 200
    assert "checkmweb?prepay_id=wx" in json.loads(answer)["h5_url"]


_H5 = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        (WeChatPayType.JSAPI, {"payer": {"openid": ""}}),
        (WeChatPayType.H5, {"scene_info": {"payer_client_ip": "127.0.0.1", "h5_info": {}}}),
        (WeChatPayType.H5, {"scene_info": {"h5_info": {"type": "Wap"}}}),
        (WeChatPayType.NATIVE, {"amount": {"total": 0}}),
        (WeChatPayType.NATIVE, {"amount": {"total": 1, "currency": "USD"}}),
        (WeChatPayType.NATIVE, {"description": "油" * 128}),
        (WeChatPayType.NATIVE, {"out_trade_no": "短"}),
        (WeChatPayType.NATIVE, {"notify_url": "https://example.test/told?who=me"}),
        (WeChatPayType.NATIVE, {"time_expire": "2026-01-01T00:00:00+08:00"}),
        (WeChatPayType.NATIVE, {"time_expire": "2099-01-01 00:00:00"}),
        (WeChatPayType.CODEPAY, {"payer": {"auth_code": "280000000000000099"}}),
        (WeChatPayType.CODEPAY, {"scene_info": {}}),
    ],
)
def test_an_order_that_the_real_one_refuses_is_refused(
    merchant: WeChatPay, control: Control, kind: WeChatPayType, other: dict[str, object]
):
    scene: dict[Any, dict[str, Any]] = {
        WeChatPayType.H5: {"scene_info": _H5},
        WeChatPayType.CODEPAY: {"scene_info": {"store_info": {"out_id": "1"}}},
    }
    order = {"description": "油", "out_trade_no": "refused-1", "amount": {"total": 1}, **scene.get(kind, {})}
    status, answer = merchant.pay(**{**order, "pay_type": kind, **other})
    assert (status, json.loads(answer)["code"]) == (400, "PARAM_ERROR")
    assert control.payment("refused-1") == {}


def test_the_same_number_over_another_amount_is_refused_and_the_same_order_is_the_same(merchant: WeChatPay):
    first = merchant.pay(description="油", out_trade_no="native-000009", amount={"total": 5})
    assert merchant.pay(description="油", out_trade_no="native-000009", amount={"total": 5}) == first
    status, answer = merchant.pay(description="油", out_trade_no="native-000009", amount={"total": 6})
    assert (status, json.loads(answer)["code"]) == (403, "OUT_TRADE_NO_USED")


def test_other_peoples_client_fetches_yesterdays_bill(keys: Path, merchant: WeChatPay, tmp_path: Path):
    now = SystemClock().now().astimezone(timezone(timedelta(hours=8)))
    yesterday = now - timedelta(days=1)
    at = yesterday.isoformat(timespec="seconds")
    paid = Transaction(
        "bill-000001", "native", 20000, "92号汽油", "", at, "SUCCESS", paid_at=at, charged=20000
    )
    paid.transaction_id = "4200001"
    books = tmp_path / "books.json"
    books.write_text(json.dumps({"transactions": [asdict(paid)]}))
    loop, gateway = LoopThread(), merchant._core._gate_way
    with loop.serving(WechatPay(keys, SystemClock(), state=books)) as url:
        merchant._core._gate_way = url
        status, answer = merchant.trade_bill(bill_date=yesterday.strftime("%Y-%m-%d"), tar_type="GZIP")
        told = json.loads(answer)
        assert status == 200
        status, packed = merchant.download_bill(told["download_url"])
        assert status == 200
        status, answer = merchant.trade_bill(bill_date=(now - timedelta(days=9)).strftime("%Y-%m-%d"))
        assert (status, json.loads(answer)["code"]) == (400, "NO_STATEMENT_EXIST")
    merchant._core._gate_way = gateway
    loop.close()
    bill = gzip.decompress(packed)
    assert hashlib.sha1(bill, usedforsecurity=False).hexdigest() == told["hash_value"]
    [line] = wechat_bill.read(bill.decode())
    assert (line.our_id, line.amount_fen, line.provider_ref) == ("bill-000001", 20000, "4200001")


def test_notification_is_told_again_until_it_is_acknowledged(
    merchant: WeChatPay, control: Control, mailbox: Mailbox
):
    mailbox.answers = [(500, b""), (400, b"")]
    merchant.pay(description="油", out_trade_no="native-000003", amount={"total": 1}, notify_url=mailbox.url)
    control.pay("native-000003")
    told = [merchant.callback(*mailbox.arrived.get(timeout=SECONDS_TO_WAIT)) for _ in range(3)]
    assert len({one["id"] for one in told}) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda request: request.headers.pop("Authorization"),
        lambda request: request.headers.update(
            {"Authorization": request.headers["Authorization"].replace('signature="', 'signature="AAAA')}
        ),
        lambda request: request.headers.update({"Wechatpay-Serial": "PUB_KEY_ID_1"}),
        lambda request: setattr(request, "url", request.url.copy_add_param("more", "1")),
    ],
    ids=["no signature", "another signature", "another key", "another query"],
)
def test_what_was_not_signed_so_is_refused(merchant: WeChatPay, control: Control, keys: Path, spoil):
    facts = wechat_merchant(keys)
    target = f"/v3/pay/transactions/out-trade-no/native-000001?mchid={facts.mchid}"
    key = load_private_key((keys / "wechat-merchant-private.pem").read_text())
    authorization = build_authorization(target, "GET", facts.mchid, facts.serial_no, key)
    request = httpx.Request("GET", control.url + target, headers={"Authorization": authorization})
    spoil(request)
    with httpx.Client(verify=plain_http()) as client:
        answer = client.send(request)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")
