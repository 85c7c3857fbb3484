"""Figures of this worker for Prometheus: requests, how long they took, and what waits."""

from collections.abc import Callable
from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """Counted in memory; each worker tells its own, and whoever reads them adds up."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "youzhan_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "youzhan_request_seconds",
            "Until the answer is sent.",
            ("route",),
            buckets=_BOUNDS,
            registry=self._registry,
        )
        self._limited = Counter(
            "youzhan_requests_limited", "Requests refused as too many.", registry=self._registry
        )

    def gauge(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """A figure that is asked for when it is told."""
        Gauge(name, meaning, registry=self._registry).set_function(value)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the pattern, never the path itself: a path holds ids of people's orders."""
        counted, timed = self._of(method, route, status)
        counted.inc()
        timed.observe(seconds)

    @cache  # noqa: B019 - there are as many as there are routes, and they live as long
    def _of(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, str(status)), self._seconds.labels(route)

    def count_limited(self) -> None:
        self._limited.inc()

    def text(self) -> str:
        return generate_latest(self._registry).decode()
