"""python -m benchmarks.first_paint bare|till ...: show a first window, say when it was painted, end."""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QWidget


class _Watch(QObject):
    """Ends the program after a window's first paint."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self._window and event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            print(f"painted {time.time_ns()} {_memory_kb()}", flush=True)
            QApplication.exit(0)
        return False


def _memory_kb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def main() -> int:
    """Show the bare window or the till's."""
    if sys.argv[1] == "bare":
        application = QApplication([])
        window: QWidget = QLabel("油站")
        window.resize(1366, 768)
        watch = _Watch(window)
        window.show()
        code = application.exec()
    else:
        from pos_app.app import build

        app = build(sys.argv[2:])
        watch = _Watch(app.window)
        app.start()
        code = QApplication.exec()
        app.stop()
    del watch
    return code


if __name__ == "__main__":
    sys.exit(main())
