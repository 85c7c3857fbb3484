"""Our Alipay adapter against a gateway with other habits: the order of members, escapes, spacing, what is left out."""

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cloud_api.payments.alipay import Alipay
from cloud_api.payments.alipay_signatures import AlipaySignatures
from cloud_api.payments.provider import Order, PaidNotification, ProviderSilent, RefundStanding, Standing
from tests.cloud_api.second_opinion.carrier import Answer, Asked, Manners, serving

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
APP_ID, PAYMENT = "2021000000000001", "5" * 32
OURS = rsa.generate_private_key(65537, 2048)
THEIRS = rsa.generate_private_key(65537, 2048)
PAID = {
    "code": "10000",
    "msg": "Success",
    "trade_no": "2026112222001400000000",
    "out_trade_no": PAYMENT,
    "total_amount": "265.12",
    "receipt_amount": "260.00",
    "gmt_payment": "2026-11-22 12:00:00",
    "trade_status": "TRADE_SUCCESS",
    "store_name": '“{浦东}”\\ "}',
}


class StoppedClock:
    def now(self) -> datetime:
        return NOON


def signature(text: str) -> str:
    return base64.b64encode(THEIRS.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def plain(member: str, content: str) -> str:
    return f'{{"{member}":{content},"sign":"{signature(content)}"}}'


def signed_first(member: str, content: str) -> str:
    sign = signature(content).replace("/", "\\/")
    return f' {{ "sign" : "{sign}" ,\r\n "alipay_cert_sn":"1", "{member}" :\t{content} }}\n'


STYLES: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "compact": lambda member, told: plain(
        member, json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    ),
    "escaped": lambda member, told: plain(member, json.dumps(told).replace("/", "\\/")),
    "indented": lambda member, told: plain(member, json.dumps(told, indent=2, ensure_ascii=False)),
    "signature first": lambda member, told: signed_first(member, json.dumps(told)),
    "backwards": lambda member, told: plain(member, json.dumps(dict(reversed(told.items())))),
}


@contextmanager
def alipay(
    told: dict[str, Any], style: str = "compact", manners: Manners | None = None
) -> Iterator[tuple[Alipay, list[dict[str, str]]]]:
    heard: list[dict[str, str]] = []

    def gateway(request: Asked) -> Answer:
        fields = dict(parse_qsl(request.body.decode()))
        sign = base64.b64decode(fields.pop("sign"))
        line = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
        OURS.public_key().verify(sign, line.encode(), padding.PKCS1v15(), hashes.SHA256())
        heard.append(fields)
        text = STYLES[style](fields["method"].replace(".", "_") + "_response", told)
        return Answer(text.encode(), headers={"content-type": "text/html;charset=utf-8"})

    with serving(manners or Manners(), gateway) as url:
        provider = Alipay(
            gateway_url=f"{url}/gateway.do",
            app_id=APP_ID,
            signatures=AlipaySignatures(key=OURS, alipay_key=THEIRS.public_key()),
            notify_url="https://pay.example/notify",
            clock=StoppedClock(),
            answer_seconds=2.0,
        )
        yield provider, heard


def asked(provider: Alipay, *calls: Callable[[], Any]) -> list[Any]:
    async def all_of_them() -> list[Any]:
        try:
            return [await call() for call in calls]
        finally:
            await provider.end()

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "manners", [Manners(), Manners(chunked=True, upper=True, segment=40), Manners(drops_unsaid=True)], ids=str
)
def test_every_way_to_write_an_answer_is_understood(style: str, manners: Manners):
    with alipay(PAID, style, manners) as (provider, heard):
        charge, query = asked(
            provider,
            lambda: provider.charge_code(PAYMENT, 26512, "280000000000000000", "95号汽油", "S1"),
            lambda: provider.query(PAYMENT),
        )
    assert (charge.standing, charge.amount_fen, charge.paid_at) == (Standing.PAID, 26512, NOON)
    assert query == charge
    assert [each["method"] for each in heard] == ["alipay.trade.pay", "alipay.trade.query"]


@pytest.mark.parametrize(
    "other",
    [
        {"code": 10000},
        {"total_amount": 265.12},
        {"gmt_payment": None},
        {"gmt_payment": "2026-11-22 12:00:00.345"},
        {"gmt_payment": "", "send_pay_date": "2026-11-22 12:00:00"},
    ],
)
def test_a_paid_trade_is_paid_whatever_else_it_tells(other: dict[str, Any]):
    with alipay({**PAID, **other}) as (provider, _heard):
        (told,) = asked(provider, lambda: provider.query(PAYMENT))
    assert (told.standing, told.amount_fen) == (Standing.PAID, 26512)
    assert told.paid_at is None or told.paid_at - NOON < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        ({"code": "10003", "msg": "order success pay inprocess"}, Standing.WAITING),
        ({"code": 10003, "out_trade_no": PAYMENT}, Standing.WAITING),
        ({"code": "40004", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH", "extra": []}, Standing.DECLINED),
        ({"code": "40004", "sub_code": "ACQ.PAYMENT_AUTH_CODE_INVALID"}, Standing.DECLINED),
    ],
)
def test_a_charge_that_is_not_paid_says_so(told: dict[str, Any], standing: Standing):
    with alipay(told) as (provider, _heard):
        (answer,) = asked(provider, lambda: provider.charge_code(PAYMENT, 1, "280000000000000000", "x", "S1"))
    assert answer.standing is standing


