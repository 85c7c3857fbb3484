"""A number, a scan or a plate at the left, what was found as rows at the right: for bills and for prepays."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import CENTRE, Words
from core.qt.widgets.letters import LettersButton
from core.qt.widgets.put_away import put_away
from core.wording.catalogue import _

KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("-", "0", "back"))
WITH_KEYS = 9  # rows that Alt+1 … Alt+9 choose


class SearchPanel(QWidget):
    """Its widgets are called by `name`: "refund" makes `refund_search`, `refund_key_7`, `refund_find`.

    Signals: sought(str).
    """

    sought = Signal(str)

    def __init__(self, name: str, asked: Words, nothing: str) -> None:
        super().__init__()
        wearing = theme.current()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        left.addWidget(asked)
        self.search = CodeEdit(f"{name}_search", _("Receipt number, its last digits, or plate"))
        box = QHBoxLayout()
        box.addWidget(self.search, 1)
        box.addWidget(LettersButton(self.search))
        left.addLayout(box)
        left.addWidget(Keypad(f"{name}_key", KEYS, self.search, wearing.px(48)))
        self._go = BusyButton(_("Find"), f"{name}_find", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.sought.emit(self.search.text()))
        left.addWidget(self._go)
        columns.addLayout(left, 2)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(wearing.px(4))
        self._nothing = Words(nothing, "quiet", align=CENTRE)
        self._list.addWidget(self._nothing)
        self._list.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setMinimumHeight(wearing.px(420))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        columns.addWidget(area, 3)
        self._rows: list[QPushButton] = []

    def begin(self) -> None:
        """Open with nothing typed."""
        self.search.clear()

    def show_looking(self, busy: bool, nothing: bool) -> None:
        """Whether it is being looked for, and whether there is nothing to show."""
        self._go.set_busy(busy, _("Looking for it…"))
        self._nothing.setVisible(nothing)

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        """These in place of the ones before."""
        for row in self._rows:
            self._list.removeWidget(row)
            put_away(row)
        self._rows = list(rows)
        for row in self._rows:
            self._list.insertWidget(self._list.count() - 1, row)
