"""The sheet on which a fill of a pump without a line is keyed: litres, amount, counter, by big keys, keyboard or mouse."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.domain.ids import NozzleNumber
from core.domain.litres import Litres
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.edits import DecimalEdit
from core.qt.widgets.keypad import MONEY_KEYS, Keypad
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.qt.widgets.put_away import put_away
from core.wording import formats, names
from core.wording.catalogue import _, mark
from core.wording.refusals import sentence
from pos_app.pumps.manual.presenter import ManualPresenter
from pos_app.pumps.presenter import Tile

_NEW_COUNTER = (mark("Counter board replaced"), mark("Counter set back"), mark("Pump replaced"))


class ManualSheet(Sheet):
    """Opens for one pump. `manual_volume`, `manual_amount`, `manual_counter` take the keys of the pad in turn."""

    def __init__(self, presenter: ManualPresenter, layers: Layers, large: bool = False) -> None:
        super().__init__("", "manual_sheet", width=860)
        self._p = presenter
        self._layers = layers
        self._height = theme.current().size("target_large" if large else "target")
        self._tile: Tile | None = None
        self._nozzle: NozzleNumber | None = None
        self._hoses = QHBoxLayout()
        self._hose_group = QButtonGroup(self)
        self._hose_buttons: list[BusyButton] = []
        self._build()
        presenter.changed.connect(self._paint)
        self.left.connect(presenter.leave)

    def begin(self, tile: Tile) -> None:
        """Open for this pump, with nothing keyed."""
        self._tile = tile
        self.title.setText(_("Pump {pump}: key what it shows").format(pump=tile.number))
        self._nozzle = tile.hoses[0].number if len(tile.hoses) == 1 else None
        self._lay_hoses(tile)
        for edit in self._edits:
            edit.clear()
        self._p.open(tile.number)
        self._layers.open(self)
        self._volume.setFocus()

    def _build(self) -> None:
        wearing = theme.current()
        self._hoses.setSpacing(wearing.px(8))
        self.body.addLayout(self._hoses)
        halves = QHBoxLayout()
        halves.setSpacing(wearing.px(16))
        left = QVBoxLayout()
        left.setSpacing(wearing.px(4))
        self._volume = self._field(left, _("Litres"), "manual_volume")
        self._amount = self._field(left, _("Yuan on the display"), "manual_amount")
        self._counter = self._field(left, _("Counter after the fill, litres (if read)"), "manual_counter")
        self._edits = (self._volume, self._amount, self._counter)
        left.addStretch(1)
        halves.addLayout(left, 1)
        self._pad = Keypad("manual_key", MONEY_KEYS, self._volume, self._height)
        halves.addWidget(self._pad, 1)
        self.body.addLayout(halves)
        self._known = Words("", "quiet", name="manual_known", wrap=True)
        self.body.addWidget(self._known)
        self._said = Words("", "strong", Tone.AMBER, name="manual_said", wrap=True)
        self.body.addWidget(self._said)
        self.body.addWidget(self._build_new_counter())
        ends = QHBoxLayout()
        ends.setSpacing(wearing.px(8))
        self._sure = BusyButton(_("It is so: book it"), "manual_sure", key="F6", role="danger")
        self._sure.set_height(wearing.size("target_large"))
        self._sure.clicked.connect(lambda: self._key(stands_by_it=True))
        self._go = BusyButton(_("Book the fill"), "manual_go", key="Return", role="primary")
        self._go.clicked.connect(self._key)
        ends.addWidget(self._sure, 1)
        ends.addWidget(self._go, 1)
        self.body.addLayout(ends)

    def _build_new_counter(self) -> QWidget:
        self._new_counter = QWidget()
        row = QHBoxLayout(self._new_counter)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        for place, why in enumerate(_NEW_COUNTER, 1):
            button = BusyButton(_(why), f"manual_new_counter_{place}", key=f"Ctrl+{place}")
            button.set_height(self._height)
            button.clicked.connect(lambda _checked=False, said=why: self._key(replaced=_(said)))
            row.addWidget(button, 1)
        return self._new_counter

    def _field(self, column: QVBoxLayout, words: str, name: str) -> DecimalEdit:
        column.addWidget(Words(words, "quiet"))
        edit = DecimalEdit(name)
        edit.textChanged.connect(self._edited)
        edit.installEventFilter(self)
        column.addWidget(edit)
        return edit

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name.
        """The pad types into the field that was touched last."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QLineEdit):
            self._pad.type_into(watched)
        return super().eventFilter(watched, event)

    def _lay_hoses(self, tile: Tile) -> None:
        for button in self._hose_buttons:
            self._hose_group.removeButton(button)
            self._hoses.removeWidget(button)
            put_away(button)
        self._hose_buttons = []
        for hose in tile.hoses:
            button = BusyButton(
                names.grade(hose.grade), f"manual_nozzle_{hose.number}", key=f"Alt+{hose.number}"
            )
            button.setCheckable(True)
            button.setChecked(hose.number == self._nozzle)
            button.set_height(self._height)
            button.clicked.connect(lambda _checked=False, number=hose.number: self._choose(number))
            self._hose_group.addButton(button)
            self._hoses.addWidget(button, 1)
            self._hose_buttons.append(button)

    def _choose(self, number: NozzleNumber) -> None:
        self._nozzle = number
        self._p.edited()
        self._paint()

    def _edited(self, _text: str) -> None:
        self._p.edited()
        self._paint()

    def _key(self, _checked: bool = False, *, stands_by_it: bool = False, replaced: str = "") -> None:
        if self._nozzle is None:
            return
        volume, counter = self._volume.hundredths(), self._counter.hundredths()
        self._p.key(
            self._nozzle,
            Litres(volume * 10) if volume is not None else None,
            self._amount.money(),
            Litres(counter * 10) if counter is not None else None,
            stands_by_it=stands_by_it,
            replaced=replaced,
        )

    def _paint(self) -> None:
        state = self._p.state
        if state.pump is None:
            if self._layers.is_open(self):
                self._layers.close_sheet(self)
            return
        self._known.setText(self._words())
        self._said.setText(sentence(state.trouble) if state.trouble is not None else "")
        self._said.setVisible(state.trouble is not None)
        self._sure.setVisible(state.doubt is not None)
        self._new_counter.setVisible(state.went_back)
        self._go.set_busy(state.busy, _("Booking…"))
        missing = ""
        if self._nozzle is None:
            missing = _("Choose the fuel first.")
        elif not any(edit.hundredths() for edit in self._edits):
            missing = _("Key what the pump shows first.")
        self._go.set_reason(missing)

    def _words(self) -> str:
        state, nozzle = self._p.state, self._nozzle
        if nozzle is None:
            return ""
        told = []
        price = (state.prices or {}).get(nozzle)
        counter = (state.counters or {}).get(nozzle)
        if price is not None:
            told.append(_("Price {price}").format(price=formats.unit_price(price)))
        volume = self._volume.hundredths()
        if price is not None and volume:
            cost = price.amount_for(Litres(volume * 10))
            told.append(_("these litres cost {amount}").format(amount=formats.money(cost)))
        if counter is not None:
            told.append(_("counter last read {counter}").format(counter=formats.litres(counter)))
        return "   ".join(told)
