"""A pump at which somebody still has to pay: send the customer to the counter, release the pump again, or call for help."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from core.domain.fill import Fill
from core.domain.ids import FillId
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.pumps.presenter import Tile

_KEYS = ("F2", "F3", "F5", "F6")


class FillSheet(Sheet):
    """Signals: handed(FillId); release_wanted(pump); help_wanted(pump)."""

    handed = Signal(str)
    release_wanted = Signal(int)
    help_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__("", "fill_sheet", width=720)
        self._pump = 0
        self._large = theme.current().size("target_large")
        self.body.addWidget(
            Words(_("Whose customer pays at the counter? The counter sees it first."), wrap=True)
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.current().px(8))
        self.body.addLayout(self._list)
        self._buttons: list[BusyButton] = []
        self._release = BusyButton(_("Release the pump again"), "fill_release", key="F7")
        self._help = BusyButton(_("Call for help"), "fill_help", key="F4")
        self._release.clicked.connect(lambda: self.release_wanted.emit(self._pump))
        self._help.clicked.connect(lambda: self.help_wanted.emit(self._pump))
        for button in (self._release, self._help):
            button.set_height(self._large)
            self.body.addWidget(button)

    def begin(self, tile: Tile, sent_by: Mapping[FillId, str]) -> None:
        """Open for this pump's unpaid fills; `sent_by` says whose customers are on the way."""
        self._pump = tile.number
        self.title.setText(_("Pump {pump}").format(pump=tile.number))
        for button in self._buttons:
            self._list.removeWidget(button)
            put_away(button)
        self._buttons = [self._button(fill, place, sent_by) for place, fill in enumerate(tile.unpaid)]
        reason = "" if tile.may_be_released else _("It cannot be released now.")
        self._release.set_reason(reason)

    def _button(self, fill: Fill, place: int, sent_by: Mapping[FillId, str]) -> BusyButton:
        words = "   ".join((names.grade(fill.grade), formats.litres(fill.volume), formats.money(fill.amount)))
        key = _KEYS[place] if place < len(_KEYS) else ""
        button = BusyButton(words, f"fill_hand_{fill.id}", key, role="" if place else "primary")
        button.set_height(self._large)
        who = sent_by.get(fill.id)
        button.set_reason(_("{name} has sent the customer already.").format(name=who) if who else "")
        button.clicked.connect(lambda _checked=False, chosen=fill.id: self.handed.emit(chosen))
        self._list.addWidget(button)
        return button
