"""Fresh ids: UUIDv7 (RFC 9562) as 32 hex characters, so that ids sort by their making."""

import os
import time
from random import Random

# Seeded by the system once: asking it for every id takes longer than a row's insert. Nothing secret is made of ids.
_RANDOM = Random()  # noqa: S311
_bits = _RANDOM.getrandbits
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_RANDOM.seed)


def new_id() -> str:
    """A fresh id: 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000 & (2**48 - 1)
    # Version 7 before the first random bits, variant 2 before the rest.
    return f"{milliseconds:012x}7{_bits(12):03x}{2 << 62 | _bits(62):016x}"
