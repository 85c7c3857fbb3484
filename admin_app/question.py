"""A question about something that is not easily undone: what happens in words, and two buttons."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording.catalogue import _


class Question(Sheet):
    """Asked over the room; Esc is always no."""

    def __init__(self, name: str) -> None:
        super().__init__("", name, width=560)
        self._words = Words("", wrap=True)
        self._no = BusyButton(_("No, back"), f"{name}_no")
        self._yes = BusyButton("", f"{name}_yes", role="danger")
        self._then: Callable[[], object] | None = None
        self._layers: Layers | None = None
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        for button in (self._no, self._yes):
            button.setMinimumHeight(theme.current().size("primary"))
            row.addWidget(button, 1)
        self.body.addWidget(self._words)
        self.body.addLayout(row)
        self.left.connect(self._away)
        self._no.clicked.connect(self._away)
        self._yes.clicked.connect(self._agreed)

    def ask(self, layers: Layers, title: str, words: str, yes: str, then: Callable[[], object]) -> None:
        """Show it; `then` happens only on yes."""
        self.title.setText(title)
        self._words.setText(words)
        self._yes.set_words(yes)
        self._layers, self._then = layers, then
        layers.open(self, self._no)

    def _away(self) -> None:
        if self._layers is not None:
            self._layers.close_sheet(self)

    def _agreed(self) -> None:
        self._away()
        if self._then is not None:
            self._then()
