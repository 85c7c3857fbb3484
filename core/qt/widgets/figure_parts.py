"""Parts of words and figures below each other, as on a report."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import RIGHT, ElidedWords, Words, line


class FigureRow(Protocol):
    """One row."""

    @property
    def words(self) -> str: ...
    @property
    def figure(self) -> str: ...
    @property
    def off(self) -> bool: ...
    @property
    def sum(self) -> bool: ...


class FigurePart(Protocol):
    """Rows under a heading."""

    @property
    def title(self) -> str: ...
    @property
    def rows(self) -> Sequence[FigureRow]: ...


class FigureParts(QFrame):
    """Paints parts; made anew where they change."""

    def __init__(self, parts: Sequence[FigurePart]) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, wearing.px(8), 0)
        column.setSpacing(wearing.px(8))
        for part in parts:
            column.addWidget(Words(part.title, "caption"))
            grid = QGridLayout()
            grid.setVerticalSpacing(wearing.px(4))
            for number, row in enumerate(part.rows):
                tone = Tone.AMBER if row.off else None
                grid.addWidget(ElidedWords(row.words, "strong" if row.sum else "body"), number, 0)
                grid.addWidget(Words(row.figure, "strong", tone, align=RIGHT), number, 1)
            grid.setColumnStretch(0, 1)
            column.addLayout(grid)
            column.addWidget(line())
        column.addStretch(1)
