"""python -m demo.forecourt [--control PORT]: the simulated forecourt as a window; or a script out of a day that there was.

Without --control it starts a controller of its own and says where the station finds it. `--script-of BOOKS --day D --out F`
opens no window: it writes the day's fills in a station's books down as a script that the window plays.
"""

import argparse
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from core.wording.catalogue import use
from demo.forecourt.script import of_books, write


def main() -> int:
    """Until the window is closed, or the script is written."""
    given = _arguments()
    use(given.language)
    if given.script_of:
        deeds = of_books(given.script_of, given.day)
        write(given.out, deeds)
        print(f"{len(deeds)} fills: {given.out}")
        return 0
    with ExitStack() as kept:
        return _show(given, kept)


def _show(given: argparse.Namespace, kept: ExitStack) -> int:
    from core.qt import program
    from core.simulated.pts_controller.controller import Controller, Options
    from core.simulated.pts_controller.site import usual_site
    from demo.forecourt.window import ForecourtWindow

    port = given.control
    if port is None:
        controller = Controller(usual_site(given.pumps), Options(port=given.port, state=given.state))
        controller.start()
        kept.callback(controller.stop)
        port = controller.control_port
        print(f"[pumps] kind = pts, address = http://127.0.0.1:{controller.port}", flush=True)
    application = program.dressed_application("youzhan-forecourt", given, (1280, 800), given.theme, "pos")
    window = ForecourtWindow(port)
    window.resize(*(given.size or (1280, 800)))
    window.start()
    window.show()
    if given.play is not None:
        window.play(given.play, 1)
    return application.exec()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.forecourt", description=__doc__)
    parser.add_argument("--control", type=int, help="the control port of a controller that runs already")
    parser.add_argument("--port", type=int, default=0, help="the jsonPTS port of a controller of its own")
    parser.add_argument("--pumps", type=int, default=8)
    parser.add_argument("--state", type=Path, help="where its own controller keeps what it counted")
    parser.add_argument("--play", type=Path, help="a script to play at once")
    parser.add_argument("--script-of", help="a station's database URL")
    parser.add_argument("--day", type=date.fromisoformat, default=date.today())  # noqa: DTZ011  the desk's own day
    parser.add_argument("--out", type=Path, default=Path("day.jsonl"))
    parser.add_argument("--language", choices=("zh_CN", "en"), default="zh_CN")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--size", type=_size)
    parser.set_defaults(windowed=True)
    return parser.parse_args()


def _size(text: str) -> tuple[int, int]:
    width, _x, height = text.partition("x")
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main())
