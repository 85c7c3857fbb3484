"""Which prepay: by number, receipt or plate, or among the open ones."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.domain.prepay import Prepay
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import CENTRE, RIGHT, ElidedWords, Words
from core.qt.widgets.letters import LettersButton
from core.qt.widgets.put_away import put_away
from core.wording import formats
from core.wording.catalogue import _
from pos_app.prepays.presenter import PrepaysState
from pos_app.prepays.words import stands, tone, where

_KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("-", "0", "back"))
_WITH_KEYS = 9


class ListPanel(QWidget):
    """Signals: sought(str); chosen(prepay id)."""

    sought = Signal(str)
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(wearing.px(24))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(8))
        left.addWidget(Words(_("Scan the receipt, or type its number or the plate."), "strong", wrap=True))
        self.search = CodeEdit("prepay_search", _("Receipt number, its last digits, or plate"))
        box = QHBoxLayout()
        box.addWidget(self.search, 1)
        box.addWidget(LettersButton(self.search))
        left.addLayout(box)
        left.addWidget(Keypad("prepay_key", _KEYS, self.search, wearing.px(48)))
        self._go = BusyButton(_("Find"), "prepay_find", key="Return", role="primary")
        self._go.clicked.connect(lambda: self.sought.emit(self.search.text()))
        left.addWidget(self._go)
        columns.addLayout(left, 2)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(wearing.px(4))
        self._nothing = Words(_("No prepay is open."), "quiet", align=CENTRE)
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
        self._shown: tuple[Prepay, ...] | None = None

    def show_state(self, state: PrepaysState) -> None:
        """Paint what is open, or was found."""
        prepays = state.shown if state.sought else state.open_ones
        self._go.set_busy(state.busy == "find", _("Looking for it…"))
        self._nothing.setVisible(not prepays)
        if prepays == self._shown:
            return
        self._shown = prepays
        for row in self._rows:
            self._list.removeWidget(row)
            put_away(row)
        self._rows = [_row(prepay, number) for number, prepay in enumerate(prepays, 1)]
        for row, prepay in zip(self._rows, prepays, strict=True):
            row.clicked.connect(lambda _checked=False, chosen=prepay.id: self.chosen.emit(chosen))
            self._list.insertWidget(self._list.count() - 1, row)


class _Row(QPushButton):
    key = ""

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """A finger high; a style sheet would overrule `setMinimumHeight`."""
        return QSize(theme.current().px(200), theme.current().px(64))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same height."""
        return QSize(0, theme.current().px(64))


def _row(prepay: Prepay, number: int) -> QPushButton:
    wearing = theme.current()
    row = _Row()
    row.setObjectName(f"prepay_{prepay.number}")
    row.setAccessibleName(prepay.number)
    row.setProperty("role", "flat")
    if number <= _WITH_KEYS:
        row.key = f"Alt+{number}"
    column = QVBoxLayout(row)
    column.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(12), wearing.px(4))
    column.setSpacing(0)
    owed = (prepay.owed or prepay.to_return) if prepay.is_open else prepay.amount
    for left, right, kind in (
        (where(prepay), formats.money(owed), "strong"),
        (
            f"{prepay.number}   {stands(prepay)}",
            f"{formats.short_moment(prepay.paid_at)}   {row.key}".rstrip(),
            "quiet",
        ),
    ):
        line = QHBoxLayout()
        line.addWidget(ElidedWords(left, kind), 1)
        line.addWidget(Words(right, kind, tone(prepay) if kind == "strong" else None, align=RIGHT))
        column.addLayout(line)
    for label in row.findChildren(Words):
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return row
