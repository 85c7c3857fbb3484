"""The desk's first window at once, its station behind it without devices, then both joined.

Only what the first window needs is imported here; what takes long to load waits in `open_station`. The window's
widgets are found by objectName; admin_app/README.md lists the names.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from admin_app.window import DeskWindow
from core.qt import program
from core.qt.notices import Notices
from core.qt.opening import OpeningPage
from core.station.first_look import first_look
from core.wording.catalogue import _, use

if TYPE_CHECKING:
    from admin_app.joined import JoinedDesk
    from core.station.station import Station

_SIZE = (1366, 768)


class App(program.Program["Station"]):
    """A desk: its window, and once the station is open, every room."""

    window: DeskWindow
    joined: "JoinedDesk | None"

    def __init__(self, options: argparse.Namespace, station: str) -> None:
        """`station` is its name, as far as it is known."""
        self._config: Path = options.config
        self._windowed: bool = options.windowed or options.size is not None
        notices = Notices()
        window = DeskWindow(notices, station)
        window.resize(*(options.size or _SIZE))
        page = OpeningPage(station)
        window.add_sign_in(page)
        window.show_sign_in()
        super().__init__(window, page, notices)

    def show_window(self) -> None:
        """As large as the screen leaves room for, unless it is asked for a window."""
        if self._windowed:
            self.window.show()
        else:
            self.window.showMaximized()

    def open_station(self) -> "Station":
        """Load everything and open the station. Raises SettingsUnfit."""
        import admin_app.joined  # noqa: F401  The rooms are loaded here as well, so that `join` need not wait.
        from core.station.build import open_station
        from core.station.laid_out import found, laid_out
        from core.station.settings import read_settings

        settings = read_settings(self._config)
        use(settings.screen.language)
        return laid_out(open_station(found(settings), "admin_app", may_own_pumps=False))

    def join(self, station: "Station") -> "JoinedDesk":
        """The desk's rooms over the station."""
        from admin_app.joined import JoinedDesk

        return JoinedDesk(station, self.window, self._notices)

    def write_log(self) -> None:
        """From now on what happens is written down beside the settings."""
        from core.station.log_setup import log_to

        log_to(self._config.resolve().parent / "logs", "admin_app")

    def told(self, error: Exception) -> str:
        """Unfit settings say themselves what to do, in every language."""
        from core.station.settings import SettingsUnfit

        return str(error) if isinstance(error, SettingsUnfit) else super().told(error)


def build(arguments: Sequence[str]) -> App:
    """The first window built, nothing running yet."""
    options = _options(arguments)
    look = first_look(options.config)
    use(look.language)
    program.dressed_application("youzhan-desk", options, _SIZE, look.theme, "admin")
    return App(options, look.station or _("Fuel station"))


def main() -> int:
    """Run the desk until its window is closed."""
    app = build(sys.argv[1:])
    app.prepare = app.write_log
    return program.run(app)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m admin_app", description="The manager's desk.")
    program.add_options(parser)
    return parser.parse_args(arguments)
