"""The cloud's database: reads from a small pool, writes through one committer, the same on SQLite and PostgreSQL."""

import asyncio
import contextlib
import contextvars
import functools
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import Connection, Engine, NestedTransaction, Transaction, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import QueuePool

from cloud_api.keys_file import ring_for
from cloud_api.sealing import hang

Answer = TypeVar("Answer")
Asking = TypeVar("Asking")

_log = logging.getLogger(__name__)
_MOST_JOBS_IN_ONE_COMMIT = 64
_READERS = 4
_TRIES_AFTER_A_CLASH = 5
# PostgreSQL: serialization_failure and deadlock_detected. Another process won; the job may simply run again.
_CLASHES = frozenset({"40001", "40P01"})
_ROW_IS_THERE = "23505"
_SECONDS_TRUSTED = 1.0
_USED_AT = "used at"


class Work:
    """One write on its way to the disk: the connection to write with, and what to do once it is safe there."""

    def __init__(self, connection: Connection, *, is_whole: bool = False) -> None:
        self.connection = connection
        # Whether its transaction has nothing else in it.
        self.is_whole = is_whole
        self._afterwards: list[Callable[[], None]] = []

    def after_commit(self, call: Callable[[], None]) -> None:
        """Runs once the transaction is on disk, in the committer's thread: only quick things, such as ringing a bell."""
        self._afterwards.append(call)

    def tell(self) -> None:
        for call in self._afterwards:
            try:
                call()
            except Exception:  # noqa: BLE001
                # The write is safe by now; whoever missed the news reads it at the next chance.
                _log.exception("what follows a commit failed")


# Many requests of one kind in one go: an answer, or the refusal, for each in their order.
Together = Callable[[Work, Sequence[Asking]], Sequence[Answer | Exception]]


@dataclass(slots=True, eq=False)
class _Job:
    """What one asker wants. `together` takes all jobs that have the same one; `asked` is its part."""

    future: "Future[Any] | asyncio.Future[Any]"
    call: Callable[[Work], Any] | None = None
    together: Together[Any, Any] | None = None
    asked: Any = None
    answer: Any = None
    error: BaseException | None = None

    def begins(self) -> bool:
        """Whether somebody still waits for it; what has begun is then brought to its end."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()

    def tell(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer)


class Database:
    """Where everything durable goes.

    `await database.read(job)` gives the job a connection for reading. `await database.write(job)` gives it a Work; the job
    runs in the one committer thread, inside a transaction that already holds the write lock, together with others that
    waited (each in its own savepoint). It answers only after the commit. A job must do nothing but read and write this
    database: it may run again when another process won a race, and it must never wait for the outside.

    `await database.write_together(together, asked)` is for what comes in crowds: all that wait with the same `together` are
    handed to it at once, so that it needs few statements for all of them. Where it fails as a whole, each is handed over alone.
    """

    def __init__(self, url: str, keys_file: Path | None = None) -> None:
        self.url = normal_url(url)
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = _engine(self.url, readers=1, begin="BEGIN IMMEDIATE")
        self._reading = _engine(self.url, readers=_READERS, begin="BEGIN")
        # Personal data is sealed on its way in and opened on its way out; the keys are read when first needed.
        self.keys = functools.cache(functools.partial(ring_for, self.url, keys_file))
        for engine in (self._writing, self._reading):
            hang(self.keys, engine.dialect)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="cloud-read")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._committer = threading.Thread(target=self._commit_for_ever, name="cloud-committer", daemon=True)
        self._committer.start()
        self._closed = False

    @property
    def is_shared(self) -> bool:
        """Whether other processes may write here too."""
        return not self._is_sqlite

    @property
    def waiting(self) -> int:
        """How many writes wait for the committer."""
        return self._jobs.qsize()

    @property
    def writing_engine(self) -> Engine:
        """For the migrations alone, which run before anything else does."""
        return self._writing

    async def read(self, job: Callable[[Connection], Answer]) -> Answer:
        return await asyncio.wrap_future(self._readers.submit(self._read, job))

    async def write(self, job: Callable[[Work], Answer]) -> Answer:
        return cast(Answer, await self._begin(_Job(asyncio.get_running_loop().create_future(), _here(job))))

    async def write_together(self, together: Together[Asking, Answer], asked: Asking) -> Answer:
        """This one's answer, once it is safe; raises its refusal."""
        job = _Job(asyncio.get_running_loop().create_future(), together=together, asked=asked)
        return cast(Answer, await self._begin(job))

    def read_now(self, job: Callable[[Connection], Answer]) -> Answer:
        """The same as read, for a program without an event loop."""
        return self._read(job)

    def write_now(self, job: Callable[[Work], Answer]) -> Answer:
        """The same as write, for a program without an event loop."""
        return self._submit(job).result()

    def close(self) -> None:
        """Finishes what is queued, then lets go of every connection."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        self._committer.join()
        self._readers.shutdown(wait=True)
        self._writing.dispose()
        self._reading.dispose()

    def _read(self, job: Callable[[Connection], Answer]) -> Answer:
        with self._reading.begin() as connection:
            return job(connection)

    def _submit(self, call: Callable[[Work], Answer]) -> Future[Answer]:
        future: Future[Answer] = Future()
        self._begin(_Job(future, _here(call)))
        return future

    def _begin(self, job: _Job) -> Any:
        if self._closed:
            raise RuntimeError("the database is closed")
        self._jobs.put(job)
        return job.future

    def _commit_for_ever(self) -> None:
        while True:
            jobs, last = self._waiting_jobs()
            if jobs:
                self._commit(jobs)
            if last:
                return

    def _waiting_jobs(self) -> tuple[list[_Job], bool]:
        first = self._jobs.get()
        if first is None:
            return [], True
        jobs = [first]
        while len(jobs) < _MOST_JOBS_IN_ONE_COMMIT:
            try:
                another = self._jobs.get_nowait()
            except queue.Empty:
                break
            if another is None:
                return jobs, True
            jobs.append(another)
        return jobs, False

    def _commit(self, jobs: Sequence[_Job]) -> None:
        # Whoever asked may have gone in the meantime; what has not begun is then not done at all.
        jobs = [job for job in jobs if job.begins()]
        if not jobs:
            return
        try:
            works = self._run(jobs)
        except BaseException:  # noqa: BLE001
            # One clash, or one lost connection, must not cost the others their answer: each gets its own transaction.
            for job in jobs:
                self._commit_alone(job)
            return
        _answer(jobs, works)

    def _commit_alone(self, job: _Job) -> None:
        works: Sequence[Work] = ()
        for tries_left in reversed(range(_TRIES_AFTER_A_CLASH)):
            try:
                works = self._run([job])
            except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits for the answer
                if tries_left and _is_clash(error, job):
                    continue
                job.error = error
            break
        _answer([job], works)

    def _run(self, jobs: Sequence[_Job]) -> Sequence[Work]:
        groups = _groups(jobs)
        with self._writing.connect() as connection, connection.begin() as transaction:
            if len(groups) == 1:
                # Nobody else is in this transaction: it is the savepoint.
                return self._run_group(groups[0], Work(connection, is_whole=True), transaction)
            works: list[Work] = []
            for group in groups:
                works += self._run_group(group, Work(connection), connection.begin_nested())
            return works

    @staticmethod
    def _run_group(group: Sequence[_Job], work: Work, until: Transaction) -> Sequence[Work]:
        """Leaves nothing behind of what is refused; raises what has to be tried again."""
        first = group[0]
        first.error = None
        try:
            if first.together is not None:
                answers = first.together(work, [job.asked for job in group])
                for job, answer in zip(group, answers, strict=True):
                    job.error = answer if isinstance(answer, Exception) else None
                    job.answer = answer
            elif first.call is not None:
                first.answer = first.call(work)
        except Exception as error:
            until.rollback()
            if first.together is not None or _is_to_be_raised(error):
                raise
            first.error = error
            return ()
        if until.is_active and isinstance(until, NestedTransaction):
            until.commit()
        return (work,)


def normal_url(url: str) -> URL:
    """The address as SQLAlchemy wants it: PostgreSQL through psycopg, SQLite always a file."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        raise ValueError(f"only sqlite and postgresql are supported, not {address.get_backend_name()}")
    if not address.database or address.database == ":memory:":
        raise ValueError("the cloud's SQLite database must be a file")
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    return address.set(drivername="sqlite")


