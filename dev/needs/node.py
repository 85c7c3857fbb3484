"""Node, which builds the driver app: the machine's own, or the one that PyPI brings into the virtual environment."""

import os
import shutil
import subprocess

from dev.needs.python_packages import PythonPackages
from dev.places import VENV_PROGRAMS
from dev.progress import Step
from dev.telling import sentence

OLDEST_THAT_BUILDS = 20


class Node:
    """Node and npm, needed only where there is something to build."""

    def __init__(self) -> None:
        self._from_python = PythonPackages("node")

    @property
    def title(self) -> str:
        return "Node.js"

    def is_met(self) -> bool:
        return _the_machine_has_it() or self._from_python.is_met()

    def meet(self, step: Step) -> None:
        step.detail(sentence("from the Python package registry", "来自 Python 软件包源"))
        self._from_python.meet(step)


def environment_with_node() -> dict[str, str]:
    """What to add to the environment so that ``npm`` and ``node`` are found."""
    if _the_machine_has_it():
        return {}
    return {"PATH": os.pathsep.join([str(VENV_PROGRAMS), os.environ.get("PATH", "")])}


def npm() -> str:
    """The npm to start; Windows wants its full name."""
    return shutil.which("npm", path=environment_with_node().get("PATH")) or "npm"


def version_of_node() -> str:
    """Such as ``v20.20.2``; what is built with one major version is not mixed with another's."""
    return _version(shutil.which("node", path=environment_with_node().get("PATH")))


def _the_machine_has_it() -> bool:
    version = _version(shutil.which("node"))
    return (
        bool(version)
        and int(version[1:].split(".")[0]) >= OLDEST_THAT_BUILDS
        and shutil.which("npm") is not None
    )


def _version(node: str | None) -> str:
    if node is None:
        return ""
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.stdout.startswith("v") else ""
