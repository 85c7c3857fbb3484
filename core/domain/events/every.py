"""Every event, for whoever has only its kind."""

from collections.abc import Mapping
from functools import cache

from core.domain.events import (
    accounts,
    helping,
    keyed,
    orders,
    papers,
    people,
    prepays,
    prices,
    pumps,
    reconciliation,
    sales,
    shifts,
    station,
    tanks,
)
from core.domain.events.event import Event

_ROOMS = (
    accounts,
    helping,
    keyed,
    orders,
    papers,
    people,
    prepays,
    prices,
    pumps,
    reconciliation,
    sales,
    shifts,
    station,
    tanks,
)


@cache
def events_by_kind() -> Mapping[str, type[Event]]:
    """Whatever this version of the program can record or read."""
    kinds = {kind for room in _ROOMS for kind in vars(room).values() if isinstance(kind, type)}
    return {kind.__name__: kind for kind in kinds if issubclass(kind, Event)}
