"""Bells between workers over a NATS server, where there is one: what one rings, all others hear.

As with the database's own bells (`bells.py`) nothing hangs on them but time. The client connects anew by itself; what is rung
while the server is away is forgotten, and found in the database at the next look.
"""

import asyncio
import hashlib
import logging
import threading
from collections.abc import Callable

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from cloud_api.operation.bells import in_pieces

_log = logging.getLogger(__name__)
_SECONDS_BEFORE_AGAIN = 2
# Rung together, told together.
_SECONDS_TO_GATHER = 0.005


class BrokerBells:
    """A thread with a loop of its own, so that no request waits for the server."""

    def __init__(self, address: str, of_whom: str, heard: Callable[[str], None]) -> None:
        """`address` is nats://…; `of_whom` names the cloud whose workers these are: other clouds may use the same server."""
        self._address, self._heard = address, heard
        self._subject = f"youzhan.{hashlib.sha256(of_whom.encode()).hexdigest()[:16]}.bells"
        self._listening = threading.Event()
        self._rung: set[str] = set()
        self._client = Client()
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="bells-broker", daemon=True)
        self._thread.start()

    def ring(self, topic: str) -> None:
        """Safe from every thread; says it within milliseconds, many at once."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._gather, topic)

    def listens(self, within_seconds: float) -> bool:
        """Whether it hears others by now."""
        return self._listening.wait(within_seconds)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        ending = asyncio.ensure_future(self._ending.wait())
        connecting = asyncio.ensure_future(self._connect())
        await asyncio.wait((ending, connecting), return_when=asyncio.FIRST_COMPLETED)
        if connecting.done():
            connecting.result()
            await ending
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        await self._client.close()

    async def _connect(self) -> None:
        is_lost = False
        while True:
            try:
                await self._client.connect(
                    [self._address],
                    name="youzhan",
                    no_echo=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_SECONDS_BEFORE_AGAIN,
                    error_cb=self._erred,
                    disconnected_cb=self._lost,
                    reconnected_cb=self._found,
                )
            except (OSError, nats.errors.Error) as error:
                if not is_lost:
                    _log.warning("the bells between workers are silent until the broker answers: %s", error)
                is_lost = True
                await asyncio.sleep(_SECONDS_BEFORE_AGAIN)
                continue
            await self._client.subscribe(self._subject, cb=self._told)
            await self._client.flush()
            self._listening.set()
            return

    async def _told(self, message: Msg) -> None:
        for topic in message.data.decode(errors="replace").split("\n"):
            self._heard(topic)

    async def _erred(self, error: Exception) -> None:
        _log.debug("the broker's client: %s", error)

    async def _lost(self) -> None:
        if not self._ending.is_set():
            self._listening.clear()
            _log.warning("the bells between workers are silent until the broker answers")

    async def _found(self) -> None:
        self._listening.set()

    def _gather(self, topic: str) -> None:
        if not self._rung:
            self._loop.call_later(_SECONDS_TO_GATHER, lambda: asyncio.ensure_future(self._say()))
        self._rung.add(topic)

    async def _say(self) -> None:
        topics, self._rung = sorted(self._rung), set()
        if not self._client.is_connected:
            return
        try:
            for said in in_pieces(topics):
                await self._client.publish(self._subject, said.encode())
            await self._client.flush()
        except (OSError, nats.errors.Error) as error:
            _log.debug("the broker went away while it was told: %s", error)
