"""What the start, the life and the end of every desktop program have in common."""

import argparse
import gc
import signal
import socket
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication, QMainWindow

from core.qt import quick_start, theme
from core.qt.notices import Notices, told
from core.qt.opening import Opening, OpeningPage


class OpenStation(Protocol):
    """A station that was built; what it lets go of at the end."""

    @property
    def stop(self) -> Callable[[], None]:
        """Let what is under way finish."""
        ...


class Joined(Protocol):
    """A station and the screens over it."""

    def start(self) -> None:
        """Let everything run."""
        ...

    def stop(self) -> None:
        """Let what is under way finish, the station's too."""
        ...


Station = TypeVar("Station", bound=OpenStation)


class Program(Generic[Station]):
    """A program from its first window to its last: the window shows first, its station opens behind it."""

    def __init__(self, window: QMainWindow, page: OpeningPage, notices: Notices) -> None:
        self.window = window
        self.prepare: Callable[[], object] = lambda: None
        """What is to be done once before the station is opened; not on the screen's thread."""
        self._page = page
        self._notices = notices
        self._opening = Opening(self._open)
        self._opening.opened.connect(self._opened)
        self._opening.failed.connect(self._failed)
        self.joined: Joined | None = None
        """The station and its screens, once it is open."""
        self._running = False
        page.painted.connect(self._opening.begin)
        page.again.connect(self._again)
        page.leave.connect(window.close)

    @abstractmethod
    def show_window(self) -> None:
        """As large as this program is."""

    @abstractmethod
    def open_station(self) -> Station:
        """Load and build everything; runs on a thread of its own, where widgets must not be touched."""

    @abstractmethod
    def join(self, station: Station) -> Joined:
        """Put the screens over the station."""

    def told(self, error: Exception) -> str:
        """Why the station could not be opened, in a sentence."""
        return told(error)

    @property
    def exit_code(self) -> int:
        """What the system is told at the end: 2 where the station was never open."""
        return 0 if self.joined is not None else 2

    def start(self) -> None:
        """Show the window; the station opens as soon as it is seen."""
        self._running = True
        self.show_window()
        self._page.wait_to_be_seen()

    def stop(self) -> None:
        """Let what is under way finish; what is written down is found again at the next start."""
        if not self._running:
            return
        self._running = False
        unclaimed = self._opening.give_up()
        if unclaimed is not None:
            unclaimed.stop()
        if self.joined is not None:
            self.joined.stop()
        self.window.close()

    def tell_bug(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A program error that nobody caught: into the log with its trace, and one calm banner."""
        if isinstance(error, Exception):
            self._notices.fault(error)
        else:
            sys.__excepthook__(kind, error, trace)

    def _open(self) -> Station:
        # Nothing of what is loaded now becomes rubbish; to look for some took a tenth of a start.
        gc.disable()
        try:
            self.prepare()
            self.prepare = lambda: None
            return self.open_station()
        finally:
            gc.enable()

    def _opened(self, station: Station) -> None:
        try:
            self.joined = self.join(station)
        except Exception as error:  # noqa: BLE001  The window that waits has to say so.
            station.stop()
            self._failed(error)
            return
        self.joined.start()
        quick_start.settle()

    def _failed(self, error: Exception) -> None:
        sentence = self.told(error)
        sys.stderr.write(f"{sentence}\n")
        self._page.show_trouble(sentence)

    def _again(self) -> None:
        self._page.show_working()
        self._opening.begin()


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
    scale = theme.scale_for(width)
    theme.wear(application, theme.load(colours, scale), sheet)
    return application


def run(app: Program[Station]) -> int:
    """Run until the window is closed or the system asks the program to end; its exit code."""
    sys.excepthook = app.tell_bug
    with _heard((signal.SIGTERM, signal.SIGINT), lambda _signal, _frame: QApplication.quit()):
        app.start()
        try:
            return QApplication.exec() or app.exit_code
        finally:
            app.stop()


@contextmanager
def _heard(
    asked: Sequence[signal.Signals], answer: Callable[[int, FrameType | None], None]
) -> Iterator[None]:
    """Signals are answered at once, also by a program whose window stands still.

    Python answers between two of its own steps, and an event loop without events takes none: the system writes into a
    socket, and that is an event.
    """
    ours, systems = socket.socketpair()
    with ours, systems:
        ours.setblocking(False)
        systems.setblocking(False)
        wake = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
        wake.activated.connect(lambda: ours.recv(64))
        before = signal.set_wakeup_fd(systems.fileno())
        answered = {each: signal.signal(each, answer) for each in asked}
        try:
            yield
        finally:
            for each, known in answered.items():
                signal.signal(each, known)
            signal.set_wakeup_fd(before)
            wake.setEnabled(False)


def _size(text: str) -> tuple[int, int]:
    width, _x, height = text.partition("x")
    return int(width), int(height)
