"""Number pad for fingers."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from core.qt import theme

PIN_KEYS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("clear", "0", "back"))
MONEY_KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("00", "0", "."), ("clear", "back"))
SIGNED_KEYS = (*MONEY_KEYS[:-1], ("clear", "-", "back"))
_FACES = {"clear": "C", "back": "⌫", "-": "+/−"}
_NAMES = {".": "point", "-": "minus"}


class Keypad(QWidget):
    """Keys in rows, named `<prefix>_<key>` ("sign_in_key_1"); types into a field without taking its focus.

    Signals: pressed(str), the key's digit or "clear" or "back".
    """

    pressed = Signal(str)

    def __init__(
        self,
        prefix: str,
        rows: Sequence[Sequence[str]] = PIN_KEYS,
        target: QLineEdit | None = None,
        height: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._target = target
        columns = max(len(row) for row in rows)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.current().size("grid"))
        for number, row in enumerate(rows):
            grid.setRowMinimumHeight(number, height or theme.current().size("target"))
            at = 0
            for place, key in enumerate(row):
                span = columns - at if place == len(row) - 1 else 1
                grid.addWidget(self._key(prefix, key), number, at, 1, span)
                at += span

    def type_into(self, target: QLineEdit | None) -> None:
        """The field that the keys write into from now on."""
        self._target = target

    def follow(self, *fields: QLineEdit) -> None:
        """Write into whichever of these was gone into last."""
        for field in fields:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """A field was gone into."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QLineEdit):
            self._target = watched
        return super().eventFilter(watched, event)

    def press(self, key: str) -> None:
        """What a finger on this key does."""
        if self._target is not None and self._target.isEnabled():
            if key == "back":
                self._target.backspace()
            elif key == "clear":
                self._target.clear()
            elif key == "-":
                text = self._target.text()
                self._target.setText(text[1:] if text.startswith("-") else f"-{text}")
            else:
                self._target.insert(key)
        self.pressed.emit(key)

    def _key(self, prefix: str, key: str) -> QPushButton:
        button = QPushButton(_FACES.get(key, key))
        button.setObjectName(f"{prefix}_{_NAMES.get(key, key)}")
        button.setProperty("role", "key")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        button.setMinimumWidth(theme.current().size("target"))
        button.clicked.connect(lambda: self.press(key))
        return button
