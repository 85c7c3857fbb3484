"""How every room of the desk is laid out: a page with a margin, panels with a title."""

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.labels import Words


def page(screen: QWidget) -> QVBoxLayout:
    """The outer layout of a room."""
    wearing = theme.current()
    column = QVBoxLayout(screen)
    column.setContentsMargins(wearing.px(24), wearing.px(16), wearing.px(24), wearing.px(16))
    column.setSpacing(wearing.px(16))
    return column


def panel(title: str | QWidget, inside: QWidget, *beside: QWidget, stretch: int = 1) -> QFrame:
    """A surface with a title, what it holds, and buttons beside the title."""
    wearing = theme.current()
    frame = QFrame()
    frame.setProperty("role", "surface")
    column = QVBoxLayout(frame)
    column.setContentsMargins(wearing.px(16), wearing.px(10), wearing.px(12), wearing.px(12))
    column.setSpacing(wearing.px(8))
    head = QHBoxLayout()
    head.setSpacing(wearing.px(8))
    head.addWidget(Words(title, "strong") if isinstance(title, str) else title, 1)
    for widget in beside:
        head.addWidget(widget)
    column.addLayout(head)
    column.addWidget(inside, stretch)
    return frame


def form(*rows: tuple[str, QWidget]) -> QGridLayout:
    """Fields with their names at the left."""
    wearing = theme.current()
    grid = QGridLayout()
    grid.setVerticalSpacing(wearing.px(12))
    grid.setHorizontalSpacing(wearing.px(16))
    for number, (words, field) in enumerate(rows):
        grid.addWidget(Words(words, "quiet"), number, 0)
        grid.addWidget(field, number, 1)
    grid.setColumnStretch(1, 1)
    return grid
