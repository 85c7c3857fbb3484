"""A process that has the cloud's program loaded and has a child of its own serve: `python -m cloud_api serve`, which dies at a step.

A step is each commit that writes something and each request to the outside; there is one moment before it and one after.
`python -m tests.cloud_api.kills.nursery BOARD STEPS KEYS` reads one line for each child (the arguments), tells its number, then
how it ended.
"""

import functools
import gc
import importlib
import json
import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from psycopg import Connection as PostgresConnection
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

import cloud_api.app
import cloud_api.serve
from cloud_api import __main__ as program
from cloud_api.payments import alipay_signatures, unionpay_signatures, wechat_signatures
from cloud_api.round_trip import RoundTrip
from cloud_api.settings import Settings
from tests.cloud_api.kills.board import Board, BoardClock

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\s", re.IGNORECASE)
_HAS_WRITTEN = "has written"


class Steps:
    """Counts, says what each was, and dies."""

    def __init__(self, board: Board, told: Path) -> None:
        self._board = board
        self._told = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._one_at_a_time = threading.Lock()

    def made(self, what: str) -> None:
        with self._one_at_a_time:
            is_deadly = self._board.is_deadly()
            os.write(self._told, f"{self._board.count} {what}\n".encode())
            if is_deadly:
                os.kill(os.getpid(), signal.SIGKILL)


def count_commits(steps: Steps) -> None:
    """Those of SQLAlchemy, where something was written."""
    committing = threading.local()
    do_commit = DefaultDialect.do_commit

    @event.listens_for(Engine, "after_cursor_execute")
    def executed(connection: Connection, cursor: Any, statement: str, *_more: Any) -> None:
        if _WRITES.match(statement) and cursor.rowcount != 0:
            connection.info[_HAS_WRITTEN] = statement.split("(", maxsplit=1)[0].strip()[:60]

    @event.listens_for(Engine, "commit")
    def before(connection: Connection) -> None:
        committing.what = connection.info.pop(_HAS_WRITTEN, None)
        if committing.what:
            steps.made(f"before the commit of {committing.what}")

    def commit(self: DefaultDialect, connection: Any) -> None:
        do_commit(self, connection)
        what, committing.what = getattr(committing, "what", None), None
        if what:
            steps.made(f"after the commit of {what}")

    DefaultDialect.do_commit = commit  # type: ignore[method-assign]


def count_round_trips(steps: Steps) -> None:
    """Those that go to PostgreSQL past SQLAlchemy, and may end the transaction themselves."""
    go, send = RoundTrip.go, RoundTrip.ask

    def ask(self: RoundTrip, statement: bytes, given: Any) -> None:
        if _WRITES.match(statement.decode()):
            self._what = statement.decode().split("(")[0].strip()[:60]  # type: ignore[attr-defined]
        send(self, statement, given)

    def going(self: RoundTrip, *, and_commit: bool = False) -> Any:
        what = getattr(self, "_what", None)
        if what and and_commit:
            steps.made(f"before the round trip of {what}")
        answers = go(self, and_commit=and_commit)
        raw: PostgresConnection[Any] = self._raw
        if what and and_commit and raw.info.transaction_status == TransactionStatus.IDLE:
            steps.made(f"after the round trip of {what}")
        return answers

    RoundTrip.ask = ask  # type: ignore[method-assign]
    RoundTrip.go = going  # type: ignore[method-assign]


def count_requests(steps: Steps) -> None:
    send = httpx.AsyncClient.send

    async def sending(self: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        what = f"{request.method} {request.url.path}"
        steps.made(f"before {what}")
        answer = await send(self, request, **more)
        steps.made(f"after {what}")
        return answer

    httpx.AsyncClient.send = sending  # type: ignore[method-assign]


def read_keys_once(keys: Path) -> None:
    """Reading a private key proves its primes, which takes as long as all the rest of a start."""
    for module, name in (
        (alipay_signatures, "alipay-app"),
        (unionpay_signatures, "unionpay-merchant"),
        (wechat_signatures, "wechat-merchant"),
    ):
        read = functools.cache(module.private_key)
        read((keys / f"{name}-private.pem").read_bytes())
        vars(module)["private_key"] = read


def warm_up(folder: Path) -> None:
    """Once here instead of in each child: what a start takes longest over."""
    app = cloud_api.app.create_app(Settings(f"sqlite:///{folder / 'warm.db'}", h5_dir=Path("/nowhere")))
    uvicorn.Config(app, ws="websockets-sansio", log_config=None).load()
    app.state.database.close()
    httpx.AsyncClient(trust_env=False)
    for late in ("anyio._backends._asyncio", "uvicorn.loops.auto", "uvicorn.loops.uvloop"):
        importlib.import_module(late)
    # A child has no thread but the one that made it.
    assert threading.active_count() == 1


def main(board_file: Path, steps_file: Path, keys: Path) -> None:
    board = Board(board_file)
    steps = Steps(board, steps_file)
    for count in (count_commits, count_round_trips, count_requests):
        count(steps)
    read_keys_once(keys)
    for module in (cloud_api.app, program):
        vars(module)["SystemClock"] = lambda: BoardClock(board)
    warm_up(steps_file.parent)
    gc.freeze()
    answers = sys.stdout
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _live(json.loads(line))
        answers.write(f"{child}\n")
        answers.flush()
        _child, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def _live(arguments: list[str]) -> None:
    """The child's whole life."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    status = 1
    try:
        status = program.main(arguments)
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
