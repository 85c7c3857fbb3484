"""Our WeChat Pay adapter against a gateway with other habits: casing, spelling, spacing, serials, what is left out."""

import asyncio
import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from starlette.datastructures import Headers

from cloud_api.payments.provider import (
    NotificationRefused,
    Order,
    PaidNotification,
    ProviderAnswer,
    ProviderSilent,
    RefundNotification,
    RefundStanding,
    Standing,
)
from cloud_api.payments.wechat import WechatPay
from cloud_api.payments.wechat_signatures import WechatSignatures, platform_keys
from tests.cloud_api.second_opinion.carrier import Answer, Asked, Manners, serving

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
MCHID, APPID, PAYMENT = "1900000001", "wx0123456789abcdef", "5" * 32
API_KEY = "k" * 32
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026"
OURS = rsa.generate_private_key(65537, 2048)
THEIRS = rsa.generate_private_key(65537, 2048)
SERIAL = 0x0ABC123456


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(SERIAL)
    made = made.not_valid_before(NOON - timedelta(days=1)).not_valid_after(NOON + timedelta(days=9))
    return made.public_key(THEIRS.public_key()).sign(THEIRS, hashes.SHA256()).public_bytes(Encoding.PEM)


PUBLIC_PEM = THEIRS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
CERTIFICATE_PEM = _certificate()


class StoppedClock:
    def now(self) -> datetime:
        return NOON


def signed(body: bytes, serial: str = PUBLIC_KEY_ID) -> dict[str, str]:
    at, nonce = str(int(NOON.timestamp())), "Nonce1234567890"
    signature = THEIRS.sign(f"{at}\n{nonce}\n".encode() + body + b"\n", padding.PKCS1v15(), hashes.SHA256())
    return {
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": base64.b64encode(signature).decode(),
        "Wechatpay-Timestamp": at,
        "Wechatpay-Nonce": nonce,
    }


def answer(content: Any, status: int = 200, *, serial: str = PUBLIC_KEY_ID, **style: Any) -> Answer:
    body = b"" if content is None else json.dumps(content, **style).encode()
    return Answer(
        body, status, {"Content-Type": "application/json", "Request-ID": "1"} | signed(body, serial)
    )


def transaction(**other: Any) -> dict[str, Any]:
    told = {
        "transaction_id": "4200001234",
        "amount": {"payer_total": 26000, "currency": "CNY", "total": 26512, "payer_currency": "CNY"},
        "mchid": MCHID,
        "trade_state": "SUCCESS",
        "promotion_detail": [{"coupon_id": "1", "amount": 512}],
        "something_new": {"of": ["a", "later", "year"]},
        "bank_type": "OTHERS",
        "out_trade_no": PAYMENT,
        "appid": APPID,
        "success_time": "2026-11-22T12:00:00+08:00",
    }
    return {name: value for name, value in (told | other).items() if value is not None}


@contextmanager
def wechat(
    gateway: Callable[[Asked], Answer], manners: Manners | None = None, *, pem: bytes = PUBLIC_PEM
) -> Iterator[WechatPay]:
    with serving(manners or Manners(), gateway) as url:
        yield WechatPay(
            base_url=url,
            mchid=MCHID,
            appid=APPID,
            public_key_id=PUBLIC_KEY_ID,
            signatures=WechatSignatures(
                mchid=MCHID,
                serial_no="5157F09EFDC096DE",
                key=OURS,
                platform_keys=platform_keys(pem, PUBLIC_KEY_ID),
                api_v3_key=API_KEY,
            ),
            notify_url="https://pay.example/notify",
            clock=StoppedClock(),
            nonce=lambda: "abcdef0123456789",
            answer_seconds=2.0,
        )


def asked(provider: WechatPay, *calls: Callable[[], Any]) -> list[Any]:
    """The calls one after the other on one loop, so that they share their connections."""

    async def all_of_them() -> list[Any]:
        try:
            return [await call() for call in calls]
        finally:
            await provider.end()

    return asyncio.run(all_of_them())


