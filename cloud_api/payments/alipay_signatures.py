"""Alipay's RSA2 signatures: signs what we send, verifies answers over their raw text and notifications over their fields."""

import base64
import binascii
import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


class AnswerUnfit(Exception):
    """What came is not provably from Alipay."""


# Reading one proves its numbers, which takes 50 ms; the clouds of one process are of few merchants.
@functools.lru_cache(maxsize=8)
def private_key(text: bytes) -> RSAPrivateKey:
    """The application's key, in PEM or bare as Alipay's key tool writes it. Raises ValueError or TypeError."""
    key = load_pem_private_key(_pem(text, "PRIVATE KEY"), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the application's key must be an RSA key")
    return key


def public_key(text: bytes) -> RSAPublicKey:
    """Alipay's public key, in PEM or bare as its pages show it. Raises ValueError or TypeError."""
    key = load_pem_public_key(_pem(text, "PUBLIC KEY"))
    if not isinstance(key, RSAPublicKey):
        raise TypeError("Alipay's key must be an RSA key")
    return key


class AlipaySignatures:
    """Holds the application's private key and Alipay's public one."""

    def __init__(self, *, key: RSAPrivateKey, alipay_key: RSAPublicKey) -> None:
        self._key, self._alipay_key = key, alipay_key

    def signed(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """The parameters with their signature; empty ones are left out."""
        present = {name: value for name, value in parameters.items() if value != ""}
        signature = self._key.sign(_line(present), padding.PKCS1v15(), hashes.SHA256())
        return present | {"sign": base64.b64encode(signature).decode()}

    def read_answer(self, text: str, member: str) -> dict[str, Any]:
        """The member of a synchronous answer, e.g. alipay_trade_query_response. Raises AnswerUnfit.

        The signature covers the member's text exactly as it came, hence it is cut out and never written anew.
        """
        try:
            members = {name: (value, raw) for name, value, raw in _members(text)}
            content, raw = members[member]
            signature = members["sign"][0]
        except (ValueError, KeyError, IndexError) as error:
            raise AnswerUnfit(f"no signed {member} in the answer") from error
        self._verify(str(signature), raw.encode())
        if not isinstance(content, dict):
            raise AnswerUnfit(f"{member} is no object")
        return content

    def verify_notification(self, fields: Mapping[str, str]) -> None:
        """Raises AnswerUnfit unless Alipay signed these fields, url-decoded."""
        if fields.get("sign_type") != "RSA2":
            raise AnswerUnfit("the notification is not signed with RSA2")
        signed = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
        present = {name: value for name, value in signed.items() if value != ""}
        try:
            self._verify(fields.get("sign", ""), _line(present))
        except AnswerUnfit:
            # Whether an empty field belongs to what is signed is told in two ways.
            if present == signed:
                raise
            self._verify(fields.get("sign", ""), _line(signed))

    def _verify(self, signature: str, message: bytes) -> None:
        try:
            raw = base64.b64decode(signature, validate=True)
            self._alipay_key.verify(raw, message, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error) as error:
            raise AnswerUnfit("the signature is not over this content") from error


def _line(parameters: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={parameters[name]}" for name in sorted(parameters)).encode()


def _members(text: str) -> Iterator[tuple[str, Any, str]]:
    """Name, value and raw text of each member of a JSON object. Raises ValueError or IndexError."""
    position = _skip(text, 0)
    if text[position] != "{":
        raise ValueError("the answer is no object")
    position += 1
    while True:
        name, position = _DECODER.raw_decode(text, _skip(text, position))
        position = _skip(text, position)
        if text[position] != ":":
            raise ValueError("a member has no value")
        start = _skip(text, position + 1)
        value, position = _DECODER.raw_decode(text, start)
        yield str(name), value, text[start:position]
        position = _skip(text, position)
        if text[position] == "}":
            return
        if text[position] != ",":
            raise ValueError("a comma is missing")
        position += 1


def _skip(text: str, position: int) -> int:
    while text[position] in _BLANK:
        position += 1
    return position


def _pem(text: bytes, kind: str) -> bytes:
    if b"-----BEGIN" in text:
        return text
    bare = b"".join(text.split()).decode("ascii")
    lines = "\n".join(bare[start : start + 64] for start in range(0, len(bare), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n".encode()
