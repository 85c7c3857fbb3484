"""WeChat Pay v3's signatures and encryption: signs what we send, verifies what we receive. Pure but for the keys."""

import base64
import binascii
import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

SCHEME = "WECHATPAY2-SHA256-RSA2048"
# Both official SDKs refuse what is five minutes old or more; a retried notification is signed afresh.
_FRESH_SECONDS = 300
# WeChat sends traffic with such signatures on purpose, to see that it is refused.
_PROBE = "WECHATPAY/SIGNTEST/"


_BLOCK = re.compile(rb"-----BEGIN (?:CERTIFICATE|PUBLIC KEY)-----.*?-----END [A-Z ]+-----", re.DOTALL)


class SignatureUnfit(Exception):
    """What came is not provably from WeChat Pay. `is_probe`: it was wrong on purpose."""

    def __init__(self, why: str, *, is_probe: bool = False) -> None:
        super().__init__(why)
        self.is_probe = is_probe


# Reading one proves its numbers, which takes 50 ms; the clouds of one process are of few merchants.
@functools.lru_cache(maxsize=8)
def private_key(pem: bytes) -> RSAPrivateKey:
    """The merchant's key. Raises ValueError or TypeError."""
    key = load_pem_private_key(pem, None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the merchant's key must be an RSA key")
    return key


def public_key(pem: bytes) -> RSAPublicKey:
    """The platform's public key, or the one in its certificate for merchants of old. Raises ValueError or TypeError."""
    is_certificate = b"BEGIN CERTIFICATE" in pem
    key = load_pem_x509_certificate(pem).public_key() if is_certificate else load_pem_public_key(pem)
    if not isinstance(key, RSAPublicKey):
        raise TypeError("the platform's key must be an RSA key")
    return key


def platform_keys(pem: bytes, public_key_id: str) -> dict[str, RSAPublicKey]:
    """The platform's keys by the serial that it signs with: a public key under its id, a certificate under its own number.

    A merchant who moves from one to the other has both in the file for a while. Raises ValueError or TypeError.
    """
    found: dict[str, RSAPublicKey] = {}
    for block in _BLOCK.findall(pem):
        key = public_key(block)
        if b"BEGIN CERTIFICATE" in block:
            found[format(load_pem_x509_certificate(block).serial_number, "X")] = key
        else:
            found[public_key_id] = key
    if not found:
        raise ValueError("the platform's key file holds no key")
    # A certificate alone: the settings call it by the id that they know.
    return {public_key_id: next(iter(found.values()))} | found


class WechatSignatures:
    """Holds the merchant's private key, the APIv3 key, and the platform's public keys by their serial."""

    def __init__(
        self,
        *,
        mchid: str,
        serial_no: str,
        key: RSAPrivateKey,
        platform_keys: Mapping[str, RSAPublicKey],
        api_v3_key: str,
    ) -> None:
        if len(api_v3_key.encode()) != 32:
            raise ValueError("the APIv3 key has 32 characters")
        self._mchid, self._serial_no, self._key = mchid, serial_no, key
        self._platform_keys = {_serial(serial): known for serial, known in platform_keys.items()}
        self._cipher = AESGCM(api_v3_key.encode())

    def authorization(self, *, method: str, target: str, body: bytes, timestamp: int, nonce: str) -> str:
        """The Authorization header for exactly these bytes; `target` is the path with its query as it is sent."""
        signature = self._sign(f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n")
        return (
            f'{SCHEME} mchid="{self._mchid}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{timestamp}",serial_no="{self._serial_no}"'
        )

    def pay_sign(self, appid: str, timestamp: str, nonce: str, package: str) -> str:
        """The signature with which a mini program opens its payment."""
        return self._sign(f"{appid}\n{timestamp}\n{nonce}\n{package}\n".encode())

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: float) -> None:
        """Raises SignatureUnfit unless the platform signed exactly this body within the last minutes.

        `headers` must look names up without regard to case; `now` in seconds since 1970.
        """
        signature = headers.get("Wechatpay-Signature", "")
        timestamp, nonce = headers.get("Wechatpay-Timestamp", ""), headers.get("Wechatpay-Nonce", "")
        if signature.startswith(_PROBE):
            raise SignatureUnfit("the signature is a probe", is_probe=True)
        if not signature or not nonce or not (timestamp.isascii() and timestamp.isdecimal()):
            raise SignatureUnfit("the signature headers are missing or malformed")
        if abs(now - int(timestamp)) >= _FRESH_SECONDS:
            raise SignatureUnfit("the timestamp is not of these minutes")
        key = self._platform_keys.get(_serial(headers.get("Wechatpay-Serial", "")))
        if key is None:
            raise SignatureUnfit("the serial is not of a key we know")
        message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        try:
            key.verify(
                base64.b64decode(signature, validate=True), message, padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, binascii.Error) as error:
            raise SignatureUnfit("the signature is not over this body") from error

    def decrypt(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """The content of a notification's resource. Raises SignatureUnfit."""
        if resource.get("algorithm") != "AEAD_AES_256_GCM":
            raise SignatureUnfit("the resource is encrypted in an unknown way")
        try:
            sealed = base64.b64decode(str(resource["ciphertext"]), validate=True)
            aad = str(resource.get("associated_data") or "").encode()
            content = json.loads(self._cipher.decrypt(str(resource["nonce"]).encode(), sealed, aad))
        except (InvalidTag, KeyError, ValueError) as error:
            raise SignatureUnfit("the resource cannot be decrypted") from error
        if not isinstance(content, dict):
            raise SignatureUnfit("the resource holds no object")
        return content

    def _sign(self, message: bytes) -> str:
        return base64.b64encode(self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def _serial(words: str) -> str:
    """A serial as a number is compared: neither its case nor noughts before it count."""
    return words.strip().upper().lstrip("0")
