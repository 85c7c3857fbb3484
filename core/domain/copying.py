"""A frozen value with some of its fields changed, in half the time that dataclasses.replace takes."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

Value = TypeVar("Value")
_Put = Callable[[Any, Any], None]


class _Plan(NamedTuple):
    read: Callable[[Any], tuple[Any, ...]]
    puts: tuple[_Put, ...]
    by_name: Mapping[str, _Put]


_PLANS: dict[type, _Plan] = {}


def replace(value: Value, /, **changes: Any) -> Value:
    """The value with these fields changed; raises KeyError for a field that there is not.

    For dataclasses with slots, several fields, and no checks of their own at their making: a bill is copied with each
    change of it, and going through its making again for eighteen fields is most of the price.
    """
    kind = type(value)
    plan = _PLANS.get(kind)
    if plan is None:
        plan = _PLANS[kind] = _plan(kind)
    changed = object.__new__(kind)
    for put, each in zip(plan.puts, plan.read(value), strict=True):
        put(changed, each)
    for name, each in changes.items():
        plan.by_name[name](changed, each)
    return changed


def _plan(kind: Any) -> _Plan:
    if hasattr(kind, "__post_init__"):
        raise TypeError(f"{kind.__name__} is checked when it is made")
    names = [field.name for field in fields(kind)]
    puts = {name: getattr(kind, name).__set__ for name in names}
    return _Plan(attrgetter(*names), tuple(puts.values()), puts)
