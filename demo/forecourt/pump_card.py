"""One simulated pump to put hands on: its display, its nozzles, and what can go wrong with it."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout

from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.qt import theme
from core.qt.notices import Tone
from core.qt.theme import paint_as
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats
from core.wording.catalogue import _

_TONES = {"authorised": Tone.GREEN, "filling": Tone.GREEN, "ended": Tone.AMBER}
_OVERRUN_ML = 500
_BY_HAND_ML = 20_000


class PumpCard(QFrame):
    """Signals: wanted(pump, deed, asked)."""

    wanted = Signal(int, str, object)

    def __init__(self, number: int, nozzles: int) -> None:
        super().__init__()
        self._number = number
        self._lifted = 0
        self._online = True
        self._target: Mapping[str, object] = {}
        self.setObjectName(f"pump_{number}")
        self.setProperty("role", "order")
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), px(8), px(10), px(8))
        column.setSpacing(px(4))
        head = QHBoxLayout()
        head.addWidget(Words(str(number), "large"))
        self._state = ElidedWords("", "strong", name=f"pump_{number}_state", align=RIGHT)
        head.addWidget(self._state, 1)
        self._litres = Words("", "title", name=f"pump_{number}_litres", align=RIGHT)
        self._amount = Words("", "figure", name=f"pump_{number}_amount", align=RIGHT)
        self._price = Words("", "caption", align=RIGHT)
        column.addLayout(head)
        column.addWidget(self._amount)
        column.addWidget(self._litres)
        column.addWidget(self._price)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        self._nozzles = [self._nozzle(place) for place in range(1, nozzles + 1)]
        for button in self._nozzles:
            row.addWidget(button, 1)
        self._more = QPushButton("⋯")
        self._more.setObjectName(f"pump_{number}_more")
        self._more.setAccessibleName(_("More"))
        self._more.setProperty("role", "small")
        self._more.clicked.connect(self._show_more)
        row.addWidget(self._more)
        column.addLayout(row)

    def set_target(self, target: Mapping[str, object]) -> None:
        """How much whoever drives up next takes."""
        self._target = target

    def show_pump(self, row: Mapping[str, Any]) -> None:
        """Paint it as the controller tells it."""
        self._online, self._lifted = row["online"], row["nozzle_up"]
        fill = row["fill"]
        state = row["state"] if row["online"] else "offline"
        self._state.say(_state_words(row), _TONES.get(state, Tone.RED if state == "offline" else None))
        paint_as(self, tone=_border(row))
        nozzle = row["nozzles"][(fill["nozzle"] if fill else self._lifted or 1) - 1]
        price = fill["price_li"] if fill else nozzle["price_li"]
        self._amount.say(formats.money(Money(fill["amount_fen"] if fill else 0)))
        self._litres.say(formats.litres(Litres(fill["volume_ml"] if fill else 0)))
        counter = formats.litres(Litres(nozzle["totaliser_ml"]))
        self._price.say(f"{formats.unit_price(UnitPrice(price))}  ·  {counter}")
        for place, button in enumerate(self._nozzles, start=1):
            grade = row["nozzles"][place - 1]["grade"]
            words = _("Hang up {grade}") if self._lifted == place else "{grade}"
            button.setText(words.format(grade=grade))
            button.setEnabled(self._lifted in (0, place))

    def _nozzle(self, place: int) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"pump_{self._number}_nozzle_{place}")
        button.setProperty("role", "small")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._press(place))
        return button

    def _press(self, place: int) -> None:
        if self._lifted == place:
            self._want("hang_up")
        else:
            self._want("serve", nozzle=place, **self._target)

    def _show_more(self) -> None:
        menu = QMenu(self)
        nozzle = self._lifted or 1
        for words, deed, asked in self._choices(nozzle):
            menu.addAction(words).triggered.connect(
                lambda _checked=False, wanted=deed, how=asked: self._want(wanted, **how)
            )
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _choices(self, nozzle: int) -> list[tuple[str, str, dict[str, Any]]]:
        choices: list[tuple[str, str, dict[str, Any]]] = []
        if self._lifted:
            choices.append((_("Pull the trigger"), "fill", {}))
            choices.append((_("Run half a litre over the preset"), "fill", {"overrun_ml": _OVERRUN_ML}))
        else:
            for place in range(1, len(self._nozzles) + 1):
                words = _("Only lift nozzle {nozzle}").format(nozzle=place)
                choices.append((words, "lift", {"nozzle": place}))
            words = _("Fill 20 litres without the controller")
            choices.append((words, "manual_fill", {"nozzle": nozzle, "volume_ml": _BY_HAND_ML}))
        if self._online:
            choices.append((_("Cut the line to the pump"), "fault", {"kind": "offline"}))
        else:
            choices.append((_("Mend the line"), "fault", {"kind": "none"}))
        return choices

    def _want(self, deed: str, **asked: object) -> None:
        self.wanted.emit(self._number, deed, asked)


def _border(row: Mapping[str, Any]) -> str | None:
    if not row["online"]:
        return "red"
    if row["state"] == "filling":
        return "green"
    return "amber" if row["state"] == "ended" or row["nozzle_up"] else None


def _state_words(row: Mapping[str, Any]) -> str:
    words = {
        "idle": _("Nozzle lifted, waits to be released") if row["nozzle_up"] else _("Idle"),
        "authorised": _("Released"),
        "filling": _("Paused") if row["fill"] and row["fill"]["suspended"] else _("Filling"),
        "ended": _("Ended, not yet fetched"),
    }[row["state"]]
    return words if row["online"] else _("The line is cut: {state}").format(state=words)
