"""The network: what is said may be lost, doubled, overtaken, late; an answer may be lost after it was done."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from tests.simulation.chance import Dice
from tests.simulation.cloud import Broken, Cloud, Down
from tests.simulation.history import History
from tests.simulation.loop import Strands, VirtualLoop

_SECONDS_TO_CONNECT = 3.0
_SECONDS_TO_ANSWER = 15.0


class NoAnswer(Exception):
    """Nothing came in time."""


class Network:
    """Between everybody and the cloud."""

    def __init__(self, loop: VirtualLoop, dice: Dice, cloud: Cloud, history: History) -> None:
        self._loop, self._dice, self._cloud, self._history = loop, dice, cloud, history
        self.cut_off: set[str] = set()
        self._under_way: dict[asyncio.Task[Any], None] = {}

    async def ask(
        self, who: str, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        """Raises Down (nothing arrived), Broken and NoAnswer (nobody knows)."""
        dice = self._dice
        if who in self.cut_off:
            await asyncio.sleep(_SECONDS_TO_CONNECT)
            raise Down
        if dice.happens(dice.options.lost / 2):
            await asyncio.sleep(_SECONDS_TO_ANSWER)
            raise NoAnswer
        asked = (who, method, path, headers, body)
        arriving = self._send(dice.delay(), *asked)
        if dice.happens(dice.options.doubled):
            _again = self._send(dice.delay() + dice.between(0.0, 300.0), *asked)
        back = dice.delay()
        try:
            async with asyncio.timeout(_SECONDS_TO_ANSWER):
                answer = await asyncio.shield(arriving)
                await asyncio.sleep(back)
                if who in self.cut_off:
                    await self._loop.create_future()
        except TimeoutError:
            raise NoAnswer from None
        if dice.happens(dice.options.lost / 2):
            if dice.does(0.5):
                raise Broken
            await asyncio.sleep(_SECONDS_TO_ANSWER)
            raise NoAnswer
        return answer

    def _send(
        self, delay: float, who: str, method: str, path: str, *rest: Any
    ) -> asyncio.Task[tuple[int, bytes]]:
        async def arrive() -> tuple[int, bytes]:
            await asyncio.sleep(delay)
            status, body = await self._cloud.ask(method, path, *rest)
            self._history.tell(who, f"{method} {path} {rest[1]!r} {status} {body!r}")
            return status, body

        task = self._loop.create_task(arrive())
        self._under_way[task] = None
        task.add_done_callback(self._arrived)
        return task

    def _arrived(self, task: asyncio.Task[Any]) -> None:
        self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, Down | Broken):
            self._history.tell("network", f"bug {error!r}")
            self.bugs.append(error)

    @property
    def bugs(self) -> list[BaseException]:
        """What no answer was made of."""
        return self._history.bugs


class Line(BaseAdapter):
    """What `requests` of one station speaks through."""

    def __init__(self, who: str, network: Network, loop: VirtualLoop, strands: Callable[[], Strands]) -> None:
        super().__init__()
        self._who, self._network, self._loop, self._strands = who, network, loop, strands

    def send(self, request: requests.PreparedRequest, *_more: Any, **_options: Any) -> requests.Response:
        body = request.body or b""
        asking = self._loop.create_task(
            self._network.ask(
                self._who,
                str(request.method),
                str(request.path_url),
                dict(request.headers),
                body if isinstance(body, bytes) else str(body).encode(),
            )
        )
        response = requests.Response()
        try:
            response.status_code, content = self._strands().wait(asking)
        except Down as down:
            never = NewConnectionError(None, "nobody listens")  # type: ignore[arg-type]
            raise requests.ConnectionError(MaxRetryError(None, "/", never), request=request) from down  # type: ignore[arg-type]
        except Broken as broken:
            raise requests.ConnectionError(ProtocolError("broken"), request=request) from broken
        except NoAnswer as silence:
            raise requests.ReadTimeout(request=request) from silence
        response.raw = io.BytesIO(content)
        response.url = str(request.url)
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""
