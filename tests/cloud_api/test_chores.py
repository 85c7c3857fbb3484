"""The chores end when they are told to, whatever a chore makes of it."""

import asyncio
import contextlib

from cloud_api.chores import Chores
from cloud_api.hub import Hub


def test_chores_end_though_one_of_them_caught_the_cancellation() -> None:
    turns = 0
    begun = asyncio.Event()

    async def stubborn() -> None:
        """As a library does, whose own time limit ended in the same moment."""
        nonlocal turns
        turns += 1
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    async def live() -> None:
        running = asyncio.create_task(Chores({"stubborn": stubborn}, Hub(), 0.01).run_for_ever())
        await begun.wait()
        running.cancel()
        done, _ = await asyncio.wait([running], timeout=10)
        assert (done, running.cancelled(), turns) == ({running}, True, 1)

    asyncio.run(live())
