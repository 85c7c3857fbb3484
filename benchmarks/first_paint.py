"""python -m benchmarks.first_paint bare|till ...: show a first window, say when it was painted and ready, end.

A till is ready when it has painted the people who may sign in: from then on a cashier works.
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QWidget

_READY = "sign_in_person_"


class _Watch(QObject):
    """Says when the window was first painted, and when it was ready; then ends the program."""

    def __init__(self, window: QWidget, ready: str) -> None:
        super().__init__()
        self._window = window
        self._ready = ready
        self._painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            if not self._painted and watched is self._window:
                self._painted = True
                _say("painted")
            if self._painted and watched.objectName().startswith(self._ready):
                _say("ready")
                QApplication.exit(0)
        return False


def _say(what: str) -> None:
    print(f"{what} {time.time_ns()} {resident_kb()}", flush=True)


def resident_kb() -> int:
    """How much of this process is in memory now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def main() -> int:
    """Show the bare window or the till's."""
    if sys.argv[1] == "bare":
        application = QApplication([])
        window: QWidget = QLabel("油站")
        window.setObjectName("bare")
        window.resize(1366, 768)
        watch = _Watch(window, "bare")
        application.installEventFilter(watch)
        window.show()
        return application.exec()
    from core.qt import quick_start

    quick_start.begin()  # as pos_app.__main__ does
    from pos_app.app import build

    app = build(sys.argv[2:])
    watch = _Watch(app.window, _READY)
    QApplication.instance().installEventFilter(watch)  # type: ignore[union-attr]
    app.start()
    code = QApplication.exec()
    app.stop()
    return code


if __name__ == "__main__":
    sys.exit(main())
