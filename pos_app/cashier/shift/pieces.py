"""Notes and coins in fields: how many of each, and what they come to while one types."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.domain.count import DENOMINATIONS, Count
from core.domain.money import ZERO, Money
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import CodeEdit, DecimalEdit
from core.qt.widgets.keypad import Keypad
from core.qt.widgets.labels import RIGHT, Words
from core.wording import formats
from core.wording.catalogue import _

_NOTES = 6
_FORWARD = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down)


class PiecesEdit(CodeEdit):
    """How many notes or coins of one kind: whole numbers only."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "0")
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,5}"), self))
        self.setAlignment(RIGHT)

    def pieces(self) -> int:
        """The number; nothing typed is none."""
        return int(self.text() or "0")


class Walk(QObject):
    """Enter and the arrows go from field to field, the keypad types where the cursor is.

    Enter in the last field is left to the sheet's own button.
    """

    def __init__(self, fields: Sequence[QLineEdit], keypad: Keypad, parent: QObject) -> None:
        super().__init__(parent)
        self._fields = list(fields)
        self._keypad = keypad
        for field in self._fields:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """Qt asks here first."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QLineEdit):
            self._keypad.type_into(watched)
            watched.selectAll()
        elif (
            event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self._fields
        ):
            return self._step(self._fields.index(watched), event.key())
        return False

    def _step(self, place: int, key: int) -> bool:
        shown = [field for field in self._fields if field.isVisible()]
        here = shown.index(self._fields[place])
        if key in _FORWARD and here + 1 < len(shown):
            shown[here + 1].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if key == Qt.Key.Key_Up and here:
            shown[here - 1].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False


class PieceFields(QWidget):
    """Notes at the left, coins and whatever was counted as one sum at the right.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self, prefix: str, loose_name: str, loose_words: str, loose_key: str = "") -> None:
        """Fields are named `<prefix>_pieces_<fen>`; the sum's field has a name of its own, and perhaps a key."""
        super().__init__()
        wearing = theme.current()
        self._prefix = prefix
        self._pieces: dict[int, PiecesEdit] = {}
        self._sums: dict[int, Words] = {}
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(wearing.px(24))
        columns.addLayout(self._rows(DENOMINATIONS[:_NOTES]), 1)
        right = QVBoxLayout()
        right.setSpacing(wearing.px(8))
        right.addLayout(self._rows(DENOMINATIONS[_NOTES:]))
        self.loose = DecimalEdit(loose_name)
        if loose_key:
            go = BusyButton(loose_words, f"{loose_name}_go", key=loose_key, role="flat")
            go.clicked.connect(lambda: self.loose.setFocus(Qt.FocusReason.ShortcutFocusReason))
            right.addWidget(go)
        else:
            right.addWidget(Words(loose_words, "quiet", wrap=True))
        self.loose.textChanged.connect(lambda _text: self.changed.emit())
        right.addWidget(self.loose)
        right.addStretch(1)
        right.addWidget(Words(_("Cash together"), "quiet"))
        self._together = Words("", "figure", name=f"{prefix}_sum", align=RIGHT)
        right.addWidget(self._together)
        columns.addLayout(right, 1)
        self.changed.connect(self._show_sums)
        self._show_sums()

    @property
    def fields(self) -> list[QLineEdit]:
        """In the order in which one counts."""
        return [*self._pieces.values(), self.loose]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed at all, not even a nought."""
        return not any(field.text() for field in self.fields)

    def count(self) -> Count:
        """What was typed."""
        pieces = tuple((fen, field.pieces()) for fen, field in self._pieces.items() if field.pieces())
        return Count(pieces, loose=self.loose.money() or ZERO)

    def clear(self) -> None:
        """Nothing."""
        for field in self.fields:
            field.clear()

    def _rows(self, denominations: Sequence[int]) -> QGridLayout:
        wearing = theme.current()
        grid = QGridLayout()
        grid.setSpacing(wearing.px(8))
        for row, fen in enumerate(denominations):
            field = PiecesEdit(f"{self._prefix}_pieces_{fen}")
            field.setFixedWidth(wearing.px(104))
            field.textChanged.connect(lambda _text: self.changed.emit())
            self._pieces[fen] = field
            self._sums[fen] = Words("", "body", align=RIGHT)
            name = Words(_face(fen), "strong", align=RIGHT)
            name.setMinimumWidth(wearing.px(72))
            grid.addWidget(name, row, 0)
            grid.addWidget(Words("×", "quiet"), row, 1)
            grid.addWidget(field, row, 2)
            grid.addWidget(self._sums[fen], row, 3)
            self._sums[fen].setMinimumWidth(wearing.px(112))
        grid.setColumnStretch(3, 1)
        return grid

    def _show_sums(self) -> None:
        for fen, field in self._pieces.items():
            pieces = field.pieces()
            self._sums[fen].setText(formats.money(Money(fen * pieces)) if pieces else "")
        self._together.setText(formats.money(self.count().cash))


def _face(fen: int) -> str:
    """The note or coin as people call it."""
    if fen >= 100:
        return _("{yuan} yuan").format(yuan=fen // 100)
    return _("{jiao} jiao").format(jiao=fen // 10)
