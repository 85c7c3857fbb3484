"""Frozen parts of messages, whose fields are checked when they are made.

Messages are few and small, and a till loads this in no time and keeps it in no room; pydantic would be a tenth of both. The
cloud's own requests and answers are pydantic's: there a Field says the same to pydantic, and so to its document.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from core.protocol.moments import moment_of, moment_text

_Check = Callable[[Any], Any]
_MISSING: Any = object()


class Unfit(ValueError):
    """A field is not what its part promises; `place` leads to it."""

    def __init__(self, why: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(place)}: {why}" if place else why)
        self.why = why
        self.place = place

    def within(self, step: str) -> "Unfit":
        """The same fault, seen from one step further out."""
        return Unfit(self.why, (step, *self.place))


class _Field:
    """What is said of a field beyond its type; on its own as its default, or within Annotated."""

    def __init__(self, default: Any, make: Callable[[], Any] | None, bounds: Mapping[str, Any]) -> None:
        self.default = default
        self.make = make
        self.examples = bounds.get("examples")
        self.bounds = {
            name: bound for name, bound in bounds.items() if bound is not None and name != "examples"
        }
        pattern = self.bounds.get("pattern")
        self._pattern = re.compile(pattern.removeprefix("^").removesuffix("$")) if pattern else None

    def check(self, value: Any) -> None:
        """Raises Unfit for a value beyond the bounds."""
        least, most, longest = (self.bounds.get(name) for name in ("ge", "le", "max_length"))
        if longest is not None and len(value) > longest:
            raise Unfit(f"it is longer than {longest}")
        if self._pattern is not None and self._pattern.fullmatch(value) is None:
            raise Unfit(f"it is not of the form {self.bounds['pattern']}")
        # Written so that what is not a number is in no range either.
        if (least is not None and not value >= least) or (most is not None and not value <= most):
            raise Unfit(f"it is not from {least} to {most}")

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        return {**handler(source), **self.bounds}

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], Any]) -> Any:
        told = handler(schema)
        return {**told, "examples": self.examples} if self.examples else told


def Field(  # noqa: N802 - reads as a part of a type
    default: Any = _MISSING,
    *,
    default_factory: Callable[[], Any] | None = None,
    **bounds: Any,
) -> Any:
    """Bounds of a field: `ge` and `le`, `max_length`, `pattern` (the whole text); `examples` for who reads of it."""
    return _Field(default, default_factory, bounds)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class Part:
    """A frozen part of a message. A field it does not know is passed over, so that a newer neighbour may say more.

    Raises Unfit, a ValueError, where a field is missing or not what it must be.
    """

    def __init__(self, **fields: Any) -> None:
        vars(self).update(_checked(type(self), fields))

    @classmethod
    def model_validate(cls, fields: object) -> Self:
        """The part with these fields, as they are read from JSON. Raises Unfit."""
        if not isinstance(fields, Mapping):
            raise Unfit("it is no object with fields")
        return cls._of(_checked(cls, fields))

    @classmethod
    def model_construct(cls, **fields: Any) -> Self:
        """The part with all these fields, whatever they are."""
        return cls._of(fields)

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """This part with other fields. Raises Unfit."""
        return self.model_validate({**vars(self), **update})

    def model_dump(self, *, mode: Literal["python", "json"] = "python") -> dict[str, Any]:
        """Its fields; for JSON with moments as texts."""
        return {name: _told(value, as_json=mode == "json") for name, value in vars(self).items()}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), repr(self)))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: a message does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name}: a message does not change")

    @classmethod
    def _of(cls, fields: Mapping[str, Any]) -> Self:
        made = object.__new__(cls)
        vars(made).update(fields)
        return made


def _told(value: Any, *, as_json: bool) -> Any:
    if isinstance(value, Part):
        return value.model_dump(mode="json" if as_json else "python")
    if isinstance(value, list):
        return [_told(each, as_json=as_json) for each in value]
    return moment_text(value) if as_json and isinstance(value, datetime) else value


def _checked(kind: type[Part], given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, check, default in _fields(kind):
        value = given.get(name, _MISSING)
        if value is not _MISSING:
            try:
                found[name] = check(value)
            except Unfit as unfit:
                raise unfit.within(name) from None
        elif default is None:
            raise Unfit("it is missing", (name,))
        else:
            found[name] = default()
    return found


_Fields = tuple[tuple[str, _Check, Callable[[], Any] | None], ...]
_KNOWN: dict[type[Part], _Fields] = {}


def _fields(kind: type[Part]) -> _Fields:
    """Name, check and default of each field; looked up when the kind's first message comes."""
    known = _KNOWN.get(kind)
    if known is None:
        hints = get_type_hints(kind, include_extras=True)
        known = _KNOWN[kind] = tuple(
            (name, *_declared(hint, getattr(kind, name, _MISSING)))
            for name, hint in hints.items()
            if get_origin(hint) is not ClassVar
        )
    return known


def _declared(hint: Any, default: Any) -> tuple[_Check, Callable[[], Any] | None]:
    check = _check_of(hint)
    if not isinstance(default, _Field):
        return check, None if default is _MISSING else lambda: default
    make = default.make or (None if default.default is _MISSING else lambda: default.default)
    return _bounded(check, [default]), make


def _check_of(hint: Any) -> _Check:  # noqa: PLR0911 - one answer for each kind of type
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _bounded(_check_of(inside[0]), [mark for mark in inside[1:] if isinstance(mark, _Field)])
    if origin is Literal:
        return _one_of(frozenset(inside))
    if origin in {Union, UnionType}:
        [known] = [_check_of(each) for each in inside if each is not NoneType]
        return lambda value: None if value is None else known(value)
    if origin is list:
        return _list_of(_check_of(inside[0]))
    if origin is dict:
        return _object
    if issubclass(hint, Part):
        return lambda value: value if type(value) is hint else hint.model_validate(value)
    return _PLAIN[hint]


def _bounded(check: _Check, fields: Iterable[_Field]) -> _Check:
    bounds = [field for field in fields if field.bounds]
    if not bounds:
        return check

    def checked(value: Any) -> Any:
        found = check(value)
        for field in bounds:
            field.check(found)
        return found

    return checked


def _one_of(words: frozenset[str]) -> _Check:
    def checked(value: Any) -> str:
        word = _text(value)
        if word not in words:
            raise Unfit(f"it is none of {', '.join(sorted(words))}")
        return word

    return checked


def _list_of(check: _Check) -> _Check:
    def checked(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise Unfit("it is no list")
        found = []
        for place, each in enumerate(value):
            try:
                found.append(check(each))
            except Unfit as unfit:
                raise unfit.within(str(place)) from None
        return found

    return checked


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise Unfit("it is no object with fields")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("it is no text")
    try:
        # Half a pair of UTF-16 is no character: JSON can spell it, and nothing can store it.
        value.encode()
    except UnicodeEncodeError:
        raise Unfit("it is no text") from None
    return str.__str__(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit("it is no whole number")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Unfit("it is no number")
    try:
        return float(value)
    except OverflowError:
        raise Unfit("it is no number") from None


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("it is neither true nor false")
    return value


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        found = value.astimezone(UTC) if value.tzinfo is not None else None
    else:
        found = moment_of(_text(value))
    if found is None:
        raise Unfit("a moment is written as 2026-11-22T07:02:03Z")
    return found


_PLAIN: Mapping[Any, _Check] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _yes_or_no,
    datetime: _moment,
}
