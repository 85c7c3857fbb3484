"""Breaks text into lines: between Chinese characters, at spaces of Latin words, never before a closing mark nor after an opening one."""

from collections.abc import Callable

Measure = Callable[[str], int]

_NOT_AT_THE_END = frozenset("￥（《「『“‘([{")
_NOT_AT_THE_START = frozenset("，。、；：！？）》」』】”’…·%,.;:!?)]}")


def wrapped(text: str, budget: int, measure: Measure) -> list[str]:
    """Lines no wider than the budget; at least one. A single character wider than the budget stands alone."""
    lines: list[str] = []
    line = ""
    for character in text:
        if measure(line + character) <= budget:
            line += character
            continue
        kept, carried = _broken(line, character)
        if character == " " and not carried:
            lines.append(line.rstrip())
            line = ""
            continue
        lines.append(kept.rstrip())
        line = (carried + character).lstrip()
        if measure(line) > budget:  # a Latin word as long as the line
            lines.append(line[:-1])
            line = line[-1:]
    lines.append(line.rstrip())
    return [each for each in lines if each] or [""]


def _broken(line: str, following: str) -> tuple[str, str]:
    """What stays on the line and what goes down with the character that no longer fits."""
    if len(line) > 1 and (following in _NOT_AT_THE_START or line[-1] in _NOT_AT_THE_END):
        return line[:-1], line[-1]
    if following.isascii() and following != " " and line[-1:].isascii():
        start = len(line)
        while start and line[start - 1].isascii() and line[start - 1] != " ":
            start -= 1
        if start:
            return line[:start], line[start:]
    return line, ""


def paired(left: str, right: str, budget: int, measure: Measure) -> list[tuple[str, str]]:
    """A pair as lines of (at the left edge, at the right edge): on one line where a gap remains between them."""
    lefts = wrapped(left, budget, measure)
    if right and measure(lefts[-1]) + measure(" ") + measure(right) <= budget:
        return [*((each, "") for each in lefts[:-1]), (lefts[-1], right)]
    rights = wrapped(right, budget, measure) if right else []
    return [*((each, "") for each in lefts if each), *(("", each) for each in rights)]
