"""The manager's window: the status strip, the rail, the open room, and the sheets that lie over them."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from admin_app.rail import Rail
from admin_app.rooms import Room
from core.qt.notices import Notices
from core.qt.widgets.layers import Layers
from core.qt.widgets.status_strip import StatusStrip


class DeskWindow(QMainWindow):
    """Signals: closed."""

    closed = Signal()

    def __init__(self, notices: Notices, title: str) -> None:
        super().__init__()
        self.setObjectName("desk_window")
        self.setWindowTitle(title)
        self.strip = StatusStrip()
        self.rail = Rail()
        self._rooms: dict[Room, QWidget] = {}
        self._pages = QStackedWidget()
        content = QWidget()
        content.setProperty("role", "ground")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._pages, 1)
        column.addLayout(row, 1)
        self.layers = Layers(content, notices, self.strip)
        self.setCentralWidget(self.layers)
        self._sign_in: QWidget | None = None

    def add_sign_in(self, page: QWidget) -> None:
        """What shows while nobody is signed in."""
        self._sign_in = page
        self._pages.addWidget(page)

    def add_room(self, room: Room, page: QWidget) -> None:
        """One more room."""
        self._rooms[room] = page
        self._pages.addWidget(page)

    def show_sign_in(self) -> None:
        """Nobody is signed in."""
        self.layers.close_sheets()
        self.rail.hide()
        if self._sign_in is not None:
            self._pages.setCurrentWidget(self._sign_in)

    def show_room(self, room: Room) -> None:
        """Open a room."""
        self.layers.close_sheets()
        self.rail.show()
        self.rail.show_room(room)
        self._pages.setCurrentWidget(self._rooms[room])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """Keys when nothing has the focus."""
        if not self.layers.press(event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name.
        """The program ends with its window."""
        super().closeEvent(event)
        self.closed.emit()
