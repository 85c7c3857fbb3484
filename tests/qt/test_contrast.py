"""Every word can be read by tired eyes: the contrast of each pair that the style sheets bring together, by WCAG's formula.

4.5 to 1 for words; 3 to 1 for what is large, and for edges and marks that tell what a thing is or how it stands.
"""

import re
import tomllib
from typing import Any

import pytest

from core.resources import resource

_TOKENS: dict[str, Any] = tomllib.loads(resource("theme/tokens.toml").read_text(encoding="utf-8"))
_LOOKS = ("light", "dark")
_WORDS, _MARKS = 4.5, 3.0
_TONES = ("red", "amber", "green", "blue")
_GROUNDS = ("ground", "surface", "sunken")
_SOFT = tuple(f"{tone}_soft" for tone in (*_TONES, "grey"))
# Where words stand: plain and quiet ones on every ground; a tone's own on plain grounds and on its soft one; what fills.
_PAIRS = {
    *((words, ground) for words in ("text", "quiet") for ground in (*_GROUNDS, *_SOFT)),
    *((tone, ground) for tone in _TONES for ground in (*_GROUNDS, f"{tone}_soft")),
    *((f"on_{tone}", tone) for tone in (*_TONES, "grey", "training")),
    ("on_blue", "blue_pressed"),
    ("surface", "text"),  # the reason on hover
    ("green", "blue_soft"),  # what comes off, in the chosen line of a bill
    ("red", "amber_soft"),
    ("amber", "red_soft"),
}
# Edges and marks: around a field, a sheet and whatever has the focus; the grades of a chart; a training till's frame.
_EDGES = {
    *(("field", ground) for ground in ("surface", "ground")),
    *((mark, ground) for mark in ("blue", "edge") for ground in ("surface", "ground")),
    *((f"chart_{number}", "surface") for number in range(1, 5)),
    *((tone, f"{tone}_soft") for tone in _TONES),
    ("training", "ground"),
}
_RULE = re.compile(r"[^{}]*\{([^{}]*)\}")
_COLOUR = re.compile(r"(?<![-\w])color:\s*@([a-z_0-9]+)")
_GROUND = re.compile(r"background(?:-color)?:\s*@([a-z_0-9]+)")
_CHOSEN = re.compile(r"selection-background-color:\s*@(\w+);\s*selection-color:\s*@(\w+)")


def contrast(one: str, other: str) -> float:
    """Between two colours "#rrggbb", 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _of_the_sheets() -> set[tuple[str, str]]:
    """Words and their ground where one rule of a style sheet names both."""
    found = set()
    for name in ("shared", "pos", "admin"):
        for rule in _RULE.findall(resource(f"theme/{name}.qss").read_text(encoding="utf-8")):
            words, ground, chosen = _COLOUR.search(rule), _GROUND.search(rule), _CHOSEN.search(rule)
            if words and ground:
                found.add((words[1], ground[1]))
            if chosen:
                found.add((chosen[2], chosen[1]))
    return found


def _too_faint(look: str, pairs: set[tuple[str, str]], least: float) -> list[str]:
    colours = _TOKENS[look]
    faint = []
    for one, other in sorted(pairs):
        reached = contrast(colours[one], colours[other])
        if reached < least:
            faint.append(f"{look}: {one} on {other} reaches {reached:.2f}")
    return faint


def test_the_formula_knows_black_and_white_and_grey() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", _LOOKS)
def test_every_word_can_be_read_on_its_ground(look: str) -> None:
    sheets = _of_the_sheets()
    assert ("on_red", "red") in sheets
    assert _too_faint(look, _PAIRS | sheets, _WORDS) == []


@pytest.mark.parametrize("look", _LOOKS)
def test_edges_and_marks_stand_out(look: str) -> None:
    assert _too_faint(look, _EDGES, _MARKS) == []


def test_both_themes_have_the_same_tokens() -> None:
    assert set(_TOKENS["light"]) == set(_TOKENS["dark"])
