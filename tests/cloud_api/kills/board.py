"""What a test and the workers that it kills both see: the clock, how many steps were made, and at which one a worker dies."""

import mmap
import struct
from datetime import datetime, timedelta
from pathlib import Path

from cloud_api.clock import SystemClock
from tests.cloud_api.simulated.outside_world import MovableClock

_NUMBER = struct.Struct("q")
_LATER, _COUNT, _DEADLY, _DEATHS = range(4)


class Board:
    """A few numbers in a file that processes share; what a killed one wrote stays."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(bytes(4096))
        with file.open("r+b") as opened:
            self._numbers = mmap.mmap(opened.fileno(), 0)

    @property
    def later(self) -> timedelta:
        """How far the clocks of the test are ahead of the machine's."""
        return timedelta(microseconds=self._get(_LATER))

    @later.setter
    def later(self, by: timedelta) -> None:
        self._set(_LATER, by // timedelta(microseconds=1))

    @property
    def count(self) -> int:
        """How many steps were made since the counting began."""
        return self._get(_COUNT)

    @property
    def deaths(self) -> int:
        """How many have met their deadly step, those among them who are still dying."""
        return self._get(_DEATHS)

    def count_from_here(self, deadly: int) -> None:
        """From now on steps are counted; who makes this one dies of it. 0: nobody dies."""
        self._set(_DEADLY, 0)
        self._set(_COUNT, 0)
        self._set(_DEADLY, deadly)

    def is_deadly(self) -> bool:
        """One more step; whether it is the one."""
        count = self.count + 1
        self._set(_COUNT, count)
        is_deadly = count == self._get(_DEADLY)
        if is_deadly:
            self._set(_DEATHS, self.deaths + 1)
        return is_deadly

    def close(self) -> None:
        self._numbers.close()

    def _get(self, which: int) -> int:
        number: int = _NUMBER.unpack_from(self._numbers, which * _NUMBER.size)[0]
        return number

    def _set(self, which: int, number: int) -> None:
        _NUMBER.pack_into(self._numbers, which * _NUMBER.size, number)


class BoardClock(MovableClock):
    """The machine's clock, so much later as the board says: everybody's in a test."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board, self._machine = board, SystemClock()

    def now(self) -> datetime:
        return self._machine.now() + self._board.later

    def pass_seconds(self, seconds: float) -> None:
        self._board.later += timedelta(seconds=seconds)
