"""A question about something that cannot be undone: two buttons, and what happens in words."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.layers import Layers, Sheet
from core.wording.catalogue import _


class Question(Sheet):
    """Asked over the screen; Esc is always no, and the one button for it says so."""

    def __init__(self, name: str, title: str, words: str, yes: str, key: str = "Return") -> None:
        super().__init__(title, name, width=560)
        self.words = Words(words, "body", wrap=True)
        self.body.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(8))
        self._no = BusyButton(_("No, back"), f"{name}_no", key="Escape")
        self.back.hide()
        self._yes = BusyButton(yes, f"{name}_yes", key=key, role="danger")
        for button in (self._no, self._yes):
            button.set_height(theme.current().size("target_large"))
            row.addWidget(button, 1)
        self.body.addLayout(row)
        self._layers: Layers | None = None
        self._then: Callable[[], object] | None = None
        self.left.connect(self._away)
        self._no.clicked.connect(self._away)
        self._yes.clicked.connect(self._agreed)

    def ask(self, layers: Layers, then: Callable[[], object]) -> None:
        """Show it; `then` happens only on yes."""
        self._layers, self._then = layers, then
        layers.open(self, self._no)

    def _away(self) -> None:
        if self._layers is not None:
            self._layers.close_sheet(self)

    def _agreed(self) -> None:
        self._away()
        if self._then is not None:
            self._then()
