"""What the start and the end of every desktop program have in common."""

import argparse
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Protocol

from PySide6.QtWidgets import QApplication

from core.qt import theme


class Running(Protocol):
    """A built program."""

    def start(self) -> None:
        """Show the window and let everything run."""
        ...

    def stop(self) -> None:
        """Let what is under way finish."""
        ...

    def tell_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A program error that nobody caught."""
        ...


def add_options(parser: argparse.ArgumentParser) -> None:
    """--config, --windowed and --size."""
    parser.add_argument("--config", type=Path, default=Path("station.toml"), help="the station's settings")
    parser.add_argument("--windowed", action="store_true", help="in a window instead of the whole screen")
    parser.add_argument("--size", type=_size, default=None, help="the window's size, like 1366x768")


def dressed_application(
    name: str, options: argparse.Namespace, usual_size: tuple[int, int], colours: str, sheet: str
) -> QApplication:
    """The process's one application, in its theme, as roomy as the window that it will show allows."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication([name])
    application.setApplicationName(name)
    screen = application.primaryScreen().size()
    width, _height = options.size or (usual_size if options.windowed else (screen.width(), screen.height()))
    scale = theme.ROOMY if width >= theme.ROOMY_FROM else 1.0
    theme.wear(application, theme.load(colours, scale), sheet)
    return application


def run(app: Running) -> int:
    """Run until the window is closed or the system asks the program to end; its exit code."""
    sys.excepthook = app.tell_bug
    for asked in (signal.SIGTERM, signal.SIGINT):
        # Python takes notice between two events; the clock in the strip is one every second.
        signal.signal(asked, lambda _signal, _frame: QApplication.quit())
    app.start()
    try:
        return QApplication.exec()
    finally:
        app.stop()


def _size(text: str) -> tuple[int, int]:
    width, _x, height = text.partition("x")
    return int(width), int(height)
