"""Shows what set-up does now: which step of how many, what it is at, how long it has taken."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from dev.telling import sentence


class Step:
    """One step while it runs; on a terminal its line is painted again and again."""

    def __init__(self, heading: str) -> None:
        self._heading = heading
        self._detail = ""
        self._began = time.monotonic()
        self._lives = sys.stderr.isatty()
        self._over = threading.Event()
        self._painter = threading.Thread(target=self._paint_until_over, name="progress", daemon=True)
        if self._lives:
            self._painter.start()
        else:
            print(heading, "...", file=sys.stderr, flush=True)

    def detail(self, text: str) -> None:
        """What it is at just now; nobody reads it where there is no terminal."""
        self._detail = text

    def end(self, outcome: str) -> None:
        """The step is over; its line stays with the time it took."""
        self._over.set()
        line = f"{self._heading} {outcome} ({self._time_taken()})"
        if self._lives:
            self._painter.join()
            print(f"\r\x1b[K{line}", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def _time_taken(self) -> str:
        seconds = time.monotonic() - self._began
        return sentence(f"{seconds:.0f} s", f"{seconds:.0f} 秒")

    def _paint_until_over(self) -> None:
        while not self._over.wait(0.25):
            print(
                f"\r\x1b[K{self._heading} {self._time_taken()} {self._detail}",
                end="",
                file=sys.stderr,
                flush=True,
            )


@contextmanager
def step(number: int, of: int, title: str) -> Iterator[Step]:
    """Show one step from its beginning to its end, however it ends."""
    shown = Step(f"[{number}/{of}] {title}")
    try:
        yield shown
    except KeyboardInterrupt:
        shown.end(sentence("interrupted", "已中断"))
        raise
    except BaseException:
        shown.end(sentence("not done", "未完成"))
        raise
    shown.end(sentence("done", "完成"))
