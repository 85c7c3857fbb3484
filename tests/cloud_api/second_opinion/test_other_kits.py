"""Our signatures held against the kits of other people: theirs believe ours, ours believe theirs, and both say the same bytes."""

import base64
import json
from typing import Any

import pytest
from alipay.aop.api.util.SignatureUtils import get_sign_content, sign_with_rsa2, verify_with_rsa
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from httpx import Headers
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import build_authorization, rsa_sign

from cloud_api.payments.alipay_signatures import AlipaySignatures, AnswerUnfit
from cloud_api.payments.wechat_signatures import SignatureUnfit, WechatSignatures

_OURS, _THEIRS = (rsa.generate_private_key(65537, 2048) for _ in range(2))
_MCHID, _APPID, _SERIAL, _KEY_ID = "1900000109", "wx1", "5157F09EFDC096DE", "PUB_KEY_ID_0119"
_API_KEY = "0123456789abcdef0123456789ABCDEF"
_PKCS8 = _OURS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
_PUBLIC = _THEIRS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
_KIT = WeChatPay(
    wechatpay_type=WeChatPayType.JSAPI, mchid=_MCHID, private_key=_PKCS8, cert_serial_no=_SERIAL, apiv3_key=_API_KEY,
    appid=_APPID, notify_url="https://pay.example/notify", public_key=_PUBLIC, public_key_id=_KEY_ID,
)  # fmt: skip
_WECHAT = WechatSignatures(
    mchid=_MCHID,
    serial_no=_SERIAL,
    key=_OURS,
    platform_keys={_KEY_ID: _THEIRS.public_key()},
    api_v3_key=_API_KEY,
)
_ALIPAY = AlipaySignatures(key=_OURS, alipay_key=_THEIRS.public_key())


def _bare(key: rsa.RSAPrivateKey) -> str:
    """A key as Alipay's kit takes it: PKCS#1 without its first and last line."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    return "".join(pem.splitlines()[1:-1])


@pytest.mark.parametrize(
    ("method", "target", "content"),
    [
        (
            "POST",
            "/v3/pay/transactions/jsapi",
            {"description": "昆明北站 92号汽油", "amount": {"total": 20000}},
        ),
        ("GET", "/v3/pay/transactions/out-trade-no/1?mchid=1900000109", None),
        ("POST", "/v3/pay/transactions/out-trade-no/1/close", {"mchid": _MCHID}),
    ],
)
def test_wechats_request_is_signed_as_the_kit_signs_it(
    method: str, target: str, content: dict[str, Any] | None
) -> None:
    body = "" if content is None else json.dumps(content, ensure_ascii=False)
    theirs: str = build_authorization(target, method, _MCHID, _SERIAL, _OURS, data=body, nonce_str="NONCE")
    at = int(theirs.split('timestamp="')[1].split('"', maxsplit=1)[0])
    ours = _WECHAT.authorization(
        method=method, target=target, body=body.encode(), timestamp=at, nonce="NONCE"
    )
    assert ours == theirs


def test_wechats_call_on_the_phone_is_signed_as_the_kit_signs_it() -> None:
    told = (_APPID, "1795406400", "abcdef", "prepay_id=wx221234")
    assert _WECHAT.pay_sign(*told) == _KIT.sign(list(told))


def _notification(content: dict[str, Any], at: str = "1795406400") -> tuple[dict[str, str], bytes]:
    sealed = AESGCM(_API_KEY.encode()).encrypt(b"abcdefghijkl", json.dumps(content).encode(), b"transaction")
    resource = {
        "original_type": "transaction", "algorithm": "AEAD_AES_256_GCM", "nonce": "abcdefghijkl",
        "associated_data": "transaction", "ciphertext": base64.b64encode(sealed).decode(),
    }  # fmt: skip
    told = {
        "id": "1",
        "event_type": "TRANSACTION.SUCCESS",
        "resource_type": "encrypt-resource",
        "resource": resource,
    }
    body = json.dumps(told)
    headers = {
        "Wechatpay-Timestamp": at, "Wechatpay-Nonce": "N1", "Wechatpay-Serial": _KEY_ID,
        "Wechatpay-Signature": rsa_sign(_THEIRS, f"{at}\nN1\n{body}\n"),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }  # fmt: skip
    return headers, body.encode()


def test_a_notification_says_the_same_to_the_kit_and_to_us() -> None:
    content = {"out_trade_no": "1", "trade_state": "SUCCESS", "payer": {"openid": "o"}, "attach": "加油"}
    headers, body = _notification(content)
    told = _KIT.callback(headers, body)
    _WECHAT.verify(Headers(headers), body, now=1795406401)
    assert _WECHAT.decrypt(json.loads(body)["resource"]) == content == told["resource"]


def test_a_changed_notification_is_believed_by_neither() -> None:
    headers, body = _notification({"out_trade_no": "1"})
    changed = body.replace(b"TRANSACTION.SUCCESS", b"TRANSACTION.success")
    assert _KIT.callback(headers, changed) is None
    with pytest.raises(SignatureUnfit):
        _WECHAT.verify(Headers(headers), changed, now=1795406401)


def test_alipays_request_is_signed_as_its_own_kit_signs_it() -> None:
    asked = {
        "app_id": "2021", "method": "alipay.trade.pay", "charset": "utf-8", "sign_type": "RSA2", "version": "1.0",
        "timestamp": "2026-11-23 12:00:00", "notify_url": "https://pay.example/notify",
        "biz_content": json.dumps({"subject": "92号汽油 A&B=C", "total_amount": "200.00"}, ensure_ascii=False),
    }  # fmt: skip
    content = get_sign_content(asked)
    assert _ALIPAY.signed(asked)["sign"] == sign_with_rsa2(_bare(_OURS), content, "utf-8")


def test_alipays_answers_and_notifications_as_its_kit_signs_them_are_believed() -> None:
    member = '{"code":"10000","msg":"Success","subject":"“{92号}”\\\\/"}'
    sign = sign_with_rsa2(_bare(_THEIRS), member, "utf-8")
    answer = f'{{"alipay_trade_query_response":{member},"sign":"{sign}"}}'
    assert _ALIPAY.read_answer(answer, "alipay_trade_query_response")["code"] == "10000"
    fields = {"notify_id": "1", "out_trade_no": "2", "subject": "92号 +10%&a=b", "total_amount": "200.00"}
    signed = {"sign": sign_with_rsa2(_bare(_THEIRS), get_sign_content(fields), "utf-8"), "sign_type": "RSA2"}
    _ALIPAY.verify_notification(fields | signed)
    with pytest.raises(AnswerUnfit):
        _ALIPAY.verify_notification(fields | signed | {"total_amount": "200.01"})


def test_alipays_kit_believes_what_we_sign() -> None:
    signed = _ALIPAY.signed({"app_id": "2021", "biz_content": '{"a":"加油"}', "empty": ""})
    public = _OURS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    sign = signed.pop("sign")
    bare = "".join(public.splitlines()[1:-1])
    assert verify_with_rsa(bare, get_sign_content(signed).encode(), sign)