def charged(provider: WechatPay) -> ProviderAnswer:
    (told,) = asked(
        provider, lambda: provider.charge_code(PAYMENT, 26512, "130000000000000000", "95号", "S1")
    )
    assert isinstance(told, ProviderAnswer)
    return told


MANNERS = [
    Manners(chunked=True),
    Manners(upper=True),
    Manners(segment=13),
    Manners(drops_unsaid=True),
    Manners(drops_unsaid=True, chunked=True, upper=True, segment=50),
]


@pytest.mark.parametrize("manners", MANNERS, ids=str)
def test_every_way_to_carry_an_answer_is_understood(manners: Manners):
    with wechat(lambda _asked: answer(transaction(), indent=3), manners) as provider:
        first, second, third = asked(provider, *[lambda: provider.query(PAYMENT)] * 3)
    assert (first.standing, first.amount_fen, first.paid_at) == (Standing.PAID, 26512, NOON)
    assert first == second == third


def test_what_we_send_is_signed_as_it_is_sent():
    def check(request: Asked) -> Answer:
        scheme, _space, rest = request.headers["authorization"].partition(" ")
        told = dict(part.split("=", 1) for part in rest.split(","))
        told = {name: value.strip('"') for name, value in told.items()}
        message = f"{request.method}\n{request.target}\n{told['timestamp']}\n{told['nonce_str']}\n".encode()
        OURS.public_key().verify(
            base64.b64decode(told["signature"]),
            message + request.body + b"\n",
            padding.PKCS1v15(),
            hashes.SHA256(),
        )
        assert (scheme, told["mchid"]) == ("WECHATPAY2-SHA256-RSA2048", MCHID)
        return answer(transaction())

    with wechat(check) as provider:
        assert charged(provider).standing is Standing.PAID


@pytest.mark.parametrize(
    ("pem", "serial"),
    [
        (PUBLIC_PEM, PUBLIC_KEY_ID),
        (CERTIFICATE_PEM, f"{SERIAL:X}"),
        (CERTIFICATE_PEM, f"{SERIAL:016x}"),
        (PUBLIC_PEM + CERTIFICATE_PEM, f"{SERIAL:X}"),
        (CERTIFICATE_PEM + PUBLIC_PEM, PUBLIC_KEY_ID),
    ],
)
def test_the_key_is_known_by_its_id_or_by_its_certificates_serial(pem: bytes, serial: str):
    with wechat(lambda _asked: answer(transaction(), serial=serial), pem=pem) as provider:
        assert charged(provider).standing is Standing.PAID


def test_a_serial_that_is_not_known_proves_nothing(expected_log: Any):
    expected_log("cannot be trusted: the serial is not of a key we know")
    with wechat(lambda _asked: answer(transaction(), serial="4F")) as provider, pytest.raises(ProviderSilent):
        charged(provider)


@pytest.mark.parametrize(
    ("content", "status", "standing"),
    [
        ({"trade_state": "USERPAYING"}, 200, Standing.WAITING),
        ({"trade_state": "USER_PAYING"}, 200, Standing.WAITING),
        (
            transaction(trade_state="USERPAYING", success_time=None, transaction_id=None),
            202,
            Standing.WAITING,
        ),
        ({"code": "USERPAYING", "message": "需要用户输入支付密码"}, 202, Standing.WAITING),
        ({"message": "需要用户输入支付密码", "code": "USER_PAYING"}, 202, Standing.WAITING),
        ({"code": "USER_PAYING"}, 400, Standing.WAITING),
        ({"code": "NOTENOUGH"}, 403, Standing.DECLINED),
        ({"code": "NOT_ENOUGH"}, 403, Standing.DECLINED),
        ({"code": "AUTH_CODE_EXPIRED"}, 400, Standing.DECLINED),
        ({"code": "AUTHCODEEXPIRE"}, 400, Standing.DECLINED),
        (transaction(success_time=None), 200, Standing.PAID),
        (transaction(success_time="2026-11-22T04:00:00.123Z"), 200, Standing.PAID),
        (transaction(success_time="2026-11-22T12:00:00"), 200, Standing.PAID),
        (transaction(trade_state="PAY_ERROR"), 200, Standing.DECLINED),
    ],
)
def test_a_charge_is_understood_in_each_of_its_spellings(content: Any, status: int, standing: Standing):
    with wechat(lambda _asked: answer(content, status)) as provider:
        told = charged(provider)
    assert told.standing is standing
    if standing is Standing.PAID:
        assert told.amount_fen == 26512
        assert told.paid_at is None or abs(told.paid_at - NOON) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"code": "SYSTEMERROR"}, 500),
        ({"code": "SYSTEM_ERROR"}, 202),
        ({"code": "SYSTEM_ERROR"}, 400),
        ({"code": "BANK_ERROR"}, 500),
        ({"code": "FREQUENCY_LIMITED"}, 429),
        ({}, 202),
        ({"code": "ACCEPTED"}, 202),
        (transaction(amount={"total": "26512"}), 200),
    ],
)
def test_what_is_neither_yes_nor_no_is_left_to_a_query(content: Any, status: int):
    with wechat(lambda _asked: answer(content, status)) as provider, pytest.raises(ProviderSilent):
        charged(provider)


