"""The cloud of the simulation: the real application on a SQLite file, which may die at any of its writes."""

import asyncio
import contextlib
import shutil
import sqlite3
from argparse import Namespace
from collections.abc import Callable, MutableMapping
from concurrent.futures import Future
from contextvars import Context, ContextVar
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI
from sqlalchemy import Connection

from cloud_api.app import create_app
from cloud_api.database import Database
from cloud_api.keeping import Keeping
from cloud_api.payments.provider import PaymentProvider
from cloud_api.settings import Settings
from cloud_api.upgrade import upgrade
from tests.simulation.chance import Dice
from tests.simulation.loop import TrueClock, VirtualLoop

T = TypeVar("T")
Message = MutableMapping[str, Any]
_mine: ContextVar["Running | None"] = ContextVar("whose task this is", default=None)


class Broken(Exception):
    """The connection broke; what was asked may or may not have been done."""


class Down(Exception):
    """Nobody listens there."""


class SteppedDatabase(Database):
    """Runs on the loop's own thread. What waits at the same moment is committed together, as the committer does it."""

    def __init__(self, url: str, keys_file: Path, loop: VirtualLoop, dies: Callable[[], bool]) -> None:
        super().__init__(url, keys_file)
        self._loop, self._dies = loop, dies
        self._gathered: list[Any] = []
        self.is_dead = False

    async def read(self, job: Callable[[Connection], T]) -> T:
        if self.is_dead:
            await self._loop.create_future()
        return self._read(job)

    def _begin(self, job: Any) -> Any:
        if isinstance(job.future, Future):
            self._commit([job])
        elif not self.is_dead:
            if not self._gathered:
                self._loop.call_soon(self._commit_gathered)
            self._gathered.append(job)
        return job.future

    def _commit_gathered(self) -> None:
        jobs, self._gathered = self._gathered, []
        if not self.is_dead and not self._dies():
            self._commit(jobs)
            self._dies()  # or after the commit, and nobody hears of it


