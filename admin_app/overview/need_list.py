"""The list of what needs a person, each with the button that leads to where it is dealt with."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from admin_app import rooms
from admin_app.overview.need_words import words
from admin_app.overview.needs import Need
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import Words
from core.wording.catalogue import _

_ICONS = {Tone.RED: "alert", Tone.AMBER: "watch"}


class NeedList(QScrollArea):
    """Signals: room_wanted(Room); answered(HelpCallId): somebody of the desk goes and helps."""

    room_wanted = Signal(object)
    answered = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self._shown: tuple[Need, ...] | None = None

    def show_needs(self, needs: tuple[Need, ...]) -> None:
        """Paint these, where they have changed."""
        if needs == self._shown:
            return
        self._shown = needs
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().size("grid"))
        for need in needs:
            column.addWidget(self._row(need))
        if not needs:
            column.addWidget(self._nothing())
        column.addStretch(1)
        self.setWidget(inside)

    def _row(self, need: Need) -> QFrame:
        wearing = theme.current()
        frame = QFrame()
        frame.setObjectName(f"need_{need.kind}")
        frame.setProperty("role", "tinted")
        frame.setProperty("tone", need.tone.value)
        row = QHBoxLayout(frame)
        row.setContentsMargins(wearing.px(12), wearing.px(8), wearing.px(8), wearing.px(8))
        row.setSpacing(wearing.px(10))
        icon = Words()
        icon.setPixmap(wearing.picture(_ICONS[need.tone], need.tone.value, wearing.px(22)))
        row.addWidget(icon)
        row.addWidget(Words(words(need), wrap=True), 1)
        if need.call:
            coming = QPushButton(_("I am coming"))
            coming.setObjectName(f"need_{need.kind}_answer")
            coming.setProperty("role", "small")
            coming.clicked.connect(lambda: self.answered.emit(need.call))
            row.addWidget(coming)
        there = QPushButton(rooms.title(need.room))
        there.setObjectName(f"need_{need.kind}_go")
        there.setProperty("role", "small")
        there.clicked.connect(lambda: self.room_wanted.emit(need.room))
        row.addWidget(there)
        return frame

    @staticmethod
    def _nothing() -> QFrame:
        wearing = theme.current()
        frame = QFrame()
        frame.setProperty("role", "tinted")
        frame.setProperty("tone", "green")
        row = QHBoxLayout(frame)
        row.setContentsMargins(wearing.px(12), wearing.px(12), wearing.px(12), wearing.px(12))
        icon = Words()
        icon.setPixmap(wearing.picture("done", "green", wearing.px(22)))
        row.addWidget(icon)
        row.addWidget(Words(_("Nothing needs you. Everything runs."), name="needs_nothing"), 1)
        return frame
