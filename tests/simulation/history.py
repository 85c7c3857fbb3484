"""What happened, line by line, and one hash of all of it."""

import hashlib
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from tests.simulation.loop import TrueClock


class _Bugs(logging.Handler):
    """What the programs themselves take for a bug: they log its trace and go on."""

    def __init__(self, bugs: list[BaseException]) -> None:
        super().__init__(logging.ERROR)
        self._bugs = bugs

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self._bugs.append(record.exc_info[1])


@contextmanager
def hearing(bugs: list[BaseException]) -> Iterator[None]:
    """With all those faults the programs have much to warn of; only bugs are kept of it."""
    root = logging.getLogger()
    kept, root.handlers = root.handlers, [_Bugs(bugs)]
    try:
        yield
    finally:
        root.handlers = kept


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