def _here(call: Callable[[Work], Any]) -> Callable[[Work], Any]:
    """The same in the asker's context, so that a sentence written inside the job is in the asker's language."""
    context = contextvars.copy_context()
    return lambda work: context.run(call, work)


def _groups(jobs: Sequence[_Job]) -> list[list[_Job]]:
    """Those that go together, together; everybody else alone."""
    crowds: dict[Together[Any, Any], list[_Job]] = {}
    groups: list[list[_Job]] = []
    for job in jobs:
        if job.together is None:
            groups.append([job])
        elif job.together in crowds:
            crowds[job.together].append(job)
        else:
            crowds[job.together] = [job]
            groups.append(crowds[job.together])
    return groups


def _answer(jobs: Sequence[_Job], works: Sequence[Work]) -> None:
    """Each hears its answer; all that wait in one event loop by one call into it."""
    for work in works:
        work.tell()
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in jobs:
        if isinstance(job.future, Future):
            job.tell()
        else:
            loops.setdefault(job.future.get_loop(), []).append(job)
    for loop, its in loops.items():
        # A loop that ended in the meantime has nobody waiting any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_all, its)


def _tell_all(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.tell()


def _state_of(error: BaseException) -> str | None:
    """PostgreSQL's code of what went wrong."""
    state: str | None = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    return state


def _is_clash(error: BaseException, job: _Job) -> bool:
    state = _state_of(error)
    # A crowd has looked whether its rows are there: where one is after all, another process was faster, and is found now.
    return state in _CLASHES or (job.together is not None and state == _ROW_IS_THERE)


def _is_to_be_raised(error: BaseException) -> bool:
    return _state_of(error) in _CLASHES or (isinstance(error, DBAPIError) and error.connection_invalidated)


def _ask_whether_they_live(engine: Engine) -> None:
    """A connection is tried before it is used, but not while it is in steady use: that would be a round trip more for each."""

    @event.listens_for(engine, "checkin")
    def used(_connection: Any, record: Any) -> None:
        record.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def try_it(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is not None and time.monotonic() - used_at > _SECONDS_TRUSTED:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise DisconnectionError from error


def _engine(url: URL, *, readers: int, begin: str) -> Engine:
    # An error never tells what was to be written: it may be of a person.
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_size=readers, max_overflow=0, hide_parameters=True)
        _ask_whether_they_live(engine)
        return engine
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=readers,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 30},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that it takes the write lock at once
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def take_the_lock(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