class Running:
    """One life of the cloud's program."""

    def __init__(self, cloud: "Cloud") -> None:
        self._cloud = cloud
        loop = cloud.loop
        self.database = SteppedDatabase(cloud.settings.database, cloud.keys_file, loop, self._may_die)
        self.is_dead = False
        self.tasks: dict[asyncio.Task[Any], None] = {}
        providers = {"wechat": cloud.provider_of(self)}
        self.app: FastAPI = create_app(
            cloud.settings, cloud.clock, database=self.database, providers=providers
        )
        self._living = self.app.router.lifespan_context(self.app)

    async def begin(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # it may die while it is still starting
            await self.task(self._living.__aenter__())

    def task(self, call: Any) -> asyncio.Task[Any]:
        """A task that dies with this program."""
        token = _mine.set(self)
        try:
            return self._cloud.loop.create_task(call)
        finally:
            _mine.reset(token)

    def kill(self) -> None:
        """From here on it does nothing any more."""
        self.is_dead = self.database.is_dead = True

    async def bury(self) -> None:
        for _ in range(100):
            alive = [task for task in self.tasks if not task.done()]
            if not alive:
                break
            for task in alive:
                task.cancel()
            await asyncio.sleep(0)
        await self._living.__aexit__(None, None, None)
        self.database.close()

    def _may_die(self) -> bool:
        if not self.is_dead and self._cloud.dice.happens(self._cloud.dice.options.cloud_crash):
            self._cloud.died(self)
        return self.is_dead


class Cloud:
    """The cloud as the world knows it: reachable or not, with a memory on a disk."""

    def __init__(
        self,
        folder: Path,
        loop: VirtualLoop,
        clock: TrueClock,
        dice: Dice,
        tell: Callable[[str, str], None],
    ) -> None:
        self.folder, self.loop, self.clock, self.dice, self.tell = folder, loop, clock, dice, tell
        self.file = folder / "cloud.db"
        self.keys_file = folder / "keys.toml"
        self.settings = Settings(
            f"sqlite:///{self.file}",
            site_url="http://cloud",
            h5_dir=Path("/nowhere"),
            chores_seconds=dice.options.cloud_seconds,
            doorbell_ping_seconds=min(120.0, 5 + dice.options.cloud_seconds),
            requests_a_second_by_token=1e9,
            requests_at_once_by_token=10**9,
            requests_a_second_by_address=1e9,
            requests_at_once_by_address=10**9,
        )
        self.provider_of: Callable[[Running], PaymentProvider]
        self.running: Running | None = None
        self._copy: Path | None = None
        self._to_restore = False
        self.restored = False
        self.bugs: list[BaseException] = []
        loop.set_task_factory(_noted)

    async def start(self) -> None:
        self.running = running = Running(self)
        await running.begin()
        self.tell("cloud", "up")

    def died(self, running: Running) -> None:
        """The program is gone; somebody starts it again after a while."""
        self.running = None
        running.kill()
        self.tell("cloud", "down")
        self.loop.create_task(self._come_back(running), context=Context()).add_done_callback(self._came_back)

    async def stop(self) -> None:
        running, self.running = self.running, None
        if running is not None:
            running.kill()
            await running.bury()

    def copy(self) -> None:
        """What is kept for the day on which the disk is lost."""
        self._copy = self.folder / "copy.db"
        self._copy.unlink(missing_ok=True)
        live, kept = sqlite3.connect(self.file), sqlite3.connect(self._copy)
        live.backup(kept)
        live.close()
        kept.close()
        self.tell("cloud", "copied")

    def lose_disk(self) -> None:
        """The program dies, and what comes back is the copy."""
        self._to_restore = self.restored = True
        if self.running is not None:
            self.died(self.running)

    async def _come_back(self, dead: Running) -> None:
        await dead.bury()
        await asyncio.sleep(self.dice.between(1.0, 60.0))
        if self._to_restore and self._copy is not None:
            for more in ("-wal", "-shm"):
                self.file.with_name(self.file.name + more).unlink(missing_ok=True)
            shutil.copy(self._copy, self.file)
            self._to_restore = False
            database = SteppedDatabase(self.settings.database, self.keys_file, self.loop, lambda: False)
            Keeping(database, self.clock, self.settings).came_from_a_copy(Namespace())
            database.close()
            self.tell("cloud", "restored")
        await self.start()

    def _came_back(self, coming: asyncio.Task[None]) -> None:
        if not coming.cancelled() and (error := coming.exception()):
            self.bugs.append(error)
            self.tell("cloud", f"bug {error!r}")

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """One request. Raises Down, Broken."""
        running = self.running
        if running is None:
            raise Down
        asking = running.task(_ask(running.app, method, path, headers, body))
        try:
            answer: tuple[int, bytes] = await asking
        except asyncio.CancelledError as gone:
            raise Broken from gone
        if running.is_dead:
            raise Broken
        return answer


def _noted(loop: asyncio.AbstractEventLoop, coro: Any, **more: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **more)
    context: Context | None = more.get("context")
    running = _mine.get() if context is None else context.get(_mine)
    if running is not None:
        running.tasks[task] = None
        task.add_done_callback(lambda done: running.tasks.pop(done, None))
    return task


async def _ask(
    app: FastAPI, method: str, path: str, headers: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    path, _mark, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("cloud", 80),
    }  # fmt: skip
    received: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    answer: list[Message] = []

    async def receive() -> Message:
        return received.pop() if received else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, send)
    return answer[0]["status"], b"".join(each.get("body", b"") for each in answer[1:])


def lay_out(file: Path, keys_file: Path) -> None:
    """An empty cloud's file after all migrations; it takes a while, and is copied."""
    database = Database(f"sqlite:///{file}", keys_file)
    upgrade(database)
    database.close()
