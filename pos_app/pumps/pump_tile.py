"""One pump: number, grade, what it is doing, running litres and yuan, and what waits to be paid."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from core.domain.money import total
from core.domain.pump import FREE, PumpState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _, ngettext
from pos_app.pumps.presenter import Tile

_TONES = {
    PumpState.CALLING: Tone.AMBER,
    PumpState.AUTHORISED: Tone.BLUE,
    PumpState.STARTED: Tone.GREEN,
    PumpState.FUELLING: Tone.GREEN,
    PumpState.SUSPENDED: Tone.AMBER,
    PumpState.OFFLINE: Tone.RED,
    PumpState.INOPERATIVE: Tone.RED,
}
_ICONS = {Tone.GREEN: "moving", Tone.AMBER: "watch", Tone.RED: "alert", Tone.BLUE: "done"}
_WORD_TONES = {
    Tone.BLUE: Tone.GREEN
}  # A released pump is normal and about to move: green words on a quiet border.


class PumpTile(QPushButton):
    """Paints one Tile. `large` is for the forecourt's touchscreen."""

    def __init__(self, number: int, large: bool = False) -> None:
        super().__init__()
        self.setObjectName(f"pump_tile_{number}")
        self.setAccessibleName(_("Pump {pump}").format(pump=number))
        self.key = f"Alt+{number}" if number < 10 else ""
        self.setProperty("role", "pump")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._large = large
        self._shown: Tile | None = None
        self._number = Words(str(number), "figure" if large else "large")
        self._grade = ElidedWords("", "title" if large else "strong", align=RIGHT)
        self._icon = Words()
        self._state = ElidedWords("", "title" if large else "strong")
        self._litres = ElidedWords("", "large" if large else "body", align=RIGHT)
        self._amount = AmountLabel("figure" if large else "title")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMaximum(1000)
        self._badge = Words("", "title" if large else "caption", align=Qt.AlignmentFlag.AlignCenter)
        self._badge.setProperty("role", "badge")
        self._lay_out()

    def show_tile(self, tile: Tile) -> None:
        """Paint everything that has changed."""
        if tile == self._shown:
            return
        self._shown = tile
        tone = self._tone(tile)
        theme.paint_as(self, tone=tone.value if tone else None)
        self._grade.setText(self._grades(tile))
        self._state.say(self._words(tile), _WORD_TONES.get(tone, tone) if tone else Tone.GREY)
        self._icon.setVisible(tone is not None)
        if tone is not None:
            colour = _WORD_TONES.get(tone, tone).value
            self._icon.setPixmap(theme.current().picture(_ICONS[tone], colour, theme.current().px(20)))
        self._show_figures(tile)
        self._bar.setValue(tile.permille)
        theme.keep_room(self._bar, tile.permille > 0)
        self._show_badge(tile)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """As large as what is in it."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same."""
        return self.sizeHint()

    def _lay_out(self) -> None:
        wearing = theme.current()
        column = QVBoxLayout(self)
        margin = wearing.px(16 if self._large else 10)
        column.setContentsMargins(margin, margin // 2, margin, margin)
        column.setSpacing(wearing.px(6) if self._large else 0)
        head = QHBoxLayout()
        head.addWidget(self._number)
        head.addWidget(self._grade, 1)
        column.addLayout(head)
        doing = QHBoxLayout()
        doing.setSpacing(wearing.px(6))
        doing.addWidget(self._icon)
        doing.addWidget(self._state, 1)
        column.addLayout(doing)
        column.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self._badge)
        below.addWidget(self._litres, 1)
        column.addLayout(below)
        column.addWidget(self._amount)
        column.addWidget(self._bar)
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _tone(self, tile: Tile) -> Tone | None:
        if _waits_for_money(tile):
            return Tone.AMBER if self._large else Tone.RED  # On the forecourt it is somebody else's to act.
        if tile.promised and tile.state in FREE:
            return Tone.BLUE
        return _TONES.get(tile.state)

    def _words(self, tile: Tile) -> str:
        if _waits_for_money(tile):
            count = len(tile.unpaid)
            many = ngettext("{count} unpaid", "{count} unpaid", count).format(count=count)
            return many if count > 1 else _("Unpaid")
        if tile.asked:
            return _("Being released")
        if tile.promised and tile.state in FREE:
            return names.pump_state(PumpState.AUTHORISED)
        return names.pump_state(tile.state)

    def _grades(self, tile: Tile) -> str:
        if tile.delivers and tile.hose is not None:
            return names.grade(tile.hose.grade)
        if len(tile.hoses) == 1:
            return names.grade(tile.hoses[0].grade)
        return " · ".join(dict.fromkeys(names.grade_short(hose.grade) for hose in tile.hoses))

    def _show_figures(self, tile: Tile) -> None:
        unpaid = _waits_for_money(tile)
        theme.paint_as(self._litres, tone=None if tile.delivers or unpaid else Tone.GREY.value)
        theme.paint_as(self._amount, tone=Tone.RED.value if unpaid and not self._large else None)
        theme.keep_room(self._amount, tile.delivers or unpaid)
        if tile.delivers:
            self._litres.setText(formats.litres(tile.volume))
            self._amount.show_amount(tile.amount)
        elif unpaid:
            self._litres.setText(formats.litres(tile.unpaid[0].volume) if len(tile.unpaid) == 1 else "")
            self._amount.show_amount(total(fill.amount for fill in tile.unpaid))
        elif tile.promised and tile.preset is not None:
            self._litres.setText(preset_words(tile))
        else:
            prices = (hose.price for hose in tile.hoses if hose.price is not None)
            self._litres.setText(" · ".join(dict.fromkeys(map(formats.unit_price_without_unit, prices))))

    def _show_badge(self, tile: Tile) -> None:
        count = len(tile.unpaid)
        self._badge.setText(ngettext("{count} due", "{count} due", count).format(count=count))
        self._badge.setVisible(count > 0 and not _waits_for_money(tile))
        amount = formats.money(total(fill.amount for fill in tile.unpaid))
        self.setToolTip(_("Unpaid {amount}").format(amount=amount) if count else "")


def _waits_for_money(tile: Tile) -> bool:
    """Whether money is the next thing at this pump: nobody is there, and a fill is not paid."""
    return bool(tile.unpaid) and tile.state is PumpState.IDLE and not tile.promised


def preset_words(tile: Tile) -> str:
    """How far the pump may go: "￥200.00", "30.00 L" or full."""
    preset = tile.preset
    if preset is None:
        return ""
    if preset.amount:
        return formats.money(preset.amount)
    if preset.volume:
        return formats.litres(preset.volume)
    return _("Full tank")
