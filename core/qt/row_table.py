"""One read-only table model for rows of a frozen dataclass, and a view that wears the theme."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import LEFT, RIGHT

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole
"""Under this role every cell answers its whole row."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading, its words, and, where rows are to be sorted by it, its value."""

    title: str
    text: Callable[[Row], str]
    figures: bool = False  # right-aligned
    tone: Callable[[Row], Tone | None] | None = None
    value: Callable[[Row], Any] | None = None  # what to sort by; without it, the words
    bold: bool = False
    width: int = 0  # pixels at scale 1; 0 takes what is left


class RowTable(QAbstractTableModel, Generic[Row]):
    """Rows of one kind. `show_rows` repaints only what has changed where the rows are the same by `key`."""

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], object] = id, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._rows: tuple[Row, ...] = ()
        self._sorted_by: tuple[int, Qt.SortOrder] | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows as they show."""
        return self._rows

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Paint these rows."""
        fresh = self._in_order(rows)
        known = [self._key(row) for row in self._rows]
        keys = [self._key(row) for row in fresh]
        if keys == known:
            before, self._rows = self._rows, fresh
            for number, (old, new) in enumerate(zip(before, fresh, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))
            return
        if keys[: len(known)] == known:
            self.beginInsertRows(QModelIndex(), len(known), len(keys) - 1)
            before, self._rows = self._rows, fresh
            self.endInsertRows()
            if before != fresh[: len(before)]:
                self.dataChanged.emit(self.index(0, 0), self.index(len(before) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def row(self, number: int) -> Row | None:
        """The row at that place, or None."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's name and default.
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's name and default.
        """How many columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(  # noqa: N802  Qt's name.
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The headings."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.columns[section].figures else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's words, side, colour and weight; its whole row under ROW_ROLE."""
        row = self.row(index.row())
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        answers: dict[int, Callable[[], Any]] = {
            Qt.ItemDataRole.ToolTipRole: lambda: column.text(row),
            Qt.ItemDataRole.TextAlignmentRole: lambda: RIGHT if column.figures else LEFT,
            Qt.ItemDataRole.ForegroundRole: lambda: self._colour(column, row),
            Qt.ItemDataRole.FontRole: lambda: (
                theme.current().font("body", bold=True) if column.bold else None
            ),
        }
        answer = answers.get(role)
        return answer() if answer is not None else None

    @staticmethod
    def _colour(column: Column[Row], row: Row) -> QColor | None:
        tone = column.tone(row) if column.tone is not None else None
        return None if tone is None else theme.current().tone(tone)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column from now on."""
        self._sorted_by = (column, order) if column >= 0 else None
        self.beginResetModel()
        self._rows = self._in_order(self._rows)
        self.endResetModel()

    def _in_order(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        if self._sorted_by is None:
            return tuple(rows)
        number, order = self._sorted_by
        column = self.columns[number]
        return tuple(
            sorted(rows, key=column.value or column.text, reverse=order is Qt.SortOrder.DescendingOrder)
        )


class RowTableView(QTableView):
    """A table for reading: whole rows, finger-high, no grid, the headings' sides like the cells'."""

    def __init__(
        self, model: RowTable[Any], name: str, sortable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.current().size("target"))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for number, column in enumerate(model.columns):
            if column.width:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(number, theme.current().px(column.width))
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        if sortable:
            header.setSectionsClickable(True)
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
