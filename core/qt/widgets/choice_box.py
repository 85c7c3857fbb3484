"""A box to choose from whose list is as high a line as a finger needs."""

from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget


class ChoiceBox(QComboBox):
    """Its list wears the style sheet: Qt's own way to draw it hears of no height there."""

    def __init__(self, parent: QWidget | None = None, *, editable: bool = False) -> None:
        super().__init__(parent)
        self.setEditable(editable)
        self.setItemDelegate(QStyledItemDelegate(self))
