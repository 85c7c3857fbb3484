"""UnionPay's signatures (ACP 5.1.0): the fields in order, their SHA-256 in hex, signed with RSA and SHA-256."""

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

# A value in braces may hold ampersands.
_FIELD = re.compile(r"(?:^|&)([^=&]+)=(\{[^}]*\}|[^&]*)")


class AnswerUnfit(Exception):
    """An answer is not signed by UnionPay."""


class UnionPaySignatures:
    """Holds the merchant's key and UnionPay's public one, each known by its certificate's id."""

    def __init__(
        self, *, key: RSAPrivateKey, cert_id: str, unionpay_key: RSAPublicKey, unionpay_cert_id: str
    ) -> None:
        self._key, self._cert_id = key, cert_id
        self._unionpay_key, self._unionpay_cert_id = unionpay_key, unionpay_cert_id

    def signed(self, fields: Mapping[str, str]) -> dict[str, str]:
        """The request with its certificate's id, method and signature."""
        whole = {**fields, "certId": self._cert_id, "signMethod": "01"}
        signature = self._key.sign(_told(whole), padding.PKCS1v15(), hashes.SHA256())
        return {**whole, "signature": base64.b64encode(signature).decode()}

    def verified(self, text: str) -> dict[str, str]:
        """The fields of an answer that UnionPay signed. Raises AnswerUnfit.

        It writes its answers as name=value&… with the values as they are, plus signs of a signature and all; one who escapes
        them, as forms do, is understood too, since the signature tells which of the two it was.
        """
        told = dict(_FIELD.findall(text))
        try:
            self.verify(told)
        except AnswerUnfit:
            told = dict(parse_qsl(text, keep_blank_values=True))
            self.verify(told)
        return told

    def verify(self, answer: Mapping[str, str]) -> None:
        """Raises AnswerUnfit unless UnionPay signed exactly these fields."""
        if answer.get("signMethod") != "01" or answer.get("certId") != self._unionpay_cert_id:
            raise AnswerUnfit("it is signed with another method or certificate")
        try:
            signature = base64.b64decode(answer.get("signature", ""), validate=True)
            self._unionpay_key.verify(signature, _told(answer), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError) as error:
            raise AnswerUnfit("the signature is wrong") from error


# Reading one proves its numbers, which takes 50 ms; the clouds of one process are of few merchants.
@functools.lru_cache(maxsize=8)
def private_key(pem: bytes) -> RSAPrivateKey:
    """Raises ValueError or TypeError for a key that is unfit."""
    key = load_pem_private_key(pem, None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("UnionPay uses RSA keys")
    return key


def public_key(pem: bytes) -> RSAPublicKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, RSAPublicKey):
        raise TypeError("UnionPay uses RSA keys")
    return key


def _told(fields: Mapping[str, str]) -> bytes:
    """What is signed: every field that has a value, by name, except the signature itself."""
    parts = [f"{name}={value}" for name, value in sorted(fields.items()) if value and name != "signature"]
    return hashlib.sha256("&".join(parts).encode()).hexdigest().encode()
