"""What the machine itself must have: libraries below Qt, a browser for the driver's page, Python's own venv.

On a Debian-like machine, as root, they are installed; elsewhere the person is told the one command to run.
"""

import ctypes
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from dev.needs.registries import did_not_answer
from dev.progress import Step
from dev.running import Ran, run
from dev.telling import CannotGoOn, sentence

# What the loader looks for, and the Debian package that brings it. Read with ldd from the modules and plugins of PySide6
# that we use; tests/architecture/test_set_up.py reads them again, so a new Qt that asks for more is noticed.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
    "libbrotlidec.so.1": "libbrotli1",
    "libbrotlicommon.so.1": "libbrotli1",
}
# Only a window on a real screen asks for these.
SCREEN_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# The program with which Playwright leads the browser.
BROWSER_LIBRARIES = {"libatomic.so.1": "libatomic1"}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SystemPackages:
    """The packages of the system that one command needs; found missing all together, so that one command brings them."""

    def __init__(self, *, libraries: Iterable[dict[str, str]] = (), browser: bool = False) -> None:
        tables = [*libraries, BROWSER_LIBRARIES] if browser else libraries
        self._libraries = {name: package for table in tables for name, package in table.items()}
        self._browser = browser

    @property
    def title(self) -> str:
        return sentence("System packages", "系统软件包")

    def is_met(self) -> bool:
        return not self._missing()

    def meet(self, step: Step) -> None:
        missing = self._missing()
        if not Path("/etc/debian_version").exists() or shutil.which("apt-get") is None:
            listed = ", ".join(missing)
            raise CannotGoOn(
                f"This machine lacks what Debian calls {listed}. Install it with this system's own tool, "
                "then run the same command again.",
                f"本机缺少以下组件(按 Debian 的名称):{listed}。请用系统自带的工具安装,然后重新运行同一条命令。",
            )
        if os.geteuid() != 0:
            command = (
                f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(missing)}"
            )
            raise CannotGoOn(
                f"Some packages of the system are missing, and only root may install them. Run this once:\n\n"
                f"    {command}\n\nthen run the same command again.",
                f"缺少部分系统软件包,需要管理员权限安装。请先运行一次:\n\n    {command}\n\n然后重新运行同一条命令。",
            )
        _install(missing, step)
        if still := self._missing():
            raise CannotGoOn(
                f"Debian installed its packages, and yet these are missing: {', '.join(still)}",
                f"Debian 软件包已安装,但仍缺少:{', '.join(still)}",
            )

    def _missing(self) -> list[str]:
        if sys.platform == "win32":
            return []  # The wheels of PySide6 bring all they need there, and so does Python.
        packages = [package for name, package in self._libraries.items() if not _loads(name)]
        if self._browser and not any(map(shutil.which, _BROWSERS)):
            packages.append("chromium")
        if importlib.util.find_spec("ensurepip") is None:
            packages.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
        return list(dict.fromkeys(packages))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install(packages: list[str], step: Step) -> None:
    step.detail(sentence("asking Debian what there is", "更新 Debian 软件包列表"))
    updated = _apt("update")
    installed = _fetch_and_install(packages, step)
    if not installed.well and "dpkg --configure -a" in installed.said:
        step.detail(sentence("finishing what an interrupted run left", "完成上次中断的安装"))
        run(["dpkg", "--configure", "-a"], "dpkg", environment=_QUIET, finish_when_interrupted=True)
        installed = _fetch_and_install(packages, step)
    if installed.well:
        importlib.invalidate_caches()
        return
    if did_not_answer(updated.said + installed.said):
        raise CannotGoOn(
            "Debian's package registry did not answer. Nothing was changed. "
            "Check the network, then run the same command again.",
            "Debian 软件包源没有响应,未做任何更改。请检查网络,然后重新运行同一条命令。",
        )
    raise CannotGoOn(
        f"Debian could not install {', '.join(packages)}; it says why in {installed.log}",
        f"Debian 无法安装 {', '.join(packages)},原因见 {installed.log}",
    )


def _fetch_and_install(packages: list[str], step: Step) -> Ran:
    def follow(line: str) -> None:
        if line.startswith(("Get:", "Unpacking ", "Setting up ")):
            step.detail(line.strip()[:60])

    return _apt("install", "-y", "--no-install-recommends", *packages, on_line=follow)


_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def _apt(verb: str, *more: str, on_line: Callable[[str], None] | None = None) -> Ran:
    # Another apt at work is waited for; half an installation would be worse than a late answer to Ctrl-C.
    patience = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=1"]
    return run(
        ["apt-get", *patience, verb, *more],
        f"apt-{verb}",
        on_line=on_line,
        environment=_QUIET,
        finish_when_interrupted=verb == "install",
    )
