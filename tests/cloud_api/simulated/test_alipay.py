"""The simulated Alipay, tried with Alipay's own client, which shares no code with ours or with it."""

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.request.AlipayDataDataserviceBillDownloadurlQueryRequest import (
    AlipayDataDataserviceBillDownloadurlQueryRequest,
)
from alipay.aop.api.request.AlipayTradeCancelRequest import AlipayTradeCancelRequest
from alipay.aop.api.request.AlipayTradeCreateRequest import AlipayTradeCreateRequest
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import AlipayTradeFastpayRefundQueryRequest
from alipay.aop.api.request.AlipayTradePayRequest import AlipayTradePayRequest
from alipay.aop.api.request.AlipayTradePrecreateRequest import AlipayTradePrecreateRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.request.AlipayTradeWapPayRequest import AlipayTradeWapPayRequest
from alipay.aop.api.util import SignatureUtils, WebUtils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cloud_api.bills import alipay_bill
from cloud_api.clock import SystemClock
from cloud_api.simulated.alipay import Alipay
from cloud_api.simulated.alipay_entries import Trade
from cloud_api.simulated.keys import alipay_merchant
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
    with loop.serving(Alipay(keys, SystemClock(), retry_scale=0.004)) as url:
        control = Control(url)
        yield control
        control.close()
    loop.close()


def bare(pem: bytes) -> str:
    return "".join(line for line in pem.decode().splitlines() if "-----" not in line)


