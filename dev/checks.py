"""What stands between a change and its commit: format, lint, types, import contracts, tests."""

import os
import subprocess

from dev.needs.node import environment_with_node, npm
from dev.places import DRIVER_APP, PROJECT
from dev.programs import OFFSCREEN, exit_code_of
from dev.suite import arguments_for_pytest
from dev.telling import tell

_ROOMS = ("dev", "core", "pos_app", "admin_app", "cloud_api", "demo", "benchmarks", "tests")


def check(words: list[str]) -> int:
    """Run them all, so that one look shows everything; ``--without-tests`` leaves the tests out."""
    rooms = [name for name in _ROOMS if (PROJECT / name).is_dir()]
    checks = [("ruff", "format", "--check"), ("ruff", "check"), ("mypy", *rooms), ("lint-imports",)]
    if "--without-tests" not in words:
        checks.append(("pytest", *arguments_for_pytest([])))
    failed = [" ".join(check[:2]) for check in checks if not _passes(*check)]
    if not _driver_app_passes():
        failed.append("vue-tsc")
    if failed:
        tell(f"Not as it should be: {', '.join(failed)}", f"未通过:{', '.join(failed)}")
    return 1 if failed else 0


def _driver_app_passes() -> bool:
    print("--- vue-tsc (driver_app)", flush=True)
    command = [npm(), "run", "--silent", "type-check"]
    environment = {**os.environ, **environment_with_node()}
    return subprocess.run(command, cwd=DRIVER_APP, env=environment, check=False).returncode == 0


def _passes(tool: str, *arguments: str) -> bool:
    print(f"--- {tool} {' '.join(arguments)}", flush=True)
    return exit_code_of(tool, *arguments, more=OFFSCREEN) == 0
