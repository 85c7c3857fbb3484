"""The small panel of one pump: let it fill (full, by amount, by litres), take that back, or end its fill."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.domain.ids import NozzleNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Sheet
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _
from pos_app.pumps.presenter import Tile
from pos_app.pumps.pump_tile import preset_words

_QUICK_YUAN = (100, 200, 300, 500)
_QUICK_LITRES = (10, 20, 30, 40)
_MODES = (PresetKind.FULL, PresetKind.AMOUNT, PresetKind.VOLUME)
_MODE_NAMES = {
    PresetKind.FULL: "release_full",
    PresetKind.AMOUNT: "release_by_amount",
    PresetKind.VOLUME: "release_by_volume",
}


class ReleaseSheet(Sheet):
    """At the counter (`sells`) an amount or litres can also be paid first.

    Signals: released(pump, nozzle or None, Preset); prepaid(pump, nozzle, Preset), onto the bill; taken_back(pump);
    help_wanted(pump), at the forecourt.
    """

    prepaid = Signal(int, int, object)
    released = Signal(int, object, object)
    taken_back = Signal(int)
    help_wanted = Signal(int)

    def __init__(self, large: bool = False, *, sells: bool = False) -> None:
        super().__init__("", "release_sheet", width=800)
        self._sells = sells
        self._height = theme.current().size("target_large") if large else theme.current().size("target")
        self._tile: Tile | None = None
        self._mode = PresetKind.FULL
        self._nozzle: NozzleNumber | None = None
        self._hoses = QHBoxLayout()
        self._hose_group = QButtonGroup(self)
        self._hose_buttons: list[BusyButton] = []
        self._what = Words("", "title", name="release_state", wrap=True)
        self._asking = QWidget()
        self._build_asking()
        self._take_back = BusyButton(
            _("Take the release back"), "release_take_back", key="F10", role="danger"
        )
        self._take_back.set_height(theme.current().size("target_large"))
        self._take_back.clicked.connect(self._ask_back)
        self.body.addWidget(self._what)
        self.body.addWidget(self._asking)
        self._help = BusyButton(_("Call for help"), "release_help", key="Ctrl+F4")
        self._help.set_height(self._height)
        self._help.clicked.connect(lambda: self.help_wanted.emit(self.pump or 0))
        self._help.setVisible(not sells)
        ends = QHBoxLayout()
        ends.setSpacing(theme.current().px(8))
        for button in (self._help, self._pay_first, self._take_back, self._go):
            ends.addWidget(button, 1)
        self.body.addLayout(ends)

    def begin(self, tile: Tile) -> None:
        """Open for this pump, nothing chosen but a full tank."""
        self._tile = None
        only = tile.hoses[0].number if len(tile.hoses) == 1 else None
        self._nozzle = tile.hose.number if tile.hose else only
        self._lay_hoses(tile)
        self._choose_mode(PresetKind.FULL)
        self._edit.clear()
        self.show_tile(tile, busy=False)

    def show_tile(self, tile: Tile, busy: bool) -> None:
        """Paint what can be done with the pump as it is now."""
        self._tile = tile
        self.title.setText(_("Pump {pump}").format(pump=tile.number))
        asks = tile.may_be_released
        self._asking.setVisible(asks)
        self._what.setVisible(not asks)
        self._what.setText(self._words(tile))
        stoppable = tile.promised or tile.delivers
        self._take_back.setVisible(stoppable)
        self._take_back.set_words(_("End the fill now") if tile.delivers else _("Take the release back"))
        self._take_back.set_busy(busy)
        self._go.setVisible(asks)
        self._go.set_busy(busy, _("Asking the pump…"))
        self._settle()

    @property
    def pump(self) -> int | None:
        """The pump it is open for."""
        return self._tile.number if self._tile else None

    def _build_asking(self) -> None:
        wearing = theme.current()
        column = QVBoxLayout(self._asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(wearing.px(16))
        self._hoses.setSpacing(wearing.px(8))
        column.addLayout(self._hoses)
        column.addLayout(self._modes_row())
        self._limit = self._limit_panel()
        column.addWidget(self._limit)
        self._go = BusyButton(_("Release"), "release_go", key="Return", role="primary")
        self._go.clicked.connect(self._ask)
        self._pay_first = BusyButton(_("Pay first"), "release_prepay", key="F6")
        self._pay_first.clicked.connect(self._ask_to_pay)

    def _modes_row(self) -> QHBoxLayout:
        wearing = theme.current()
        modes = QHBoxLayout()
        modes.setSpacing(wearing.px(8))
        group = QButtonGroup(self)
        self._mode_buttons: dict[PresetKind, BusyButton] = {}
        words = {
            PresetKind.FULL: _("Full tank"),
            PresetKind.AMOUNT: _("By amount"),
            PresetKind.VOLUME: _("By litres"),
        }
        for key, mode in zip(("F2", "F3", "F4"), _MODES, strict=True):
            button = BusyButton(words[mode], _MODE_NAMES[mode], key=key)
            button.setCheckable(True)
            button.set_height(self._height)
            button.clicked.connect(lambda _checked=False, chosen=mode: self._choose_mode(chosen))
            group.addButton(button)
            modes.addWidget(button, 1)
            self._mode_buttons[mode] = button
        return modes

    def _limit_panel(self) -> QWidget:
        wearing = theme.current()
        panel = QWidget()
        limit = QHBoxLayout(panel)
        limit.setContentsMargins(0, 0, 0, 0)
        limit.setSpacing(wearing.px(16))
        left = QVBoxLayout()
        self._unit = Words("", "quiet")
        self._edit = DecimalEdit("release_amount")
        self._edit.textChanged.connect(lambda _text: self._settle())
        self._quick = QGridLayout()
        self._quick.setSpacing(wearing.px(8))
        self._quick_buttons = [BusyButton("", f"release_quick_{number}") for number in _QUICK_YUAN]
        for place, quick in enumerate(self._quick_buttons):
            quick.set_height(self._height)
            quick.clicked.connect(lambda _checked=False, at=place: self._take_quick(at))
            self._quick.addWidget(quick, place // 2, place % 2)
        left.addWidget(self._unit)
        left.addWidget(self._edit)
        left.addLayout(self._quick)
        left.addStretch(1)
        limit.addLayout(left, 1)
        limit.addWidget(Keypad("release_key", MONEY_KEYS, self._edit, self._height), 1)
        return panel

    def _lay_hoses(self, tile: Tile) -> None:
        for button in self._hose_buttons:
            self._hose_group.removeButton(button)
            self._hoses.removeWidget(button)
            put_away(button)
        self._hose_buttons = []
        for hose in tile.hoses:
            price = f"   {formats.unit_price(hose.price)}" if hose.price else ""
            words, name = f"{names.grade(hose.grade)}{price}", f"release_nozzle_{hose.number}"
            button = BusyButton(words, name, key=f"Alt+{hose.number}")
            button.setCheckable(True)
            button.setChecked(hose.number == self._nozzle)
            button.set_height(self._height)
            button.clicked.connect(lambda _checked=False, number=hose.number: self._choose_hose(number))
            self._hose_group.addButton(button)
            self._hoses.addWidget(button, 1)
            self._hose_buttons.append(button)

    def _choose_hose(self, number: NozzleNumber) -> None:
        self._nozzle = number
        self._settle()

    def _choose_mode(self, mode: PresetKind) -> None:
        self._mode = mode
        self._mode_buttons[mode].setChecked(True)
        self._limit.setVisible(mode is not PresetKind.FULL)
        by_volume = mode is PresetKind.VOLUME
        self._unit.setText(_("Litres") if by_volume else _("Yuan"))
        for button, number in zip(
            self._quick_buttons, _QUICK_LITRES if by_volume else _QUICK_YUAN, strict=True
        ):
            button.set_words(str(number))
            button.setObjectName(f"release_quick_{number}")
        self._edit.clear()
        if mode is not PresetKind.FULL:
            self._edit.setFocus()
        self._settle()

    def _take_quick(self, place: int) -> None:
        self._edit.setText(self._quick_buttons[place].text())

    def _preset(self) -> Preset | None:
        if self._mode is PresetKind.FULL:
            return Preset(PresetKind.FULL)
        hundredths = self._edit.hundredths()
        if not hundredths:
            return None
        if self._mode is PresetKind.AMOUNT:
            return Preset(PresetKind.AMOUNT, amount=Money(hundredths))
        return Preset(PresetKind.VOLUME, volume=Litres(hundredths * 10))

    def _settle(self) -> None:
        missing = ""
        if self._nozzle is None:
            missing = _("Choose the fuel first.")
        elif self._preset() is None:
            missing = _("Type how much first.")
        self._go.set_reason(missing)
        asks = self._tile is None or self._tile.may_be_released
        self._pay_first.setVisible(asks and self._sells and self._mode is not PresetKind.FULL)
        self._pay_first.set_reason(missing)

    def _ask(self) -> None:
        preset = self._preset()
        if self._tile is not None and preset is not None:
            self.released.emit(self._tile.number, self._nozzle, preset)

    def _ask_to_pay(self) -> None:
        preset = self._preset()
        if self._tile is not None and preset is not None and self._nozzle is not None:
            self.prepaid.emit(self._tile.number, self._nozzle, preset)

    def _ask_back(self) -> None:
        if self._tile is not None:
            self.taken_back.emit(self._tile.number)

    def _words(self, tile: Tile) -> str:
        state = names.pump_state(tile.state)
        if tile.delivers:
            return f"{state}   {formats.litres(tile.volume)}   {formats.money(tile.amount)}"
        if tile.promised:
            return _("Released: {preset}. Waiting for the nozzle to be lifted.").format(
                preset=preset_words(tile)
            )
        return _("{state}. It cannot be released now.").format(state=state)
