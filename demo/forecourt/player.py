"""Plays a script at the pumps, each deed at its moment; a car waits until the pump before it is free."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from demo.forecourt.door import Door, DoorClosed, NotPossible
from demo.forecourt.script import Deed

_LOOK_AGAIN_SECONDS = 0.25
_GIVE_UP_SECONDS = 600.0
_WAITS = frozenset({"serve", "manual_fill", "lift"})  # who drives up waits in line; hands do not


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a script is: done, given up with the pumps' own words, still to come."""

    done: int
    given_up: tuple[str, ...]
    left: int


class Player:
    """Plays on a thread of its own, `speed` times as fast as it was.

    A deed that a pump cannot do now waits in that pump's line while the others go on; after ten minutes it is given up
    and named. `told` is called on the player's thread.
    """

    def __init__(
        self, door: Door, script: Sequence[Deed], speed: float, told: Callable[[Progress], object]
    ) -> None:
        if speed <= 0:
            raise ValueError("a script is played forwards")
        self._door = door
        self._coming = list(script)
        self._lines: dict[int | None, list[tuple[Deed, float]]] = {}
        self._speed = speed
        self._told = told
        self._done = 0
        self._given_up: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._play, name="forecourt script", daemon=True)

    def start(self) -> None:
        """Begin with the first deed's moment."""
        self._thread.start()

    def stop(self) -> None:
        """Play no further; what runs at the pumps runs on."""
        self._stop.set()
        self._thread.join()

    def wait(self) -> Progress:
        """Until everything is done or given up."""
        self._thread.join()
        return self._progress()

    def _play(self) -> None:
        began = monotonic()
        while not self._stop.is_set() and (self._coming or self._lines):
            now = (monotonic() - began) * self._speed
            while self._coming and self._coming[0].at <= now:
                deed = self._coming.pop(0)
                self._lines.setdefault(deed.pump, []).append((deed, monotonic()))
            self._serve_lines()
            self._stop.wait(self._pause(began))
        self._told(self._progress())

    def _pause(self, began: float) -> float:
        if self._lines or not self._coming:
            return _LOOK_AGAIN_SECONDS
        return max(0.0, self._coming[0].at / self._speed - (monotonic() - began))

    def _serve_lines(self) -> None:
        for pump, line in list(self._lines.items()):
            while line and self._is_over(*line[0]):
                line.pop(0)
                self._told(self._progress())
            if not line:
                del self._lines[pump]

    def _is_over(self, deed: Deed, since: float) -> bool:
        try:
            self._door.do(deed.pump, deed.do, deed.asked)
        except (NotPossible, DoorClosed) as why:
            waits = deed.do in _WAITS or isinstance(why, DoorClosed)
            if waits and monotonic() - since < _GIVE_UP_SECONDS:
                return False
            self._given_up.append(f"{deed.pump or '-'} {deed.do}: {why}")
        else:
            self._done += 1
        return True

    def _progress(self) -> Progress:
        left = len(self._coming) + sum(len(line) for line in self._lines.values())
        return Progress(self._done, tuple(self._given_up), left)
