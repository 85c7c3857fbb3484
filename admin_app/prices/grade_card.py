"""One grade: what it costs now in large figures, what is coming, and whether its nozzles agree."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from admin_app.prices.board import Board
from core.domain.ids import GradeCode
from core.domain.price import PriceChangeState
from core.qt import theme
from core.qt.notices import Tone
from core.qt.widgets.labels import RIGHT, ElidedWords, Words
from core.wording import formats, names
from core.wording.catalogue import _


class GradeCard(QPushButton):
    """Chosen by pressing it; the form then is about this grade."""

    def __init__(self, grade: GradeCode) -> None:
        super().__init__()
        wearing = theme.current()
        self._grade = grade
        self.setObjectName(f"price_grade_{grade}")
        self.setAccessibleName(names.grade(grade))
        self.setCheckable(True)
        self.setProperty("role", "grade")
        self._price = Words("", "figure", name=f"price_now_{grade}")
        self._unit = Words(_("yuan/L"), "caption")
        self._agree = Words("", "caption", name=f"price_confirmed_{grade}", align=RIGHT)
        self._coming = ElidedWords("", "caption", name=f"price_coming_{grade}")
        column = QVBoxLayout(self)
        column.setContentsMargins(wearing.px(16), wearing.px(10), wearing.px(16), wearing.px(10))
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(ElidedWords(names.grade(grade), "title"), 1)
        head.addWidget(self._agree)
        column.addLayout(head)
        middle = QHBoxLayout()
        middle.setSpacing(wearing.px(8))
        middle.addWidget(self._price)
        middle.addWidget(self._unit, 1, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(middle)
        column.addWidget(self._coming)
        for label in self.findChildren(Words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_board(self, board: Board, chosen: bool) -> None:
        """Paint the grade as the board has it."""
        self.setChecked(chosen)
        price = board.price(self._grade)
        self._price.setText(formats.unit_price_without_unit(price) if price else "—")
        rows = board.nozzles_of(self._grade)
        wanted = board.wanted(self._grade)
        agreeing = sum(1 for row in rows if row.price == wanted)
        self._agree.say(
            _("{agreeing} of {count} nozzles").format(agreeing=agreeing, count=len(rows)),
            Tone.AMBER if agreeing < len(rows) else None,
        )
        coming = board.coming(self._grade)
        if coming is None:
            self._coming.say(_("No change planned"))
            return
        if coming.change.state is PriceChangeState.APPLYING:
            price_text = formats.unit_price_without_unit(coming.change.price)
            self._coming.say(_("changing to {price} now").format(price=price_text), Tone.AMBER)
            return
        proposed = coming.change.state is PriceChangeState.PROPOSED
        self._coming.say(
            _("{price} from {moment}").format(
                price=formats.unit_price_without_unit(coming.change.price),
                moment=_("at once")
                if coming.change.at_once
                else formats.short_end_moment(coming.change.due_at),
            )
            + (f"  {names.price_change_state(coming.change.state)}" if proposed else ""),
            Tone.AMBER if proposed else Tone.BLUE,
        )

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """As large as what is in it."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name.
        """The same."""
        return self.sizeHint()
