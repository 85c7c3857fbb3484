"""A password as it may be kept: salted scrypt with its own costs beside it, never the password."""

import base64
import hashlib
import hmac
import secrets
import unicodedata

from core.domain.refusals.offices import OfficePasswordUnfit

SHORTEST = 12
_LONGEST = 128
# 32 MB and some 200 ms a try: a stolen table is not walked through, and four tries at once stay below 150 MB.
_COST_BITS, _BLOCK, _LANES = 15, 8, 3
_MOST_MEMORY = 128 * 1024 * 1024


def check(password: str, login: str) -> None:
    """Raises OfficePasswordUnfit. Long is what counts; no rule asks for signs or digits (NIST SP 800-63B)."""
    plain = unicodedata.normalize("NFC", password)
    too_simple = len(set(plain)) < 5 or login.lower() in plain.lower()
    if not SHORTEST <= len(plain) <= _LONGEST or too_simple:
        raise OfficePasswordUnfit(SHORTEST)


def hash_of(password: str) -> str:
    salt = secrets.token_bytes(16)
    costs = f"{_COST_BITS}${_BLOCK}${_LANES}"
    return f"scrypt${costs}${_b64(salt)}${_b64(_scrypt(password, salt, _COST_BITS, _BLOCK, _LANES))}"


def is_right(password: str, kept: str) -> bool:
    """Takes the same time whether it is or not."""
    _name, cost_bits, block, lanes, salt, digest = kept.split("$")
    tried = _scrypt(password, base64.b64decode(salt), int(cost_bits), int(block), int(lanes))
    return hmac.compare_digest(tried, base64.b64decode(digest))


# For a login that is nobody's: finding that out must take as long as a wrong password does.
NOBODYS = f"scrypt${_COST_BITS}${_BLOCK}${_LANES}$AAAAAAAAAAAAAAAAAAAAAA==${'A' * 43}="


def _scrypt(password: str, salt: bytes, cost_bits: int, block: int, lanes: int) -> bytes:
    plain = unicodedata.normalize("NFC", password).encode()
    return hashlib.scrypt(plain, salt=salt, n=1 << cost_bits, r=block, p=lanes, maxmem=_MOST_MEMORY, dklen=32)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
