"""Every nozzle with the price that its pump confirmed last."""

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.prices import words
from admin_app.prices.presenter import Board, NozzleRow
from core.domain.price import UnitPrice
from core.domain.pump import FREE
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _

_COLUMNS = 4


class NozzleGrid(QWidget):
    """Paints the nozzles; one that has another price than the board is amber, with what its pump is doing."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().size("grid"))
        self._cells: list[_Cell] = []

    def show_board(self, board: Board) -> None:
        """Paint them."""
        while len(self._cells) > len(board.nozzles):
            cell = self._cells.pop()
            self._grid.removeWidget(cell)
            cell.deleteLater()
        for number, row in enumerate(board.nozzles):
            if number == len(self._cells):
                self._cells.append(_Cell())
                self._grid.addWidget(self._cells[number], number // _COLUMNS, number % _COLUMNS)
            self._cells[number].show_nozzle(row, board.wanted(row.nozzle.grade))


class _Cell(QFrame):
    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self.setProperty("role", "nozzle")
        self._name = ElidedWords("", "caption")
        self._price = Words("", "strong", align=RIGHT)
        self._doing = ElidedWords("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(10), wearing.px(4), wearing.px(10), wearing.px(4))
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._name)
        left.addWidget(self._doing)
        row.addLayout(left, 1)
        row.addWidget(self._price)

    def show_nozzle(self, row: NozzleRow, wanted: UnitPrice | None) -> None:
        """Paint it."""
        self.setObjectName(f"nozzle_{row.nozzle.id}")
        agrees = row.price == wanted
        theme.paint_as(self, tone=None if agrees else Tone.AMBER.value)
        pump = _("Pump {pump}").format(pump=row.nozzle.pump)
        self._name.setText(f"{pump}  {names.grade_short(row.nozzle.grade)}")
        self.setToolTip(words.nozzle(row.nozzle))
        self._price.say(
            formats.unit_price_without_unit(row.price) if row.price else "—", None if agrees else Tone.AMBER
        )
        idle = row.doing in FREE
        self._doing.say(names.pump_state(row.doing), None if idle or agrees else Tone.AMBER)
        if row.price is None:
            self._doing.say(_("not confirmed yet"), Tone.AMBER)
