"""A desktop program whose hands are on a socket: the story clicks and types in the real window.

`python -m demo.puppet pos|admin --ready-file F <the program's own arguments>`. The program itself knows nothing of
this. One JSON object a line comes in, one goes out; every deed is done on the GUI thread with real Qt input events.
"""

import argparse
import json
import os
import socketserver
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget

from demo.fingers import Fingers, OutOfReach


class PuppetError(Exception):
    """The window does not show what the story expects."""


class Hands(QObject):
    """Does deeds on the GUI thread for whoever asks from another."""

    _asked = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._asked.connect(self._do)
        self._deeds: dict[str, Callable[[dict[str, Any]], Any]] = {
            "click": self._click,
            "type": self._type,
            "key": self._key,
            "state": self._state,
            "names": self._names,
            "grab": self._grab,
            "resize": self._resize,
            **Fingers(window, self._find, _text_of).deeds,
        }

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """Have it done; from any thread but the GUI's."""
        answer: Queue[dict[str, Any]] = Queue()
        self._asked.emit((order, answer))
        return answer.get(timeout=30)

    def _do(self, asked: tuple[dict[str, Any], "Queue[dict[str, Any]]"]) -> None:
        order, answer = asked
        if QApplication.activeWindow() is None:
            # A person has it in front; without, no field is told that it got the focus.
            self._window.activateWindow()
        try:
            answer.put({"ok": True, "value": self._deeds[order["do"]](order)})
        except (PuppetError, OutOfReach) as error:
            answer.put({"ok": False, "why": str(error)})
        except Exception as error:  # the story must hear of it rather than wait
            answer.put({"ok": False, "why": repr(error)})

    def _find(self, name: str) -> QWidget:
        for widget in self._windows_widgets():
            if widget.objectName() == name and widget.isVisible():
                return widget
        raise PuppetError(f"no visible widget is called {name}")

    def _windows_widgets(self) -> list[QWidget]:
        found: list[QWidget] = []
        for top in QApplication.topLevelWidgets():
            found += [top, *top.findChildren(QWidget)]
        return found

    def _click(self, order: dict[str, Any]) -> None:
        widget = self._find(order["name"])
        if not widget.isEnabled():
            raise PuppetError(f"{order['name']} is disabled")
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(widget.rect().center())
        )

    def _type(self, order: dict[str, Any]) -> None:
        """As a keyboard does it: keys come to the window, which gives them to what has the focus."""
        widget = self._find(order["name"])
        widget.setFocus()
        if isinstance(widget, QLineEdit):
            widget.clear()
        window = widget.window().windowHandle()
        for letter in order["text"]:
            QTest.keyClick(window, letter)
        if order.get("enter"):
            QTest.keyClick(window, Qt.Key.Key_Return)

    def _key(self, order: dict[str, Any]) -> None:
        QTest.keyClick(self._window.windowHandle(), getattr(Qt.Key, "Key_" + order["key"]))

    def _state(self, order: dict[str, Any]) -> dict[str, Any]:
        for widget in self._windows_widgets():
            # The counter's and the forecourt's screens may each have one of this name; only one of them shows.
            if widget.objectName() == order["name"] and widget.isVisible():
                return {"visible": True, "enabled": widget.isEnabled(), "text": _text_of(widget)}
        return {"visible": False, "enabled": False, "text": ""}

    def _names(self, order: dict[str, Any]) -> list[str]:
        prefix = order.get("prefix", "")
        return sorted(
            widget.objectName()
            for widget in self._windows_widgets()
            if widget.objectName().startswith(prefix) and widget.objectName() and widget.isVisible()
        )

    def _grab(self, order: dict[str, Any]) -> str:
        if not self._window.grab().save(order["path"], "PNG"):
            raise PuppetError(f"the picture could not be written to {order['path']}")
        return str(order["path"])

    def _resize(self, order: dict[str, Any]) -> None:
        self._window.showNormal()
        self._window.resize(order["width"], order["height"])


def _text_of(widget: QWidget) -> str:
    if isinstance(widget, QAbstractItemView):
        model = widget.model()
        rows = range(model.rowCount())
        columns = range(model.columnCount())
        return "\n".join(
            "\t".join(str(model.index(row, column).data() or "") for column in columns) for row in rows
        )
    text = getattr(widget, "text", None)
    own = str(text()) if callable(text) else ""
    if own:
        return own
    return "\n".join(
        label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()
    )


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            answer = self.server.hands.ask(json.loads(line))  # type: ignore[attr-defined]
            self.wfile.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    hands: Hands


def main() -> int:
    """Build the program, put its hands on a socket, run it."""
    parser = argparse.ArgumentParser(prog="python -m demo.puppet")
    parser.add_argument("program", choices=("pos", "admin"))
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--window-size", default="")
    own, rest = parser.parse_known_args()  # what is not ours is the program's
    if own.program == "pos":
        from pos_app.app import build
    else:
        from admin_app.app import build  # type: ignore[assignment]  # the same shape of App, another window
    app = build(rest)
    app.start()
    if own.window_size:
        width, height = (int(part) for part in own.window_size.split("x"))
        app.window.showNormal()
        app.window.resize(width, height)
    server = _Server(("127.0.0.1", 0), _Conversation)
    server.hands = Hands(app.window)
    threading.Thread(target=server.serve_forever, name="puppet", daemon=True).start()
    partly = own.ready_file.with_suffix(".part")
    partly.write_text(json.dumps({"port": server.server_address[1], "pid": os.getpid()}), encoding="utf-8")
    partly.replace(own.ready_file)
    code = QApplication.exec()
    server.shutdown()
    app.stop()
    return code


if __name__ == "__main__":
    sys.exit(main())
