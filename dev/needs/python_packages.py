"""The virtual environment and what a lock names, every file checked against its hash."""

import csv
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dev.needs.registries import did_not_answer
from dev.places import LOCKS, VENV, VENV_PYTHON
from dev.progress import Step
from dev.running import run
from dev.stamps import fingerprint, is_stamped, write_stamp
from dev.telling import CannotGoOn, sentence

_HALF_MADE = VENV / "half-made"
_INSTALLING = VENV / "installing"


class PythonPackages:
    """What one lock names, in the project's virtual environment."""

    def __init__(self, lock: str, *, within: str | None = None) -> None:
        """``within`` names a lock that holds everything of this one: where that is installed, this need is met."""
        self._lock = lock
        self._enough = (lock,) if within is None else (lock, within)

    @property
    def title(self) -> str:
        return sentence("Python packages", "Python 依赖包")

    def is_met(self) -> bool:
        return VENV_PYTHON.exists() and any(is_stamped(_stamp(lock), _wanted(lock)) for lock in self._enough)

    def meet(self, step: Step) -> None:
        _make_environment(step)
        if _INSTALLING.exists():
            step.detail(sentence("checking what an interrupted run left", "检查上次中断后留下的文件"))
            _forget_broken_packages()
        _INSTALLING.touch()
        self._install(step)
        _take_out_what_no_lock_names()
        _INSTALLING.unlink()
        write_stamp(_stamp(self._lock), _wanted(self._lock))

    def _install(self, step: Step) -> None:
        lock = LOCKS / f"{self._lock}.lock"
        total = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
        seen = 0

        def follow(line: str) -> None:
            nonlocal seen
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                step.detail(sentence(f"package {seen} of {total}", f"第 {seen} 个,共 {total} 个"))
            elif line.startswith("Installing collected"):
                step.detail(sentence("writing to disk", "写入磁盘"))

        # The lock names everything, so pip need not work out what depends on what. Of a fifth of the modules that come
        # with the packages bytecode is ever wanted; Python makes it at their first import, in half of pip's time.
        options = [
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--progress-bar",
            "off",
            "--retries",
            "2",
        ]
        pip = [
            str(VENV_PYTHON),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "install",
            *options,
        ]
        ran = run([*pip, "-r", str(lock)], "python-packages", on_line=follow)
        if ran.well:
            return
        if did_not_answer(ran.said):
            _INSTALLING.unlink()  # pip fetches everything before it installs anything.
            raise CannotGoOn(
                "The Python package registry did not answer. Nothing was installed. "
                "Check the network or set PIP_INDEX_URL, then run the same command again.",
                "Python 软件包源没有响应,未安装任何内容。请检查网络或设置 PIP_INDEX_URL,然后重新运行同一条命令。",
            )
        raise CannotGoOn(
            f"The Python packages could not be installed; pip says why at the end of {ran.log}",
            f"Python 依赖包安装失败,原因见 {ran.log} 的末尾",
        )


def _stamp(lock: str) -> Path:
    return VENV / f"{lock}.stamp"


def _wanted(lock: str) -> str:
    # A virtual environment holds its own path and belongs to one version of Python.
    return fingerprint(str(VENV), f"{sys.version_info[0]}.{sys.version_info[1]}", LOCKS / f"{lock}.lock")


def _make_environment(step: Step) -> None:
    if not _HALF_MADE.exists() and _python_works():
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise CannotGoOn(
            "This Python cannot make virtual environments: its module ensurepip is missing.",
            "此 Python 缺少 ensurepip 模块,无法创建虚拟环境。",
        )
    step.detail(sentence("making the virtual environment", "创建虚拟环境"))
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    _HALF_MADE.touch()
    ran = run([sys.executable, "-m", "venv", str(VENV)], "virtual-environment")
    if not ran.well:
        raise CannotGoOn(
            f"The virtual environment could not be made; see {ran.log}", f"虚拟环境创建失败,详见 {ran.log}"
        )
    _HALF_MADE.unlink()


def _python_works() -> bool:
    if not VENV_PYTHON.exists():
        return False
    ours = f"import pip, sys; assert sys.version_info[:2] == {sys.version_info[:2]}"
    return subprocess.run([VENV_PYTHON, "-c", ours], capture_output=True, check=False).returncode == 0


def _take_out_what_no_lock_names() -> None:
    """What an older lock brought must not make a test pass that fails on a fresh machine."""
    named = {"pip", "setuptools"}
    for lock in LOCKS.glob("*.lock"):
        named |= {
            _plain(pin) for pin in re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
        }
    there = {description.name.split("-")[0] for description in _descriptions()}
    if superfluous := sorted(name for name in there if _plain(name) not in named):
        pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "uninstall", "-y"]
        run([*pip, *superfluous], "superfluous-packages")


def _plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _descriptions() -> list[Path]:
    return [path for folder in _folders_of_packages() for path in folder.glob("*.dist-info")]


def _folders_of_packages() -> list[Path]:
    return [*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")]


def _forget_broken_packages() -> None:
    """Let pip install anew what it had not finished: it writes a package's own list of files last."""
    for site_packages in _folders_of_packages():
        for leftover in site_packages.glob("~*"):
            shutil.rmtree(leftover, ignore_errors=True)
    for description in _descriptions():
        if not _is_whole(description):
            shutil.rmtree(description)


def _is_whole(description: Path) -> bool:
    record = description / "RECORD"
    if not record.is_file():
        return False
    with record.open(newline="", encoding="utf-8") as listed:
        for name, _hash, size in csv.reader(listed):
            path = description.parent / name
            if not path.is_file() or (size and path.stat().st_size != int(size)):
                return False
    return True
