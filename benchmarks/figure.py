"""One measured figure and how it is told."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A value against a bare equivalent of the same run; `ratio` is value / against's value, or its inverse for times,
    so that 1 is the limit and more is never possible by luck alone."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float
    how: str

    def line(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)


def percentile(values: Sequence[float], of_hundred: int) -> float:
    """The value below which so many of a hundred lie."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[of_hundred - 1]
