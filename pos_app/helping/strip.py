"""A call for help over the whole width of the window, until somebody answers."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords
from core.wording import formats
from core.wording.catalogue import _
from pos_app.helping.presenter import HelpState


class HelpStrip(QFrame):
    """Signals: answered."""

    answered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "help")
        self.setObjectName("help_strip")
        wearing = theme.current()
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(16), wearing.px(4), wearing.px(16), wearing.px(4))
        row.setSpacing(wearing.px(16))
        self._words = ElidedWords("", "title", name="help_words")
        self._answer = BusyButton(_("I am coming"), "help_answer", key="Ctrl+H")
        self._answer.set_height(wearing.px(56))
        self._answer.clicked.connect(self.answered)
        row.addWidget(self._words, 1)
        row.addWidget(self._answer)
        self.hide()

    def show_state(self, state: HelpState) -> None:
        """Paint the oldest call, and how many more there are."""
        self.setVisible(bool(state.calls))
        if not state.calls:
            return
        first = state.calls[0]
        pump = first.call.pump
        words = (
            _("{name} needs help at pump {pump}").format(name=first.name, pump=pump)
            if pump
            else _("{name} needs help on the forecourt").format(name=first.name)
        )
        more = len(state.calls) - 1
        also = _("and {count} more").format(count=more) if more else ""
        self._words.setText("   ".join(filter(None, (words, formats.waiting_time(state.waited), also))))
