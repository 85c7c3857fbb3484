"""How a program's first window looks: a glance at station.toml, which is read and checked in full only behind that window."""

import tomllib
from pathlib import Path
from typing import NamedTuple


class FirstLook(NamedTuple):
    """The station's name, empty where nobody knows it yet, the language and the theme."""

    station: str = ""
    language: str = "zh_CN"
    theme: str = "light"


def first_look(file: Path) -> FirstLook:
    """How it looks; as by default where the file does not say so, or says nonsense, of which that window then tells."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return FirstLook()
    return FirstLook(
        str(_said(given, "station", "name")),
        "en" if _said(given, "screen", "language") == "en" else "zh_CN",
        "dark" if _said(given, "screen", "theme") == "dark" else "light",
    )


def _said(given: dict[str, object], section: str, key: str) -> object:
    keys = given.get(section)
    return keys.get(key, "") if isinstance(keys, dict) else ""
