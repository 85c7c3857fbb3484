"""Makes the ids of what the cloud itself creates: 32 hex characters, ordered by time (UUID version 7)."""

import hashlib
import os
import re
import secrets
import threading
from datetime import datetime

ID_PATTERN = r"^[0-9a-f]{32}$"
_ID = re.compile(ID_PATTERN)
# The two bits of the variant, and two random ones.
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


class _Drawn:
    """Randomness of the system's, asked for in large pieces: each asking lets all other threads run first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = b""

    def take(self, count: int) -> bytes:
        """Bytes that nobody else is given."""
        with self._lock:
            if len(self._left) < count:
                self._left = secrets.token_bytes(_BYTES_AT_ONCE + count)
            taken, self._left = self._left[:count], self._left[count:]
            return taken

    def forget(self) -> None:
        """In a process that was split off: what is left is the other's."""
        self._lock, self._left = threading.Lock(), b""


_BYTES_AT_ONCE = 4096
_drawn = _Drawn()
random_bytes = _drawn.take
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drawn.forget)


def new_id(now: datetime) -> str:
    """A new id; ids made later sort later, so an index on them stays compact."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    version_and_random = 0x7000 | secrets.randbits(12)
    variant_and_random = (0b10 << 62) | secrets.randbits(62)
    return f"{milliseconds:012x}{version_and_random:04x}{variant_and_random:016x}"


def id_following(other: str, what: str) -> str:
    """The one id of `what` that follows from another id: the same each time, and as old as the other one is."""
    digits = hashlib.sha256(f"{what} {other}".encode()).hexdigest()
    return f"{other[:12]}8{digits[:3]}{_VARIANTS[digits[3]]}{digits[4:19]}"


def first_id(moment: datetime) -> str:
    """No id that was made then or later is smaller."""
    return f"{int(moment.timestamp() * 1000):012x}" + "0" * 20


def new_ids(now: datetime, count: int) -> list[str]:
    """So many at once."""
    return ids_from(now, random_bytes(10 * count))


def ids_from(now: datetime, drawn: bytes) -> list[str]:
    """A new id for each 10 random bytes."""
    time, digits = f"{int(now.timestamp() * 1000) & ((1 << 48) - 1):012x}7", drawn.hex()
    return [
        f"{time}{digits[at : at + 3]}{_VARIANTS[digits[at + 3]]}{digits[at + 4 : at + 19]}"
        for at in range(0, len(digits), 20)
    ]


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None
