"""A person at the till who has a keyboard, a finger or a mouse, and eyes; and no other way in."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.processes import Program
from demo.window import NotShown, Window

PATIENCE_SECONDS = 25.0
_KEYS = {".": "point", "-": "minus"}  # as the keys of a pad on the screen are called
_TYPED = 60  # ms between two keys that a person types


class TillGone(Exception):
    """The till was killed under the person's fingers."""


@dataclass
class Screen:
    """What shows at one moment."""

    seen: dict[str, tuple[str, str, bool]]
    focus: str

    def __contains__(self, name: str) -> bool:
        return name in self.seen

    def words(self, name: str) -> str:
        """What a widget says."""
        return self.seen[name][0] if name in self.seen else ""

    def ready(self, name: str) -> bool:
        """Whether it shows and can be pressed."""
        return name in self.seen and self.seen[name][2]

    def first(self, prefix: str) -> str:
        """The first name that begins so, or nothing."""
        return next((name for name in sorted(self.seen) if name.startswith(prefix)), "")


class Eyes(Window):
    """The till's window with fingers on it."""

    def order(self, **order: Any) -> Any:
        """Have one thing done. Raises NotShown where that is not possible as the window is, TillGone where it is gone."""
        try:
            return self._ask(**order)
        except (ConnectionError, BrokenPipeError, json.JSONDecodeError, OSError) as error:
            raise TillGone from error
        except NotShown as error:
            if "is gone" in str(error):
                raise TillGone from error
            raise

    def keep(self, name: str) -> Path:
        """A picture of how it looks now."""
        self.picture(name)
        return self._screens / f"{name}.png"


@dataclass
class Effort:
    """What the person's fingers had to do, and how long the person paused for typing."""

    presses: int = 0
    tabs: int = 0
    pauses: float = 0.0
    moved_focus: list[str] = field(default_factory=list)


class Person:
    """Presses buttons by their names in one way: "keyboard", "touch" or "mouse"; "mixed" takes any."""

    def __init__(self, program: Program, screens: Path, by: str, chance: random.Random) -> None:
        self.eyes = Eyes(program, screens)
        self._by = by
        self._chance = chance
        self.effort = Effort()
        self.between: Callable[[], None] = lambda: None

    @property
    def way(self) -> str:
        """How the next thing is pressed."""
        return self._chance.choice(("keyboard", "touch", "mouse")) if self._by == "mixed" else self._by

    # --- looking ---------------------------------------------------------------------------------------------------------

    def look(self) -> Screen:
        """What shows now."""
        self.between()
        seen = self.eyes.order(do="look")
        return Screen({name: tuple(what) for name, what in seen["seen"].items()}, seen["focus"])

    def wait(self, true: Callable[[Screen], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Screen:
        """Look until it is so. Raises NotShown."""
        limit = time.monotonic() + seconds
        while True:
            screen = self.look()
            if true(screen):
                return screen
            if time.monotonic() > limit:
                shown = {
                    name: words
                    for name, (words, _key, _on) in screen.seen.items()
                    if words and not _is_usual(name)
                }
                raise NotShown(f"not within {seconds:.0f} s: {what}; focus {screen.focus}; {shown}")
            time.sleep(0.015)

    def see(self, *names: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Wait until one of these shows; which."""
        screen = self.wait(lambda now: any(name in now for name in names), " or ".join(names), seconds)
        return next(name for name in names if name in screen)

    # --- doing ------------------------------------------------------------------------------------------------------------

    def press(self, name: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Press that button once it can be pressed."""
        screen = self.wait(lambda now: now.ready(name), f"{name} can be pressed", seconds)
        self.effort.presses += 1
        way, key = self.way, screen.seen[name][1]
        if self._by == "mixed" and not key:
            way = "touch"  # nobody who has a finger walks to a button by Tab
        match way:
            case "touch":
                self.eyes.order(do="tap", name=name)
            case "mouse":
                self.eyes.order(do="poke", name=name)
            case _:
                self._by_key(name, key)

    def _by_key(self, name: str, key: str) -> None:
        self.effort.pauses += _TYPED / 1000
        if key:
            self.eyes.order(do="press", key=key, pause=_TYPED)
            return
        self.effort.tabs += self.eyes.order(do="walk", name=name)
        self.eyes.order(do="press", key="Space")

    def fill_in(self, field: str, text: str, keypad: str = "", *, over: bool = True) -> None:
        """Type into a field: on the keyboard where the focus is, else on the pad on the screen."""
        screen = self.wait(lambda now: now.ready(field), f"{field} takes text")
        if self.way == "keyboard" or not keypad or not _on_pad(text):
            if screen.focus != field:
                self.effort.moved_focus.append(f"{screen.focus or 'nothing'} -> {field}")
                if self.way == "keyboard":
                    self.effort.tabs += self.eyes.order(do="walk", name=field)
                else:
                    self.eyes.order(do="poke", name=field)
            if over and screen.words(field) and self.way == "keyboard":
                self.eyes.order(do="press", key="Ctrl+A")
            self._write(text)
        else:
            if screen.focus != field:
                self.eyes.order(do="tap" if self.way == "touch" else "poke", name=field)
            if over and f"{keypad}_clear" in screen:
                self._pad(f"{keypad}_clear")
            for letter in text:
                self._pad(f"{keypad}_{_KEYS.get(letter, letter)}")

    def _write(self, text: str) -> None:
        self.effort.presses += len(text)
        began = time.monotonic()
        self.eyes.order(do="write", text=text, pause=_TYPED)
        self.effort.pauses += time.monotonic() - began

    def _pad(self, name: str) -> None:
        self.effort.presses += 1
        self.eyes.order(do="tap" if self.way == "touch" else "poke", name=name)

    def scan(self, code: str) -> None:
        """The scanner in the hand."""
        self.effort.presses += 1
        self.eyes.order(do="scan", text=code)

    def key(self, key: str) -> None:
        """One key, whoever has the mouse."""
        self.effort.presses += 1
        self.eyes.order(do="press", key=key)


def _is_usual(name: str) -> bool:
    return "key_" in name or name.startswith(
        ("pump_tile_", "unpaid_", "status_", "goods_letter_", "line_", "approval_key")
    )


def _on_pad(text: str) -> bool:
    return all(letter in "0123456789." for letter in text)
