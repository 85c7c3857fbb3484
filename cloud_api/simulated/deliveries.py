"""Notifications on their way to the merchant: tried, acknowledged or tried again on the provider's schedule."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import httpx

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivery:
    """One notification and how its telling went; `content` is what the provider's wire makes a body of."""

    event_id: str
    kind: str
    about: str
    url: str
    content: dict[str, Any]
    statuses: list[int]  # one a try; 0 = no answer in time
    acknowledged: bool = False
    given_up: bool = False


# Makes headers and body anew for each try, since every try is signed with a fresh timestamp.
Letter = Callable[[Delivery], tuple[Mapping[str, str], bytes]]
IsAcknowledged = Callable[[httpx.Response], bool]


class Deliveries:
    """Sends each notification in a task of its own until the merchant acknowledges it or the schedule ends."""

    def __init__(
        self,
        letter: Letter,
        is_acknowledged: IsAcknowledged,
        *,
        waits: Sequence[float],
        remembered: list[dict[str, Any]],
    ) -> None:
        self._letter, self._is_acknowledged, self._waits = letter, is_acknowledged, waits
        self.all = [Delivery(**row) for row in remembered]
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: httpx.AsyncClient | None = None
        self.changed: Callable[[], None] = lambda: None

    def remembered(self) -> list[dict[str, Any]]:
        return [asdict(delivery) for delivery in self.all]

    async def start(self) -> None:
        """Takes up again what a stopped process had not delivered."""
        # The merchant has five seconds; what it says later does not count.
        self._client = httpx.AsyncClient(timeout=5, trust_env=False)
        for delivery in self.all:
            if not delivery.acknowledged and not delivery.given_up:
                self.run(self._deliver(delivery))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def send(self, delivery: Delivery, *, copies: int = 1) -> None:
        self.all.append(delivery)
        self.changed()
        for _ in range(copies):
            self.run(self._deliver(delivery))

    async def post(
        self, delivery: Delivery, headers: Mapping[str, str], body: bytes
    ) -> httpx.Response | None:
        """One try; None when no answer came in time."""
        if self._client is None:
            raise RuntimeError("deliveries have not been started")
        try:
            return await self._client.post(delivery.url, content=body, headers=dict(headers))
        except httpx.HTTPError as error:
            _log.info("notification %s: %s", delivery.event_id, error)
            return None

    def run(self, work: Awaitable[None]) -> None:
        """Something that goes on in the background until it is done or the process stops."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        for wait in (*self._waits, None):
            headers, body = self._letter(delivery)
            response = await self.post(delivery, headers, body)
            delivery.statuses.append(0 if response is None else response.status_code)
            if response is not None and self._is_acknowledged(response):
                delivery.acknowledged = True
                self.changed()
                return
            self.changed()
            if wait is None:
                break
            await asyncio.sleep(wait)
        if not delivery.acknowledged:
            delivery.given_up = True
            self.changed()
