"""To which nozzle a prepay goes: every pump that is free."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from core.domain.prepay import Prepay
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.put_away import put_away
from core.wording import names
from core.wording.catalogue import _
from pos_app.pumps.presenter import Hose, Tile

_COLUMNS = 4
_WITH_KEYS = 9


class MovePanel(QWidget):
    """Signals: moved(pump, nozzle)."""

    moved = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        self._what = Words("", "title", wrap=True)
        column.addWidget(self._what)
        self._grid = QGridLayout()
        self._grid.setSpacing(wearing.px(8))
        column.addLayout(self._grid)
        self._nothing = Words(_("No other pump is free."), "quiet")
        column.addWidget(self._nothing)
        self._buttons: list[BusyButton] = []
        self._shown: tuple[object, ...] = ()

    def show_choice(self, prepay: Prepay, tiles: Sequence[Tile], busy: bool) -> None:
        """Paint the nozzles of free pumps, those with the same fuel first."""
        places = _places(prepay, tiles)
        self._what.setText(
            _("Where is the car now? The same grade comes first; any other is filled for the same money.")
        )
        self._nothing.setVisible(not places)
        if self._shown != (prepay.id, places):
            self._shown = (prepay.id, places)
            self._lay_out(places)
        for button in self._buttons:
            button.set_busy(busy, _("Asking the pump…"))

    def _lay_out(self, places: Sequence[tuple[int, Hose]]) -> None:
        for button in self._buttons:
            self._grid.removeWidget(button)
            put_away(button)
        self._buttons = []
        for number, (pump, hose) in enumerate(places, 1):
            words = _("Pump {pump}, {grade}").format(pump=pump, grade=names.grade(hose.grade))
            key = f"Alt+{number}" if number <= _WITH_KEYS else ""
            button = BusyButton(words, f"prepay_to_{pump}_{hose.number}", key=key)
            button.set_height(theme.current().size("target"))
            button.clicked.connect(
                lambda _checked=False, at=pump, nozzle=hose.number: self.moved.emit(at, nozzle)
            )
            self._buttons.append(button)
            self._grid.addWidget(button, (number - 1) // _COLUMNS, (number - 1) % _COLUMNS)


def _places(prepay: Prepay, tiles: Sequence[Tile]) -> tuple[tuple[int, Hose], ...]:
    found = [(int(tile.number), hose) for tile in tiles for hose in tile.hoses if _fits(prepay, tile, hose)]
    return tuple(sorted(found, key=lambda place: (place[1].grade != prepay.grade, place[0])))


def _fits(prepay: Prepay, tile: Tile, hose: Hose) -> bool:
    """A free pump, or another nozzle of its own."""
    if tile.number == prepay.pump:
        return hose.number != prepay.nozzle and not tile.delivers
    return tile.may_be_released