@pytest.mark.parametrize("told", [{"code": "20000"}, {"code": "40004", "sub_code": "ACQ.SYSTEM_ERROR"}, {}])
def test_a_charge_of_which_nothing_is_certain_is_left_to_a_query(told: dict[str, Any]):
    with alipay(told) as (provider, _heard), pytest.raises(ProviderSilent):
        asked(provider, lambda: provider.charge_code(PAYMENT, 1, "280000000000000000", "x", "S1"))


REFUND = {"code": "10000", "out_trade_no": PAYMENT, "out_request_no": "r1"}


@pytest.mark.parametrize(
    ("told", "standing", "amount"),
    [
        (
            {**REFUND, "refund_status": "REFUND_SUCCESS", "refund_amount": "5.10"},
            RefundStanding.REFUNDED,
            510,
        ),
        ({**REFUND, "refund_amount": "5.1"}, RefundStanding.REFUNDED, 510),  # of before there was a status
        ({**REFUND, "refund_status": "REFUND_SUCCESS"}, RefundStanding.REFUNDED, None),
        (REFUND, RefundStanding.ABSENT, None),  # the page: no status means that it was not taken in
        ({"code": "10000", "msg": "Success"}, RefundStanding.ABSENT, None),
        ({**REFUND, "refund_status": "REFUND_PROCESSING"}, RefundStanding.PENDING, None),
    ],
)
def test_a_refund_stands_as_its_answer_says(
    told: dict[str, Any], standing: RefundStanding, amount: int | None
):
    with alipay(told) as (provider, _heard):
        (answer,) = asked(provider, lambda: provider.query_refund("r1", PAYMENT))
    assert (answer.standing, answer.amount_fen) == (standing, amount)


@pytest.mark.parametrize("blanks_are_signed", [True, False])
def test_a_notification_with_empty_fields_is_genuine_either_way(blanks_are_signed: bool):
    fields = {
        "notify_id": "n1",
        "app_id": APP_ID,
        "out_trade_no": PAYMENT,
        "trade_status": "TRADE_SUCCESS",
        "total_amount": "265.12",
        "gmt_payment": "2026-11-22 12:00:00",
        "trade_no": "1",
        "subject": "95号 +10%&a=b",
        "passback_params": "",
        "brand_new": "x",
    }
    line = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value or blanks_are_signed)
    body = urlencode({**fields, "sign_type": "RSA2", "sign": signature(line)}).encode()
    with alipay(PAID) as (provider, _heard):
        told = provider.read_notification({}, body)
        asked(provider)
    assert isinstance(told, PaidNotification)
    assert told.answer.amount_fen == 26512


def test_a_mini_programs_trade_is_asked_for_as_the_page_says():
    order = Order(PAYMENT, 26512, "95号汽油", NOON + timedelta(minutes=15), "127.0.0.1", "074a1CcTG1", "")
    made = {"code": "10000", "out_trade_no": PAYMENT, "trade_no": "2026112222001400000000"}
    with alipay(made) as (provider, heard):
        (opened,) = asked(provider, lambda: provider.open_mini_program(order))
    assert opened == {"tradeNO": "2026112222001400000000"}
    assert (heard[0]["method"], heard[0]["notify_url"]) == (
        "alipay.trade.create",
        "https://pay.example/notify",
    )
    content = json.loads(heard[0]["biz_content"])
    assert (content["total_amount"], content["time_expire"]) == ("265.12", "2026-11-22 12:15:00")
    assert (content["product_code"], content["op_app_id"]) == ("JSAPI_PAY", APP_ID)


def test_a_title_is_sent_without_the_signs_that_the_page_forbids():
    order = Order(PAYMENT, 100, "92/95号汽油 A&B=C", NOON + timedelta(minutes=15), "127.0.0.1", None, "")
    made = {"code": "10000", "out_trade_no": PAYMENT, "qr_code": "https://qr.alipay.com/bax1"}
    with alipay(made) as (provider, heard):
        asked(provider, lambda: provider.open_qr(order))
    assert json.loads(heard[0]["biz_content"])["subject"] == "92／95号汽油 A＆B＝C"


@pytest.mark.parametrize("told", [{"code": "10000", "out_trade_no": "another"}, {"code": "10000"}])
def test_a_trade_without_a_number_is_no_answer(told: dict[str, Any]):
    order = Order(PAYMENT, 26512, "95号汽油", NOON + timedelta(minutes=15), "127.0.0.1", "074a1CcTG1", "")
    with alipay(told) as (provider, _heard), pytest.raises(ProviderSilent):
        asked(provider, lambda: provider.open_mini_program(order))


def test_a_bill_elsewhere_in_the_clear_is_not_fetched():
    told = {"code": "10000", "bill_download_url": "http://bills.example/bill.zip"}
    with alipay(told) as (provider, _heard), pytest.raises(ProviderSilent):
        asked(provider, lambda: provider.trade_bill("2026-11-21"))