def test_an_error_without_a_signature_is_believed_and_a_yes_is_not(expected_log: Any):
    expected_log("cannot be trusted: the signature headers are missing")
    with wechat(lambda _asked: Answer(b'{ "code":"NOTENOUGH" }', 403)) as provider:
        assert charged(provider).standing is Standing.DECLINED
    unsigned = Answer(json.dumps(transaction()).encode())
    with wechat(lambda _asked: unsigned) as provider, pytest.raises(ProviderSilent):
        charged(provider)


@pytest.mark.parametrize(
    ("content", "status", "standing"),
    [
        (None, 204, Standing.CLOSED),
        ({"appid": APPID, "mchid": MCHID, "out_trade_no": PAYMENT}, 200, Standing.CLOSED),
        ({"code": "USER_PAYING"}, 202, Standing.WAITING),
        ({}, 202, Standing.WAITING),
        ({"code": "ACCEPTED"}, 202, Standing.WAITING),
        ({"code": "ORDERNOTEXIST"}, 404, Standing.ABSENT),
        ({"code": "ORDER_NOT_EXIST"}, 404, Standing.ABSENT),
    ],
)
def test_a_reversal_is_done_only_when_it_is_done(content: Any, status: int, standing: Standing):
    with wechat(lambda _asked: answer(content, status)) as provider:
        (told,) = asked(provider, lambda: provider.reverse(PAYMENT))
    assert told.standing is standing


def test_a_reversal_with_trouble_in_it_is_unclear():
    with (
        wechat(lambda _asked: answer({"code": "SYSTEM_ERROR"}, 202)) as provider,
        pytest.raises(ProviderSilent),
    ):
        asked(provider, lambda: provider.reverse(PAYMENT))


ORDER = Order(PAYMENT, 20000, "92号", NOON, "127.0.0.1", "openid", "https://station.example/#/order?id=1")


@pytest.mark.parametrize(
    ("page", "begins"),
    [
        (
            "https://wx.example/pay?prepay_id=1&package=2",
            "https://wx.example/pay?prepay_id=1&package=2&redirect_url=",
        ),
        ("https://wx.example/pay/1", "https://wx.example/pay/1?redirect_url="),
    ],
)
def test_the_page_gets_its_way_back_however_it_is_addressed(page: str, begins: str):
    with wechat(lambda _asked: answer({"extra": 1, "h5_url": page})) as provider:
        (opened,) = asked(provider, lambda: provider.open_page(ORDER))
    assert opened.startswith(begins)


def test_an_opening_that_opens_nothing_is_no_answer():
    with (
        wechat(lambda _asked: answer({"h5": "https://wx.example"})) as provider,
        pytest.raises(ProviderSilent),
    ):
        asked(provider, lambda: provider.open_page(ORDER))


