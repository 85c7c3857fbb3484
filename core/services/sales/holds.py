"""What coupons and points have in common once they are off a bill: the cloud is told how their hold ended."""

import logging
from collections.abc import Callable, Container, Iterable
from enum import StrEnum
from typing import Protocol, TypeVar

from core.domain.faults import Fault
from core.domain.refusals.refusal import Refusal

_log = logging.getLogger(__name__)


class Held(Protocol):
    """A coupon's or points' use on a bill."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> StrEnum: ...


Use = TypeVar("Use", bound=Held)


def settle(
    uses: Iterable[Use],
    being_held: Container[str],
    *,
    tell: Callable[[Use], None],
    settled: Callable[[Use], None],
) -> None:
    """Tell the cloud of each that is over, as long as it can be reached; what is being asked for just now is left alone."""
    for use in uses:
        if use.id in being_held or use.state == "pending":
            continue
        try:
            tell(use)
        except Fault:
            return  # The cloud is away; the next chore goes on here.
        except Refusal as refusal:
            _log.warning("%s %s could not be settled: %s", type(use).__name__, use.id, refusal)
        settled(use)
