"""A password as it may be kept: salted scrypt with its own costs beside it, never the password."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Collection
from functools import cache

from core.domain.refusals.offices import OfficePasswordCommon, OfficePasswordUnfit
from core.resources import resource

SHORTEST = 12
_LONGEST = 128
# 32 MB and some 200 ms a try: a stolen table is not walked through, and four tries at once stay below 150 MB.
_COST_BITS, _BLOCK, _LANES = 15, 8, 3
_MOST_MEMORY = 128 * 1024 * 1024


# Whoever guesses at a fuel station's office begins with these.
HOUSE_WORDS = (
    "youzhan", "油站", "加油站", "加油", "station", "petrol", "diesel", "汽油", "柴油", "中石化", "中石油", "sinopec",
    "petrochina", "admin", "administrator", "finance", "office", "password", "密码", "财务", "管理员",
)  # fmt: skip
_SHORTEST_OF_ONES_OWN = 8
_AT_THE_ENDS = "0123456789 .,:;-_!?@#$%^&*()+=~/\\'\""


def check(password: str, login: str, words: Collection[str] = ()) -> None:
    """Raises OfficePasswordUnfit, OfficePasswordCommon. Long is what counts; no rule asks for signs or digits (NIST SP 800-63B).

    `words` are of the house and the person beside HOUSE_WORDS: they count for nothing, and enough must be left without them.
    """
    plain = unicodedata.normalize("NFC", password)
    too_simple = len(set(plain)) < 5 or login.lower() in plain.lower()
    if not SHORTEST <= len(plain) <= _LONGEST or too_simple:
        raise OfficePasswordUnfit(SHORTEST)
    small = plain.casefold()
    if _is_common(small) or len(_without(small, (*HOUSE_WORDS, *words))) < _SHORTEST_OF_ONES_OWN:
        raise OfficePasswordCommon


def _is_common(small: str) -> bool:
    """Also with digits and signs at its ends, and said several times over."""
    core = small.strip(_AT_THE_ENDS)
    tried = {small, core, _said_once(small), _said_once(core)}
    return not tried.isdisjoint(_common_passwords())


def _said_once(text: str) -> str:
    return text[: (text + text).find(text, 1)] if text else text


def _without(text: str, words: Collection[str]) -> str:
    """What is of somebody's own: neither such words nor what stands at the ends, such as a year."""
    for word in sorted((word.casefold().strip() for word in words), key=len, reverse=True):
        # Two letters, such as cn, are in too much.
        if len(word) > (2 if word.isascii() else 1):
            text = text.replace(word, "")
    return text.strip(_AT_THE_ENDS)


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(resource("passwords/common.txt").read_text(encoding="utf-8").split("\n"))


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
