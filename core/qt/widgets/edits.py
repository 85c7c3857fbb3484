"""Fields to type amounts and codes in, which no input method gets between."""

import re
from typing import Any

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from core.domain.litres import Litres
from core.domain.money import Money
from core.qt.widgets.labels import RIGHT

_DECIMAL = re.compile(r"(-?)(\d{0,7})(?:\.(\d{0,2}))?")


class CodeEdit(QLineEdit):
    """A field for codes and figures. A Chinese input method would swallow a scanner's keys, so there is none here."""

    def __init__(self, name: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(hint)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def inputMethodQuery(self, query: Qt.InputMethodQuery, *rest: Any) -> Any:  # noqa: N802  Qt's name.
        """Not enabled; the attribute alone is not heard on every system."""
        if query == Qt.InputMethodQuery.ImEnabled:
            return False
        return super().inputMethodQuery(query, *rest)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """Alt with a digit is a button's key, never a digit; Qt itself would write it."""
        held = event.modifiers()
        if held & Qt.KeyboardModifier.AltModifier and not held & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Delete and not self.text():
            event.ignore()  # Nothing here to delete: it is a button's key.
            return
        super().keyPressEvent(event)


class PinEdit(CodeEdit):
    """A PIN: digits only, shown as dots."""

    def __init__(self, name: str, most: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(name, parent=parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(most)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d*"), self))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("type", "figure")


class DecimalEdit(CodeEdit):
    """A figure with at most seven digits before the point and two after it; `signed` where it may be below zero."""

    def __init__(
        self, name: str, hint: str = "0.00", parent: QWidget | None = None, *, signed: bool = False
    ) -> None:
        super().__init__(name, hint, parent)
        figure = ("-?" if signed else "") + r"\d{0,7}(\.\d{0,2})?"
        self.setValidator(QRegularExpressionValidator(QRegularExpression(figure), self))
        self.setAlignment(RIGHT)
        self.setProperty("type", "figure")

    def hundredths(self) -> int | None:
        """What is typed in hundredths; None where nothing is."""
        match = _DECIMAL.fullmatch(self.text())
        if match is None or not any(match.groups()[1:]):
            return None
        minus, whole, cents = match.groups()
        size = int(whole or "0") * 100 + int((cents or "").ljust(2, "0"))
        return -size if minus else size

    def money(self) -> Money | None:
        """What is typed, as yuan."""
        fen = self.hundredths()
        return None if fen is None else Money(fen)

    def litres(self) -> Litres | None:
        """What is typed, as litres."""
        hundredths = self.hundredths()
        return None if hundredths is None else Litres(hundredths * 10)

    def show_money(self, amount: Money) -> None:
        """Write an amount into the field, selected, so that the next digit replaces it."""
        self.setText(f"{amount.fen // 100}.{amount.fen % 100:02}")
        self.selectAll()
