"""A column of choices of which one is taken, such as the people of whom the journal tells."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from core.qt import theme


class Choices(QWidget):
    """Signals: chosen(str), the key of the one that a person pressed."""

    chosen = Signal(str)

    def __init__(self, name: str, columns: int = 1) -> None:
        super().__init__()
        self.setObjectName(name)
        self._columns = columns
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._shown: tuple[tuple[str, str], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().px(6))

    def show_choices(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Key and words of each; this one is taken."""
        if tuple(choices) != self._shown:
            self._shown = tuple(choices)
            self._build()
        button = self._buttons.get(chosen)
        if button is not None:
            button.setChecked(True)

    def _build(self) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._grid.removeWidget(button)
            button.hide()
            button.setObjectName("")  # it is gone only when the loop comes round
            button.deleteLater()
        self._buttons = {}
        for place, (key, words) in enumerate(self._shown):
            button = QPushButton(words)
            button.setObjectName(f"{self.objectName()}_{key or 'all'}")
            button.setCheckable(True)
            button.setProperty("role", "choice")
            button.setToolTip(words)
            button.clicked.connect(lambda _checked=False, to=key: self.chosen.emit(to))
            self._group.addButton(button)
            self._buttons[key] = button
            self._grid.addWidget(button, *divmod(place, self._columns))
