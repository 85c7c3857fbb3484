"""The window on the second screen: no frame, no focus, nothing to press; and where it lies as screens come and go."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.qt import theme
from core.wording.catalogue import _
from pos_app.customer_display.pages import BillPage, IdlePage, ThanksPage
from pos_app.customer_display.showing import Showing, Stage

_DRAWN_FOR = QSize(1366, 768)
_PREVIEW = QSize(1024, 600)


class CustomerWindow(QWidget):
    """Paints what it is told, as large as it is. It never takes the focus from the till."""

    def __init__(self, station: str) -> None:
        super().__init__(
            None,
            Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self.setObjectName("customer_window")
        self.setWindowTitle(_("Customer display"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.idle_page = IdlePage(station)
        self.bill_page = BillPage(station)
        self.thanks_page = ThanksPage()
        self._pages = QStackedWidget()
        for page in (self.idle_page, self.bill_page, self.thanks_page):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.resize(_PREVIEW)
        self.show_state(Showing())

    def show_state(self, state: Showing) -> None:
        """Paint it."""
        match state.stage:
            case Stage.IDLE:
                page: IdlePage | BillPage | ThanksPage = self.idle_page
            case Stage.THANKS:
                page = self.thanks_page
            case _:
                page = self.bill_page
        page.show_state(state)
        page.set_scale(self._scale)
        self._pages.setCurrentWidget(page)

    def show_time(self, clock: str, day: str) -> None:
        """Paint what time it is."""
        self.idle_page.clock.say(clock)
        self.idle_page.day.say(day)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name.
        """Everything grows and shrinks with the screen."""
        super().resizeEvent(event)
        for page in (self.idle_page, self.bill_page, self.thanks_page):
            page.set_scale(self._scale)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().colour("ground"))
        painter.end()

    @property
    def _scale(self) -> float:
        return min(self.width() / _DRAWN_FOR.width(), self.height() / _DRAWN_FOR.height())


class Placement(QObject):
    """Keeps the window on a screen that is not the till's own; where there is none, it is not shown."""

    def __init__(self, window: CustomerWindow, till: QWidget, *, wanted: bool) -> None:
        """`wanted` is whether the station has a screen for its customers."""
        super().__init__(window)
        self._window = window
        self._till = till
        self._wanted = wanted
        self._previewed = False
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self.place)
        application.screenRemoved.connect(self.place)
        application.primaryScreenChanged.connect(self.place)

    def place(self, _screen: object = None) -> None:
        """Where it belongs as the screens are now."""
        screen = other_than(self._till.screen(), QGuiApplication.screens()) if self._wanted else None
        if screen is not None:
            self._previewed = False
            self._window.setScreen(screen)
            self._window.setGeometry(screen.geometry())
            # Not showFullScreen: that asks for the focus.
            self._window.setWindowState(Qt.WindowState.WindowFullScreen)
            self._window.setVisible(True)
        elif not self._previewed:
            self._window.hide()

    def preview(self) -> None:
        """Show it in a corner of the till's own screen, or put it away again."""
        if self._window.isVisible():
            self._previewed = False
            self._window.hide()
            return
        self._previewed = True
        room = self._till.screen().availableGeometry()
        self._window.setWindowState(Qt.WindowState.WindowNoState)
        size = _PREVIEW.boundedTo(room.size())
        corner = room.bottomRight() - QRect(0, 0, size.width(), size.height()).bottomRight()
        self._window.setGeometry(QRect(corner, size))
        self._window.show()

    def put_away(self) -> None:
        """The till is closed."""
        self._wanted = self._previewed = False
        self._window.close()


def other_than(own: QScreen | None, screens: Sequence[QScreen]) -> QScreen | None:
    """The first screen that is not this one and does not show the same picture."""
    for screen in screens:
        mirrors = own is not None and screen.geometry() == own.geometry()
        if screen is not own and not mirrors:
            return screen
    return None
