"""One of the four figures: its name, today's value in large type, and how it stands against a week ago."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.labels import LEFT, ElidedWords, Words
from core.wording.catalogue import _


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
        row = QHBoxLayout()
        row.setSpacing(wearing.px(8))
        self._change = Words("", "strong", name=f"{name}_change")
        self._before = ElidedWords("", "caption", name=f"{name}_week_ago")
        row.addWidget(self._change)
        row.addWidget(self._before, 1)
        column.addLayout(row)

    def show_figure(self, value: str, before: str, permille: int | None) -> None:
        """`before` is a week ago's value or the reason why there is none; `permille` how much more it is now."""
        self.value.setText(value)
        if permille is None:
            self._change.hide()
        else:
            self._change.show()
            arrow = "▲" if permille > 0 else "▼" if permille < 0 else "="
            tenths = abs(permille)
            words = f"{arrow} {tenths // 10}.{tenths % 10}%" if permille else _("the same")
            self._change.say(words, Tone.AMBER if permille < -100 else None)
        self._before.setText(before)
