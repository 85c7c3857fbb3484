"""The till's window: the status strip, which page shows, and the sheets that lie over it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Notices
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.layers import Layers
from core.qt.widgets.status_strip import StatusStrip
from core.wording.catalogue import _
from pos_app.question import Question


class TillWindow(QMainWindow):
    """Signals: stop_all, agreed to; lock."""

    stop_all = Signal()
    lock = Signal()

    def __init__(self, notices: Notices, title: str) -> None:
        super().__init__()
        self.setObjectName("till_window")
        self.setWindowTitle(title)
        self.strip = StatusStrip()
        self._pages = QStackedWidget()
        content = QWidget()
        content.setProperty("role", "ground")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self._pages, 1)
        self.layers = Layers(content, notices, self.strip)
        self.setCentralWidget(self.layers)
        self._emergency = BusyButton(_("Stop all pumps"), "stop_all", key="F12", role="quiet-red")
        self._lock = BusyButton(_("Lock"), "lock", key="F11", role="quiet")
        for button, signal in ((self._emergency, self._ask_to_stop), (self._lock, self.lock.emit)):
            button.setFixedHeight(theme.current().px(44))
            button.clicked.connect(signal)
            self.strip.add_button(button)
        self._really_stop = Question(
            "stop_all_question",
            _("Stop every pump now?"),
            _("Every running fill ends at once; what was delivered stays to be paid."),
            _("Stop all pumps"),
        )

    def add_page(self, page: QWidget) -> None:
        """One more page to show."""
        self._pages.addWidget(page)

    def show_page(self, page: QWidget, working: bool) -> None:
        """Show it alone; `working` is whether somebody is signed in."""
        self.layers.close_sheets()
        self._pages.setCurrentWidget(page)
        self._emergency.setVisible(working)
        self._lock.setVisible(working)

    @property
    def page(self) -> QWidget | None:
        """The page that shows."""
        return self._pages.currentWidget()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """Keys when nothing has the focus."""
        if not self.layers.press(event):
            super().keyPressEvent(event)

    def _ask_to_stop(self) -> None:
        self._really_stop.ask(self.layers, self.stop_all.emit)
