"""The catalogues of gettext: what a sentence is called in the language chosen, for the process or for one request."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache

from core.resources import resource


class Language(StrEnum):
    """A language that every sentence is written in."""

    CHINESE = "zh_CN"
    ENGLISH = "en"


_in_this_process: Language = Language.CHINESE
_in_this_context: ContextVar[Language | None] = ContextVar("language", default=None)


def use(language: Language | str) -> None:
    """From now on the whole process speaks this language, where no ``in_language`` says otherwise.

    Raises ValueError for a language that we do not write.
    """
    global _in_this_process  # noqa: PLW0603  A process has one language; nothing else here is shared.
    _in_this_process = Language(language)


def language() -> Language:
    """The language spoken here and now."""
    return _in_this_context.get() or _in_this_process


@contextmanager
def in_language(language: Language | str) -> Iterator[None]:
    """Speak this language inside the with block, in this thread or task only.

    Raises ValueError for a language that we do not write.
    """
    before = _in_this_context.set(Language(language))
    try:
        yield
    finally:
        _in_this_context.reset(before)


def language_asked_for(accept_language: str) -> Language:
    """The language that a browser or a mini program asks for by its Accept-Language header; Chinese where it says neither."""
    wishes: list[tuple[float, int, Language]] = []
    for place, wish in enumerate(accept_language.split(",")):
        tag, _semicolon, weight = wish.strip().partition(";")
        spoken = {"zh": Language.CHINESE, "en": Language.ENGLISH}.get(
            tag.strip().lower().replace("_", "-").split("-")[0]
        )
        if spoken is not None:
            wishes.append((-_weight(weight), place, spoken))
    wanted = [spoken for refused_weight, _place, spoken in sorted(wishes) if refused_weight < 0]
    return wanted[0] if wanted else Language.CHINESE


def _weight(parameter: str) -> float:
    name, _equals, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _(message: str) -> str:
    """The sentence in the language chosen; the message itself is the English one."""
    return _catalogue(language()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for so many things: ``ngettext("{count} order", "{count} orders", n).format(count=n)``."""
    return _catalogue(language()).ngettext(one, many, count)


def mark(message: str) -> str:
    """Marks a sentence for the catalogue and leaves it as it is, for constants that are said later by ``_(CONSTANT)``."""
    return message


def in_every_language(message: str, **values: object) -> str:
    """The sentence once in each language, a line each: for where nobody knows yet which one is read.

    ``message`` is a marked sentence, ``values`` fill its places.
    """
    return "\n".join(_catalogue(language).gettext(message).format(**values) for language in Language)


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    with resource(f"locale/{language}/LC_MESSAGES/youzhan.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)