def notification(resource: dict[str, Any], content: dict[str, Any], kind: str) -> bytes:
    aad = str(resource.get("associated_data") or "").encode()
    sealed = AESGCM(API_KEY.encode()).encrypt(resource["nonce"].encode(), json.dumps(content).encode(), aad)
    told = {
        "summary": "ok",
        "event_type": kind,
        "resource": {
            **resource,
            "ciphertext": base64.b64encode(sealed).decode(),
            "algorithm": "AEAD_AES_256_GCM",
        },
        "id": "EV-1",
        "brand_new": True,
    }
    return json.dumps(told, indent=1).encode()


@pytest.mark.parametrize(
    "resource",
    [
        {"nonce": "abcdefghijkl"},
        {"nonce": "abcdefghijkl", "associated_data": ""},
        {"nonce": "abcdefghijkl", "associated_data": None, "original_type": "transaction"},
        {"nonce": "abcdefgh", "associated_data": "transaction"},
        {"nonce": "abcdefghijklmnop", "associated_data": "certificate"},
    ],
)
def test_a_notification_is_opened_with_what_it_brings(resource: dict[str, Any]):
    with wechat(lambda _asked: answer({})) as provider:
        body = notification(resource, transaction(), "TRANSACTION.SUCCESS")
        headers = Headers({name.upper(): value for name, value in signed(body).items()})
        told = provider.read_notification(headers, body)
        assert isinstance(told, PaidNotification)
        assert (told.payment_id, told.answer.amount_fen) == (PAYMENT, 26512)
        with pytest.raises(NotificationRefused):
            provider.read_notification(headers, body + b" ")
        asked(provider)


def test_a_refund_is_told_without_what_is_optional():
    content = {
        "mchid": MCHID,
        "out_refund_no": "r1",
        "refund_status": "SUCCESS",
        "amount": {"refund": 5, "total": 9},
    }
    with wechat(lambda _asked: answer({})) as provider:
        body = notification({"nonce": "abcdefghijkl"}, content, "REFUND.SUCCESS")
        told = provider.read_notification(Headers(signed(body)), body)
        asked(provider)
    assert isinstance(told, RefundNotification)
    assert told.answer is not None
    assert (told.answer.standing, told.answer.amount_fen) == (RefundStanding.REFUNDED, 5)


BILL = "交易时间,…\r\n".encode()


def _bill_house(packed: bytes, *, host: str = "", digest: str = "") -> Callable[[Asked], Answer]:
    def gateway(request: Asked) -> Answer:
        if request.target.startswith("/v3/billdownload"):
            return Answer(packed, headers={"content-type": "application/octet-stream"})
        assert request.target == "/v3/bill/tradebill?bill_date=2026-11-21&bill_type=ALL&tar_type=GZIP"
        told = {
            "hash_type": "SHA1",
            "hash_value": digest or hashlib.sha1(BILL, usedforsecurity=False).hexdigest(),
            "download_url": f"http://{host or request.headers['host']}/v3/billdownload/file?token=x",
        }
        return answer(told)

    return gateway


def test_a_bill_is_unpacked_and_held_against_its_digest():
    with wechat(_bill_house(gzip.compress(BILL))) as provider:
        assert asked(provider, lambda: provider.trade_bill("2026-11-21")) == [BILL]


@pytest.mark.parametrize(
    "house",
    [
        _bill_house(gzip.compress(BILL), digest="0" * 40),
        _bill_house(gzip.compress(BILL)[:-9]),
        _bill_house(BILL),
        _bill_house(gzip.compress(BILL), host="elsewhere.example"),
        lambda _request: answer({"code": "STATEMENT_CREATING", "message": "账单生成中"}, 400),
    ],
    ids=["another digest", "cut off", "not packed", "elsewhere", "not made yet"],
)
def test_a_bill_that_cannot_be_trusted_is_no_bill(house: Callable[[Asked], Answer]):
    with wechat(house) as provider, pytest.raises(ProviderSilent):
        asked(provider, lambda: provider.trade_bill("2026-11-21"))


def test_a_day_without_a_bill_is_empty():
    none = answer({"code": "NO_STATEMENT_EXIST", "message": "账单文件不存在"}, 400)
    with wechat(lambda _request: none) as provider:
        assert asked(provider, lambda: provider.trade_bill("2026-11-21")) == [None]
