"""Starts, watches and ends the programs of the demo; each writes a log and a ready file."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 60.0


class ProcessFailed(Exception):
    """A program of the demo did not come up or ended too early; its log says why."""


class Program:
    """One running program."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", ready: Path, log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log
        self._ready = ready
        self.facts: dict[str, Any] = {}

    def wait_until_ready(self) -> "Program":
        """Wait for the ready file. Raises ProcessFailed."""
        limit = time.monotonic() + _PATIENCE_SECONDS
        while not self._ready.exists():
            if self.process.poll() is not None:
                raise ProcessFailed(f"{self.name} ended with {self.process.returncode}: {self._end_of_log()}")
            if time.monotonic() > limit:
                raise ProcessFailed(
                    f"{self.name} is not ready after {_PATIENCE_SECONDS:.0f} s: {self._end_of_log()}"
                )
            time.sleep(0.05)
        self.facts = json.loads(self._ready.read_text(encoding="utf-8"))
        return self

    def kill(self) -> None:
        """As a power cut ends it: no word of goodbye."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to stop and wait; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def _end_of_log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]


class Processes:
    """All programs of one demo, ended in reverse order."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
        self._running: list[Program] = []
        self._told: set[int] = set()
        self._count = 0
        (folder / "logs").mkdir(parents=True, exist_ok=True)

    def start(self, name: str, module: str, *arguments: str, ready: bool = True) -> Program:
        """Start `python -m module`; with `ready` it is given --ready-file and must write it."""
        self._count += 1
        ready_file = self._folder / "logs" / f"{self._count:02d}-{name}.ready.json"
        log = self._folder / "logs" / f"{self._count:02d}-{name}.log"
        command = [sys.executable, "-m", module, *arguments]
        if ready:
            command += ["--ready-file", str(ready_file)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self._environment,
            )
        program = Program(name, process, ready_file, log)
        self._running.append(program)
        return program

    @staticmethod
    def keep_cloud(*arguments: str) -> str:
        """A command of `python -m cloud_api`, without another start of Python; what it printed. Raises ProcessFailed."""
        from cloud_api.__main__ import main  # only who keeps a cloud needs it

        said, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
            code = main(list(arguments))
        if code:
            raise ProcessFailed(
                f"{' '.join(arguments[:2])}: {code}: {said.getvalue()}{complained.getvalue()}"
            )
        return said.getvalue()

    def run(self, name: str, module: str, *arguments: str) -> str:
        """Run `python -m module` to its end; what it printed. Raises ProcessFailed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        if done.returncode:
            raise ProcessFailed(f"{name} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def newly_failed(self) -> list[Program]:
        """The programs that ended by themselves with a failure since this was asked last."""
        failed = [one for one in self._running if one.process.poll() and one.process.pid not in self._told]
        self._told.update(one.process.pid for one in failed)
        return failed

    def end(self) -> None:
        """End them all; whoever cannot wait for that has them killed."""
        try:
            for program in reversed(self._running):
                program.end()
        except BaseException:
            for program in self._running:
                program.kill()
            raise
