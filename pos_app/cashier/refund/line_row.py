"""One line of a bill that is given back: what it is, what was paid for it, how many pieces of it go back."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from core.domain.money import Money
from core.domain.sale_line import SaleLine
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import CENTRE, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _


class LineRow(QFrame):
    """Signals: stepped(line, by), by 0 where it was only chosen."""

    stepped = Signal(str, int)

    def __init__(self, line: str, words: str, paid: str) -> None:
        super().__init__()
        wearing = theme.current()
        self._line = line
        self.setProperty("role", "tinted")
        self.setObjectName(f"refund_line_{line}")
        across = QHBoxLayout(self)
        across.setContentsMargins(wearing.px(12), wearing.px(4), wearing.px(4), wearing.px(4))
        across.setSpacing(wearing.px(8))
        across.addWidget(ElidedWords(words, "strong"), 1)
        across.addWidget(Words(paid, "body"))
        self.less, self.more = QPushButton("−"), QPushButton("+")
        self._count = Words("", "strong", name=f"refund_count_{line}", align=CENTRE)
        self._count.setMinimumWidth(wearing.px(88))
        for button, name, by in ((self.less, "less", -1), (self.more, "more", 1)):
            button.setObjectName(f"refund_{name}_{line}")
            button.setAccessibleName(_("One piece less") if by < 0 else _("One piece more"))
            button.setProperty("role", "key")
            button.setFixedWidth(wearing.px(56))
            button.clicked.connect(lambda _checked=False, way=by: self.stepped.emit(line, way))
        for widget in (self.less, self._count, self.more):
            across.addWidget(widget)
        self.mark(False)

    def show_pieces(self, chosen: int, most: int) -> None:
        """So many of so many."""
        self._count.setText(_("{chosen} of {most}").format(chosen=chosen, most=most))
        self.less.setEnabled(chosen > 0)
        self.more.setEnabled(chosen < most)

    def show_part(self, amount: Money | None) -> None:
        """Only so much money of it, and no piece."""
        if amount is not None:
            self._count.setText(formats.money(amount))

    def mark(self, here: bool) -> None:
        """Whether the keys mean this line."""
        theme.paint_as(self, tone=Tone.BLUE.value if here else "none")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name.
        """A tap chooses the line."""
        self.stepped.emit(self._line, 0)
        event.accept()


def title(line: SaleLine) -> str:
    """What a line is called: a fuel by its grade's name."""
    return names.grade(line.grade) if line.grade is not None else line.title
