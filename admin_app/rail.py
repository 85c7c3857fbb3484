"""The rail at the left: a button a room, and how many things need a person."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from admin_app import rooms
from admin_app.rooms import Room
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords, Words
from core.wording.catalogue import _


class Rail(QFrame):
    """Signals: room_chosen(Room); lock."""

    room_chosen = Signal(object)
    lock = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self.setObjectName("rail")
        self.setFixedWidth(wearing.px(208))
        self._group = QButtonGroup(self)
        self._buttons = {room: RailButton(room) for room in Room}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, wearing.px(8), 0, wearing.px(12))
        column.setSpacing(0)
        for room, button in self._buttons.items():
            self._group.addButton(button)
            button.clicked.connect(lambda _checked=False, to=room: self.room_chosen.emit(to))
            column.addWidget(button)
        column.addStretch(1)
        lock = BusyButton(_("Sign out"), "lock", key="F11", role="quiet")
        lock.clicked.connect(self.lock)
        column.addWidget(lock)

    def show_room(self, room: Room) -> None:
        """This one is open."""
        self._buttons[room].setChecked(True)

    def show_needs(self, count: int, tone: Tone) -> None:
        """How many things need a person."""
        self._buttons[Room.OVERVIEW].show_badge(count, tone)


class RailButton(QPushButton):
    """One room: icon, name, and a count where there is one. Alt and its place on the rail press it."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        wearing = theme.current()
        self.key = f"Alt+{list(Room).index(room) + 1}"
        self.setObjectName(f"rail_{room}")
        self.setAccessibleName(rooms.title(room))
        self.setToolTip(self.key)
        self.setCheckable(True)
        self.setProperty("role", "rail")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        icon = Words()
        icon.setPixmap(wearing.picture(rooms.ICONS[room], "text", wearing.px(22)))
        self._badge = Words("", name=f"rail_{room}_count")
        self._badge.setProperty("role", "badge")
        self._badge.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(20), 0, wearing.px(12), 0)
        row.setSpacing(wearing.px(14))
        row.addWidget(icon)
        row.addWidget(ElidedWords(rooms.title(room), "body"), 1)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_badge(self, count: int, tone: Tone) -> None:
        """Paint the count; none for nothing."""
        self._badge.setText(str(count))
        theme.paint_as(self._badge, tone=tone.value)
        self._badge.setVisible(count > 0)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """Finger-high."""
        return QSize(theme.current().px(200), theme.current().size("target"))
