"""Who goes first at a pump: it does one thing at a time, and a person at it waits for no question of ours that can wait."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Precedence:
    """Commands of people before questions of the program. From any thread.

    What is already at the pump is let finish, for a controller takes nothing back; but no further question is begun.
    """

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._commands: Counter[int] = Counter()
        self._questions: Counter[int] = Counter()

    @contextmanager
    def command(self, pump: int) -> Iterator[None]:
        """Somebody waits for the pump to do something: until this is left, no question is begun."""
        with self._news:
            self._commands[pump] += 1
        try:
            yield
        finally:
            with self._news:
                self._commands[pump] -= 1
                self._news.notify_all()

    def is_asked(self, pump: int) -> bool:
        """Whether a question of ours is at the pump, so that its being busy will pass."""
        with self._news:
            return self._questions[pump] > 0

    def may_ask(self, pump: int) -> bool:
        """Whether nobody waits for the pump."""
        with self._news:
            return not self._commands[pump]

    def begin(self, pump: int) -> bool:
        """A question is to go to the pump; False where somebody waits for it: not now. Ended by `end`."""
        with self._news:
            if self._commands[pump]:
                return False
            self._questions[pump] += 1
            return True

    def end(self, pump: int) -> None:
        """The question is answered, or given up."""
        with self._news:
            self._questions[pump] -= 1

    @contextmanager
    def question(self, pump: int) -> Iterator[None]:
        """Ask once nobody waits for the pump any more; a command waits for seconds, never for ever."""
        with self._news:
            self._news.wait_for(lambda: not self._commands[pump])
            self._questions[pump] += 1
        try:
            yield
        finally:
            self.end(pump)
