"""Reads the cloud's answers, trusting none, and turns its refusals back into the ones of the domain."""

import json
import types
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

from core.domain.refusals.cloud import MalformedRequest
from core.domain.refusals.every import refusals_by_code
from core.domain.refusals.refusal import Refusal

_LARGEST = 2**53


class AnswerUnfit(Exception):
    """What came back is not what the contract promises."""


class Answer:
    """One object of an answer, with fields of the right type or a complaint."""

    def __init__(self, values: object) -> None:
        if not isinstance(values, dict):
            raise AnswerUnfit("not an object")
        self._values: dict[str, object] = values

    def text(self, name: str) -> str:
        """A text; empty where it is absent or null."""
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise AnswerUnfit(name)
        return value

    def named(self, name: str) -> str:
        """A text that must be there."""
        return self.text(name) or _missing(name)

    def whole(self, name: str, otherwise: int | None = None) -> int:
        """A whole number, or the other value where it is absent or null."""
        value = self._values.get(name)
        if value is None and otherwise is not None:
            return otherwise
        if type(value) is not int or abs(value) > _LARGEST:
            raise AnswerUnfit(name)
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where it is absent or null."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, bool):
            raise AnswerUnfit(name)
        return bool(value)

    def moment(self, name: str) -> datetime:
        """A moment in UTC."""
        return _moment(self._values.get(name), name)

    def list(self, name: str) -> list[Any]:
        """An array; empty where it is absent or null."""
        value = self._values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise AnswerUnfit(name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of texts."""
        values = self.list(name)
        if not all(isinstance(value, str) for value in values):
            raise AnswerUnfit(name)
        return tuple(values)

    def has(self, name: str) -> bool:
        """Whether it is there and not null."""
        return self._values.get(name) is not None

    def part(self, name: str) -> "Answer":
        """An object within."""
        return Answer(self._values.get(name))


def parsed(body: bytes) -> Answer:
    """The object in a body. Raises AnswerUnfit."""
    try:
        return Answer(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise AnswerUnfit("not JSON") from error


def refusal_in(body: bytes) -> Refusal:
    """The refusal that an error body names, with its data. Raises AnswerUnfit for one that the domain does not know."""
    error = parsed(body).part("error")
    code = error.named("code")
    kind = refusals_by_code().get(code)
    if kind is None:
        raise AnswerUnfit(f"no refusal is called {code[:60]}")
    data = json.loads(body)["error"].get("data") or {}
    if not isinstance(data, dict):
        raise AnswerUnfit("data")
    if kind is MalformedRequest:
        return MalformedRequest(tuple(dict(each) for each in data.get("fields", ())))
    return kind(**_facts(kind, data))


def _facts(kind: type[Refusal], data: Mapping[str, object]) -> dict[str, object]:
    hints = get_type_hints(kind)
    return {each.name: _value(hints[each.name], data.get(each.name), each.name) for each in fields(kind)}  # type: ignore[arg-type]  # every refusal is a dataclass


def _value(hint: object, value: object, name: str) -> object:
    if get_origin(hint) in {Union, types.UnionType}:
        if value is None:
            return None
        hint = next(each for each in get_args(hint) if each is not type(None))
    if hint is datetime:
        return _moment(value, name)
    if get_origin(hint) is tuple:
        return Answer({name: value}).texts(name)
    if hint in {int, str} and type(value) is hint:
        return value
    raise AnswerUnfit(name)


def _moment(value: object, name: str) -> datetime:
    if not isinstance(value, str):
        raise AnswerUnfit(name)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise AnswerUnfit(name) from error
    if moment.tzinfo is None:
        raise AnswerUnfit(name)
    return moment.astimezone(UTC)


def _missing(name: str) -> str:
    raise AnswerUnfit(name)
