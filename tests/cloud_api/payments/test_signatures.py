"""Signatures and what hangs on them, byte for byte: no server, no clock, one key pair."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from cloud_api.payments import alipay_signatures
from cloud_api.payments.alipay_signatures import AlipaySignatures, AnswerUnfit
from cloud_api.payments.provider import checked_address
from cloud_api.payments.wechat_signatures import SignatureUnfit, WechatSignatures

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
API_KEY = "0123456789abcdef0123456789ABCDEF"
WECHAT = WechatSignatures(
    mchid="1600000001",
    serial_no="ABC",
    key=KEY,
    platform_keys={"PUB_1": KEY.public_key()},
    api_v3_key=API_KEY,
)
ALIPAY = AlipaySignatures(key=KEY, alipay_key=KEY.public_key())


def sign(message: bytes) -> str:
    return base64.b64encode(KEY.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def headers(body: bytes, **changes: str) -> dict[str, str]:
    """As WeChat Pay sends them with this body."""
    timestamp = 1000
    return {
        "Wechatpay-Timestamp": str(timestamp),
        "Wechatpay-Nonce": "nonce",
        "Wechatpay-Serial": "PUB_1",
        "Wechatpay-Signature": sign(f"{timestamp}\nnonce\n".encode() + body + b"\n"),
    } | changes


def test_request_to_wechat_is_signed_over_method_target_time_nonce_and_body():
    authorization = WECHAT.authorization(
        method="POST", target="/v3/x?y=1", body='{"油":1}'.encode(), timestamp=1700000000, nonce="n"
    )
    expected = sign('POST\n/v3/x?y=1\n1700000000\nn\n{"油":1}\n'.encode())
    assert authorization == (
        'WECHATPAY2-SHA256-RSA2048 mchid="1600000001",nonce_str="n",'
        f'signature="{expected}",timestamp="1700000000",serial_no="ABC"'
    )


def test_mini_program_call_is_signed_over_its_four_lines():
    assert WECHAT.pay_sign("wx1", "1700000000", "n", "prepay_id=wx2") == sign(
        b"wx1\n1700000000\nn\nprepay_id=wx2\n"
    )


@pytest.mark.parametrize(("now", "fresh"), [(1299, True), (1300, False), (701, True), (700, False)])
def test_answer_is_believed_for_less_than_five_minutes_either_way(now: int, fresh: bool):
    if fresh:
        WECHAT.verify(headers(b"{}"), b"{}", now=now)
    else:
        with pytest.raises(SignatureUnfit):
            WECHAT.verify(headers(b"{}"), b"{}", now=now)


def test_empty_answer_is_signed_too():
    WECHAT.verify(headers(b""), b"", now=1000)


@pytest.mark.parametrize(
    "changes",
    [
        {"Wechatpay-Serial": "PUB_2"},
        {"Wechatpay-Nonce": "other"},
        {"Wechatpay-Nonce": ""},
        {"Wechatpay-Timestamp": "1001"},
        {"Wechatpay-Timestamp": "١٠٠٠"},
        {"Wechatpay-Timestamp": "-1000"},
        {"Wechatpay-Signature": ""},
        {"Wechatpay-Signature": "???"},
        {"Wechatpay-Signature": "AAAA"},
    ],
    ids=str,
)
def test_any_changed_header_breaks_the_signature(changes: dict[str, str]):
    with pytest.raises(SignatureUnfit) as caught:
        WECHAT.verify(headers(b"{}", **changes), b"{}", now=1000)
    assert not caught.value.is_probe


def test_probe_is_told_from_an_attack():
    with pytest.raises(SignatureUnfit) as caught:
        WECHAT.verify(headers(b"{}", **{"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"}), b"{}", now=1000)
    assert caught.value.is_probe


def resource(content: object, aad: str | None = "transaction") -> dict[str, str]:
    plain = json.dumps(content).encode()
    sealed = AESGCM(API_KEY.encode()).encrypt(b"twelve bytes", plain, (aad or "").encode())
    extra = {} if aad is None else {"associated_data": aad}
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "nonce": "twelve bytes",
    } | extra


@pytest.mark.parametrize("aad", ["transaction", "", None])
def test_notification_is_decrypted_with_and_without_associated_data(aad: str | None):
    assert WECHAT.decrypt(resource({"a": 1}, aad)) == {"a": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"associated_data": "other"},
        {"nonce": "other bytes!"},
        {"nonce": ""},
        {"ciphertext": "AAAA"},
        {"ciphertext": "?"},
        {"algorithm": "AES"},
    ],
    ids=str,
)
def test_changed_notification_is_not_decrypted(changes: dict[str, str]):
    with pytest.raises(SignatureUnfit):
        WECHAT.decrypt(resource({"a": 1}) | changes)


def test_notification_that_holds_no_object_is_refused():
    with pytest.raises(SignatureUnfit):
        WECHAT.decrypt(resource([1]))


@pytest.mark.parametrize(
    "content",
    [
        '{"code":"10000","subject":"加{油"}',
        '{"code":"10000","subject":"}\\"sign\\":\\"x"}',
        '{ "code" : "10000" , "deep":{"a":[1,{"b":"}"}]} }',
        '{"code":"10000","url":"https:\\/\\/x"}',
    ],
)
@pytest.mark.parametrize(
    "frame", ['{{"m_response":{0},"sign":"{1}"}}', '{{ "sign" : "{1}",\n "m_response": {0} }}']
)
def test_alipays_answer_is_verified_over_its_own_text(content: str, frame: str):
    text = frame.format(content, sign(content.encode()))
    assert ALIPAY.read_answer(text, "m_response") == json.loads(content)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"m_response"',
        '{"m_response":{}}',
        '{"error_response":{"code":"40002"}}',
        '{"m_response":{},"sign":"AAAA"}',
        '{"m_response":{},"sign":null}',
        '{"m_response":{} "sign":""}',
    ],
)
def test_answer_without_a_right_signature_is_refused(text: str):
    with pytest.raises(AnswerUnfit):
        ALIPAY.read_answer(text, "m_response")


def test_alipays_parameters_are_signed_sorted_without_the_empty_ones():
    signed = ALIPAY.signed({"b": "2&=油", "a": "1", "c": ""})
    assert signed == {"a": "1", "b": "2&=油", "sign": sign("a=1&b=2&=油".encode())}


def test_keys_are_read_bare_as_alipay_shows_them():
    private = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert alipay_signatures.private_key(base64.b64encode(private)).private_numbers() == KEY.private_numbers()
    assert alipay_signatures.public_key(base64.b64encode(public) + b"\n") == KEY.public_key()


@pytest.mark.parametrize(
    "address", ["http://api.mch.weixin.qq.com", "ftp://127.0.0.1", "127.0.0.1", "", "http://127.0.0.1.x.cn"]
)
def test_provider_on_another_machine_without_tls_is_refused(address: str):
    with pytest.raises(ValueError, match="https"):
        checked_address(address)


@pytest.mark.parametrize(
    "address",
    ["https://api.mch.weixin.qq.com/", "http://127.0.0.1:8101", "http://[::1]:1", "http://localhost"],
)
def test_provider_by_tls_or_on_this_machine_is_taken(address: str):
    assert checked_address(address) == address.rstrip("/")
