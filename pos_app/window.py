"""The till's window: the status strip, which page shows, and the sheets that lie over it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Notices
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.layers import Layers
from core.qt.widgets.status_strip import StatusStrip
from core.wording.catalogue import _
from pos_app.question import Question
from pos_app.training.frame import TrainingFrame

# Beside the key on the button: what people know from their own computers.
_LOCK_TOO = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_L)


class TillWindow(QMainWindow):
    """Signals: stop_all and release_all, agreed to; lock."""

    stop_all = Signal()
    release_all = Signal()
    lock = Signal()

    def __init__(self, notices: Notices, title: str, *, training: bool = False) -> None:
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
        self._column = column
        self._floating: QWidget | None = None
        self.layers = Layers(content, notices, self.strip)
        self._notices = notices
        self._cover: Layers | None = None
        self._whole = QStackedWidget()
        self._whole.addWidget(self.layers)
        self.setCentralWidget(TrainingFrame(self._whole) if training else self._whole)
        self._emergency = BusyButton(_("Stop all pumps"), "stop_all", key="F12", role="quiet-red")
        self._lock = BusyButton(_("Lock"), "lock", key="F11", role="quiet")
        for button, signal in ((self._emergency, self._emergency_pressed), (self._lock, self.lock.emit)):
            button.setFixedHeight(theme.current().size("target"))
            button.clicked.connect(signal)
            self.strip.add_button(button)
        self.layers.never_cover(self._emergency)
        self._really_stop: Question | None = None  # built when it is first asked
        self._really_release: Question | None = None
        self._stopped = False
        self._by_hand: tuple[int, ...] = ()

    def add_band(self, band: QWidget, *, has_room: bool) -> None:
        """What concerns everybody, below the strip: between it and the page, or over the page's edge where each line of it
        is spoken for."""
        if has_room:
            self._column.insertWidget(1, band)
            return
        band.setParent(self.layers)
        self._floating = band
        self.layers.installEventFilter(self)
        self._place_band()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """The band is as broad as what it lies over."""
        if event.type() == QEvent.Type.Resize:
            self._place_band()
        return super().eventFilter(watched, event)

    def _place_band(self) -> None:
        if self._floating is not None:
            height = self._floating.sizeHint().height()
            self._floating.setGeometry(0, self.strip.height(), self.layers.width(), height)
            self._floating.raise_()

    def add_page(self, page: QWidget) -> None:
        """One more page to show."""
        self._pages.addWidget(page)

    def show_page(self, page: QWidget, working: bool) -> None:
        """Show it alone; `working` is whether somebody is signed in."""
        self.layers.close_sheets()
        self.layers.come_home_to(page)
        self._pages.setCurrentWidget(page)
        self._emergency.setVisible(working)
        self._lock.setVisible(working)

    def add_cover(self, page: QWidget) -> None:
        """What shows instead of everything, sheets and strip too, while the till is locked."""
        self._cover = Layers(page, self._notices)
        self._whole.addWidget(self._cover)

    def cover(self) -> None:
        """Show nothing but the cover; what lies under it goes on and stays as it is."""
        if self._cover is not None:
            self._whole.setCurrentWidget(self._cover)

    def uncover(self) -> None:
        """Show everything again, just as it was."""
        if self._cover is not None:
            self._cover.close_sheets()
        self._whole.setCurrentWidget(self.layers)
        before: QWidget | None = self.layers.top.focusWidget()
        (before if before is not None and before.isVisible() else self.layers.top).setFocus()

    @property
    def is_covered(self) -> bool:
        """Whether the till is locked."""
        return self._whole.currentWidget() is not self.layers

    @property
    def page(self) -> QWidget | None:
        """The page that shows."""
        return self._pages.currentWidget()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """Keys when nothing has the focus."""
        if event.keyCombination() == _LOCK_TOO and self._lock.isVisible():
            self.lock.emit()
        elif not self._shown.press(event):
            super().keyPressEvent(event)

    def show_by_hand(self, pumps: Sequence[int]) -> None:
        """Pumps that nobody is connected to: whoever stops all is told that these go on."""
        if tuple(pumps) != self._by_hand:
            self._by_hand = tuple(pumps)
            self._really_stop = None

    @property
    def goes_on(self) -> str:
        """What an emergency stop does not stop, in words; nothing where it stops all."""
        numbers = _(", ").join(map(str, self._by_hand))
        return (
            _("Not connected, stop at its own switch: pump {numbers}.").format(numbers=numbers)
            if numbers
            else ""
        )

    def show_stopped(self, stopped: bool) -> None:
        """Whether an emergency stop stands: the same button then ends it."""
        if stopped != self._stopped:
            self._stopped = stopped
            self._emergency.set_words(_("End the stop") if stopped else _("Stop all pumps"))
            theme.paint_as(self._emergency, role="danger" if stopped else "quiet-red")

    def _emergency_pressed(self) -> None:
        if self._stopped:
            self.ask_to_release()
        else:
            self.ask_to_stop()

    def ask_to_release(self) -> None:
        """Whether pumps may be released again after an emergency stop."""
        if self._really_release is None:
            self._really_release = Question(
                "release_all_question",
                _("Is the danger over?"),
                _("Pumps may be released again. Nothing starts by itself."),
                _("End the stop"),
            )
        self._really_release.ask(self._shown, self.release_all.emit)

    def ask_to_stop(self) -> None:
        """Whether every pump is to be stopped, over whatever shows."""
        if self._really_stop is None:
            self._really_stop = Question(
                "stop_all_question",
                _("Stop every pump now?"),
                "\n".join(
                    filter(
                        None,
                        (
                            _("Every running fill ends at once; what was delivered stays to be paid."),
                            self.goes_on,
                        ),
                    )
                ),
                _("Stop all pumps"),
            )
        self._really_stop.ask(self._shown, self.stop_all.emit)

    @property
    def _shown(self) -> Layers:
        return self._cover if self.is_covered and self._cover is not None else self.layers
