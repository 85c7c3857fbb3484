"""Reads a frozen value back from its canonical text (core.domain.journal): the Z of years ago, printed once more."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_back(kind: type[Value], text: str) -> Value:
    """The value of which this is the canonical text; fields that are not there have their default.

    Raises ValueError or TypeError for a text that is not one of this kind.
    """
    reader: Any = _reader
    found: Value = reader(kind)(json.loads(text))
    return found


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    kind = getattr(kind, "__supertype__", kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        [inner] = [_reader(each) for each in arguments if each is not NoneType]
        return lambda stored: None if stored is None else inner(stored)
    if origin is tuple:
        return _tuple(arguments)
    if origin in (frozenset, list):
        [item] = [_reader(each) for each in arguments]
        return lambda stored: origin(item(each) for each in stored)
    return _plain(kind)


def _plain(kind: Any) -> Callable[[Any], Any]:
    if kind is datetime:
        return lambda stored: _EPOCH + timedelta(microseconds=stored)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda stored: stored


def _tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(arguments) == 2 and arguments[1] is ...:
        item = _reader(arguments[0])
        return lambda stored: tuple(item(each) for each in stored)
    items = [_reader(each) for each in arguments]
    return lambda stored: tuple(item(each) for item, each in zip(items, stored, strict=True))


def _dataclass(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}

    def read(stored: Mapping[str, Any]) -> Any:
        return kind(**{name: readers[name](value) for name, value in stored.items()})

    return read