@pytest.fixture
def merchant(keys: Path, control: Control, monkeypatch: pytest.MonkeyPatch) -> DefaultAlipayClient:
    port = urlsplit(control.url).port

    def connection_to_us(url: str, query: str, timeout: float) -> tuple[str, http.client.HTTPConnection]:
        return f"{url}?{query}", http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    # Left to itself the client knows the ports 80 and 443 alone.
    monkeypatch.setattr(WebUtils, "get_http_connection", connection_to_us)
    private = load_pem_private_key((keys / "alipay-app-private.pem").read_bytes(), None)
    settings = AlipayClientConfig()
    settings.server_url = f"{control.url}/gateway.do"
    settings.app_id = alipay_merchant(keys).app_id
    # It reads PKCS#1 alone.
    settings.app_private_key = bare(
        private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    settings.alipay_public_key = bare((keys / "alipay-gateway-public.pem").read_bytes())
    return DefaultAlipayClient(settings)


def ask(
    client: DefaultAlipayClient, kind: type, *, notify_url: str | None = None, **content: Any
) -> dict[str, Any]:
    """One call; the client verifies the answer's signature itself and raises where it is wrong."""
    request = kind()
    request.biz_content = content
    request.notify_url = notify_url
    answer: dict[str, Any] = json.loads(client.execute(request))
    return answer


def test_alipays_own_client_charges_queries_and_refunds(merchant: DefaultAlipayClient, control: Control):
    paid = ask(
        merchant,
        AlipayTradePayRequest,
        out_trade_no="code-1",
        scene="bar_code",
        auth_code="280000000000000099",
        subject="95号汽油 {加满}",
        total_amount="265.12",
    )
    assert (paid["code"], paid["total_amount"]) == ("10000", "265.12")
    found = ask(merchant, AlipayTradeQueryRequest, out_trade_no="code-1")
    assert (found["code"], found["trade_status"]) == ("10000", "TRADE_SUCCESS")
    part = {"out_trade_no": "code-1", "out_request_no": "part-1"}
    given = [ask(merchant, AlipayTradeRefundRequest, **part, refund_amount="43.21") for _ in range(2)]
    assert [one["fund_change"] for one in given] == ["Y", "N"]
    seen = ask(merchant, AlipayTradeFastpayRefundQueryRequest, **part)
    assert (seen["refund_status"], seen["refund_amount"]) == ("REFUND_SUCCESS", "43.21")
    assert control.payment("code-1")["refunded_fen"] == 4321
    assert ask(merchant, AlipayTradeFastpayRefundQueryRequest, **part | {"out_request_no": "no"}).keys() == {
        "code",
        "msg",
    }


def test_alipays_own_client_is_told_no_and_cancels(merchant: DefaultAlipayClient, control: Control):
    order = {"scene": "bar_code", "subject": "油", "total_amount": "1.00"}
    no = ask(merchant, AlipayTradePayRequest, out_trade_no="code-2", auth_code="280000000000000101", **order)
    assert (no["code"], no["sub_code"]) == ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH")
    wait = ask(
        merchant, AlipayTradePayRequest, out_trade_no="code-3", auth_code="280000000000000102", **order
    )
    assert wait["code"] == "10003"
    done = ask(merchant, AlipayTradeCancelRequest, out_trade_no="code-3")
    assert (done["action"], done["retry_flag"]) == ("close", "N")
    assert ask(merchant, AlipayTradeQueryRequest, out_trade_no="nobody")["sub_code"] == "ACQ.TRADE_NOT_EXIST"


def test_alipays_own_check_believes_our_notification(
    merchant: DefaultAlipayClient, control: Control, keys: Path, mailbox: Mailbox
):
    mailbox.answers = [(200, b"success\n"), (200, b"success")]
    order = {"out_trade_no": "qr-1", "subject": "油 & 水", "total_amount": "1.00"}
    ask(merchant, AlipayTradePrecreateRequest, notify_url=mailbox.url, **order)
    control.pay("qr-1")
    # The first answer is not exactly seven letters, so it is told a second time.
    forms = [parse_qs(mailbox.arrived.get(timeout=SECONDS_TO_WAIT)[1].decode()) for _ in range(2)]
    assert forms[0]["notify_id"] == forms[1]["notify_id"]
    fields = {name: values[0] for name, values in forms[0].items()}
    sign = fields.pop("sign")
    fields.pop("sign_type")
    message = SignatureUtils.get_sign_content(fields).encode()
    assert SignatureUtils.verify_with_rsa(
        bare((keys / "alipay-gateway-public.pem").read_bytes()), message, sign
    )


def test_alipays_own_client_opens_the_page(merchant: DefaultAlipayClient, control: Control):
    request = AlipayTradeWapPayRequest()
    request.biz_content = {
        "out_trade_no": "wap-1",
        "subject": "2号机 92号汽油",
        "total_amount": "200.00",
        "product_code": "QUICK_WAP_PAY",
        "quit_url": "http://127.0.0.1:9/",
    }
    request.return_url = "http://127.0.0.1:9/#/pages/order/order"
    address = merchant.page_execute(request, http_method="GET")
    page = httpx.get(address, verify=plain_http())
    assert (page.status_code, "200.00" in page.text, "确认付款" in page.text) == (200, True, True)
    found = re.search('action="([^"]+)"', page.text)
    assert found is not None
    back = httpx.post(control.url + found[1], data={"choice": "pay"}, verify=plain_http())
    parts = urlsplit(back.headers["location"])
    assert (parts.netloc, parts.fragment) == ("127.0.0.1:9", "/pages/order/order")
    assert control.payment("wap-1")["charged_fen"] == 20000


@pytest.mark.parametrize("change", [{"total_amount": "0.01"}, {"app_id": "2021000000000000"}, {"sign": ""}])
def test_what_was_not_signed_so_is_refused(control: Control, change: dict[str, str]):
    fields = {
        "app_id": "1",
        "method": "alipay.trade.query",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": "2026-11-22 15:00:00",
        "version": "1.0",
        "sign": "AAAA",
    } | change
    answer = httpx.post(f"{control.url}/gateway.do", data=fields, verify=plain_http()).json()
    assert answer["error_response"]["code"] == "40002"
    assert "sign" not in answer


def test_alipays_own_client_creates_a_mini_programs_trade(merchant: DefaultAlipayClient, control: Control):
    order = {
        "out_trade_no": "mini-1",
        "product_code": "JSAPI_PAY",
        "op_app_id": "2021000000000001",
        "buyer_open_id": "074a1CcTG1LelxKe4xQC0z",
        "subject": "92号汽油",
        "total_amount": "200.00",
    }
    made = ask(merchant, AlipayTradeCreateRequest, **order)
    assert (made["code"], made["out_trade_no"]) == ("10000", "mini-1")
    assert ask(merchant, AlipayTradeCreateRequest, **order)["trade_no"] == made["trade_no"]
    for other in (
        {"total_amount": "200.01"},
        {"out_trade_no": "mini-2", "buyer_open_id": ""},
        {"out_trade_no": "mini-2", "op_app_id": ""},
        {"out_trade_no": "mini-2", "time_expire": "2026-01-01 00:00:00"},
        {"out_trade_no": "mini-2", "total_amount": "0.00"},
    ):
        assert ask(merchant, AlipayTradeCreateRequest, **{**order, **other})["code"] == "40004"
    control.pay("mini-1")
    assert ask(merchant, AlipayTradeQueryRequest, out_trade_no="mini-1")["trade_status"] == "TRADE_SUCCESS"


def test_alipays_own_client_asks_for_yesterdays_bill(
    keys: Path, merchant: DefaultAlipayClient, control: Control, tmp_path: Path
):
    yesterday = SystemClock().now().astimezone(timezone(timedelta(hours=8))) - timedelta(days=1)
    at = yesterday.strftime("%Y-%m-%d %H:%M:%S")
    paid = Trade("bill-1", "precreate", 20000, "92号汽油", at, "TRADE_SUCCESS", paid_at=at, charged=20000)
    books = tmp_path / "books.json"
    books.write_text(json.dumps({"trades": [asdict(paid)]}))
    day = at[:10]
    assert ask(merchant, AlipayDataDataserviceBillDownloadurlQueryRequest, bill_type="trade", bill_date=day)[
        "sub_code"
    ].endswith("bill_not_exist")
    with a_second_gateway(merchant, keys, books):
        told = ask(
            merchant,
            AlipayDataDataserviceBillDownloadurlQueryRequest,
            bill_type="trade",
            bill_date=day,
        )
        with httpx.Client(verify=plain_http()) as client:
            packed = client.get(told["bill_download_url"]).content
    [line] = alipay_bill.read(packed)
    assert (line.our_id, line.amount_fen, line.standing) == ("bill-1", 20000, "paid")


@contextmanager
def a_second_gateway(merchant: DefaultAlipayClient, keys: Path, books: Path) -> Iterator[None]:
    """For a while the client speaks to another gateway, whose books are those of a file."""
    loop, before = LoopThread(), WebUtils.get_http_connection
    try:
        with loop.serving(Alipay(keys, SystemClock(), state=books)) as url:
            port = urlsplit(url).port
            WebUtils.get_http_connection = lambda _url, query, timeout: (
                f"/gateway.do?{query}",
                http.client.HTTPConnection("127.0.0.1", port, timeout=timeout),
            )
            yield
    finally:
        WebUtils.get_http_connection = before
        loop.close()
