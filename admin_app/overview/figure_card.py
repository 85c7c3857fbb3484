"""One of the four figures: its name, today's value in large type, and how it stands against a week ago."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.labels import LEFT, ElidedWords, Words
from core.wording.catalogue import _

_A_LOT_LESS = -100  # thousandths


class FigureCard(QFrame):
    """A value shrinks rather than being cut, so that eight digits stand in it."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        wearing = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(wearing.px(16), wearing.px(10), wearing.px(16), wearing.px(10))
        column.setSpacing(0)
        column.addWidget(Words(title, "caption"))
        self.value = AmountLabel("figure", name)
        self.value.setAlignment(LEFT)
        column.addWidget(self.value)
        self._change = Words("", "strong", name=f"{name}_change")
        self._than = ElidedWords(_("on a week ago"), "caption")
        self._compared = ElidedWords("", "caption", name=f"{name}_compared")
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        row.addWidget(self._change)
        row.addWidget(self._than, 1)
        column.addLayout(row)
        column.addWidget(self._compared)

    def show_figure(self, value: str, compared: str, permille: int | None) -> None:
        """`compared` are the two figures behind the arrow; `permille` how much more it is now, None for no arrow."""
        self.value.setText(value)
        for label in (self._change, self._than):
            theme.keep_room(label, permille is not None)
        if permille is not None:
            arrow = "▲" if permille > 0 else "▼"
            tenths = abs(permille)
            words = f"{arrow} {tenths // 10}.{tenths % 10}%" if permille else _("the same")
            self._change.say(words, Tone.AMBER if permille < _A_LOT_LESS else None)
        self._compared.setText(compared)
