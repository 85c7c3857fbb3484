"""How many requests one asker may make: a bucket that fills with time, for each token and for each address.

They keep one asker from taking a worker for himself, so each worker counts for itself. What guards codes and secrets against
guessing is counted in the database, by the rooms themselves, for all workers together.
"""

import hashlib
import ipaddress
import math
from collections import OrderedDict
from functools import lru_cache

_MOST_KEPT = 50_000


class Buckets:
    """So many requests at once, and so many a second for ever. Used in one event loop."""

    def __init__(self, a_second: float, at_once: int) -> None:
        self._a_second, self._at_once = a_second, at_once
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: float) -> int:
        """0, or the seconds after which it may be tried again."""
        left, at = self._left.pop(key, (float(self._at_once), now))
        left = min(self._at_once, left + (now - at) * self._a_second)
        taken = left >= 1
        self._left[key] = (left - 1 if taken else left, now)
        if len(self._left) > _MOST_KEPT:
            # Whoever was not heard for longest has a full bucket again, or will have one.
            self._left.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - left) / self._a_second))


class Limits:
    """What a request is held against: its token, and the network that it comes from."""

    def __init__(self, by_token: Buckets, by_address: Buckets) -> None:
        self._by_token, self._by_address = by_token, by_address

    def wait(self, authorization: bytes, address: str, now: float) -> int:
        """0, or the seconds after which it may be tried again. Either may be empty."""
        wait = 0
        if authorization:
            # Not the token itself: what is kept in memory must not let anybody in.
            wait = self._by_token.take(hashlib.sha256(authorization).hexdigest(), now)
        network = network_of(address)
        return max(wait, self._by_address.take(network, now)) if network else wait


@lru_cache(4096)
def network_of(address: str) -> str:
    """Whom an address stands for: a home has a /64 of IPv6. Empty for this machine itself, behind which others stand."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.is_loopback:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
