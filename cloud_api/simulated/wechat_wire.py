"""WeChat Pay's side of its wire: checks a merchant's signature, signs answers, encrypts notifications. Shares no code with our client."""

import base64
import json
import re
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from cloud_api.simulated.keys import wechat_merchant
from cloud_api.simulated.script import Behaviour

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_FIELD = re.compile(r'(\w+)="([^"]*)"')
_OLDEST_SECONDS = 300


class SignError(Exception):
    """The merchant's request is not signed as it should be."""


class WechatWire:
    """Holds the platform's private key and the merchant's public one."""

    def __init__(self, folder: Path) -> None:
        self.merchant = wechat_merchant(folder)
        private = load_pem_private_key((folder / "wechat-platform-private.pem").read_bytes(), None)
        public = load_pem_public_key((folder / "wechat-merchant-public.pem").read_bytes())
        if not isinstance(private, RSAPrivateKey) or not isinstance(public, RSAPublicKey):
            raise TypeError("WeChat Pay uses RSA keys")
        self._platform_key, self._merchant_key = private, public

    def check(
        self, authorization: str, serial: str | None, *, method: str, target: str, body: bytes, now: datetime
    ) -> None:
        """Raises SignError unless exactly these bytes were signed by the merchant within the last minutes.

        `target` is the path with its query, as it came over the wire.
        """
        scheme, _, rest = authorization.partition(" ")
        if scheme != SCHEME:
            raise SignError("Http头缺少认证信息或签名算法不对")
        fields = dict(_FIELD.findall(rest))
        missing = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"} - fields.keys()
        if missing:
            raise SignError(f"Authorization 缺少 {', '.join(sorted(missing))}")
        if fields["mchid"] != self.merchant.mchid or fields["serial_no"] != self.merchant.serial_no:
            raise SignError("商户号或证书序列号不对")
        if serial is not None and serial != self.merchant.public_key_id:
            raise SignError("Wechatpay-Serial 不是本商户的微信支付公钥ID")
        if (
            not fields["timestamp"].isdecimal()
            or abs(now.timestamp() - int(fields["timestamp"])) > _OLDEST_SECONDS
        ):
            raise SignError("时间戳超出五分钟")
        message = (
            f"{method}\n{target}\n{fields['timestamp']}\n{fields['nonce_str']}\n".encode() + body + b"\n"
        )
        try:
            signature = base64.b64decode(fields["signature"], validate=True)
            self._merchant_key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError) as error:
            raise SignError("签名错误，请检查后再试") from error

    def signed_headers(
        self, body: bytes, now: datetime, behaviour: Behaviour | None = None
    ) -> dict[str, str]:
        """The headers with which an answer or a notification goes out; `behaviour` spoils them."""
        if behaviour is Behaviour.NO_SIGNATURE:
            return {}
        timestamp = int(now.timestamp()) - (3600 if behaviour is Behaviour.STALE_TIMESTAMP else 0)
        nonce = secrets.token_hex(16)
        signature = self._sign(f"{timestamp}\n{nonce}\n".encode() + body + b"\n")
        if behaviour is Behaviour.BAD_SIGNATURE:
            signature = self._sign(b"something else")
        if behaviour is Behaviour.PROBE:
            signature = "WECHATPAY/SIGNTEST/" + signature
        serial = self.merchant.public_key_id
        if behaviour is Behaviour.WRONG_SERIAL:
            serial = "PUB_KEY_ID_0000000000000000000000000000"
        return {
            "Wechatpay-Timestamp": str(timestamp),
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": signature,
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature-Type": SCHEME,
        }

    def notification(
        self, event_id: str, event_type: str, kind: str, content: dict[str, Any], at: str
    ) -> bytes:
        """The body of a notification, its content encrypted with the merchant's APIv3 key."""
        nonce, aad = secrets.token_hex(6), kind
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        sealed = AESGCM(self.merchant.api_v3_key.encode()).encrypt(nonce.encode(), plain, aad.encode())
        body = {
            "id": event_id,
            "create_time": at,
            "resource_type": "encrypt-resource",
            "event_type": event_type,
            "summary": {"TRANSACTION.SUCCESS": "支付成功"}.get(event_type, "退款结果"),
            "resource": {
                "original_type": kind,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": aad,
                "nonce": nonce,
            },
        }
        return json.dumps(body, ensure_ascii=False).encode()

    def _sign(self, message: bytes) -> str:
        return base64.b64encode(
            self._platform_key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        ).decode()
