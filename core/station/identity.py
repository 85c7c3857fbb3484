"""Fresh ids: UUIDv7 (RFC 9562) as 32 hex characters, so that ids sort by their making."""

import os
import time


def new_id() -> str:
    """A fresh id: 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76 | (random >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | (random & (2**62 - 1))
    return f"{value:032x}"
