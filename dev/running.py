"""Runs the tools that set-up needs, their chatter going to a log file, line by line."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.one_at_a_time import lock_to_hand_on
from dev.places import LOGS, PROJECT

_SECONDS_TO_END = 5


@dataclass(frozen=True, slots=True)
class Ran:
    """How a tool ended, what it said, and where that can be read again."""

    code: int
    said: str
    log: Path

    @property
    def well(self) -> bool:
        """Whether it ended as it should."""
        return self.code == 0


def run(
    command: list[str],
    log_name: str,
    *,
    on_line: Callable[[str], None] | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path = PROJECT,
    finish_when_interrupted: bool = False,
) -> Ran:
    """Run it to its end. An interrupted set-up ends the tool too, or lets it finish where stopping halfway does harm."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{log_name}.log"
    said: list[str] = []
    with (
        log.open("w", encoding="utf-8") as kept,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            # Ctrl-C reaches a whole process group; a tool in its own group is stopped by us alone, or not at all.
            start_new_session=True,
            # Not to a tool that may leave a service behind, which would hold it for ever.
            pass_fds=() if finish_when_interrupted else lock_to_hand_on(),
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for line in process.stdout:
                kept.write(line)
                said.append(line)
                if on_line is not None:
                    on_line(line)
            process.wait()
        except BaseException:
            _end(process, kindly=finish_when_interrupted)
            raise
    return Ran(process.returncode, "".join(said), log)


def _end(process: subprocess.Popen[str], *, kindly: bool) -> None:
    """Tell the tool and whatever it started, as npm does its work in a child; who does not listen is ended."""
    if kindly:
        process.communicate()
        return
    _tell_all(process, "SIGTERM")
    try:
        process.communicate(timeout=_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        _tell_all(process, "SIGKILL")
        process.communicate()


def _tell_all(process: subprocess.Popen[str], name: str) -> None:
    if sys.platform == "win32":
        process.terminate()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.Signals[name])
