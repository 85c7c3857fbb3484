"""Subscribe, publish; a failing listener never harms the sale."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.domain.events.event import Event

E = TypeVar("E", bound=Event)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Subscription:
    kind: type[Event]
    call: Callable[[Any], None]
    only_ours: bool


class EventBus:
    """Tells listeners of committed events, on the thread of whoever publishes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: tuple[_Subscription, ...] = ()

    def subscribe(
        self, kind: type[E], call: Callable[[E], None], *, only_ours: bool = False
    ) -> Callable[[], None]:
        """Hear of every event of this kind (`Event` for all), from this program and, unless `only_ours`, from others.

        Returns the call that ends the subscription.
        """
        subscription = _Subscription(kind, call, only_ours)
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)

        def unsubscribe() -> None:
            with self._lock:
                self._subscriptions = tuple(each for each in self._subscriptions if each is not subscription)

        return unsubscribe

    def publish(self, event: Event, *, ours: bool = True) -> None:
        """Tell everyone who listens for its kind."""
        for subscription in self._subscriptions:
            if isinstance(event, subscription.kind) and (ours or not subscription.only_ours):
                try:
                    subscription.call(event)
                except Exception:
                    _log.exception("a listener of %s failed", type(event).__name__)
