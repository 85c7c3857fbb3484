"""Set-up asks for what is needed and repairs what an interruption left."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import playwright
import PySide6
import pytest

from dev.needs import python_packages
from dev.needs.system_packages import BROWSER_LIBRARIES, QT_LIBRARIES, SCREEN_LIBRARIES
from dev.places import LOCKS, PROJECT, VENV_PYTHON
from dev.stamps import fingerprint, fingerprint_of_tree, is_stamped, write_stamp
from dev.suite import arguments_for_pytest

_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtNetwork")
# glibc and the compiler's own, on every machine that runs Python.
_OF_THE_SYSTEM = re.compile(
    r"^(ld-linux.*|libc|libm|libdl|libpthread|librt|libresolv|libgcc_s|libstdc\+\+|linux-vdso)\.so"
)


def _asked_for_directly(libraries: list[Path]) -> set[str]:
    needed: set[str] = set()
    for library in libraries:
        headers = subprocess.run(
            ["objdump", "-p", library], capture_output=True, text=True, check=True
        ).stdout
        needed |= set(re.findall(r"NEEDED\s+(\S+)", headers))
    return needed


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the wheels bring everything")
@pytest.mark.skipif(
    shutil.which("objdump") is None, reason="reads what a library asks for with objdump of binutils"
)
@pytest.mark.parametrize(
    ("plugins", "known"),
    [
        (("platforms/libqoffscreen.so", "imageformats/libqsvg.so", "imageformats/libqjpeg.so"), QT_LIBRARIES),
        (
            ("platforms/libqxcb.so", "platforminputcontexts/libcomposeplatforminputcontextplugin.so"),
            SCREEN_LIBRARIES,
        ),
    ],
    ids=["offscreen", "on a screen"],
)
def test_set_up_knows_every_library_that_qt_asks_for(plugins, known):
    qt = Path(PySide6.__path__[0])
    ours = [qt / f"{module}.abi3.so" for module in _MODULES] + [
        qt / "Qt" / "plugins" / name for name in plugins
    ]
    asked = _all_asked_for(ours)
    unknown = {name for name in asked if name not in QT_LIBRARIES | known and not _OF_THE_SYSTEM.match(name)}
    assert unknown == set()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the wheels bring everything")
@pytest.mark.skipif(
    shutil.which("objdump") is None, reason="reads what a program asks for with objdump of binutils"
)
def test_set_up_knows_every_library_that_playwright_asks_for():
    asked = _asked_for_directly([Path(playwright.__file__).parent / "driver" / "node"])
    assert {
        name for name in asked if name not in BROWSER_LIBRARIES and not _OF_THE_SYSTEM.match(name)
    } == set()


def _all_asked_for(libraries: list[Path]) -> set[str]:
    """What Qt's files ask of the machine, Qt's own files followed, the machine's not: Debian knows those."""
    asked: set[str] = set()
    waiting, seen = list(libraries), set()
    while waiting:
        library = waiting.pop()
        seen.add(library)
        listed = subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout
        inside = {
            name: Path(path)
            for name, path in re.findall(r"(\S+) => (\S+)", listed)
            if "PySide6" in path or "shiboken6" in path
        }
        direct = _asked_for_directly([library])
        asked |= direct - set(inside)
        waiting += [path for path in inside.values() if path not in seen]
    return asked


def _pins(lock: str) -> dict[str, str]:
    text = (LOCKS / f"{lock}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;]+)", text, re.MULTILINE))


def test_what_works_on_the_program_is_what_runs_it_and_more():
    running, working = _pins("runtime"), _pins("dev")
    assert running.items() <= working.items()


@pytest.mark.parametrize("lock", ["runtime", "dev", "node"])
def test_every_pin_of_a_lock_has_a_hash_and_no_host(lock):
    text = (LOCKS / f"{lock}.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index-url" not in text


def test_a_package_that_was_not_finished_is_forgotten_and_a_whole_one_kept(tmp_path, monkeypatch):
    site_packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name in ("whole", "without_record", "cut_short"):
        (site_packages / f"{name}-1.dist-info").mkdir(parents=True)
        (site_packages / f"{name}.py").write_text("x = 1\n")
    for name, size in (("whole", 6), ("cut_short", 7)):
        (site_packages / f"{name}-1.dist-info" / "RECORD").write_text(f"{name}.py,sha256=x,{size}\n")
    (site_packages / "~half").mkdir()
    monkeypatch.setattr(python_packages, "VENV", tmp_path)
    python_packages._forget_broken_packages()
    assert sorted(path.name for path in site_packages.iterdir() if path.is_dir()) == ["whole-1.dist-info"]


def test_a_stamp_fits_only_what_it_was_made_from(tmp_path):
    stamp = tmp_path / "a.stamp"
    write_stamp(stamp, fingerprint("one"))
    assert is_stamped(stamp, fingerprint("one"))
    assert not is_stamped(stamp, fingerprint("two"))
    assert not is_stamped(tmp_path / "none.stamp", fingerprint("one"))


def test_a_tree_is_another_when_a_file_changes_or_moves(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a").write_text("1")
    before = fingerprint_of_tree(tmp_path, without=["dist"])
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "built").write_text("x")
    assert fingerprint_of_tree(tmp_path, without=["dist"]) == before
    (tmp_path / "src" / "a").rename(tmp_path / "src" / "b")
    assert fingerprint_of_tree(tmp_path, without=["dist"]) != before


@pytest.mark.parametrize(
    ("language", "word"), [("zh_CN.UTF-8", "用法"), ("en_GB.UTF-8", "Usage"), ("C", "Usage")]
)
def test_the_door_speaks_the_language_of_the_machine(language, word):
    asked = subprocess.run(
        [VENV_PYTHON, "dev.py", "--help"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={"LANG": language, "PATH": "/usr/bin:/bin"},
    )
    assert asked.stderr.startswith(word)


def test_an_unknown_command_is_told_as_such():
    asked = subprocess.run(
        [VENV_PYTHON, "dev.py", "dance"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 2
    assert "dance" in asked.stderr
    assert "Traceback" not in asked.stderr


@pytest.mark.parametrize(
    "words", [["tests/domain"], ["-k", "coupon"], ["--long", "-n0"], ["tests/qt", "-x"], ["--pdb"], ["-s"]]
)
def test_whoever_looks_closely_is_given_pytest_as_it_is(words):
    asked = arguments_for_pytest(words)
    assert "--dist" not in asked
    assert asked[-1] == words[-1]


def test_all_tests_run_beside_each_other_file_by_file():
    several = os.cpu_count() != 1
    assert ("loadfile" in arguments_for_pytest([])) == several
    asked = arguments_for_pytest(["--long", "-x", "--durations=20"])
    assert ("loadfile" in asked) == several
    assert asked[:2] == ["-m", "long or not long"]
    assert asked[-2:] == ["-x", "--durations=20"]
