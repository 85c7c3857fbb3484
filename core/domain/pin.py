"""A PIN as it may be kept: salted scrypt, never the digits."""

import base64
import hashlib
import hmac

from core.domain.refusals.people import PinUnfit

SALT_BYTES = 16
# Some 30 ms a try on a till: nothing to a person, too slow to walk through ten thousand PINs of a stolen file quickly.
_COST = 2**13
_BLOCK = 8


def pin_hash(pin: str, salt: bytes) -> str:
    """The PIN as it is kept, with a fresh random salt. Raises PinUnfit unless it has 4 to 8 digits."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise PinUnfit
    return f"scrypt${_b64(salt)}${_b64(_scrypt(pin, salt))}"


def is_pin(pin: str, kept: str) -> bool:
    """Whether this is the PIN that was kept; takes the same time whether it is or not."""
    _name, salt, digest = kept.split("$")
    return hmac.compare_digest(_scrypt(pin, base64.b64decode(salt)), base64.b64decode(digest))


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=_BLOCK, p=1, dklen=32)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
