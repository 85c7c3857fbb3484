"""The till's first window at once, its station behind it, then both joined.

Only what the first window needs is imported here; what takes long to load waits in `open_station`
(tests/architecture/test_first_window.py keeps it so). The windows of a till find everything by objectName;
pos_app/README.md lists the names.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.qt import program
from core.qt.notices import Notices
from core.qt.opening import OpeningPage
from core.station.first_look import first_look
from core.wording.catalogue import _, use
from pos_app.places import COUNTER, FORECOURT
from pos_app.window import TillWindow

if TYPE_CHECKING:
    from core.station.station import Station
    from pos_app.joined import JoinedTill

_COUNTER_SIZE = (1366, 768)
_FORECOURT_SIZE = (1280, 800)


class App(program.Program["Station"]):
    """A till: its window, and once the station is open, everything in it."""

    window: TillWindow
    joined: "JoinedTill | None"

    def __init__(self, options: argparse.Namespace, station: str) -> None:
        """`station` is its name, as far as it is known."""
        self._config: Path = options.config
        self._place: str = options.place
        self._training: bool = options.training
        self._windowed: bool = options.windowed or options.size is not None
        notices = Notices()
        window = TillWindow(notices, station, training=self._training)
        window.resize(*(options.size or (_FORECOURT_SIZE if self._place == FORECOURT else _COUNTER_SIZE)))
        page = OpeningPage(station)
        window.add_page(page)
        window.show_page(page, working=False)
        super().__init__(window, page, notices)

    def show_window(self) -> None:
        """A till has the whole screen, unless it is asked for a window."""
        if self._windowed:
            self.window.show()
        else:
            self.window.showFullScreen()

    def open_station(self) -> "Station":
        """Load everything and open the station. Raises SettingsUnfit."""
        import pos_app.joined  # noqa: F401  The screens are loaded here as well, so that `join` need not wait.
        from core.station.build import open_station
        from core.station.laid_out import found, laid_out
        from core.station.settings import read_settings

        settings = read_settings(self._config)
        use(settings.screen.language)
        if self._training:
            from core.station.training import open_training

            return open_training(settings)
        return laid_out(open_station(found(settings), "pos_app", may_own_pumps=True))

    def join(self, station: "Station") -> "JoinedTill":
        """The till's screens over the station."""
        from pos_app.joined import JoinedTill

        return JoinedTill(station, self.window, self._notices, self._place, training=self._training)

    def write_log(self) -> None:
        """From now on what happens is written down beside the settings."""
        from core.station.log_setup import log_to

        folder = self._config.resolve().parent
        log_to((folder / "training" if self._training else folder) / "logs", "pos_app")

    def told(self, error: Exception) -> str:
        """Unfit settings say themselves what to do, in every language."""
        from core.station.settings import SettingsUnfit

        return str(error) if isinstance(error, SettingsUnfit) else super().told(error)


def build(arguments: Sequence[str]) -> App:
    """The first window built, nothing running yet."""
    options = _options(arguments)
    look = first_look(options.config)
    use(look.language)
    program.dressed_application("youzhan", options, _COUNTER_SIZE, look.theme, "pos")
    return App(options, look.station or _("Fuel station"))


def main() -> int:
    """Run the till until its window is closed."""
    app = build(sys.argv[1:])
    app.prepare = app.write_log
    return program.run(app)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pos_app", description="The till of a fuel station.")
    program.add_options(parser)
    parser.add_argument(
        "--place", choices=(COUNTER, FORECOURT), default="", help="without it, the role decides"
    )
    parser.add_argument("--training", action="store_true", help="a till to learn at, with books of its own")
    return parser.parse_args(arguments)
