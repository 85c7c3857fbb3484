"""One line: when the state sets guide prices next, or that today's are to be keyed, and those that are known."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from admin_app.prices import words
from admin_app.prices.board import Board
from core.qt import theme
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import ElidedWords, Words
from core.wording.catalogue import _


class GuideStrip(QFrame):
    """Signals: wanted, to key guide prices."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        wearing = theme.current()
        self.setObjectName("price_reminder")
        self.setProperty("role", "tinted")
        self._told = ElidedWords("", "strong", name="price_reminder_told")
        self._known = Words("", "caption", name="price_guides_known")
        self._key = BusyButton(_("Key guide prices"), "price_guides", role="small")
        self._key.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(wearing.px(12), 0, wearing.px(8), 0)
        row.setSpacing(wearing.px(12))
        row.addWidget(self._told, 1)
        row.addWidget(self._known)
        row.addWidget(self._key)

    def show_board(self, board: Board) -> None:
        """Paint it."""
        tone = None
        if board.reminder is not None:
            told, tone = words.reminder(board.reminder)
            self._told.say(told, tone)
        self._known.setText(words.guides(board))
        theme.paint_as(self, tone=tone.value if tone is not None else None)
