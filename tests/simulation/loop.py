"""An event loop whose clock jumps to whatever comes next, and synchronous code that waits in it."""

import asyncio
import importlib
import random
import selectors
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple, Unpack

import anyio.to_thread
import pytest

T = TypeVar("T")
Many = TypeVarTuple("Many")
_greenlets: Any = importlib.import_module("greenlet")  # it says nothing of its types

BEGIN = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)


class PowerCut(BaseException):
    """The program that runs this is gone; nothing of it answers any more."""


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
        executor: Executor | None,
        func: Callable[[Unpack[Many]], T],
        *args: *Many,
    ) -> asyncio.Future[T]:
        del executor  # there is none
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
        self._alive: list[Any] = []
        self._ended = False

    def begin(self, call: Callable[[], object]) -> None:
        """Run this up to its end, or up to where it waits first."""

        def up_to_the_end() -> None:
            with suppress(PowerCut):
                call()

        strand = _greenlets.greenlet(up_to_the_end)
        self._alive.append(strand)
        self._switch(strand)

    def end(self) -> None:
        """Whoever waits never comes back."""
        self._ended = True
        alive, self._alive = self._alive, []
        for strand in alive:
            if strand is not _greenlets.getcurrent():
                strand.parent = _greenlets.getcurrent()
                strand.throw(PowerCut)

    def wait(self, until: "asyncio.Future[T]") -> T:
        """Let everybody else go on meanwhile. Only inside of what `begin` was given."""
        here = _greenlets.getcurrent()
        until.add_done_callback(lambda _done: self._switch(here))
        here.parent.switch()
        return until.result()

    def _switch(self, strand: Any) -> None:
        if self._ended or strand.dead:
            return
        strand.parent = _greenlets.getcurrent()
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
