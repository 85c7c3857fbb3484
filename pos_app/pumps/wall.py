"""All pump tiles in a grid that fills its place."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.widgets.labels import CENTRE, Words
from core.qt.widgets.put_away import put_away
from core.wording.catalogue import _
from pos_app.pumps.presenter import PumpsState
from pos_app.pumps.pump_tile import PumpTile

_COLUMNS = ((2, 4), (3, 9), (4, 16))
"""So many columns up to so many pumps: tiles are broader than high, because figures are."""
_MOST_COLUMNS = 5


class PumpWall(QWidget):
    """Signals: tapped(pump number)."""

    tapped = Signal(int)

    def __init__(self, large: bool = False) -> None:
        super().__init__()
        self._large = large
        self._tiles: dict[int, PumpTile] = {}
        self._state: PumpsState | None = None
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.current().size("grid") * (2 if large else 1))
        self._nothing = Words("", "quiet", align=CENTRE, wrap=True)
        self._area = QScrollArea()
        self._area.setWidget(inside)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._nothing, 1)
        column.addWidget(self._area, 1)

    def show_state(self, state: PumpsState) -> None:
        """Paint every tile, or wait with it until somebody can see them."""
        self._state = state
        if self._tiles and not self.isVisible():
            return
        numbers: list[int] = [tile.number for tile in state.tiles]
        if numbers != list(self._tiles):
            self._lay_out(numbers)
        for tile in state.tiles:
            self._tiles[tile.number].show_tile(tile)
        self._nothing.setVisible(not state.tiles)
        self._area.setVisible(bool(state.tiles))
        self._nothing.setText(
            _("No pumps are set up at this station yet.") if state.loaded else _("Asking the pumps…")
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name.
        """What happened meanwhile."""
        super().showEvent(event)
        if self._state is not None:
            self.show_state(self._state)

    def _lay_out(self, numbers: Sequence[int]) -> None:
        for tile in self._tiles.values():
            self._grid.removeWidget(tile)
            put_away(tile)
        self._tiles = {}
        columns = next((few for few, most in _COLUMNS if len(numbers) <= most), _MOST_COLUMNS)
        for place, number in enumerate(numbers):
            tile = PumpTile(number, self._large, dense=columns > _COLUMNS[-2][0])
            tile.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            tile.clicked.connect(lambda _checked=False, pump=number: self.tapped.emit(pump))
            self._tiles[number] = tile
            self._grid.addWidget(tile, place // columns, place % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        for row in range(-(-len(numbers) // columns)):
            self._grid.setRowStretch(row, 1)
