"""Figures of this worker in the text form that Prometheus reads: requests, how long they took, and what waits."""

import bisect
import threading
from collections import defaultdict
from collections.abc import Callable

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """Counted in memory; each worker tells its own, and whoever reads them adds up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._limited = 0
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}

    def gauge(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """A figure that is asked for when it is told."""
        self._gauges[name] = (meaning, value)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the pattern, never the path itself: a path holds ids of people's orders."""
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets[route][bisect.bisect_left(_BOUNDS, seconds)] += 1
            self._seconds[route] += seconds

    def count_limited(self) -> None:
        with self._lock:
            self._limited += 1

    def text(self) -> str:
        with self._lock:
            requests, limited = dict(self._requests), self._limited
            buckets = {route: list(counts) for route, counts in self._buckets.items()}
            seconds = dict(self._seconds)
        lines = ["# HELP youzhan_requests_total Requests answered.", "# TYPE youzhan_requests_total counter"]
        lines += [
            f'youzhan_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
            for (method, route, status), count in sorted(requests.items())
        ]
        lines += [
            "# HELP youzhan_request_seconds Until the answer's first byte.",
            "# TYPE youzhan_request_seconds histogram",
        ]
        for route, counts in sorted(buckets.items()):
            lines += _histogram(route, counts, seconds[route])
        lines += [
            "# HELP youzhan_requests_limited_total Requests refused as too many.",
            "# TYPE youzhan_requests_limited_total counter",
            f"youzhan_requests_limited_total {limited}",
        ]
        for name, (meaning, value) in sorted(self._gauges.items()):
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {value():g}"]
        return "\n".join(lines) + "\n"


def _histogram(route: str, counts: list[int], seconds: float) -> list[str]:
    lines, so_far = [], 0
    for bound, count in zip([*(f"{bound:g}" for bound in _BOUNDS), "+Inf"], counts, strict=True):
        so_far += count
        lines.append(f'youzhan_request_seconds_bucket{{route="{route}",le="{bound}"}} {so_far}')
    lines.append(f'youzhan_request_seconds_sum{{route="{route}"}} {seconds:.6f}')
    lines.append(f'youzhan_request_seconds_count{{route="{route}"}} {so_far}')
    return lines
