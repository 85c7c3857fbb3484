"""The commands of dev.py: what each is for, what it needs, what it runs."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dev.checks import check
from dev.needs.need import Need
from dev.places import PROJECT
from dev.programs import OFFSCREEN, become
from dev.set_up import set_up
from dev.suite import arguments_for_pytest
from dev.telling import CannotGoOn, sentence, tell
from dev.what_it_takes import (
    everything,
    to_measure_it,
    to_mend_words,
    to_open_a_window,
    to_serve_drivers,
    to_show_it,
    to_work_on_it,
)

_INTERRUPTED = 130
_WRONG_USE = 2


@dataclass(frozen=True, slots=True)
class Command:
    """One word after dev.py."""

    purpose: tuple[str, str]
    needs: Callable[[list[str]], Sequence[Need]]
    run: Callable[[list[str]], int]


def main(words: list[str]) -> int:
    """Do what the words say; the answer is the exit code."""
    if not words or words[0] in ("-h", "--help", "help"):
        _tell_usage()
        return 0 if words else _WRONG_USE
    command = _COMMANDS.get(words[0])
    if command is None:
        tell(f"There is no command {words[0]}.", f"没有 {words[0]} 这个命令。")
        _tell_usage()
        return _WRONG_USE
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        set_up(command.needs(words[1:]))
        return command.run(words[1:])
    except CannotGoOn as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        tell(
            "Interrupted. What was finished is kept; run the same command again to go on.",
            "已中断。已完成的部分会保留,重新运行同一条命令即可继续。",
        )
        return _INTERRUPTED


def _tell_usage() -> None:
    tell("Usage: python3 dev.py COMMAND ...", "用法:python3 dev.py 命令 ...")
    for name, command in _COMMANDS.items():
        print(f"  {name:12}{sentence(*command.purpose)}", file=sys.stderr)


def _program(name: str, *first: str, more: dict[str, str] | None = None) -> Callable[[list[str]], int]:
    return lambda words: become("-m", name, *first, *words, more=more)


def _test(words: list[str]) -> int:
    os.chdir(PROJECT)
    return become("-m", "pytest", *arguments_for_pytest(words), more=OFFSCREEN)


def _ready(_words: list[str]) -> int:
    tell("Everything is there.", "一切就绪。")
    return 0


_COMMANDS = {
    "demo": Command(("show a whole station at work", "演示整座油站"), to_show_it, _program("demo")),
    "test": Command(
        ("run the tests; --long adds the slow ones", "运行测试;--long 含耗时测试"), to_work_on_it, _test
    ),
    "pos": Command(
        ("the till and the forecourt screen", "收银台与加油员屏"), to_open_a_window, _program("pos_app")
    ),
    "admin": Command(("the manager's desk", "站长管理端"), to_open_a_window, _program("admin_app")),
    "cloud": Command(("the drivers' cloud", "车主云服务"), to_serve_drivers, _program("cloud_api", "serve")),
    "check": Command(
        ("format, lint, types, contracts, tests", "格式、规范、类型、依赖约定、测试"), to_work_on_it, check
    ),
    "bench": Command(
        ("the figures of speed", "性能数据"), to_measure_it, _program("benchmarks", more=OFFSCREEN)
    ),
    "words": Command(
        ("bring the catalogue up to date", "更新语言文件"), to_mend_words, _program("dev.words")
    ),
    "statements": Command(
        ("have the book of SQL statements written anew", "重新生成 SQL 语句册"),
        to_work_on_it,
        _program("core.persistence.bookbinding"),
    ),
    "setup": Command(("set everything up, run nothing", "只做准备,不运行"), everything, _ready),
}
