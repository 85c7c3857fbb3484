"""One pump: number, grade, what it is doing, running litres and yuan, and what waits to be paid."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from core.domain.money import total
from core.domain.prepay import PrepayState
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
# As the style sheet paints a tile of that tone.
_GROUNDS = {
    None: "surface",
    Tone.GREEN: "green_soft",
    Tone.AMBER: "amber_soft",
    Tone.RED: "red_soft",
    Tone.BLUE: "green_soft",
    Tone.GREY: "surface",
}
_ICONS = {Tone.GREEN: "moving", Tone.AMBER: "watch", Tone.RED: "alert", Tone.BLUE: "done"}
_WORD_TONES = {
    Tone.BLUE: Tone.GREEN
}  # A released pump is normal and about to move: green words on a quiet border.


@dataclass(frozen=True, slots=True)
class Build:
    """How large things on a tile are: what each is written in, and the room around and between them."""

    number: str
    words: str
    litres: str  # empty where there is no room for them
    amount: str
    quiet: str  # prices and the like, where nothing runs
    margin: int
    spacing: int


_COUNTER = Build("large", "strong", "body", "title", "body", 10, 0)
_FORECOURT = Build("figure", "title", "large", "live", "body", 16, 4)
_MANY_AT_COUNTER = Build("title", "caption", "", "title", "caption", 8, 0)
_MANY_AT_FORECOURT = Build("large", "strong", "title", "figure", "body", 12, 0)


class PumpTile(QPushButton):
    """Paints one Tile. `large` is for the forecourt's touchscreen, `dense` for one with many pumps."""

    def __init__(self, number: int, large: bool = False, dense: bool = False) -> None:
        super().__init__()
        self.setObjectName(f"pump_tile_{number}")
        self.setAccessibleName(_("Pump {pump}").format(pump=number))
        self.key = f"Alt+{number}" if number < 10 else ""
        self.setProperty("role", "pump")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._large = large
        self._has_room = not dense
        self._is_wide = large or not dense
        builds = (_MANY_AT_COUNTER, _MANY_AT_FORECOURT) if dense else (_COUNTER, _FORECOURT)
        self._build = build = builds[large]
        self._shown: Tile | None = None
        self._number = Words(str(number), build.number)
        self._grade = ElidedWords("", build.words, align=RIGHT)
        self._by_hand = Words(_("keyed"), "caption", Tone.AMBER)
        self._by_hand.setVisible(False)
        self._icon = Words()
        self._state = ElidedWords("", build.words)
        self._litres = ElidedWords("", build.litres or "body", align=RIGHT)
        self._goal = Words("", "caption")
        self._amount = AmountLabel(build.amount)
        self._quiet = ElidedWords("", build.quiet, Tone.GREY, align=RIGHT)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMaximum(1000)
        self._bar.setMinimumWidth(1)  # Left to itself it would ask for room for words.
        self._badge = Words("", "strong" if large else "caption", align=Qt.AlignmentFlag.AlignCenter)
        self._badge.setProperty("role", "badge")
        self._lay_out()

    def show_tile(self, tile: Tile) -> None:
        """Paint everything that has changed."""
        if tile is self._shown or tile == self._shown:
            return
        before, self._shown = self._shown, tile
        if before is not None and _only_runs_on(before, tile):
            ground = theme.current().colour(_GROUNDS[self._tone(tile)])
            self._litres.run_on(formats.litres(tile.volume), ground)
            self._amount.run_on_to(tile.amount, ground)
            self._bar.setValue(tile.permille)
            return
        tone = self._tone(tile)
        theme.paint_as(self, tone=tone.value if tone else None)
        self._grade.setText(self._grades(tile))
        self._by_hand.setVisible(tile.by_hand)
        self._state.say(self._words(tile), _WORD_TONES.get(tone, tone) if tone else Tone.GREY)
        self._icon.setVisible(tone is not None)
        if tone is not None:
            colour = _WORD_TONES.get(tone, tone).value
            self._icon.setPixmap(theme.current().picture(_ICONS[tone], colour, theme.current().px(20)))
        self._show_figures(tile)
        self._bar.setValue(tile.permille)
        theme.keep_room(self._bar, tile.delivers and tile.permille > 0)
        self._show_badge(tile)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """As large as what is in it."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The least that shows all of it."""
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()

    def _lay_out(self) -> None:
        wearing = theme.current()
        column = QVBoxLayout(self)
        margin = wearing.px(self._build.margin)
        column.setContentsMargins(margin, margin // 2, margin, margin)
        column.setSpacing(wearing.px(self._build.spacing))
        head = QHBoxLayout()
        head.addWidget(self._number)
        head.addWidget(self._by_hand)
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
        below.addWidget(self._goal)
        below.addWidget(self._litres, 1)
        column.addLayout(below)
        column.addWidget(self._amount)
        column.addWidget(self._quiet)
        column.addWidget(self._bar)
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _tone(self, tile: Tile) -> Tone | None:
        if _waits_for_money(tile):
            return Tone.AMBER if self._large else Tone.RED  # On the forecourt it is somebody else's to act.
        if _is_owed(tile):
            return Tone.RED  # At both places: whoever is nearer keeps the car from leaving.
        if _owes(tile) or _paid_and_waits(tile):
            return Tone.AMBER
        if tile.promised and tile.state in FREE:
            return Tone.BLUE
        if tile.blocked and tile.state in FREE:
            return Tone.RED
        return _TONES.get(tile.state)

    def _words(self, tile: Tile) -> str:
        if _waits_for_money(tile):
            count = len(tile.unpaid)
            many = ngettext("{count} unpaid", "{count} unpaid", count).format(count=count)
            return many if count > 1 else _("Unpaid")
        if tile.asked:
            return _("Being released")
        if tile.was_cut_off and self._is_wide:
            return _since(tile)
        return _paid_words(tile) or _free_words(tile) or names.pump_state(tile.state)

    def _grades(self, tile: Tile) -> str:
        if (tile.delivers or tile.was_cut_off) and tile.hose is not None:
            return names.grade(tile.hose.grade)
        if len(tile.hoses) == 1:
            return names.grade(tile.hoses[0].grade)
        return " · ".join(dict.fromkeys(names.grade_short(hose.grade) for hose in tile.hoses))

    def _show_figures(self, tile: Tile) -> None:
        unpaid = _waits_for_money(tile)
        shown = tile.delivers or tile.was_cut_off
        runs = shown or unpaid or _owes(tile)
        # What stands there since the line was lost is grey: it is no longer what flows.
        urgent = Tone.RED.value if unpaid and not self._large else None
        theme.paint_as(self._amount, tone=Tone.GREY.value if tile.was_cut_off else urgent)
        if shown:
            self._litres.setText(formats.litres(tile.volume))
            self._amount.show_amount(tile.amount)
        elif unpaid:
            self._litres.setText(formats.litres(tile.unpaid[0].volume) if len(tile.unpaid) == 1 else "")
            self._amount.show_amount(total(fill.amount for fill in tile.unpaid))
        elif tile.prepay is not None and _owes(tile):
            self._litres.setText(formats.litres(tile.prepay.volume))
            self._amount.show_amount(tile.prepay.owed or tile.prepay.to_return)
        elif tile.prepay is not None and _paid_and_waits(tile):
            self._quiet.setText(formats.money(tile.prepay.amount))
            theme.paint_as(self._quiet, type=self._build.litres or "strong", tone=None)
        elif tile.promised and tile.preset is not None:
            self._quiet.setText(preset_words(tile))
            theme.paint_as(self._quiet, type=self._build.litres or "strong", tone=None)
        else:
            prices = (hose.price for hose in tile.hoses if hose.price is not None)
            self._quiet.setText(" · ".join(dict.fromkeys(map(formats.unit_price_without_unit, prices))))
            theme.paint_as(self._quiet, type=self._build.quiet, tone=Tone.GREY.value)
        self._goal.setText(_("of {preset}").format(preset=preset_words(tile)) if tile.preset else "")
        self._goal.setVisible(
            self._has_room and self._large and tile.delivers and tile.permille > 0 and not tile.unpaid
        )
        self._litres.setVisible(runs and bool(self._build.litres))
        self._amount.setVisible(runs)
        self._quiet.setVisible(not runs)

    def _show_badge(self, tile: Tile) -> None:
        count = len(tile.unpaid)
        self._badge.setText(ngettext("{count} due", "{count} due", count).format(count=count))
        self._badge.setVisible(count > 0 and not _waits_for_money(tile))
        amount = formats.money(total(fill.amount for fill in tile.unpaid))
        due = _("Unpaid {amount}").format(amount=amount) if count else ""
        self.setToolTip(_since(tile) if tile.was_cut_off else due)


def _only_runs_on(before: Tile, now: Tile) -> bool:
    """Whether nothing but the running figures is another, as it is five times a second."""
    if before.reading is None or now.reading is None or not now.delivers:
        return False
    same = (before.reading.state, before.reading.nozzle) == (now.reading.state, now.reading.nozzle)
    goal = bool(before.permille) == bool(now.permille)
    return same and goal and replace(before, reading=now.reading) == now


def _since(tile: Tile) -> str:
    """How old the figures of a pump are whose line was lost."""
    assert tile.reading is not None
    return _("Offline since {time}").format(time=formats.time_of_day(tile.reading.at))


def _waits_for_money(tile: Tile) -> bool:
    """Whether money is the next thing at this pump: nobody is there, and a fill is not paid."""
    return bool(tile.unpaid) and tile.state is PumpState.IDLE and not tile.promised


def _owes(tile: Tile) -> bool:
    """Whether its customer is to get money back: the fill has ended with something left of what was paid."""
    return tile.prepay is not None and tile.prepay.state is PrepayState.FILLED and not tile.delivers


def _is_owed(tile: Tile) -> bool:
    """Whether its customer is to pay more: the pump delivered beyond what had been paid."""
    return tile.prepay is not None and bool(tile.prepay.owed) and not tile.delivers


def _paid_and_waits(tile: Tile) -> bool:
    """Whether somebody has paid for it and it could not be released."""
    return tile.prepay is not None and tile.prepay.state is PrepayState.PAID and tile.state in FREE


def _blocked_words(tile: Tile) -> str:
    """Which of its nozzles did not take the price."""
    if len(tile.blocked) == len(tile.hoses):
        return _("Blocked")
    numbers = _(", ").join(str(number) for number in sorted(tile.blocked))
    return _("Nozzle {numbers} blocked").format(numbers=numbers)


def _free_words(tile: Tile) -> str:
    """What there is to say of a pump at rest that is more than that."""
    if tile.state not in FREE:
        return ""
    if tile.promised:
        return names.pump_state(PumpState.AUTHORISED)
    if tile.blocked:
        return _blocked_words(tile)
    return _("Being paid at {till}").format(till=_(", ").join(tile.claimed)) if tile.claimed else ""


def _paid_words(tile: Tile) -> str:
    """What a pump does for which somebody has paid, where that is not what its own state says."""
    if tile.prepay is None:
        return ""
    if _is_owed(tile):
        return _("Overrun")
    if _owes(tile):
        return _("Owed")
    if _paid_and_waits(tile):
        return _("To release")
    return _("Paid first") if tile.state in (*FREE, PumpState.AUTHORISED) else ""


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
