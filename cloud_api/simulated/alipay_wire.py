"""Alipay's side of its wire: checks an application's signature, signs answers and notifications. Shares no code with our client."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from cloud_api.simulated.keys import alipay_merchant
from cloud_api.simulated.script import Behaviour

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class AlipaySignError(Exception):
    """The request is not what the application signed; the sub code says which part."""

    def __init__(self, sub_code: str, sub_message: str) -> None:
        super().__init__(sub_code)
        self.sub_code, self.sub_message = sub_code, sub_message


class AlipayWire:
    """Holds the gateway's private key and the application's public one."""

    def __init__(self, folder: Path) -> None:
        self.merchant = alipay_merchant(folder)
        private = load_pem_private_key((folder / "alipay-gateway-private.pem").read_bytes(), None)
        public = load_pem_public_key((folder / "alipay-app-public.pem").read_bytes())
        if not isinstance(private, RSAPrivateKey) or not isinstance(public, RSAPublicKey):
            raise TypeError("Alipay uses RSA keys")
        self._gateway_key, self._application_key = private, public

    def check(self, parameters: Mapping[str, str]) -> None:
        """Raises AlipaySignError unless these parameters, url-decoded, carry the application's signature."""
        missing = [
            name
            for name in ("app_id", "method", "charset", "sign_type", "sign", "timestamp", "version")
            if not parameters.get(name)
        ]
        if missing:
            raise AlipaySignError(f"isv.missing-{missing[0].replace('_', '-')}", f"缺少参数 {missing[0]}")
        if parameters["app_id"] != self.merchant.app_id:
            raise AlipaySignError("isv.invalid-app-id", "无效的AppID参数")
        if parameters["sign_type"] != "RSA2":
            raise AlipaySignError("isv.invalid-signature-type", "无效的签名类型")
        if _TIMESTAMP.fullmatch(parameters["timestamp"]) is None:
            raise AlipaySignError("isv.invalid-timestamp", "非法的时间戳参数")
        signed = {name: value for name, value in parameters.items() if name != "sign" and value != ""}
        try:
            signature = base64.b64decode(parameters["sign"], validate=True)
            self._application_key.verify(signature, _line(signed), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError) as error:
            raise AlipaySignError(
                "isv.invalid-signature",
                "验签出错，请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码",
            ) from error

    def answer(
        self, method: str, content: Mapping[str, Any], behaviour: Behaviour | None, *, signed: bool = True
    ) -> bytes:
        """The whole answer: `content` as the member named after the method, signed over exactly its text."""
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        name = method.replace(".", "_") + "_response" if signed else "error_response"
        if not signed or behaviour is Behaviour.NO_SIGNATURE:
            return f'{{"{name}":{text}}}'.encode()
        sign = self._sign(b"something else" if behaviour is Behaviour.BAD_SIGNATURE else text.encode())
        return f'{{"{name}":{text},"sign":"{sign}"}}'.encode()

    def notification(self, fields: Mapping[str, str], behaviour: Behaviour | None) -> dict[str, str]:
        """A form to post: the fields with their signature."""
        present = {name: value for name, value in fields.items() if value != ""}
        sign = self._sign(b"something else" if behaviour is Behaviour.BAD_SIGNATURE else _line(present))
        if behaviour is Behaviour.NO_SIGNATURE:
            return present
        return present | {"sign": sign, "sign_type": "RSA2"}

    def signed_return(self, fields: Mapping[str, str]) -> dict[str, str]:
        """What is hung onto return_url when the payer comes back."""
        return dict(fields) | {"sign": self._sign(_line(fields)), "sign_type": "RSA2"}

    def _sign(self, message: bytes) -> str:
        return base64.b64encode(self._gateway_key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def _line(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
