"""Every nozzle with the price that its pump confirmed last."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.prices import words
from admin_app.prices.board import Board, NozzleRow
from core.domain.price import UnitPrice
from core.domain.pump import FREE
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording import prices as price_words
from core.wording.catalogue import _

_COLUMNS = 3


class NozzleGrid(QWidget):
    """Paints the nozzles; one that has another price than the board is amber, with what its pump is doing.

    A blocked one is red and can be asked once more. Signals: again_wanted(str), the nozzle.
    """

    again_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().size("grid"))
        self._cells: list[_Cell] = []

    def show_board(self, board: Board, busy: frozenset[str] = frozenset()) -> None:
        """Paint them."""
        while len(self._cells) > len(board.nozzles):
            cell = self._cells.pop()
            self._grid.removeWidget(cell)
            cell.deleteLater()
        for number, row in enumerate(board.nozzles):
            if number == len(self._cells):
                self._cells.append(_Cell(self.again_wanted.emit))
                self._grid.addWidget(self._cells[number], number // _COLUMNS, number % _COLUMNS)
            self._cells[number].show_nozzle(
                row, board.wanted(row.nozzle.grade), f"again {row.nozzle.id}" in busy
            )


class _Cell(QFrame):
    def __init__(self, again: Callable[[str], None]) -> None:
        super().__init__()
        wearing = theme.current()
        self._nozzle = ""
        self._again = BusyButton(_("Retry"), "", role="small-red")
        self._again.clicked.connect(lambda: again(self._nozzle))
        self._again.hide()
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
        row.addWidget(self._again)

    def show_nozzle(self, row: NozzleRow, wanted: UnitPrice | None, trying: bool) -> None:
        """Paint it."""
        self._nozzle = row.nozzle.id
        self.setObjectName(f"nozzle_{row.nozzle.id}")
        self._again.setObjectName(f"price_again_{row.nozzle.id}")
        self._again.setVisible(row.block is not None)
        self._again.set_busy(trying or (row.block is not None and row.block.again))
        agrees = row.price == wanted and row.block is None
        wrong = Tone.RED if row.block is not None else Tone.AMBER
        theme.paint_as(self, tone=None if agrees else wrong.value)
        pump = _("Pump {pump}").format(pump=row.nozzle.pump)
        self._name.setText(f"{pump}  {names.grade_short(row.nozzle.grade)}")
        self.setToolTip(words.nozzle(row.nozzle))
        self._price.say(
            formats.unit_price_without_unit(row.price) if row.price else "—", None if agrees else wrong
        )
        idle = row.doing in FREE
        self._doing.say(names.pump_state(row.doing), None if idle or agrees else Tone.AMBER)
        if row.block is not None:
            self._doing.say(price_words.why_blocked(row.block.why), Tone.RED)
            self.setToolTip(f"{words.nozzle(row.nozzle)}\n{row.block.told}".rstrip())
        elif row.price is None:
            self._doing.say(_("not confirmed yet"), Tone.AMBER)
