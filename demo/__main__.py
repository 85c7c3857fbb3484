"""python -m demo [--headless --out DIR]: plays the story without a screen, or sets a station up for people to try."""

import argparse
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.wording.catalogue import use
from demo.history import History
from demo.processes import Processes, ProcessFailed, Program
from demo.story import ATTENDANT, CASHIER, MANAGER, STORY_PACE, Story
from demo.world import CARD_FEN, DRIVER_PHONE, MEMBERS, World, build_world

ROOT = Path(__file__).resolve().parent.parent
_INTERRUPTED = 130
_SECONDS_BETWEEN_LOOKS = 1.0
_LOCK = "running.lock"


def main() -> int:
    """0 when every step was as it should be."""
    arguments = _arguments()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a real terminal or pipe
    headless = arguments.headless or arguments.out is not None or not _has_screen()
    out = (arguments.out or ROOT / "demo-out").resolve()
    use(arguments.language)
    _be_asked_to_end()
    try:
        with _folder(out):
            return _play(arguments, out) if headless else _show(arguments, out)
    except ProcessFailed as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已中断 / Interrupted.", file=sys.stderr)
        return _INTERRUPTED


def _be_asked_to_end() -> None:
    """Whoever ends the demo, by whatever signal, the programs that it started end with it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # no SIGHUP on Windows
            signal.signal(getattr(signal, name), signal.default_int_handler)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 dev.py demo")
    parser.add_argument(
        "--headless", action="store_true", help="play the story; the default where there is no screen"
    )
    parser.add_argument("--out", type=Path, help="where the story leaves its proof (default: demo-out)")
    parser.add_argument("--language", choices=("zh_CN", "en"), default="zh_CN")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    return parser.parse_args()


def _play(arguments: argparse.Namespace, out: Path) -> int:
    for folder in ("screens", "receipts", "reports", "ledgers"):
        (out / folder).mkdir(parents=True)
    processes = Processes(out, {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"})
    story: Story | None = None
    try:
        began = time.monotonic()
        world = build_world(
            out, processes, language=arguments.language, theme=arguments.theme, pace=STORY_PACE
        )
        story = Story(world, out, _chromium(), arguments.language, print)
        print(f"world built in {time.monotonic() - began:.1f} s")
        good = story.step("set_up_station", story.set_up_windows) and story.play()
        _keep_ledgers(world, out)
    finally:
        processes.end()
    _gather(out)
    print(f"{'Everything is as it should be.' if good else 'NOT as it should be.'} Look in {out}")
    return 0 if good else 1


def _show(arguments: argparse.Namespace, out: Path) -> int:
    processes = Processes(out, {"PYTHONPATH": str(ROOT)})
    try:
        world = build_world(out, processes, language=arguments.language, theme=arguments.theme, pace=1.0)
        History(out / "station.db").write()
        config = ("--config", str(world.config))
        counter = processes.start("till", "pos_app", *config, "--place", "counter", "--windowed", ready=False)
        processes.start("forecourt", "pos_app", *config, "--place", "forecourt", "--windowed", ready=False)
        processes.start("admin", "admin_app", *config, "--windowed", ready=False)
        processes.start(
            "pumps", "demo.forecourt", "--control", str(world.pump_controller.facts["control_port"]),
            "--language", arguments.language, "--theme", arguments.theme, ready=False,
        )  # fmt: skip
        _say_where(world)
        _wait_for(counter, processes)
    except KeyboardInterrupt:
        print()
    finally:
        processes.end()
    return 0


def _wait_for(counter: Program, processes: Processes) -> None:
    """Until the counter is closed; a program that fails meanwhile is named with its log."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            counter.process.wait(_SECONDS_BETWEEN_LOOKS)
        for failed in processes.newly_failed():
            code = failed.process.returncode
            print(f"{failed.name} 意外退出 / ended unexpectedly ({code}): {failed.log}", file=sys.stderr)
        if counter.process.poll() is not None:
            return


def _say_where(world: World) -> None:
    print(f"""
油站演示已启动 / The demo station runs.

  收银台 counter      {CASHIER[0]}  PIN {CASHIER[1]}
  加油现场 forecourt   {ATTENDANT[0]}  PIN {ATTENDANT[1]}
  站长 manager        {MANAGER[0]}  PIN {MANAGER[1]}
  车主 driver         {world.site}   phone {DRIVER_PHONE}
                      its SMS codes: http://127.0.0.1:{world.sms.facts["port"]}/control/messages
  会员 members         {", ".join(f"{member.phone} {member.name}" for member in MEMBERS)}: balance, points, a coupon
                      a member's code: the driver's page, 我的 > 会员码
  充值卡 card          {world.recharge_card}  ({CARD_FEN // 100} yuan)
  扫顾客屏付款 scan    a QR code of the customer display, as the payer's phone would (put the code's text at the end):
                      WeChat http://127.0.0.1:{world.wechat.facts["port"]}/scan?code=
                      Alipay http://127.0.0.1:{world.alipay.facts["port"]}/scan?code=
  云闪付 UnionPay      62 and 17 digits, the last two not 01 to 05
  优惠券 coupon        {world.counter_coupon}
  商品条码 barcode     6901234500018
  油机 pumps           模拟加油现场窗口: a nozzle's button is a driver who lifts it and fills

收银台关闭即结束；或按 Ctrl+C。 Close the counter or press Ctrl+C to end.
""")


def _has_screen() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise ProcessFailed("no Chromium was found; `python3 dev.py demo` installs it where it may")


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """The folder, empty and ours alone; only one that an earlier demo left is emptied, and not while that one runs."""
    if out.is_file() or (out.exists() and any(out.iterdir()) and not (out / "logs").exists()):
        raise ProcessFailed(
            f"{out} 不是空文件夹,也不是以前演示留下的,请换一个。\n"
            f"{out} is not an empty folder and not an earlier demo's; choose another one."
        )
    if (out / _LOCK).exists():
        _held(out).close()
    shutil.rmtree(out, ignore_errors=True)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProcessFailed(
            f"无法建立文件夹 {out}（{error.strerror}），请换一个。\n"
            f"{out} cannot be made ({error.strerror}); choose another one."
        ) from error
    lock = _held(out)
    try:
        yield
    finally:
        lock.close()
        (out / _LOCK).unlink(missing_ok=True)


def _held(out: Path) -> sqlite3.Connection:
    """SQLite's lock on a file of its own: the system lets go of it however a demo ends, on every system."""
    lock = sqlite3.connect(out / _LOCK, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise ProcessFailed(
            f"{out} 里已有一个演示正在运行。先结束它,或用 --out 换一个文件夹。\n"
            f"A demo is running in {out} already. End it first, or choose another folder with --out."
        ) from error
    return lock


def _keep_ledgers(world: World, out: Path) -> None:
    """What pumps and payment gateways know, which ends with their programs: to be held against the books."""
    ledgers = {
        "pumps": world.controller("/control/ledger"),
        "wechat": world.ledger(world.wechat),
        "alipay": world.ledger(world.alipay),
        "unionpay": world.ledger(world.unionpay),
    }
    for name, ledger in ledgers.items():
        text = json.dumps(ledger, ensure_ascii=False, indent=1)
        (out / "ledgers" / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _gather(out: Path) -> None:
    """Receipts' bytes and pictures side by side, and each database whole in its one file."""
    for name in ("station.db", "cloud.db"):
        if (out / name).exists():
            connection = sqlite3.connect(out / name)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.close()
    for file in sorted((out / "printer").glob("job-*")):
        shutil.copy(file, out / "receipts" / file.name)


if __name__ == "__main__":
    sys.exit(main())
