"""The cloud's database: reads from a small pool, writes through one committer, the same on SQLite and PostgreSQL."""

import asyncio
import contextvars
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)
_MOST_JOBS_IN_ONE_COMMIT = 64
_READERS = 4
_TRIES_AFTER_A_CLASH = 5
# PostgreSQL: serialization_failure and deadlock_detected. Another process won; the job may simply run again.
_CLASHES = frozenset({"40001", "40P01"})


class Work:
    """One write on its way to the disk: the connection to write with, and what to do once it is safe there."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
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


class _Job:
    def __init__(self, call: Callable[[Work], Any]) -> None:
        # In the asker's context, so that a sentence written inside the job is in the asker's language.
        self.call: Callable[[Work], Any] = partial(_in_context, contextvars.copy_context(), call)
        self.future: Future[Any] = Future()
        self.work: Work | None = None
        self.answer: Any = None
        self.error: BaseException | None = None


class Database:
    """Where everything durable goes.

    `await database.read(job)` gives the job a connection for reading. `await database.write(job)` gives it a Work; the job
    runs in the one committer thread, inside a transaction that already holds the write lock, together with others that
    waited (each in its own savepoint). It answers only after the commit. A job must do nothing but read and write this
    database: it may run again when another process won a race, and it must never wait for the outside.
    """

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self._is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = _engine(self.url, readers=1, begin="BEGIN IMMEDIATE")
        self._reading = _engine(self.url, readers=_READERS, begin="BEGIN")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="cloud-read")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._committer = threading.Thread(target=self._commit_for_ever, name="cloud-committer", daemon=True)
        self._committer.start()
        self._closed = False

    @property
    def writing_engine(self) -> Engine:
        """For the migrations alone, which run before anything else does."""
        return self._writing

    async def read(self, job: Callable[[Connection], Answer]) -> Answer:
        return await asyncio.wrap_future(self._readers.submit(self._read, job))

    async def write(self, job: Callable[[Work], Answer]) -> Answer:
        return await asyncio.wrap_future(self._submit(job))

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
        if self._closed:
            raise RuntimeError("the database is closed")
        job = _Job(call)
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
        jobs = [job for job in jobs if job.future.set_running_or_notify_cancel()]
        try:
            self._run(jobs)
        except BaseException:  # noqa: BLE001
            # One clash, or one lost connection, must not cost the others their answer: each gets its own transaction.
            for job in jobs:
                self._commit_alone(job)
            return
        for job in jobs:
            _answer(job)

    def _commit_alone(self, job: _Job) -> None:
        for tries_left in reversed(range(_TRIES_AFTER_A_CLASH)):
            try:
                self._run([job])
            except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits for the answer
                if tries_left and _is_clash(error):
                    continue
                job.future.set_exception(error)
                return
            _answer(job)
            return

    def _run(self, jobs: Sequence[_Job]) -> None:
        with self._writing.connect() as connection, connection.begin():
            for job in jobs:
                job.work, job.answer, job.error = Work(connection), None, None
                try:
                    # A savepoint even for one alone: a refused job must leave nothing behind.
                    with connection.begin_nested():
                        job.answer = job.call(job.work)
                except DBAPIError as error:
                    if _is_clash(error) or error.connection_invalidated:
                        raise
                    job.error = error
                except Exception as error:  # noqa: BLE001 - it is handed to whoever waits for the answer
                    job.error = error


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


def _in_context(context: contextvars.Context, call: Callable[[Work], Any], work: Work) -> Any:
    return context.run(call, work)


def _answer(job: _Job) -> None:
    if job.error is not None:
        job.future.set_exception(job.error)
        return
    if job.work is not None:
        job.work.tell()
    job.future.set_result(job.answer)


def _is_clash(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CLASHES


def _engine(url: URL, *, readers: int, begin: str) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_size=readers, max_overflow=0, pool_pre_ping=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=readers,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 30},
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
