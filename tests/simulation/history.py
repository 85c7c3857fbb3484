"""What happened, line by line, and one hash of all of it."""

import hashlib
from collections import deque

from tests.simulation.loop import TrueClock


class History:
    """Two runs of one seed tell the same, to the last byte."""

    def __init__(self, clock: TrueClock, kept: int = 400) -> None:
        self._clock = clock
        self._hash = hashlib.sha256()
        self.last: deque[str] = deque(maxlen=kept)
        self.count = 0
        self.bugs: list[BaseException] = []

    def tell(self, who: str, what: str) -> None:
        line = f"{self._clock.now():%d %H:%M:%S.%f} {who}: {what}"
        self._hash.update(line.encode() + b"\n")
        self.last.append(line)
        self.count += 1

    def digest(self) -> str:
        return self._hash.hexdigest()
