"""A worker that is started again whenever it died, and a client that asks again until it is answered, as phones and tills do."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.cloud_api.kills.board import Board
from tests.cloud_api.simulated.outside_world import SECONDS_TO_WAIT
from tests.waiting import eventually

_ROOT = Path(__file__).parents[3]
_MOST_TRIES = 20


class Nursery:
    """The process that has the program loaded, so that a new life costs no start of Python."""

    def __init__(self, folder: Path, board_file: Path, keys: Path) -> None:
        self.steps = folder / "steps"
        command = [sys.executable, "-m", "tests.cloud_api.kills.nursery", str(board_file), str(self.steps)]
        self._log = (folder / "log").open("ab")
        self._process = subprocess.Popen(
            [*command, str(keys)],
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )

    def start(self, arguments: list[str]) -> int:
        """The number of the new process."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(arguments).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._line())

    def has_ended(self) -> bool:
        """Whether the child is gone; it is to be asked once after it is."""
        assert self._process.stdout is not None
        ready, _none, _none_either = select.select([self._process.stdout], [], [], 0)
        if not ready:
            return False
        assert int(self._line()) in (0, -9)
        return True

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(SECONDS_TO_WAIT)
        self._process.stdout.close()
        self._log.close()

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        # Unbuffered, as `select` sees only what no buffer has taken.
        line = b""
        while not line.endswith(b"\n"):
            one = os.read(self._process.stdout.fileno(), 1)
            assert one, "the nursery ended"
            line += one
        return line


class Lives:
    """One worker after the other at the same address."""

    def __init__(self, nursery: Nursery, board: Board, folder: Path, arguments: list[str]) -> None:
        self.board = board
        self._deaths = board.deaths
        # At which of its steps each of the next lives ends.
        self.deadly: list[int] = []
        self._nursery, self._ready = nursery, folder / "ready.json"
        # Bound and not listening: nobody else is given the port while the worker is dead.
        self._reserved = socket.socket()
        self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reserved.bind(("127.0.0.1", 0))
        port = self._reserved.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._arguments = [
            "serve", *arguments, "--port", str(port), "--site-url", self.url, "--ready-file", str(self._ready)
        ]  # fmt: skip
        self._start()

    def tend(self) -> bool:
        """Starts another where the worker died; whether it had."""
        if not self._nursery.has_ended():
            return False
        self._deaths += 1
        # Who died once does not die again of the same.
        self.board.count_from_here(self.deadly.pop() if self.deadly else 0)
        self._start()
        return True

    def survive(self) -> bool:
        """From here on nobody dies; whether somebody was still dying, and was replaced."""
        self.deadly.clear()
        self.board.count_from_here(0)
        is_dying = self._deaths < self.board.deaths
        if is_dying:
            eventually(self.tend, "the worker's death", SECONDS_TO_WAIT)
        return is_dying

    def steps_of_this_walk(self) -> list[str]:
        """What was done since the counting began, as the workers told it."""
        told = self._nursery.steps.read_text().splitlines()
        begun = max((at for at, line in enumerate(told) if line.startswith("1 ")), default=0)
        return told[begun:]

    def close(self) -> None:
        os.kill(self._process, 15)
        eventually(self._nursery.has_ended, "the worker's end", SECONDS_TO_WAIT)
        self._reserved.close()

    def _start(self) -> None:
        self._ready.unlink(missing_ok=True)
        self._process = self._nursery.start(self._arguments)

        def listens() -> bool:
            assert not self._nursery.has_ended(), "the worker ended instead of starting"
            return self._ready.exists()

        eventually(listens, "the worker's start", SECONDS_TO_WAIT)


class PatientClient(httpx.Client):
    """Asks again with the very same words where no answer came."""

    lives: Lives

    def send(self, request: httpx.Request, **more: Any) -> httpx.Response:
        limit = time.monotonic() + SECONDS_TO_WAIT
        while True:
            try:
                answer = super().send(request, **more)
            except httpx.TransportError:
                assert time.monotonic() < limit
                self.lives.tend()
                continue
            return answer
