"""Codes of an authenticator app: RFC 6238 with SHA-1, 30 seconds and six digits, as every such app knows it."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

_STEP_SECONDS = 30
_DIGITS = 6
# A phone's clock may be a step off.
_STEPS_AROUND = (0, -1, 1)


def new_secret() -> str:
    """160 random bits in the letters that a person can type."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // _STEP_SECONDS


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step that this code is of; None where it is none's of now. All are compared, whichever it is."""
    found = None
    for around in _STEPS_AROUND:
        step = step_at(now) + around
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def uri(secret: str, login: str) -> str:
    """What the app reads from a QR code."""
    issuer = "Youzhan"
    query = urlencode(
        {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": _DIGITS, "period": _STEP_SECONDS}
    )
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{query}"
