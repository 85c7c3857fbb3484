"""Fresh ids: UUIDv7 (RFC 9562) as 32 hex characters, so that ids sort by their making."""

import os
import time
from random import Random

# Seeded by the system once: asking it for every id takes longer than a row's insert. Nothing secret is made of ids.
_RANDOM = Random()  # noqa: S311
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_RANDOM.seed)


def new_id() -> str:
    """A fresh id: 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = _RANDOM.getrandbits(74)
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76 | (random >> 62) << 64
    value |= 0b10 << 62 | (random & (2**62 - 1))
    return f"{value:032x}"
