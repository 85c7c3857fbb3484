"""Starts the programs of the virtual environment."""

import os
import subprocess
import sys

from dev.places import BYTECODE, PROJECT, VENV_PROGRAMS, VENV_PYTHON

# Windows of tests and figures are drawn in memory, also on a machine with a screen.
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def become(*arguments: str, more: dict[str, str] | None = None) -> int:
    """Let Python go on as that program, so that signals, exit code and last line are the program's own."""
    command = [str(VENV_PYTHON), *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execve(command[0], command, _environment(more))
    return subprocess.run(command, env=_environment(more), check=False).returncode


def exit_code_of(tool: str, *arguments: str, more: dict[str, str] | None = None) -> int:
    """Run one tool to its end, its words going where ours go."""
    command = [str(VENV_PROGRAMS / tool), *arguments]
    return subprocess.run(command, env=_environment(more), cwd=PROJECT, check=False).returncode


def _environment(more: dict[str, str] | None) -> dict[str, str]:
    search = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH", "")]))
    # Bytecode is kept, but not beside the sources: whoever forbids that is obeyed, and no start has to compile.
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(BYTECODE), **ours, "PYTHONPATH": search, **(more or {})}
