"""Every file lies where the house has a place for it, and is called as the house calls things."""

import ast
import re

from dev.places import PROJECT
from tests.architecture.the_source import modules, python_files, tracked_files

TOP_LEVEL = {
    # What the customer asked to see there.
    "pos_app", "admin_app", "core", "resources", "installers", "tests", "pyproject.toml", "README.md",
    # What stands beside it.
    "cloud_api", "driver_app", "demo", "benchmarks", "docs", "dev", "dev.py", "locks", "CHANGELOG.md", "README.zh-CN.md",
    ".ci", ".gitignore", "LICENSE",
}  # fmt: skip
ROOMS_OF_CORE = {
    "__init__.py", "resources.py", "domain", "protocol", "ports", "wording", "services", "persistence", "devices",
    "cloud_link", "reports", "simulated", "station", "qt",
}  # fmt: skip
EMPTY_WORDS = re.compile(r"(Manager|Helper|Util|Utils|Handler|Data|Info|Base)$")
# Two hundred lines are the aim and three hundred ask for a second room; here nobody can look away any more.
TOO_LONG = 500


def test_nothing_lies_about_at_the_top():
    assert {path.parts[0] for path in tracked_files()} <= TOP_LEVEL


def test_core_has_the_rooms_of_the_house_and_no_other():
    assert {path.parts[1] for path in tracked_files() if path.parts[0] == "core"} <= ROOMS_OF_CORE


def test_a_class_is_called_by_what_it_is():
    empty = [
        f"{path}: {node.name}"
        for path, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef) and EMPTY_WORDS.search(node.name)
    ]
    assert empty == []


def test_a_module_can_be_read_at_one_sitting():
    lengths = {
        path: len((PROJECT / path).read_text(encoding="utf-8").splitlines())
        for path in python_files()
        if "migrations" not in path.parts
    }
    too_long = [
        f"{path} has {lines} lines; it asks for a second room"
        for path, lines in lengths.items()
        if lines > TOO_LONG
    ]
    assert too_long == []


def test_nobody_spins_the_loop_of_qt():
    spinning = [
        path for path in python_files() if "processEvents" in (PROJECT / path).read_text(encoding="utf-8")
    ]
    assert spinning == []


def test_no_file_names_the_host_of_a_package_registry():
    hosts = re.compile(
        rb"(pypi|npmjs|npmmirror|pythonhosted|debian|aliyun|tsinghua)\.(org|com|edu|net)\b(?!\.)"
    )
    named = [str(path) for path in tracked_files() if _is_text_of_ours(path.suffix) and _names(hosts, path)]
    assert named == []


def _is_text_of_ours(suffix):
    return suffix in {".py", ".toml", ".lock", ".json", ".md", ".npmrc", ".txt", ".yml", ".yaml", ".sh", ""}


def _names(hosts, path):
    return hosts.search((PROJECT / path).read_bytes()) is not None
