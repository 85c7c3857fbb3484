"""What a program shows before its station is open: its own window at once, then the work behind, then what came of it.

Everything that takes long to load is loaded by the call that an Opening runs on a thread of its own.
"""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import CENTRE, Words
from core.wording.catalogue import _

Opened = TypeVar("Opened")
_log = logging.getLogger(__name__)
# A window that nobody sees (behind another one, on a screen that is off) is never painted.
_UNSEEN_MS = 300


class Opening(QObject, Generic[Opened]):
    """Runs one long call on a plain thread; its answer comes to the screen's thread.

    Signals: opened(what the call returned), failed(Exception).
    """

    opened = Signal(object)
    failed = Signal(object)
    _ended = Signal()

    def __init__(self, call: Callable[[], Opened], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._call = call
        self._thread: threading.Thread | None = None
        self._answer: Opened | None = None
        self._error: Exception | None = None
        self._ended.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Run the call, unless it is running."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="opening")
            self._thread.start()

    def give_up(self) -> Opened | None:
        """Wait for the call to end and hear nothing of it any more; what it made and nobody took is the caller's."""
        if self._thread is None:
            return None
        self._ended.disconnect(self._hand_over)
        self._thread.join()
        self._thread = None
        return self._answer

    def _run(self) -> None:
        try:
            self._answer = self._call()
        except Exception as error:  # noqa: BLE001  Whatever it is, the window that waits has to say so.
            self._error = error
        self._ended.emit()

    def _hand_over(self) -> None:
        assert self._thread is not None
        self._thread.join()
        answer, error = self._answer, self._error
        self._thread = self._answer = self._error = None
        if error is not None:
            self.failed.emit(error)
        else:
            self.opened.emit(answer)


class OpeningPage(QWidget):
    """Who this is, and that it is being opened; or why it cannot be, in a calm sentence.

    Signals: painted, once, when a person can see it; again, leave, when a person asks for it.
    """

    painted = Signal()
    again = Signal()
    leave = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("opening_page")
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        wearing = theme.current()
        self._seen = False
        self._title = Words(title, "large", align=CENTRE, wrap=True)
        self._words = Words("", "title", name="opening_words", align=CENTRE, wrap=True)
        self._trouble = Words("", "body", name="opening_trouble", align=CENTRE, wrap=True)
        self._trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._trouble.setMaximumWidth(wearing.px(900))
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setSpacing(wearing.px(16))
        for words, name, key, role, asked in (
            (_("Close"), "opening_leave", "Escape", "", self.leave),
            (_("Try again"), "opening_again", "Return", "primary", self.again),
        ):
            button = BusyButton(words, name, key, role=role)
            button.setMinimumWidth(wearing.px(200))
            button.clicked.connect(asked)
            row.addWidget(button)
        column = QVBoxLayout(self)
        margin = wearing.px(48)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(wearing.px(24))
        column.addStretch(2)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addWidget(self._trouble, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.show_working()

    def show_working(self) -> None:
        """The station is being opened."""
        self._words.say(_("Opening the station…"), Tone.GREY)
        self._trouble.hide()
        self._buttons.hide()

    def show_trouble(self, sentence: str) -> None:
        """It cannot be opened, and why."""
        self._words.say(_("The station could not be opened"), Tone.RED)
        self._trouble.setText(sentence)
        # A wrapped label in the middle would be as narrow as it can be.
        self._trouble.setMinimumWidth(min(theme.current().px(900), self.width() - 2 * theme.current().px(48)))
        self._trouble.show()
        self._buttons.show()

    def wait_to_be_seen(self) -> None:
        """`painted` comes soon even where nobody looks."""
        QTimer.singleShot(_UNSEEN_MS, self, self._tell)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The first time tells that it was seen."""
        super().paintEvent(event)
        # What listens begins its work after this paint has reached the screen.
        QTimer.singleShot(0, self, self._tell)

    def _tell(self) -> None:
        if not self._seen:
            self._seen = True
            self.painted.emit()
