"""An event loop whose clock jumps to whatever comes next, and synchronous code that waits in it."""

import asyncio
import random
import selectors
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import anyio.to_thread
import pytest
from greenlet import GreenletExit, getcurrent, greenlet

T = TypeVar("T")

BEGIN = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


class NothingLeft(RuntimeError):
    """Everybody waits for somebody else, and nothing will ever happen again."""


class _NeverWaits(selectors.SelectSelector):
    """Instead of waiting, time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout is None:
            raise NothingLeft
        if not found and timeout:
            self.seconds += timeout
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """One thread, one order of events: what would run on another thread runs at once."""

    def __init__(self) -> None:
        self._waits = _NeverWaits()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.seconds

    def run_in_executor(
        self,
        executor: Executor | None,  # noqa: ARG002 - there is none
        func: Callable[..., T],
        *args: Any,
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it goes to whoever waits
            future.set_exception(error)
        return future


class TrueClock:
    """What time it is, whatever a station's own clock shows."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=round(self._loop.time(), 6))


class Strands:
    """The synchronous calls of one program that wait for the outside, each in a greenlet; `end` is its power cut."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._alive: list[greenlet] = []
        self._ended = False

    def begin(self, call: Callable[[], object]) -> None:
        """Run this up to its end, or up to where it waits first."""
        strand = greenlet(call)
        self._alive.append(strand)
        self._switch(strand)

    def end(self) -> None:
        """Whoever waits never comes back."""
        self._ended = True
        alive, self._alive = self._alive, []
        for strand in alive:
            if strand is getcurrent():
                continue
            strand.parent = getcurrent()
            strand.throw(GreenletExit)

    def wait(self, until: "asyncio.Future[T]") -> T:
        """Let everybody else go on meanwhile. Only inside of what `begin` was given."""
        here = getcurrent()
        until.add_done_callback(lambda _done: self._switch(here))
        assert here.parent is not None
        here.parent.switch()
        return until.result()

    def _switch(self, strand: greenlet) -> None:
        if self._ended or strand.dead:
            return
        strand.parent = getcurrent()
        strand.switch()
        if strand.dead and strand in self._alive:
            self._alive.remove(strand)


@contextmanager
def seeded_machine(chance: random.Random) -> Iterator[None]:
    """The machine's own well of chance gives what the seed gives, and nothing runs on a thread of its own."""

    async def at_once(func: Callable[..., T], *args: Any, **_limits: object) -> T:
        return func(*args)

    with pytest.MonkeyPatch.context() as machine:
        machine.setattr(random, "_urandom", chance.randbytes)  # beneath all of `secrets`
        machine.setattr(anyio.to_thread, "run_sync", at_once)
        yield
