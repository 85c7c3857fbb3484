"""Makes the ids of what the cloud itself creates: 32 hex characters, ordered by time (UUID version 7)."""

import re
import secrets
from datetime import datetime

ID_PATTERN = r"^[0-9a-f]{32}$"
_ID = re.compile(ID_PATTERN)


def new_id(now: datetime) -> str:
    """A new id; ids made later sort later, so an index on them stays compact."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    version_and_random = 0x7000 | secrets.randbits(12)
    variant_and_random = (0b10 << 62) | secrets.randbits(62)
    return f"{milliseconds:012x}{version_and_random:04x}{variant_and_random:016x}"


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None
